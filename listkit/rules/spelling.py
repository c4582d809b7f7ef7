"""What libphonenumber takes for the number in a text: where it begins, what its extension is, what letters stand for.

The patterns are the installed library's own, read by Arrow for a whole column. Arrow's engine
knows digits and letters of ASCII only, so those of other scripts are dealt with before.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from listkit.rules.verdict import Column

LONGEST = 250
"""The library reads no text that is longer."""

_FEWEST_LETTERS = 3
_PARAMETERS = r";phone-context=|;isub="


class Found(NamedTuple):
    """The numbers in a column of texts: null where there is none, or where the library is to be asked for it."""

    numbers: Column
    is_asked: Any


class _Patterns(NamedTuple):
    viable: str
    extension: str


def find(column: Column) -> Found:
    """Find the number in each text, as the library does before it reads the digits.

    >>> from listkit.rules.verdict import column
    >>> find(column(["tel: 020 26123415 ext 12", "1-800-FLOWERS", "none"])).numbers.to_pylist()
    ['020 26123415', '1-800-FLOWERS', None]
    """
    patterns = _patterns()
    if patterns is None:
        return Found(pa.nulls(len(column), pa.string()), pa.repeat(pa.scalar(value=True), len(column)))
    texts, is_foreign = _in_ascii(column)
    is_asked = pc.fill_null(pc.or_(is_foreign, pc.match_substring_regex(texts, _PARAMETERS)), fill_value=True)
    begun = pc.replace_substring_regex(texts, r"(?s)^[^+＋0-9]+", "")
    begun = pc.replace_substring_regex(begun, r"(?s)[^#A-Za-z0-9]+$", "")
    whole = pc.replace_substring_regex(begun, r"(?s)[\\/] *x.*$", "")
    alone = pc.replace_substring_regex(whole, patterns.extension, "")
    alone = pc.if_else(pc.match_substring_regex(alone, patterns.viable), alone, whole)
    letters = pc.count_substring_regex(alone, "[A-Za-z]")
    few = pc.replace_substring_regex(alone, "[A-Za-z]", "")
    digits = pc.if_else(pc.less(letters, _FEWEST_LETTERS), few, alone)
    numbers = pc.replace_substring_regex(digits, r"^[+＋]+", "+")
    is_viable = pc.and_(pc.match_substring_regex(whole, patterns.viable), pc.invert(is_asked))
    return Found(pc.if_else(is_viable, numbers, None), is_asked)


def _in_ascii(column: Column) -> tuple[Column, Any]:
    """Write the digits of other scripts as ASCII; say which texts have letters of other scripts."""
    is_plain = pc.string_is_ascii(column)
    if pc.all(is_plain).as_py() is not False:
        return column, pc.fill_null(pc.invert(is_plain), fill_value=False)
    written = [text if text is None or text.isascii() else _digits(text) for text in column.to_pylist()]
    texts = pa.array(written, pa.string())
    return texts, pc.and_(pc.is_null(texts), pc.is_valid(column))


def _digits(text: str) -> str | None:
    """Write the digits of a text as ASCII; None where it has other scripts' letters, or letters that are digits."""
    plain = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in text)
    letters = [mark for mark in plain if mark.isalnum() and not mark.isdecimal()]
    return plain if "".join(letters).isascii() and len(letters) < _FEWEST_LETTERS else None


@cache
def _patterns() -> _Patterns | None:
    """Take the patterns of the library; None where it has others than it had for years."""
    from phonenumbers import phonenumberutil as library  # noqa: PLC0415 - heavy, and only needed for odd texts

    viable = getattr(library, "_VALID_PHONE_NUMBER_PATTERN", None)
    extension = getattr(library, "_EXTN_PATTERN", None)
    if viable is None or extension is None:
        return None
    return _Patterns(f"(?i)^(?:{viable.pattern})$", f"(?i){extension.pattern}")
