"""Cells set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.text import read_column

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


class Edit(NamedTuple):
    """One cell: its row's label in the index, its column, what it held, and what it is to hold."""

    line: Hashable
    column: str
    before: str | None
    after: str | None


def edit(frame: pd.DataFrame, cells: Iterable[tuple[Hashable, str, str | None, str | None]]) -> pd.DataFrame:
    """Return a copy in which some cells hold other text: `(line, column, before, after)` each.

    `line` is the row's label in the index, which is the file's own row number after
    `lk.read_file`. A cell is only set where it holds `before`, so that an edit that was made for
    one file leaves another alone; None is an empty cell. Of two edits of one cell the later counts.

    Raises ColumnsError where a column is not there, and ListkitError where two rows have the label.

    >>> people = pd.DataFrame({"Mobile": ["98765O4321", "9876504322"]}, index=[2, 3])
    >>> edit(people, [(2, "Mobile", "98765O4321", "9876504321")])["Mobile"].tolist()
    ['9876504321', '9876504322']
    """
    edits = [Edit(*cell) for cell in cells]
    edited = frame.copy()
    for column in dict.fromkeys(one.column for one in edits):
        if column not in frame.columns:
            raise ColumnsError(f"There is no column {column!r} to edit.", columns=[str(name) for name in frame.columns])
        values = read_column(frame[column]).to_pylist()
        for one in edits:
            at = _row(frame, one.line) if one.column == column else None
            if at is not None and values[at] == one.before:
                values[at] = one.after
        edited[column] = pd.Series(values, index=frame.index, dtype="str") if values else frame[column]
    return edited


def _row(frame: pd.DataFrame, line: Hashable) -> int | None:
    """Return the position of a row, None where there is no such row."""
    if line not in frame.index:
        return None
    at = frame.index.get_loc(line)
    if not isinstance(at, int):
        raise ListkitError(f"Two rows are called {line!r}, so that it cannot be told which is meant.")
    return at
