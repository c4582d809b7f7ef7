"""What a workbook's number format says of a stored number: a date, zeros before it, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from listkit.frame.text import as_text

DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The formats that have a number and no text, and are dates or times."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LEAP_THAT_WAS_NOT = 60
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zones
_FIRST_EARLY = _FIRST + timedelta(days=1)
_FIRST_OF_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same
_LAST_DAY = 2_958_466
_MILLISECONDS = 86_400_000
_ZEROS = 2


@dataclass(frozen=True)
class Format:
    """How a number is shown as far as it matters: as a date, as a span of time, with zeros before it."""

    is_date: bool = False
    is_elapsed: bool = False
    zeros: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether the stored number is all there is."""
        return not (self.is_date or self.is_elapsed or self.zeros)


PLAIN = Format()


@cache
def understand(code: str) -> Format:
    """Understand a format as a person writes it into a spreadsheet.

    >>> understand("00000").zeros, understand("dd/mm/yyyy").is_date, understand("#,##0.00").is_plain
    (5, True, True)
    """
    shown = _LITERAL.sub("", code.partition(";")[0])
    if _ELAPSED.search(shown):
        return Format(is_elapsed=True)
    if shown.strip().lower() in {"general", "@", ""}:
        return PLAIN
    if re.search("[ymdhs]", shown, re.IGNORECASE):
        return Format(is_date=True)
    zeros = shown.partition(".")[0].count("0")
    return Format(zeros=zeros) if zeros >= _ZEROS and not re.search("[eE%?/,]", shown) else PLAIN


def write(number: float, shown: Format, *, is_1904: bool = False) -> str | None:
    """Write a stored number as text: a date as ISO 8601, any other with the zeros that its format pads.

    >>> write(46334.375, Format(is_date=True)), write(12.0, Format(zeros=5)), write(1.25, Format(is_elapsed=True))
    ('2026-11-08T09:00:00', '00012', '30:00:00')
    """
    if shown.is_elapsed:
        minutes, seconds = divmod(round(number * _MILLISECONDS / 1000), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if shown.is_date and 0 <= number < _LAST_DAY:
        span = timedelta(milliseconds=round(number * _MILLISECONDS))
        if span < timedelta(days=1):
            return (datetime.min + span).time().isoformat()  # noqa: DTZ901 - the same
        return as_text((_FIRST_OF_1904 if is_1904 else _FIRST if number >= _LEAP_THAT_WAS_NOT else _FIRST_EARLY) + span)
    text = as_text(number)
    if text is None or not shown.zeros:
        return text
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, part = digits.partition(".")
    return f"{sign}{whole.zfill(shown.zeros)}{point}{part}"


def write_all(
    numbers: np.ndarray[Any, np.dtype[np.float64]], shown: Format, *, is_1904: bool = False
) -> list[str | None]:
    """Write many stored numbers as `write` writes each.

    >>> write_all(np.array([46334, 46334.375]), Format(is_date=True))
    ['2026-11-08', '2026-11-08T09:00:00']
    """
    begin = 1 if is_1904 else _LEAP_THAT_WAS_NOT
    if not shown.is_date or shown.is_elapsed or not ((numbers >= begin) & (numbers < _LAST_DAY)).all():
        return [write(number, shown, is_1904=is_1904) for number in numbers.tolist()]
    first = np.datetime64(_FIRST_OF_1904 if is_1904 else _FIRST, "ms")
    moments = np.datetime_as_string(first + np.rint(numbers * _MILLISECONDS).astype("m8[ms]"), unit="ms").tolist()
    return [
        f"{moment}000" if not moment.endswith(".000") else moment[:-4].removesuffix("T00:00:00") for moment in moments
    ]
