"""A place to drop a file on, in the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from listkit.errors import ListkitError
from listkit.wizards import receiving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATIC = Path(__file__).parent / "static"


class Drop(anywidget.AnyWidget):
    """Takes a file of any size that a provider takes; the pieces travel as messages and are in no saved notebook."""

    _esm = STATIC / "drop.js"
    _css = STATIC / "listkit.css"
    accept = traitlets.Unicode().tag(sync=True)
    most = traitlets.Int(receiving.MOST).tag(sync=True)

    def __init__(self, received: Callable[[str], None], *, accept: str) -> None:
        super().__init__(accept=accept)
        self._receiver = receiving.Receiver(received)
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: dict[str, Any], buffers: Sequence[bytes | memoryview]) -> None:
        try:
            answer = self._receiver.take(message, buffers)
        except (ListkitError, OSError) as error:
            answer = {"id": message.get("id"), "got": "refused", "why": str(error)}
        if answer is not None:
            self.send(answer)
