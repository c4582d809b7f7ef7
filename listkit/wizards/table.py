"""What is asked of a table, and what it answers: some rows, another order, cells to be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listkit.errors import ListkitError
from listkit.frame.editing import Edit
from listkit.wizards.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.wizards.upload import UploadFlow

MOST_CELLS = 100_000
"""How many cells are set at once."""


class Table:
    """The rows of a flow, in the order and the selection that somebody looks at."""

    def __init__(self, flow: UploadFlow) -> None:
        self.flow = flow
        self.text, self.code, self.column, self.is_down = "", "", "", False
        self.version = 0
        self._of: tuple[object, Rows] | None = None

    @property
    def rows(self) -> Rows:
        """The rows as they are now, made anew where something was chosen since."""
        desk, choices = self.flow.desk, self.flow.choices
        cleaning = desk.cleaning(choices)
        if self._of is None or self._of[0] is not cleaning:
            self._of = cleaning, Rows(desk.edited(choices), cleaning, desk.mapping(choices))
            if self.code not in {"error", *cleaning.problems["code"]}:
                self.code = ""  # the last of these is mended
            self._narrow()
        return self._of[1]

    def find(self, *, text: str | None = None, code: str | None = None) -> None:
        """Show only rows with a text, or with a kind of problem."""
        self.text = self.text if text is None else text
        self.code = self.code if code is None else code
        self._narrow()

    def sort(self, column: str, *, is_down: bool) -> None:
        """Show the rows in the order of a column, or in their own where it is empty."""
        self.column, self.is_down = column, is_down
        self._narrow()

    def shape(self) -> dict[str, Any]:
        """Tell how many rows there are, of which columns, in which order."""
        told = self.rows.shape()
        empty = "No row is like that." if told["all"] else "There are no rows."
        return {
            **told,
            "tell": "shape",
            "version": self.version,
            "empty": empty,
            "text": self.text,
            "sorted": {"column": self.column, "down": self.is_down},
        }

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """Do what a page asks, and return what it is told; None where the flow tells it by itself."""
        match asked:
            case {"ask": "shape"}:
                return self.shape()
            case {"ask": "rows", "first": int(first), "after": int(after), "version": self.version}:
                rows = self.rows.window(first, after)
                return {"tell": "rows", "first": max(first, 0), "rows": rows, "version": self.version}
            case {"ask": "sort", "column": str(column), "down": bool(is_down)}:
                self.sort(column, is_down=is_down)
                return self.shape()
            case {"ask": "find", "text": str(text)}:
                self.find(text=text)
                return self.shape()
            case {"ask": "edit", "cells": list(cells), "version": self.version}:
                self.edit(cells)
            case {"ask": "undo"}:
                self.flow.undo()
            case {"ask": "redo"}:
                self.flow.redo()
        return None

    def edit(self, cells: Sequence[tuple[int, int, str]]) -> None:
        """Set cells, by their place in the order that is shown; those that hold the text already are left alone."""
        if len(cells) > MOST_CELLS:
            raise ListkitError(f"{len(cells):,} cells are too many at once; {MOST_CELLS:,} can be set.")
        rows = self.rows
        edits = []
        for at, column, text in cells:
            if not 0 <= at < len(rows.order):
                continue
            line, label, before = rows.cell(int(rows.order[at]), column)
            if (text or None) != before:
                edits.append(Edit(line, label, before, text or None))
        if edits:
            self.flow.edit(*edits)

    def _narrow(self) -> None:
        """Choose and order the rows anew; what was asked before is of another version then."""
        if self._of is None:
            return
        rows = self._of[1]
        column = self.column if self.column in rows.labels else ""
        rows.narrow(text=self.text, code=self.code, column=column, is_down=self.is_down)
        self.version += 1
