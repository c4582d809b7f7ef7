"""What should not stand in a text that others will read: numbers, addresses and keys.

Numbers and addresses that are kept free for stories (555-0100, example.org) are nobody's and
are left alone; so is what has been masked, and what is only a place for a key to be put in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from listkit.rules.masking import DOT, mask
from listkit.rules.numbers import parsing
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

PHONE, EMAIL, SECRET = "phone", "email", "secret"

FICTION = re.compile(
    r"\+1\d{3}55501\d\d"
    r"|\+44(?:1(?:1[3-8]|[2-6]1)4960|1914980|2079460|289649?6|2920180|1632960|7700900|8081570|9098790|3069990)\d{3}"
    r"|\+61[2378](?:5550|7010)\d{4}"
)
"""Numbers that the authorities of North America, the United Kingdom and Australia keep free for stories."""
NOBODYS = re.compile(r"(?i)(?:^|[.@])(?:example\.(?:com|org|net)|example|test|invalid|localhost)$")
"""Domains that RFC 2606 keeps free."""

_ADDRESS = re.compile(r"(?a)(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-zA-Z][\w-]{1,62}(?![\w@-])")
_NUMBER = re.compile(r"(?<![\w.+/-])\+?[(]?[0-9](?:[ \u00a0().-]{0,2}[0-9]){7,60}(?![\w@]|[.-][0-9])")
_DATE = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
_LOGIN = re.compile(r"(?i)\bhttps?://[^\s:/@\"'<>]{1,200}:([^\s/@\"'<>]{1,200})@")
_BEARER = re.compile(r"(?i)\b(?:basic|bearer)\s+([a-z0-9+/_.=-]{12,})")
_GIVEN = re.compile(
    r"(?i)(?:key|token|secret|password|passwd|passphrase)[\"']?\s{0,3}[:=]\s{0,3}[\"']([^\"'\n]{8,200})[\"']"
)
_PLACE = re.compile(r"(?i)[<>{}$\u2026\s]|\*{3}|x{4}|\.{3}|your|changeme|^(?:[a-z]+[-_ ]?)*$")
"""What stands where a key will be: no key has blanks or brackets, or is made of words alone."""
_WORDS = 5
"""In how many blocks of digits a number is written at most."""
_BARE = (11, 15)
"""How many digits without a plus may be a whole number; fewer are too often an id."""


class Leak(NamedTuple):
    """One thing that was found: its kind, itself, and itself with its middle hidden, to be shown."""

    kind: str
    value: str
    shown: str


def find(text: str, *, regions: Collection[str] = (), secrets: Iterable[str] = ()) -> Iterator[Leak]:
    """Find what should not be read by others in a text, the same thing once.

    Numbers are found with their plus, as 11 to 15 digits that are a number once a plus is put
    before them, and as they are written in `regions`. `secrets` are keys that are known; others
    are known by what stands before them.

    >>> [leak.shown for leak in find("call +91 98765 43210 or asha@hospital.in; +1 202 555 0123 is nobody's")]
    ['+91••••••••10', 'a•••@hospital.in']
    """
    keys = dict.fromkeys([*(secret for secret in secrets if secret in text), *_keys(text)])
    yield from (Leak(SECRET, key, DOT * 8) for key in keys)
    for number in _numbers(text, regions):
        yield Leak(PHONE, number, mask(number))
    for address in dict.fromkeys(_ADDRESS.findall(text)):
        if not NOBODYS.search(address) and not any(key in address for key in keys):
            yield Leak(EMAIL, address, mask(address))


def _keys(text: str) -> Iterator[str]:
    for pattern in (_LOGIN, _BEARER, _GIVEN):
        yield from (key for key in pattern.findall(text) if not _PLACE.search(key))


def _numbers(text: str, regions: Collection[str]) -> Iterator[str]:
    """Find what the automaton of all numbering plans takes for a number."""
    written = [_Written(one) for one in dict.fromkeys(_NUMBER.findall(text)) if not _DATE.search(one)]
    for region in (None, *regions):
        for one, number in zip(written, _read([one.whole(region) for one in written], region), strict=True):
            one.found += [number] if number else []
    parts = [part for one in written if regions and not one.found for part in one.parts()]
    found = [number for one in written for number in one.found]
    found += [number for region in regions for number in _read(parts, region) if number]
    yield from (number for number in dict.fromkeys(found) if not FICTION.fullmatch(number))


class _Written:
    """Digits as they stand in a text, and the numbers found in them."""

    def __init__(self, text: str) -> None:
        self.text, self.found = text, list[str]()

    def whole(self, region: str | None) -> str | None:
        """Return what is to be read as one number; without a region that begins with a plus, written or lost."""
        if region or self.text[0] == "+":
            return self.text
        few, most = _BARE
        return f"+{self.text}" if self.text.isdigit() and few <= len(self.text) <= most else None

    def parts(self) -> Iterator[str]:
        """Cut at blanks, in every way: beside each other may stand two numbers, or one and something else."""
        words = self.text.split()
        for first in range(len(words)):
            yield from (" ".join(words[first : first + count]) for count in range(1, _WORDS + 1))


def _read(texts: Sequence[str | None], region: str | None) -> Sequence[str | None]:
    numbers: Sequence[str | None] = parsing.parse(column(texts), region=region).value.to_pylist()
    return numbers
