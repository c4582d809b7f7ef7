"""Ctrl-C, or another thread's wish to stop, heard only where a push waits, so that what it knows is written down."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType


GLANCE = 0.1
"""Seconds after which another thread's wish to stop is noticed."""


class Interrupts:
    """Holds Ctrl-C back, but for the moments in which it does no harm.

    Only the main thread hears one; a process that was told to ignore it goes on ignoring it. A
    push in another thread is stopped by setting `stop`.
    """

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop
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

    @property
    def is_asked(self) -> bool:
        """Whether somebody wants it to stop."""
        return bool(self.count) or (self.stop is not None and self.stop.is_set())

    def wait(self, wait: Callable[[float], object], seconds: float) -> None:
        """Wait by a function that is given seconds, and says whether that is enough; whoever wants to stop ends it."""
        whole, rest = (0, seconds) if self.stop is None else divmod(seconds, GLANCE)
        for piece in (*repeat(GLANCE, int(whole)), rest):
            with self.welcome():
                if wait(piece):
                    return

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """Let a Ctrl-C end what is done here, also one that came before."""
        self._is_welcome = True
        try:
            if self.is_asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_welcome = False

    def _hear(self, _number: int, _frame: object) -> None:
        self.count += 1
        if self._is_welcome:
            self._is_welcome = False
            raise KeyboardInterrupt
