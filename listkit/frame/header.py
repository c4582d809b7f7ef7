"""Rows of cells into named columns: where the header is, and what a row owes to it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import count, islice
from typing import TYPE_CHECKING

import pyarrow as pa

from listkit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = list[str | None]

_LOOKED_AT = 50
_NAMED = 5
_PHONE_DIGITS = 7


@dataclass
class Header:
    """The row that names the columns: its number in the file (0 where there is none), and the names."""

    row: int
    names: list[str]
    given: list[bool] = field(repr=False)
    problems: list[str] = field(default_factory=list)


def find(rows: Sequence[tuple[int, Row]], wanted: int | None = None) -> Header:
    """Find the row that names the columns among the first rows of a file; `wanted` overrules what is found.

    A header is the first row about as full as the fullest, of words. Rows of titles before
    it are left out, and told.

    >>> find([(1, ["Guests", None]), (2, ["Name", "Mobile"]), (3, ["Asha", "+919876543210"])]).row
    2
    """
    top = list(islice(rows, _LOOKED_AT))
    if not any(_filled(row) for _, row in top):
        raise ReadError("The file is empty: there is no row with column names, and none below it.")
    if wanted == 0:
        return _named(0, [], max(len(row) for _, row in top))
    found = _at(top, wanted) if wanted else _first(top)
    header = _named(*found, width=len(found[1]))
    before = [number for number, row in top if number < found[0] and _filled(row)]
    if before:
        header.problems.append(f"{_rows(before)} above the header in row {found[0]}, and left out.")
    return header


def square(header: Header, rows: Iterable[tuple[int, Row]]) -> tuple[pa.Table, list[int]]:
    """Make a table of all rows below the header, each as wide as the widest; and their numbers in the file.

    A short row ends with missing cells. What a long row has too many goes to columns
    `unnamed_N`, and is told. A row that is blank from end to end is left out, and told.
    """
    numbers: list[int] = []
    body: list[Row] = []
    blank: list[int] = []
    short: list[int] = []
    long: list[int] = []
    width = len(header.names)
    for number, row in rows:
        if number <= header.row:
            continue
        if not row:
            blank.append(number)
            continue
        if len(row) < width:
            short.append(number)
        elif _filled(row[width:]):
            long.append(number)
        numbers.append(number)
        body.append(row)
    header.problems += [
        *([f"{_rows(blank)} blank and left out."] if blank else []),
        *([f"{_rows(short)} shorter than the header: the missing cells are empty."] if short else []),
        *([f"{_rows(long)} longer than the header: the extra cells are in columns named unnamed_N."] if long else []),
    ]
    widest = max((width, *map(len, body)))
    for at in range(width, widest):
        header.names.append(_unique(f"unnamed_{at + 1}", header.names))
    arrays = [
        pa.array([row[at] or None if at < len(row) else None for row in body], pa.string()) for at in range(widest)
    ]
    return name(header, arrays), numbers


def name(header: Header, arrays: Sequence[pa.Array]) -> pa.Table:
    """Name the columns; those without a name and without a cell are the file's own margin, and go."""
    kept: dict[str, pa.Array] = {}
    nameless: list[str] = []
    for at, (called, array) in enumerate(zip(header.names, arrays, strict=True)):
        is_given = at < len(header.given) and header.given[at]
        if is_given or array.null_count < len(array):
            kept[called] = array
            nameless += [called] if at < len(header.given) and not is_given else []
    if nameless and header.row:
        header.problems.append(f"{len(nameless)} column(s) without a name: called {', '.join(nameless)}.")
    return pa.table(kept)


def _first(rows: Sequence[tuple[int, Row]]) -> tuple[int, Row]:
    filled = [(number, row) for number, row in rows if _filled(row)]
    fullest = max(_filled(row) for _, row in filled)
    number, row = next((number, row) for number, row in filled if 2 * _filled(row) >= fullest)
    below = next((other for other in filled if other[0] > number), None)
    if below and _filled(row) == 1 < _filled(below[1]) and _is_words(below[1]):
        number, row = below  # a lone cell above a row of words is a title
    if not _is_words(row):
        raise ReadError(
            f"There is no row with column names: row {number} already holds data; add a first line that names "
            "the columns, or read it with header_row=0 to have them numbered."
        )
    return number, row


def _at(rows: Sequence[tuple[int, Row]], wanted: int) -> tuple[int, Row]:
    for number, row in rows:
        if number == wanted and _filled(row):
            return number, row
    raise ReadError(f"header_row={wanted} is no filled row among the first {rows[-1][0]} rows of the file.")


def _named(row: int, cells: Row, width: int) -> Header:
    """Give each column a name of its own, and tell which names were repeated."""
    written = [" ".join((cell or "").split()) for cell in cells] + [""] * (width - len(cells))
    header = Header(row, [], [bool(called) for called in written])
    for at, called in enumerate(written):
        later = written[at + 1 :] if called in header.names or not called else []
        header.names.append(_unique(called or f"unnamed_{at + 1}", [*header.names, *later]))
    repeated = [called for called, times in Counter(filter(None, written)).items() if times > 1]
    if repeated:
        header.problems.append(
            f"More than one column is called {', '.join(map(repr, repeated))}: the later ones are numbered."
        )
    return header


def _unique(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that nobody else has, with a number where it must: Phone, Phone (2)."""
    numbered = (f"{wanted} ({number})" for number in count(2))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def _filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _is_words(row: Row) -> bool:
    """Whether the cells of a row read like names of columns: words, no telephones, no addresses."""
    cells = [cell for cell in row if cell and cell.strip()]
    worded = sum(any(mark.isalpha() for mark in cell) for cell in cells)
    data = any("@" in cell or len(re.findall(r"\d", cell)) >= _PHONE_DIGITS for cell in cells)
    return 2 * worded >= len(cells) and not data


def _rows(numbers: Sequence[int]) -> str:
    """Name some rows: all of a few, the first of many."""
    told = ", ".join(f"{number:,}" for number in numbers[:_NAMED])
    if len(numbers) == 1:
        return f"Row {told} is"
    return f"{len(numbers):,} rows ({told}{', …' if len(numbers) > _NAMED else ''}) are"
