"""Ctrl-C, heard only where a push waits, so that what it knows is written down first."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class Interrupts:
    """Holds Ctrl-C back, but for the moments in which it does no harm.

    Only the main thread hears one; a process that was told to ignore it goes on ignoring it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._is_welcome = False
        self._before: Any = None

    def __enter__(self) -> Self:
        is_main = threading.current_thread() is threading.main_thread()
        if is_main and signal.getsignal(signal.SIGINT) not in {signal.SIG_IGN, None}:
            self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """Let a Ctrl-C end what is done here, also one that came before."""
        self._is_welcome = True
        try:
            if self.count:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_welcome = False

    def _hear(self, _number: int, _frame: object) -> None:
        self.count += 1
        if self._is_welcome:
            self._is_welcome = False
            raise KeyboardInterrupt
