"""The peer that reads numbers: phonenumbers, with its patterns kept, which makes it faster than it comes.

Keeping them is a setting of the whole process, and listkit does not make it. It is therefore
put on for the peer's own time and taken off again, so that it never speeds our side up.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import re_util

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

_KEPT: dict[str, object] = {}


def read_each(texts: pd.Series, region: str | None = None) -> pd.Series:
    """Read a column number by number: E.164, missing where there is no valid number."""
    with patterns_kept():
        return texts.map(lambda text: read(text, region)).astype("str")


def read(text: str, region: str | None) -> str | None:
    """Read one number: E.164, None where it is no valid number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@contextmanager
def patterns_kept() -> Iterator[None]:
    """Do what `phonenumbers.enable_pattern_cache` does, and undo it: the library itself cannot."""
    re_util._COMPILED_PATTERNS = _KEPT
    try:
        yield
    finally:
        re_util._COMPILED_PATTERNS = None
