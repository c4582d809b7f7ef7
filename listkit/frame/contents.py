"""What the cells of a column look like: a few hundred of them, taken from all over it."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from listkit.frame import homes, vocabulary
from listkit.frame.text import read_column
from listkit.rules import country, damage, phone
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from listkit.frame.homes import Home

ROWS, CELLS, FEWEST = 1_500, 200, 20
"""Rows that are looked at, different cells that are judged, and how few send a second look to the filled rows alone."""


class Content:
    """Some different cells of a column, without the ways to write *nothing*, in their order.

    `filled` is the share of the rows that have one, None where there are no rows at all.
    """

    def __init__(self, series: pd.Series[Any]) -> None:
        texts, self._rows = _spread(series)
        filled = [(row, cell) for row, cell in zip(self._rows, texts, strict=True) if cell]
        self.filled = len(filled) / len(texts) if texts else None
        if len(filled) < FEWEST and len(series) > len(texts):
            texts, rows = _spread(series[series.notna()])
            filled = [(row, cell) for row, cell in zip(rows, texts, strict=True) if cell]
        self._placed = filled
        self._shares: dict[str, float | None] = {}
        self.cells = list(dict.fromkeys(cell for _, cell in filled))[:CELLS]

    def share(self, meaning: str) -> float | None:
        """Return the share of cells that look like a meaning; None where looks tell nothing."""
        if meaning not in self._shares:
            self._shares[meaning] = self._share(meaning)
        return self._shares[meaning]

    def _share(self, meaning: str) -> float | None:
        look = _LOOKS.get(meaning)
        if look is None or not self.cells:
            return None
        return sum(map(look, self.cells)) / len(self.cells)

    @cached_property
    def are_numbers(self) -> bool:
        """Whether most cells hold no words: no names can be among them."""
        worded = sum(len(damage.letters(cell)) > len(damage.digits(cell)) and "@" not in cell for cell in self.cells)
        return 2 * worded < len(self.cells)

    @cached_property
    def are_firms(self) -> bool:
        """Whether a good part of the cells ends as companies do: Ltd, GmbH, S.A."""
        return (self.share("company") or 0.0) >= _FIRMS

    @cached_property
    def is_other(self) -> bool:
        """Whether the cells are the digits of something else: a day, an Aadhaar number, a running number."""
        bare = [cell for cell in self.cells if cell.isdecimal()]
        if 2 * len(bare) < len(self.cells):
            return False
        days = sum(bool(_PLAIN_DAY.fullmatch(cell)) for cell in bare)
        checked = sum(len(cell) == _AADHAAR and cell[0] not in "01" and _is_verhoeff(cell) for cell in bare)
        return max(days, checked) >= _MOST * len(bare) or self._is_counted()

    @cached_property
    def validity(self) -> float:
        """Return the share of cells that are a telephone number, in the country that suits them best."""
        if not self.cells:
            return 0.0
        sure = len(self.cells) - int(self._judged.value.null_count)
        at_home = self.home.share if self.home and homes.is_telling(self.home, self._open) else 0.0
        return (sure + at_home * len(self._open)) / len(self.cells)

    @cached_property
    def home(self) -> Home | None:
        """Find the country whose numbers the cells without a country code are; None where all have one."""
        return homes.find(self._open)

    @cached_property
    def _judged(self) -> phone.Phones:
        return phone.judge(column(self.cells))

    @cached_property
    def _open(self) -> list[str]:
        """The cells that are numbers only in a country that nobody has named yet."""
        codes = self._judged.code.to_pylist()
        return [cell for cell, code in zip(self.cells, codes, strict=True) if code in {"no_region", "ambiguous"}]

    def _is_counted(self) -> bool:
        """Whether the numbers only count the rows: each is greater than the one before, by a few for each row."""
        numbers = [(row, int(cell)) for row, cell in self._placed if cell.isdecimal() and len(cell) <= _LONGEST]
        if len(numbers) < _COUNTED:
            return False
        rows, values = zip(*numbers, strict=True)
        rises = all(before < after for before, after in pairwise(values))
        return rises and values[-1] - values[0] <= _STRIDE * (rows[-1] - rows[0])


_FIRMS, _MOST = 0.4, 0.9
_AADHAAR, _LONGEST, _COUNTED, _STRIDE = 12, 18, 8, 20


def _spread(series: pd.Series[Any]) -> tuple[list[str | None], Sequence[int]]:
    """Take rows from all over a column, always the same ones; a cell that says *nothing* is None."""
    size = len(series)
    rows = np.unique(np.linspace(0, size - 1, min(size, ROWS)).astype(np.int64)) if size else np.empty(0, np.int64)
    texts = read_column(series.iloc[rows]).to_pylist()
    tidy = [damage.tidy(text)[0] if text else None for text in texts]
    return [text if text and not damage.is_placeholder(text) else None for text in tidy], rows.tolist()


# ---- how a cell looks --------------------------------------------------------------------

_DIGITS = (7, 15)
_NO_NUMBER = re.compile(
    r"-?[0-9]+[.,][0-9]*[1-9][0-9]*"  # an amount
    r"|-[0-9]+"
    r"|-?[0-9]{1,3}\.[0-9]{3,}\s*[,;/ ]\s*-?[0-9]{1,3}\.[0-9]{3,}"  # a place on the map
    r"|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}.*"
    r"|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}.*"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"  # an address of a computer
    r"|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{4})?"  # Aadhaar, a card
    r"|[0-9]{5}-[0-9]{3,4}"  # a post code of Brazil, of the United States
    r"|[0-9]{3}-[0-9]{2}-[0-9]{4}"  # a social security number
    r"|.*[$€£¥₹].*"
)
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]{2}")
_PLAIN_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-9]{6})?")
_WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


def _is_like_phone(cell: str) -> bool:
    if _NO_NUMBER.fullmatch(cell):
        return False
    if _SCIENTIFIC.fullmatch(cell):
        return True
    fewest, most = _DIGITS
    runs = [damage.digits(run) for run in re.split(r"[,;/|]", cell)]
    letters = len(damage.letters(cell))
    return letters <= len(cell) / 3 and any(fewest <= len(run) <= most for run in runs)


def _is_like_email(cell: str) -> bool:
    return bool(re.fullmatch(r"\S+@\S+\.\S+", cell))


@lru_cache(1 << 10)
def _is_like_country(cell: str) -> bool:
    return bool(country.parse(column([cell])).value[0].is_valid)


def _is_several_words(cell: str) -> bool:
    """Whether a name has more than one word; scripts without spaces write both as one."""
    return " " in cell or "," in cell or bool(_WIDE.fullmatch(cell))


def _is_one_word(cell: str) -> bool:
    return " " not in cell


_LOOKS: dict[str, Callable[[str], bool]] = {
    "phone": _is_like_phone,
    "email": _is_like_email,
    "full_name": _is_several_words,
    "first_name": _is_one_word,
    "last_name": _is_one_word,
    "country": _is_like_country,
    "company": vocabulary.is_firm,
}

_TURNED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""What each digit becomes, once for each place."""


def _is_verhoeff(digits: str) -> bool:
    """Whether the last digit checks the others by the scheme of Verhoeff, as that of an Aadhaar number does."""
    told = 0
    for place, digit in enumerate(reversed(digits)):
        one = int(digit)
        for _ in range(place % 8):
            one = _TURNED[one]
        told = _multiply(told, one)
    return told == 0


def _multiply(one: int, other: int) -> int:
    """Multiply in the group of the turns and flips of a pentagon."""
    turn = (one + other) % 5 if one < 5 else (one - other) % 5  # noqa: PLR2004 - a pentagon has five corners
    return turn if (one < 5) == (other < 5) else turn + 5  # noqa: PLR2004 - the same
