"""How long a request may be kept waiting, all in all: for a thread, for its account's turn, for the store's pen.

Each of these waits takes from the same few seconds, so that whoever asks hears within five that
there is too much to do, and is not handed from one queue to the next.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WAIT = 4.0
"""Seconds of a request, beside those in which it is worked on."""


class _Patience:
    """What is left of it; threads that work for one request do so one after the other."""

    def __init__(self) -> None:
        self.left = LONGEST_WAIT


_PATIENCE: ContextVar[_Patience | None] = ContextVar("patience", default=None)


def begin() -> None:
    """Be patient for as long as a request may wait, in this task and in all threads that it calls."""
    _PATIENCE.set(_Patience())


@contextmanager
def waiting(otherwise: float = LONGEST_WAIT) -> Iterator[float]:
    """Give the seconds for which a wait may last, and count those of the block as waited.

    Where no request waits, as in an upload that goes on behind its answer, they are `otherwise`.

    >>> from contextvars import copy_context
    >>> def ask():
    ...     begin()
    ...     with waiting() as seconds:
    ...         return round(seconds)
    >>> copy_context().run(ask)
    4
    """
    patience = _PATIENCE.get()
    if patience is None:
        yield otherwise
        return
    begun = time.monotonic()
    try:
        yield max(0.0, patience.left)
    finally:
        patience.left -= time.monotonic() - begun
