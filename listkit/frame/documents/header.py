"""Rows of cells into named columns: where the header is, and what a row owes to it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ReadError
from listkit.frame.documents import footers
from listkit.frame.documents.document import Piece

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


class Told:
    """What is said of a file's rows while they are made into pieces: each piece as wide as its widest row.

    A short row ends with missing cells. What a long row has too many goes to columns
    `unnamed_N`, and is told. A row that is blank from end to end is left out, and told.
    """

    def __init__(self, header: Header) -> None:
        self._header = header
        self._blank: list[int] = []
        self._short: list[int] = []
        self._long: list[int] = []
        self._again: list[int] = []
        self._filled: dict[str, None] = {}
        self._last: list[tuple[int, Row]] = []
        self.others: list[str] = []
        self.unnamed = frozenset(
            called for called, is_given in zip(header.names, header.given, strict=False) if not is_given
        )

    def square(self, rows: Iterable[tuple[int, Row]]) -> Piece:
        """Make a piece of the rows below the header."""
        numbers: list[int] = []
        body: list[Row] = []
        width = len(self._header.names)
        for number, row in rows:
            if number <= self._header.row:
                continue
            if not row:
                self._blank.append(number)
                continue
            if len(row) < width:
                self._short.append(number)
            elif len(row) > width and _filled(row[width:]):
                self._long.append(number)
            numbers.append(number)
            body.append(row)
        widest = max((width, *map(len, body)))
        wider = names([*self._header.names, *[""] * (widest - width)])
        self.unnamed |= set(wider[width:])
        cells = [
            pa.array([row[at] or None if at < len(row) else None for row in body], pa.string()) for at in range(widest)
        ]
        return self.look(Piece(pa.table(cells, names=wider), numbers))

    def take(self, table: pa.Table, first: int) -> Piece:
        """Make a piece of a table of cells, whose first row has this number; blank rows at its end are none."""
        if not table.num_columns:
            return Piece(table, [])
        filled = pc.is_valid(table.column(0))
        for column in table.columns[1:]:
            filled = pc.or_(filled, pc.is_valid(column))
        is_filled = filled.to_numpy()
        numbers = np.arange(first, first + len(table))
        if not is_filled.all():
            last = numbers[is_filled][-1] if is_filled.any() else first
            self._blank += [int(number) for number in numbers[~is_filled] if number < last]
            table, numbers = table.filter(filled), numbers[is_filled]
        return self.look(Piece(table, numbers))

    def look(self, piece: Piece) -> Piece:
        """Note which columns without a name hold something, and the last rows."""
        for called in self._header.names:
            if called in self.unnamed and piece.table[called].null_count < len(piece):
                self._filled[called] = None
        self._again += _repeats(piece, self._header.names)
        last = piece.part(max(0, len(piece) - footers.LOOKED_AT), len(piece))
        rows = map(list, zip(*last.table.to_pydict().values(), strict=True))
        self._last = [*self._last, *zip(last.numbers.tolist(), rows, strict=False)][-footers.LOOKED_AT :]
        return piece

    def sentences(self) -> list[str]:
        """Say what was odd, a sentence for each kind."""
        extra = "the extra cells are in columns named unnamed_N"
        return [
            *self._header.problems,
            *([f"{_rows(self._blank)} blank and left out."] if self._blank else []),
            *([f"{_rows(self._short)} shorter than the header: the missing cells are empty."] if self._short else []),
            *([f"{_rows(self._long)} longer than the header: {extra}."] if self._long else []),
            *(
                [f"{len(self._filled)} column(s) without a name: called {', '.join(self._filled)}."]
                if self._filled and self._header.row
                else []
            ),
            *([f"{_rows(self._again)} the header again, and kept."] if self._again else []),
            *(
                f"Row {number:,} looks like a total or a note, {said!r}: it is kept, and frame.drop({number}) drops it."
                for number, said in footers.find(self._last)
            ),
            *self.others,
        ]


def names(written: Sequence[str]) -> list[str]:
    """Give each column a name that no other has, with a number where it must; one without any is called by its place.

    >>> names(["Phone", "", "Phone"])
    ['Phone', 'unnamed_2', 'Phone (2)']
    """
    taken, given, numbered = set(written), dict[str, None](), Counter[str]()
    for at, called in enumerate(written, 1):
        name = wanted = called or f"unnamed_{at}"
        while name in given or (name in taken and name != called):
            numbered[wanted] = max(2, numbered[wanted] + 1)
            name = f"{wanted} ({numbered[wanted]})"
        given[name] = None
    return list(given)


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
    header = Header(row, names(written), [bool(called) for called in written])
    repeated = [called for called, times in Counter(filter(None, written)).items() if times > 1]
    if repeated:
        header.problems.append(
            f"More than one column is called {', '.join(map(repr, repeated))}: the later ones are numbered."
        )
    return header


def _repeats(piece: Piece, names: Sequence[str]) -> list[int]:
    """Find the rows that name the columns once more, as where pages were put under each other."""
    if len(names) <= 1:
        return []
    same: pa.ChunkedArray | None = None
    for called in names[:_NAMED]:
        alike = pc.equal(piece.table[called], called)
        same = alike if same is None else pc.and_(same, alike)
        if not pc.any(same).as_py():
            return []
    return [int(number) for number in piece.numbers[pc.fill_null(same, fill_value=False).to_numpy()]]


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
