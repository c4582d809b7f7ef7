"""When to ask again and how long to wait first: the one retry policy, without any network in it."""

from __future__ import annotations

import math
import re
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, Self

import msgspec

from listkit.wire.message import Answer  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 4
FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 20.0
LONGEST_WAIT = 120.0
"""Seconds that we wait because a provider asks for it; one that asks for more is not waited for."""
SETTLE, SETTLE_NEARBY = 120.0, 0.2
"""Seconds after which nothing comes any more of a request whose answer is missing: twice a session's limit, and less
where the provider is on this computer."""
BUDGET, EARNED = 20.0, 0.5
"""Unasked retries that are in stock, and how much of one each good answer puts back."""
EASE = 1.02
"""What leaves evenly does not arrive quite evenly, so that it leaves a little slower than it may."""

REDIRECTED, TOO_MANY_REQUESTS, SERVER_FAILED, UNAVAILABLE = 300, 429, 500, 503
PASSING_FAILURES = frozenset({408, SERVER_FAILED, 502, UNAVAILABLE, 504})


class Clock(Protocol):
    """What tells the time and waits; a test brings its own."""

    def now(self) -> float:
        """Return seconds that never run backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait; an interrupt ends it at once."""


class SystemClock:
    """The computer's clock, the one that no change of date disturbs."""

    def now(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait; an interrupt ends it at once."""
        time.sleep(seconds)


class Heard(msgspec.Struct, frozen=True):
    """What one try brought: an answer, or in `why` the reason that there is none.

    `arrived` is False only where it is proven that the provider never saw the request;
    `may_pass` says that the same request may fare better in a while.
    """

    answer: Answer | None = None
    why: str = ""
    arrived: bool = True
    may_pass: bool = False

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Read from an answer's status whether it is worth asking again."""
        return cls(answer, may_pass=answer.status == TOO_MANY_REQUESTS or answer.status in PASSING_FAILURES)

    @property
    def is_proof(self) -> bool:
        """Whether it tells for sure if the request was applied: a 429 was not, a 408 or a 5xx may have been."""
        if self.answer is None:
            return not self.arrived
        return self.answer.status < SERVER_FAILED and self.answer.status not in PASSING_FAILURES

    @property
    def is_success(self) -> bool:
        """Whether the provider did what was asked."""
        return self.answer is not None and self.answer.status < REDIRECTED


def asked_wait(answer: Answer | None) -> float | None:
    """Read how many seconds an answer asks to wait: `Retry-After` as seconds or as a date; None for neither.

    A date is taken against the answer's own `Date`, so that a wrong clock here does no harm.

    >>> from listkit.wire.message import Answer
    >>> asked_wait(Answer(status=429, headers={"retry-after": "7"}))
    7.0
    >>> asked_wait(Answer(status=429, headers={"retry-after": "soon"})) is None
    True
    """
    if answer is None or answer.status not in {TOO_MANY_REQUESTS, UNAVAILABLE}:
        return None
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return float(text)
    until = _date(text)
    if until is None:
        return None
    since = _date(answer.headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - since).total_seconds())


def backoff(tries: int, chance: float) -> float:
    """Choose how long to wait unasked after so many tries: anything up to a bound that doubles (full jitter).

    >>> [backoff(tries, 1.0) for tries in (1, 2, 3, 9)]
    [1.0, 2.0, 4.0, 20.0]
    """
    return chance * min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** (tries - 1))


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


class Budget:
    """How many retries a session may still make unasked, so that an outage is not hammered."""

    def __init__(self) -> None:
        self._left = BUDGET
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Take one retry out; False when there is none left."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def earn(self) -> None:
        """Put some of a retry back, after a good answer."""
        with self._lock:
            self._left = min(BUDGET, self._left + EARNED)


class Turn(Protocol):
    """Keeps the moment from which the next request may go."""

    def change(self, move: Callable[[float], float]) -> float:
        """Return the moment, and put another in its place before anybody else looks."""


class OwnTurn:
    """Keeps it for the threads of this process."""

    def __init__(self) -> None:
        self._free_at = -math.inf
        self._lock = threading.Lock()

    def change(self, move: Callable[[float], float]) -> float:
        """Return the moment, and put another in its place before anybody else looks."""
        with self._lock:
            free_at, self._free_at = self._free_at, move(self._free_at)
        return free_at


class Pace:
    """Lets requests go one by one, at most `rate` a second, from wherever `turn` is shared with."""

    def __init__(self, clock: Clock, rate: float | None, turn: Turn | None = None) -> None:
        self._clock = clock
        self._gap = EASE / rate if rate else 0.0
        self._turn = turn or OwnTurn()

    def wait(self) -> None:
        """Wait until the next request may go."""
        while delay := self._delay():
            self._clock.sleep(delay)

    def _delay(self) -> float:
        """Take the turn and return 0, or return how long it is until somebody can."""
        now = self._clock.now()
        free_at = self._turn.change(lambda kept: now + self._gap if self._is_past(kept, now) else kept)
        return 0.0 if self._is_past(free_at, now) else free_at - now

    def hold(self, seconds: float) -> None:
        """Let nothing go for a while, because the provider asks all of us to wait."""
        now = self._clock.now()
        self._turn.change(lambda kept: now + seconds if self._is_past(kept, now) else max(kept, now + seconds))

    def _is_past(self, moment: float, now: float) -> bool:
        """Whether a moment is over, or is none at all: the clock of a computer that was started anew is another."""
        return not now < moment <= now + max(LONGEST_WAIT, self._gap)
