"""Turns of this process's writers: who has waited longest goes first."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from listkit.errors import UnavailableError
from listkit.server.patience import waiting
from listkit.server.store import engines

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns:
    """One turn for each account, so that one account's many writes do not take up every connection."""

    def __init__(self) -> None:
        self._queues: dict[int, _Queue] = {}

    @contextmanager
    def take(self, account_id: int) -> Iterator[None]:
        """Wait for the account's turn; UnavailableError if it does not come."""
        queue = self._queues.setdefault(account_id, _Queue())
        with waiting(otherwise=engines.WAIT_SECONDS) as seconds:
            if not queue.join(seconds):
                raise busy()
        try:
            yield
        finally:
            queue.leave()


class _Queue:
    """A lock that goes to who came first; a plain one may go to a busy thread again and again."""

    def __init__(self) -> None:
        self._moving = threading.Lock()
        self._waiting: deque[threading.Event] = deque()  # the first of them has the turn

    def join(self, seconds: float) -> bool:
        """Queue up; False, and out of the queue again, where the turn does not come within so many seconds."""
        mine = threading.Event()
        with self._moving:
            self._waiting.append(mine)
            if self._waiting[0] is mine:
                mine.set()
        try:
            mine.wait(seconds)
        except BaseException:
            self.leave(mine)
            raise
        if not mine.is_set():
            with self._moving:
                if not mine.is_set():
                    self._waiting.remove(mine)
        return mine.is_set()

    def leave(self, mine: threading.Event | None = None) -> None:
        """Give the turn to the next; `mine` leaves from wherever in the queue it stands."""
        with self._moving:
            self._waiting.remove(mine or self._waiting[0])
            if self._waiting:
                self._waiting[0].set()


def busy() -> UnavailableError:
    """Say that there is too much to write just now."""
    return UnavailableError("The store is busy with other writes; try again in a second.", retry_after=1)
