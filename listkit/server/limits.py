"""How often an account may ask: the vendors' documented rates, counted so that no window ever lets more through."""

from __future__ import annotations

import math
import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from listkit.server.clock import Clock

MOST_KEPT = 10_000
"""How many counts are kept before those whose window is over are looked for and dropped."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The figures: what each vendor documents, unless they are given otherwise; 0 is no limit.

    `exotel` is an account's requests a minute, `textmagic` a user's requests a second, and
    `textmagic_writes` a user's changes of contacts and members a second, which TextMagic's
    newest page limits to 5 and its older one not at all.
    """

    exotel: int = 200
    textmagic: int = 20
    textmagic_writes: int = 0

    def __post_init__(self) -> None:
        for name, most in msgspec.structs.asdict(self).items():
            if not 0 <= most <= 1_000_000:  # noqa: PLR2004 - beyond any use, and within any memory
                raise ListkitError(f"The limit {name}={most} is none: a whole number from 0 (no limit) to 1,000,000.")

    @classmethod
    def read(cls, text: str) -> Limits:
        """Read figures as a command line gives them; what is left out is as the vendor documents it.

        >>> Limits.read("exotel=30,textmagic-writes=5")
        Limits(exotel=30, textmagic=20, textmagic_writes=5)
        """
        pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
        figures = {name.strip().replace("-", "_"): most.strip() for name, _, most in pairs}
        known = [field.name for field in msgspec.structs.fields(cls)]
        for name, most in figures.items():
            if name not in known or not (most.isascii() and most.isdecimal()):
                names = ", ".join(field.replace("_", "-") for field in known)
                raise ListkitError(f"{text!r} is no limit: write {names}, each with a number, as exotel=200.")
        return cls(**{name: int(most[:9]) for name, most in figures.items()})


class Quota(NamedTuple):
    """At most `most` requests of `whose` in `seconds`: of the clock's own windows, or of any stretch of time."""

    whose: str
    most: int
    seconds: int
    is_fixed: bool = False


class Standing(NamedTuple):
    """Where a caller stands after asking: whether this was one too many, and in how many seconds there is room."""

    is_refused: bool
    most: int
    left: int
    resets_at: int
    wait: float


class Meter(Protocol):
    """Counts requests against quotas; safe to share between threads."""

    def take(self, quota: Quota) -> Standing:
        """Count a request if there is room for it, and say how it stands."""


class LocalMeter:
    """Counts in this process; a clock that is set back opens no window again.

    >>> from listkit.server.clock import HandClock
    >>> clock = HandClock(1_000_000_000)
    >>> meter = LocalMeter(clock)
    >>> [meter.take(Quota("acme", most=2, seconds=1)).is_refused for _ in range(3)]
    [False, False, True]
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_1970 = clock.now() - clock.monotonic()
        self._turn = threading.Lock()
        self._fixed: dict[tuple[str, int], tuple[int, int]] = {}
        self._sliding: dict[tuple[str, int], deque[float]] = {}

    def take(self, quota: Quota) -> Standing:
        """Count a request if there is room for it, and say how it stands."""
        with self._turn:
            now = self._since_1970 + self._clock.monotonic()
            self._drop_old(now)
            return self._take_fixed(quota, now) if quota.is_fixed else self._take_sliding(quota, now)

    def _take_fixed(self, quota: Quota, now: float) -> Standing:
        window = math.floor(now / quota.seconds)
        counted_in, count = self._fixed.get((quota.whose, quota.seconds), (window, 0))
        if counted_in != window:
            count = 0
        is_refused = count >= quota.most
        self._fixed[quota.whose, quota.seconds] = (window, count if is_refused else count + 1)
        resets_at = (window + 1) * quota.seconds
        left = 0 if is_refused else quota.most - count - 1
        return Standing(is_refused, quota.most, left, resets_at, resets_at - now)

    def _take_sliding(self, quota: Quota, now: float) -> Standing:
        let_in = self._sliding.setdefault((quota.whose, quota.seconds), deque())
        while let_in and now - let_in[0] >= quota.seconds:
            let_in.popleft()
        is_refused = len(let_in) >= quota.most
        if not is_refused:
            let_in.append(now)
        room_at = let_in[0] + quota.seconds
        return Standing(is_refused, quota.most, quota.most - len(let_in), math.ceil(room_at), room_at - now)

    def _drop_old(self, now: float) -> None:
        if len(self._fixed) > MOST_KEPT:
            self._fixed = {
                key: (window, count) for key, (window, count) in self._fixed.items() if now < (window + 1) * key[1]
            }
        if len(self._sliding) > MOST_KEPT:
            self._sliding = {key: let_in for key, let_in in self._sliding.items() if now - let_in[-1] < key[1]}
