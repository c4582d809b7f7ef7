"""What time it is for the server, and a clock with a hand that tests turn."""

from __future__ import annotations

import math
import threading
import time
from typing import Literal

from listkit.errors import ListkitError

Gait = Literal["runs", "stands", "hurries"]


class Clock:
    """The system's clock."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def now(self) -> float:
        """Return the seconds since 1970, for what is written down."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that only grow, for what is measured."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until all are woken."""
        self._over.wait(max(seconds, 0))

    def wake(self) -> None:
        """Let nobody sleep any longer, because the server is closing."""
        self._over.set()


class HandClock(Clock):
    """A clock that can be moved forward, stopped and hurried; safe to share between threads.

    It stands still until it is turned. Who sleeps by it waits until `advance` has moved the hand
    far enough, however long that takes: in a test with threads nothing is late or early by
    chance. A test of one thread has nobody left to turn it; `hurry` is for that: who sleeps then
    moves the hand himself and does not wait. `run` lets it go on as the system's clock does.

    >>> clock = HandClock(1_000_000_000)
    >>> clock.advance(60)
    >>> clock.now()
    1000000060.0
    >>> clock.hurry()
    >>> clock.sleep(3600)  # takes no time
    >>> clock.now()
    1000003660.0
    """

    def __init__(self, at: float | None = None, *, gait: Gait = "stands") -> None:
        """Set it to `at`, seconds since 1970, else to what the system says."""
        super().__init__()
        self._turned = threading.Condition()
        self._gait: Gait = gait
        self._stood_at = time.monotonic()
        self._moved = 0.0
        self._since_1970 = (time.time() if at is None else at) - self._stood_at

    def now(self) -> float:
        """Return the seconds since 1970 by this clock."""
        return self._since_1970 + self.monotonic()

    def monotonic(self) -> float:
        """Return seconds that only grow, and only as this clock does."""
        with self._turned:
            return self._hand()

    def sleep(self, seconds: float) -> None:
        """Wait until the hand is so many seconds further; where it hurries, move it there."""
        with self._turned:
            until = self._hand() + seconds
            while (left := until - self._hand()) > 0:
                if self._gait == "hurries":
                    self._moved += left
                    self._turned.notify_all()
                    return
                self._turned.wait(left if self._gait == "runs" else None)

    def advance(self, seconds: float) -> None:
        """Move the hand forward, and wake whoever has slept enough by it."""
        if not 0 <= seconds < math.inf:
            raise ListkitError(f"A clock is moved forward, by seconds; {seconds} is not that.")
        with self._turned:
            self._moved += seconds
            self._turned.notify_all()

    def freeze(self) -> None:
        """Stop it where it is; only `advance` moves it then."""
        self._go("stands")

    def hurry(self) -> None:
        """Stop it where it is, and let whoever sleeps by it move it: nobody waits any more."""
        self._go("hurries")

    def wake(self) -> None:
        """Let nobody sleep any longer, because the server is closing; the hand goes where they wanted it."""
        self.hurry()

    def run(self) -> None:
        """Let it go on from where it is, a second a second."""
        self._go("runs")

    def _go(self, gait: Gait) -> None:
        with self._turned:
            hand, self._gait = self._hand(), gait
            self._stood_at = time.monotonic()
            self._moved = hand - self._stood_at
            self._turned.notify_all()

    def _hand(self) -> float:
        return self._moved + (time.monotonic() if self._gait == "runs" else self._stood_at)

    def __repr__(self) -> str:
        return f"<HandClock: {self._gait}, at {self.now():.3f}>"
