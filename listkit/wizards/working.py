"""Work that takes long, in a thread of its own: it tells how far it is, can be cancelled, and is waited for."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
State = Literal["running", "done", "cancelled", "failed"]

EVERY = 0.1
"""Seconds between two times that it is told how far something is."""


class Job(Generic[T]):
    """One piece of work, begun when it is made.

    `work` is given the job, calls its `tell(done, total)`, and looks at its `stop`; where it raises a
    KeyboardInterrupt after that it was cancelled. `told` and `ended` are called in the job's thread.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Job[T]], T],
        *,
        told: Callable[[], None],
        ended: Callable[[Job[T]], None],
    ) -> None:
        self.name, self.stop = name, threading.Event()
        self.done, self.total = 0, 0
        self.state: State = "running"
        self.sentence = ""
        """Why it failed, for a person; empty where it did not."""
        self.raised: BaseException | None = None
        self._work, self._told, self._ended, self._is_over = work, told, ended, threading.Event()
        self._told_at = 0.0
        self._outcome: T | None = None
        self.thread = threading.Thread(target=self._run, name=f"listkit: {name}", daemon=True)
        self.thread.start()

    @property
    def outcome(self) -> T | None:
        """What the work came to, None where it did not."""
        return self._outcome

    def tell(self, done: int, total: int) -> None:
        """Say how far it is; whoever draws it is told no oftener than is seen."""
        self.done, self.total = done, total
        if time.monotonic() - self._told_at >= EVERY:
            self._told_at = time.monotonic()
            self._told()

    def cancel(self) -> None:
        """Ask it to stop; it is over when what it is doing now is written down."""
        self.stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is over; Ctrl-C, or a notebook's stop button, cancels it and then waits on."""
        try:
            self._is_over.wait(seconds)
        except KeyboardInterrupt:
            self.cancel()
            self._is_over.wait()

    def _run(self) -> None:
        try:
            self._outcome = self._work(self)
            self.state = "done"
        except KeyboardInterrupt as stopped:
            self.state, self.raised = "cancelled", stopped
        except ListkitError as error:
            self.state, self.raised, self.sentence = "failed", error, str(error)
        except Exception as fault:  # noqa: BLE001 - the border: a person is told, and the kernel goes on
            self.state, self.raised = "failed", fault
            self.sentence = f"This is a fault of listkit, please tell us: {type(fault).__name__} while {self.name}."
        with suppress(Exception):  # who draws may be gone; the work is done all the same
            self._ended(self)
        self._is_over.set()
