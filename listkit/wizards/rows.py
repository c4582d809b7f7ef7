"""The rows of a list as a table shows them: some of them, in some order, a few at a time, each cell with its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ListkitError
from listkit.frame.text import read_column

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from listkit.frame.cleaning import Cleaning

MOST = 500
"""How many rows are given out at once."""
LONGEST = 500
"""How many characters of a cell are shown."""
GRAVITY = {"error": 2, "warning": 1, "info": 0}


class Rows:
    """A cleaned list beside the text that it was made of; what is given out is plain, for JSON."""

    def __init__(self, edited: pd.DataFrame, cleaning: Cleaning, mapping: Mapping[str, str | None]) -> None:
        self.edited, self.cleaning = edited, cleaning
        self.labels = [str(label) for label in edited.columns]
        self.meanings = [mapping.get(label) for label in self.labels]
        names = [meaning or label for label, meaning in zip(edited.columns, self.meanings, strict=True)]
        self._before = [read_column(edited.iloc[:, at]) for at in range(edited.shape[1])]
        clean = cleaning.frame
        self._cells = [
            read_column(clean[name]) if name in clean.columns else before
            for name, before in zip(names, self._before, strict=True)
        ]
        problems = cleaning.problems
        self._problems = problems.to_dict("list")
        self._starts = problems["row"].to_numpy()
        self._place = {name: at for at, name in enumerate(map(str, names))}
        self.order = np.arange(len(edited))

    def narrow(self, *, text: str = "", code: str = "", column: str = "", is_down: bool = False) -> int:
        """Show only rows with a text in any cell and with a kind of problem, sorted by a column; return how many.

        Without a column the rows come in their own order; blank cells are last either way.
        """
        keep = np.ones(len(self.edited), bool)
        if code:
            codes = np.asarray(self._problems["code"], object)
            chosen = codes == code if code != "error" else np.asarray(self._problems["level"], object) == "error"
            keep &= np.isin(np.arange(len(keep)), self._starts[chosen])
        if text.strip():
            found = [
                pc.match_substring(cells, text.strip(), ignore_case=True) for cells in (*self._cells, *self._before)
            ]
            keep &= np.any(
                [pc.fill_null(one, fill_value=False).to_numpy(zero_copy_only=False) for one in found], axis=0
            )
        self.order = np.flatnonzero(keep)
        if column:
            cells = pc.utf8_lower(self._cells[self._column(column)].take(pa.array(self.order)))
            way = "descending" if is_down else "ascending"
            self.order = self.order[pc.array_sort_indices(cells, order=way, null_placement="at_end")]
        return len(self.order)

    def shape(self) -> dict[str, Any]:
        """Say how many rows are shown, of how many, and what the columns are."""
        pairs = zip(self.labels, self.meanings, strict=True)
        columns = [{"label": label, "meaning": meaning or ""} for label, meaning in pairs]
        return {"rows": len(self.order), "all": len(self.edited), "columns": columns}

    def window(self, first: int, after: int) -> list[dict[str, Any]]:
        """Give out some of the rows that are shown: line, position, and the cells with what is to be said of them."""
        rows = self.order[max(first, 0) : min(after, max(first, 0) + MOST)]
        shown, before = (
            [[_short(cell) for cell in cells.take(pa.array(rows)).to_pylist()] for cells in columns]
            for columns in (self._cells, self._before)
        )
        index = self.edited.index
        return [
            {
                "line": str(index[row]),
                "row": int(row),
                "cells": [self._cell(now[at], was[at]) for now, was in zip(shown, before, strict=True)],
                "marks": self._marks(int(row)),
            }
            for at, row in enumerate(rows)
        ]

    def groups(self) -> list[dict[str, Any]]:
        """Count the problems by kind, the gravest and most frequent first, with a few examples and suggestions."""
        found: dict[tuple[str, str, str], list[int]] = {}
        kinds = zip(self._problems["column"], self._problems["code"], self._problems["level"], strict=True)
        for at, kind in enumerate(kinds):
            found.setdefault(kind, []).append(at)
        groups = [
            {
                "column": column,
                "code": code,
                "level": level,
                "count": len(places),
                "suggested": sum(isinstance(self._problems["suggestion"][at], str) for at in places),
                "examples": [self._example(at) for at in places[:5]],
            }
            for (column, code, level), places in found.items()
        ]
        return sorted(groups, key=lambda one: (-GRAVITY[one["level"]], -one["count"]))

    def cell(self, row: int, column: int) -> tuple[Hashable, str, str | None]:
        """Name a cell as an edit does: its line, its column, and what it holds before anything was cleaned."""
        if not (0 <= row < len(self.edited) and 0 <= column < len(self.labels)):
            raise ListkitError("There is no such cell.")
        return self.edited.index[row], self.labels[column], self._before[column][row].as_py()

    def _column(self, label: str) -> int:
        if label not in self.labels:
            raise ListkitError(f"There is no column {label!r}.")
        return self.labels.index(label)

    def _marks(self, row: int) -> dict[int, dict[str, str]]:
        """Say what is wrong in a row: by column the gravest, with its sentence and what could stand there."""
        first, after = np.searchsorted(self._starts, [row, row + 1])
        marks: dict[int, dict[str, str]] = {}
        for at in range(first, after):
            column = self._place.get(self._problems["column"][at])
            level = self._problems["level"][at]
            if column is not None and (column not in marks or GRAVITY[level] > GRAVITY[marks[column]["level"]]):
                marks[column] = {"level": level, **self._example(at)}
        return marks

    def _example(self, at: int) -> dict[str, str]:
        told = {name: self._problems[name][at] for name in ("value", "message", "suggestion")}
        return {name: _short(value) for name, value in told.items() if isinstance(value, str)}

    def _cell(self, now: str, was: str) -> list[str]:
        return [now] if now == was else [now, was]


def _short(text: str | None) -> str:
    """Cut a cell that nobody could look at whole."""
    return "" if text is None else text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
