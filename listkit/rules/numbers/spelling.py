"""What libphonenumber takes for the number in a text: where it begins, what its extension is, what letters stand for.

The patterns are the installed library's own, read by Arrow for a whole column. Arrow's engine
knows digits and letters of ASCII only, so those of other scripts are dealt with before.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from listkit.rules.verdict import Column

_LETTERS = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
LONGEST = 250
"""The library reads no text that is longer."""

_VANITY = r"[A-Za-z](?:.*[A-Za-z]){2}"
"""So many letters stand for the digits on their keys; fewer stand for nothing."""

_KEYS = {ord(letter): str(digit) for digit, letters in enumerate(_LETTERS, 2) for letter in letters + letters.upper()}
_PARAMETERS = r";phone-context=|;isub="
_AFTER_ASCII = 128
_OTHER_LETTER = re.compile(r"[^\W\x00-\x7f]")


class Found(NamedTuple):
    """The numbers in a column of texts: null where there is none, or where the library is to be asked for it."""

    numbers: Column
    is_asked: pa.Array


class _Patterns(NamedTuple):
    viable: str
    extension: str


def find(column: Column) -> Found:
    """Find the number in each text, as the library does before it reads the digits.

    >>> from listkit.rules.verdict import column
    >>> find(column(["tel: 020 26123415 ext 12", "1-800-FLOWERS", "none"])).numbers.to_pylist()
    ['020 26123415', '1-800-3569377', None]
    """
    patterns = _patterns()
    if patterns is None:
        unknown = pa.nulls(len(column), pa.string())
        return Found(unknown, pc.is_null(unknown))
    texts, is_foreign = _in_ascii(column)
    begun = pc.replace_substring_regex(texts, r"(?s)^[^+＋0-9]+", "")
    begun = pc.replace_substring_regex(begun, r"(?s)[^#A-Za-z0-9]+$", "")
    whole = pc.replace_substring_regex(begun, r"(?s)[\\/] *x.*$", "")
    alone = pc.replace_substring_regex(whole, patterns.extension, "")
    alone = pc.if_else(pc.match_substring_regex(alone, patterns.viable), alone, whole)
    is_vanity = pc.fill_null(pc.match_substring_regex(alone, _VANITY), fill_value=False)
    keyed = [text.translate(_KEYS) for text in alone.filter(is_vanity).to_pylist()]
    alone = pc.replace_with_mask(alone, is_vanity, pa.array(keyed, pa.string()))
    numbers = pc.replace_substring_regex(alone, r"^[+＋]+", "+")
    is_asked = pc.or_(pc.match_substring_regex(texts, _PARAMETERS), pc.and_(is_vanity, is_foreign))
    is_asked = pc.fill_null(is_asked, fill_value=True)
    is_viable = pc.and_(pc.match_substring_regex(whole, patterns.viable), pc.invert(is_asked))
    return Found(pc.if_else(is_viable, numbers, None), is_asked)


def _in_ascii(column: Column) -> tuple[Column, pa.Array]:
    """Write the digits of other scripts as ASCII, and say where; a text with other scripts' letters becomes null."""
    is_foreign = pc.fill_null(pc.invert(pc.string_is_ascii(column)), fill_value=False)
    if not pc.any(is_foreign).as_py():
        return column, is_foreign
    written = (text.translate(_digits()) for text in column.filter(is_foreign).to_pylist())
    plain = [None if _OTHER_LETTER.search(text) else text for text in written]
    return pc.replace_with_mask(column, is_foreign, pa.array(plain, pa.string())), is_foreign


@cache
def _digits() -> dict[int, str]:
    """Return the digits of all scripts but ASCII's own, and what each is."""
    marks = map(chr, range(_AFTER_ASCII, sys.maxunicode + 1))
    return {ord(mark): str(unicodedata.decimal(mark)) for mark in marks if mark.isdecimal()}


@cache
def _patterns() -> _Patterns | None:
    """Take the patterns of the library; None where it has others than it had for years."""
    from phonenumbers import phonenumberutil as library  # noqa: PLC0415 - heavy, and only needed for odd texts

    viable = getattr(library, "_VALID_PHONE_NUMBER_PATTERN", None)
    extension = getattr(library, "_EXTN_PATTERN", None)
    if viable is None or extension is None:
        return None
    return _Patterns(f"(?i)^(?:{viable.pattern})$", f"(?i){extension.pattern}")
