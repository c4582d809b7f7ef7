"""Text as a person meant it: its white space, marks that cannot be seen, a spreadsheet's quotes, a wrong encoding."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one, truths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.rules.verdict import Flags


class Seen(NamedTuple):
    """A text after it was mended, and what was found in it."""

    text: str
    found: tuple[damage.Finding, ...] = ()
    suggestion: str | None = None


def tidy(column: Column) -> Verdicts:
    """Trim texts, make one space of many, and take out what no person wrote; every word stays.

    >>> from listkit.rules.verdict import column
    >>> tidy(column(["  Star   Traders ", '="Acme"', "FranÃ§ois", "NA"])).value.to_pylist()
    ['Star Traders', 'Acme', 'François', 'NA']
    """
    return judged(column_in_one(column), untidy, _tidy)


def mend(text: str) -> Seen:
    """Mend one text, as `tidy` mends a column of them.

    >>> mend("\u200eZoÃ«").text
    'Zoë'
    """
    found: list[damage.Finding] = []
    left = text
    while True:
        seen = _mend_once(left)
        found += [one for one in seen.found if one not in found]
        if seen.text == left:
            return Seen(left, tuple(found), seen.suggestion)
        left = seen.text


def unwrap(text: str) -> Seen:
    r"""Take off what a spreadsheet puts around a text: a quote mark before it, a formula that is only the text.

    The apostrophe of *'t Hooft*, and one that is closed again further on, belong to the text.

    >>> unwrap("'Asha").text, unwrap('="Asha"').text, unwrap("'t Hooft").text
    ('Asha', 'Asha', "'t Hooft")
    """
    if inner := _FORMULA.fullmatch(text):
        return Seen(" ".join(inner[1].replace('""', '"').split()), (damage.name("formula"),))
    if _QUOTE.match(text) and (bare := text[1:].lstrip()):
        return Seen(bare, (damage.name("quote_mark"),))
    return Seen(text)


def judged(texts: Column, find: Callable[[Column], Flags], rule: Callable[[str | None], Verdict]) -> Verdicts:
    """Ask a rule about the different texts in which something was found; of the others nothing is to be told."""
    encoded = pc.dictionary_encode(texts)
    different, order = encoded.dictionary, encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
    places = np.flatnonzero(find(different))
    place = np.full(len(different) + 1, -1)
    place[places] = np.arange(len(places))
    which = place[order]
    rows = np.flatnonzero(which >= 0)
    own = Verdicts.of(rule, different.take(pa.array(places)))
    return Verdicts.untold(texts).patched(rows, own.taken(which[rows]))


def untidy(texts: Column) -> Flags:
    """Find the texts in which there may be something to mend."""
    is_untidy = ~truths(pc.match_substring_regex(texts, _TIDY))
    others = np.flatnonzero(~truths(pc.string_is_ascii(texts)))
    some = texts.take(pa.array(others))
    is_untidy[others] |= truths(pc.not_equal(pc.utf8_normalize(some, form="NFC"), some))
    return is_untidy


def verdict(text: str, found: Sequence[damage.Finding], suggestion: str | None = None) -> Verdict:
    """Make the verdict on a text in which something was found."""
    return Verdict(text, damage.gravest(found), "; ".join(one.reason for one in found), suggestion)


def _tidy(text: str | None) -> Verdict:
    return Verdict() if text is None else verdict(*mend(text))


def _mend_once(text: str) -> Seen:
    """Mend what can be seen at once; what that uncovers is for the next time."""
    seen = _decoded(text)
    plain, marks = _shown(seen.text)
    found = [*seen.found, *([damage.name("invisible_marks", what=marks)] if marks else [])]
    bare = unwrap(" ".join(plain.split()))
    return Seen(bare.text, (*found, *bare.found), seen.suggestion)


def _shown(text: str) -> tuple[str, str]:
    """Take out the marks that cannot be seen, and say which; joiners inside a script that needs them stay."""
    if text.isascii() and text.isprintable():
        return text, ""
    parts = _JOINERS.split(text)
    shown = "".join(part if at % 2 else _without_marks(part) for at, part in enumerate(parts))
    marks = dict.fromkeys(mark for part in parts[::2] for mark in part if damage.is_mark(mark))
    return unicodedata.normalize("NFC", shown), ", ".join(f"U+{ord(mark):04X}" for mark in marks)


def _without_marks(text: str) -> str:
    return "".join(" " if mark.isspace() else "" if damage.is_mark(mark) else mark for mark in text)


def _decoded(text: str) -> Seen:
    """Read a text again that was read in a wrong encoding, where every letter of it is sure."""
    if text.isascii() or len(text) > _LONGEST:
        return Seen(text)
    if "\ufffd" in text:
        return Seen(text, (damage.name("lost_letters", what=text.strip()),))
    fix = _fixer()
    mended = fix(text, decode_inconsistent_utf8=False)
    if mended != text and not any(unicodedata.category(mark)[0] in "SC" for mark in {*mended} - {*text}):
        return Seen(mended, (damage.name("wrong_encoding", what=text.strip()),))
    if (likely := fix(text, decode_inconsistent_utf8=True)) != text:
        return Seen(text, (damage.name("lost_letters", what=text.strip()),), likely)
    return Seen(text)


@cache
def _fixer() -> Callable[..., str]:
    from ftfy import fix_encoding  # noqa: PLC0415 - heavy, and only needed where letters may be wrong

    def fix(text: str, *, decode_inconsistent_utf8: bool) -> str:
        return fix_encoding(
            text, replace_lossy_sequences=False, decode_inconsistent_utf8=decode_inconsistent_utf8, explain=False
        )

    return fix


_LONGEST = 2000
"""What is longer is read as it is: it is no field of a contact, and would take long."""

_DOUBTFUL = r"\pZ\p{C}\x{80}-\x{58f}\x{2000}-\x{2bff}\x{fb00}-\x{fb06}\x{fffd}"
"""White space and what cannot be seen; and the letters and signs that a wrong encoding makes of others."""

_TIDY = rf"^(?:[^{_DOUBTFUL}='`][^{_DOUBTFUL}]*(?: [^{_DOUBTFUL}]+)*)?$"
"""Words with one space between them, and nothing before them that a spreadsheet may have put there."""

_JOINERS = re.compile("(?<=[\u0600-\u1fff\u2d30-\U0010ffff])([\u200c\u200d])(?=[\u0600-\u1fff\u2d30-\U0010ffff]|\\s|$)")
"""Joiners after a letter of a script that writes with them, as in ශ්‍රී or می‌خواهم, and in pictures of several."""

_FORMULA = re.compile(r'=\s*"((?:[^"]|"")*)"')
_QUOTE = re.compile(r"['`\u2018\u2019](?![ts][ -])(?!.*['`\u2018\u2019](?:\W|$))", re.IGNORECASE | re.DOTALL)
