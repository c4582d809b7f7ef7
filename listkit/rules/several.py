"""Several numbers in one cell: where one ends and the next begins, and what was written only once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from listkit.rules import damage
from listkit.rules.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

V = TypeVar("V", bound=Verdict)


def parts(text: str) -> list[str]:
    """Take a cell apart at the marks that people put between numbers; a plus begins a new one.

    Parts without a digit stay, for they are text beside a number. One number in the
    thousands marks of a spreadsheet is one part.

    >>> parts("011 23965532, 011 23831524")
    ['011 23965532', '011 23831524']
    >>> parts("919,876,543,210")
    ['919876543210']
    """
    if _THOUSANDS.fullmatch(text):
        return [text.replace(",", "")]
    return [part for piece in _BETWEEN.split(text) if (part := piece.strip(" .:-"))]


def is_area_and_local(text: str) -> bool:
    """Whether the one slash in a text stands between an area code and its number, as in 030/1234567.

    >>> is_area_and_local("030/1234567"), is_area_and_local("2345700/2345800")
    (True, False)
    """
    area, slash, rest = text.partition("/")
    longest = _AREA_MAXIMUM + 2 * area.startswith("+")
    before, after = damage.digits(area), damage.digits(rest)
    return bool(slash) and not _BETWEEN.search(rest) and len(before) <= longest and len(after) > len(before)


def apart(text: str, reader: Callable[[str], Verdict]) -> list[str]:
    """Take a part that is no number as a whole apart at its spaces, where that makes numbers of it.

    Every group is long enough for a number, or two halves of them can be read.
    """
    groups = text.split()
    if len(groups) == 1 or len(groups) > _GROUPS_MAXIMUM or reader(text).value:
        return [text]
    for cut in sorted(range(1, len(groups)), key=lambda cut: abs(2 * cut - len(groups))):
        first, second = " ".join(groups[:cut]), " ".join(groups[cut:])
        if reader(first).value and (reader(second).value or _local(first).may_share_area_with(second)):
            return [first, second]
    return groups if all(len(damage.digits(group)) > _AREA_MAXIMUM for group in groups) else [text]


def read(numbers: Sequence[str], reader: Callable[[str], V]) -> list[tuple[str, V]]:
    """Read numbers side by side: a later one may leave out what the last whole one before it says.

    Each comes back as it was written, with what it borrowed.
    """
    readings: list[tuple[str, V]] = []
    whole: _Local | None = None
    for written in numbers:
        own = reader(written)
        told, verdict = _borrow(written, own, whole, reader) if whole else (written, own)
        if verdict.value and told == written:
            whole = _local(written)
        readings.append((told, verdict))
    return readings


class _Local(NamedTuple):
    """A number as it was written: its area code, and the digits after it."""

    area: str
    digits: str

    def may_share_area_with(self, text: str) -> bool:
        """Whether a text has as many digits as this number after its area code, and none of a code before them."""
        as_long = len(damage.digits(text)) == len(self.digits)
        return bool(self.area) and as_long and not text.startswith(("+", "0"))


def _local(text: str) -> _Local:
    code = _AREA.match(text)
    if not code:
        return _Local("", damage.digits(text))
    return _Local(code[0].strip(" -"), damage.digits(text[code.end() :]))


def _borrow(written: str, own: V, whole: _Local, reader: Callable[[str], V]) -> tuple[str, V]:
    """Read a number that leaves out the area code, or all but its last digits, of the whole one before it."""
    bare = damage.digits(written)
    is_tail = len(bare) < _LOCAL_MINIMUM and len(bare) < len(whole.digits)
    if own.value and not whole.may_share_area_with(written):
        return written, own
    if is_tail:
        borrowed = reader(f"{whole.area} {whole.digits[: -len(bare)]}{bare}".strip())
        return (f"{written} as the end of {whole.digits}", borrowed) if borrowed.value else (written, own)
    shared = reader(f"{whole.area} {bare}") if whole.area else own
    return (f"{written} with area code {whole.area}", shared) if shared.value and whole.area else (written, own)


_GROUPS_MAXIMUM = 8
_LOCAL_MINIMUM = 5
_AREA_MAXIMUM = 5
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}|[1-9][0-9]{0,1}(?:,[0-9]{2}){2,},[0-9]{3}")
_BETWEEN = re.compile(r"[,;/|&\n\r\t]|\\[nrt]|\s+(?:or|and)\s+|\s+(?=\+\s?[0-9])", re.IGNORECASE)
_AREA = re.compile(r"(?:\+[0-9]{1,3}[\s\-]+)?\(?[0-9]{2,5}\)?(?:\s+|\s*-\s*|(?<=\)))(?=[0-9])")
