"""What all workbooks have in common: sheets to choose from, and rows of cells with a header somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import ReadError
from listkit.frame.documents import header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.frame.documents.document import Findings, Piece
    from listkit.frame.documents.header import Row

CELLS_MAXIMUM = 20_000_000


def choose(names: Sequence[str], wanted: str | int | None, filled: Sequence[str]) -> tuple[str, list[str]]:
    """Choose a sheet by name, by position from 0, or as the first of those that are filled; tell of the others."""
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted], []
    if wanted is not None and wanted not in names:
        raise ReadError(f"There is no sheet {wanted!r}; there are {', '.join(map(repr, names))}.")
    if isinstance(wanted, str):
        return wanted, []
    if not names:
        raise ReadError("The workbook has no sheet of cells: there is nothing to read.")
    chosen = (filled or names)[0]
    others = [name for name in filled if name != chosen]
    told = f"Sheet {chosen!r} is read; {', '.join(map(repr, others))} is not: name it with sheet=."
    return chosen, [told] if others else []


def pieces(rows: Sequence[tuple[int, Row]], found: Findings, wanted: int | None) -> Iterator[Piece]:
    """Make a piece of a sheet's rows, and note in its findings what was seen."""
    widest = max((len(row) for _, row in rows), default=0)
    square = [(number, [*row, *[None] * (widest - len(row))] if row else row) for number, row in rows]
    named = header.find(square, wanted)
    told = header.Told(named)
    piece = told.square(square)
    found.header_row, found.unnamed = named.row, told.unnamed
    found.problems = [*found.problems, *told.sentences()]
    yield piece
