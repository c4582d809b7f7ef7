"""A piece of the page that is drawn here: HTML in which every cell is escaped, and what is clicked in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

if TYPE_CHECKING:
    from collections.abc import Callable

STATIC = Path(__file__).parent / "static"


class Pane(anywidget.AnyWidget):
    """Shows HTML, which travels as a message; a click on what has a `data-act` is told with its name."""

    _esm = STATIC / "pane.js"
    _css = STATIC / "listkit.css"

    def __init__(self, act: Callable[[str, Any], None] = lambda _act, _value: None) -> None:
        super().__init__()
        self.html = ""
        self._act = act
        self.on_msg(self._hear)

    def show(self, html: str) -> None:
        """Show something else."""
        if html != self.html:
            self.html = html
            self._tell()

    def offer(self, name: str, kind: str, data: bytes) -> None:
        """Have the browser save a file."""
        self.send({"tell": "file", "name": name, "kind": kind}, [data])

    def click(self, act: str, value: Any = "") -> None:
        """Do what a click does, from code."""
        self._act(act, value)

    def _tell(self) -> None:
        self.send({"tell": "page", "html": self.html})

    def _hear(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        if message.get("ask") == "page":
            self._tell()
        elif isinstance(message.get("act"), str):
            self._act(message["act"], message.get("value"))
