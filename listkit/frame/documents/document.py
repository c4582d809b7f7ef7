"""What every kind of file is read as: pieces of text, one after the other, and what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


class Piece:
    """Whole rows from the middle of a file: a table of text, and the number of each row in the file."""

    def __init__(self, table: pa.Table, numbers: Numbers | Sequence[int]) -> None:
        self.table, self.numbers = table, np.asarray(numbers, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, start: int, stop: int) -> Piece:
        """Return some of the rows."""
        return Piece(self.table.slice(start, stop - start), self.numbers[start:stop])


@dataclass(kw_only=True)
class Findings:
    """What was found in a file; None where its kind has no such thing.

    `header_row` is the file's own number of the row with the names, 0 where there is none.
    `unnamed` are the columns that the file does not name itself; `problems` are sentences for a person.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int = 0
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    unnamed: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)


class Document(Protocol):
    """A file that is open for reading: walked again, it begins anew; `found` is whole when a walk has ended."""

    found: Findings

    def __iter__(self) -> Iterator[Piece]: ...


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a person says of a file, instead of having it found."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None


def cut(pieces: Iterable[Piece], size: int) -> Iterator[Piece]:
    """Cut pieces anew, so that each has `size` rows but the last."""
    waiting: list[Piece] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) < size:
            continue
        whole = join(waiting)
        full = len(whole) - len(whole) % size
        yield from (whole.part(start, start + size) for start in range(0, full, size))
        waiting = [whole.part(full, len(whole))]
    last = join(waiting)
    if len(last):
        yield last


def join(pieces: Sequence[Piece]) -> Piece:
    """Put pieces under each other; a column that one of them does not have is empty there."""
    if not pieces:
        return Piece(pa.table({}), [])
    table = pa.concat_tables([piece.table for piece in pieces], promote_options="default")
    return Piece(table, np.concatenate([piece.numbers for piece in pieces]))


def texts(columns: dict[str, list[Any]]) -> pa.Table:
    """Make a table of lists of text; an empty text is a missing cell."""
    return pa.table({name: _text_column(cells) for name, cells in columns.items()})


def _text_column(cells: list[Any]) -> pa.Array:
    try:
        return pa.array([cell or None for cell in cells], pa.string())
    except UnicodeEncodeError:  # half of a pair of surrogates means nothing
        return pa.array([cell.encode("utf-8", "replace").decode() if cell else None for cell in cells], pa.string())
