"""The table, in the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.wizards.table import Table

STATIC = Path(__file__).parent / "static"


class Grid(anywidget.AnyWidget):
    """Shows a table; its rows travel as messages, so that no saved notebook keeps them."""

    _esm = STATIC / "grid.js"
    _css = STATIC / "listkit.css"

    def __init__(self, table: Table, refused: Callable[[str], None]) -> None:
        super().__init__()
        self._table, self._refused = table, refused
        self.on_msg(self._hear)

    def redraw(self) -> None:
        """Have the page ask for what it shows anew."""
        self.send(self._table.shape())

    def _hear(self, _widget: object, asked: dict[str, Any], _buffers: object) -> None:
        try:
            answer = self._table.answer(asked)
        except ListkitError as error:
            self._refused(str(error))
            return
        if answer is not None:
            self.send(answer)
