"""How often an account may ask: the vendors' documented rates, counted so that no window ever lets more through."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from listkit.errors import ListkitError
from listkit.server.noting import LocalNotes

if TYPE_CHECKING:
    from listkit.server.clock import Clock
    from listkit.server.noting import Note, Notes

MOST_KEPT = 100_000
"""How many callers are counted at once."""


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


class Meter:
    """Counts requests against quotas; a clock that is set back opens no window again.

    Notes that processes share let the same through as one process would.

    >>> from listkit.server.clock import HandClock
    >>> meter = Meter(HandClock(1_000_000_000))
    >>> [meter.take(Quota("acme", most=2, seconds=1)).is_refused for _ in range(3)]
    [False, False, True]
    """

    def __init__(self, clock: Clock, notes: Notes | None = None) -> None:
        self._clock = clock
        self._notes = notes or LocalNotes()
        self._since_1970 = clock.now() - clock.monotonic()

    def take(self, quota: Quota) -> Standing:
        """Count a request if there is room for it, and say how it stands."""
        with self._notes.turn():
            now = self._clock.monotonic()
            return self._take_fixed(quota, now) if quota.is_fixed else self._take_sliding(quota, now)

    def _take_fixed(self, quota: Quota, now: float) -> Standing:
        kind, at = f"in each {quota.seconds} s", now + self._since_1970
        window = math.floor(at / quota.seconds)
        counted_in, count = self._notes.read(kind, quota.whose) or (window, 0)
        if counted_in < window:
            count = 0
        # The clock of another process may be a little ahead of this one's, and in the next window already.
        window = max(int(counted_in), window)
        is_refused = count >= quota.most
        resets_at = (window + 1) * quota.seconds
        wait = resets_at - at
        if not is_refused:
            count += 1
            self._write(kind, quota, (window, count), now, over=now + wait)
        return Standing(is_refused, quota.most, quota.most - int(count), resets_at, wait)

    def _take_sliding(self, quota: Quota, now: float) -> Standing:
        kind = f"in any {quota.seconds} s"
        let_in = tuple(at for at in self._notes.read(kind, quota.whose) if now - at < quota.seconds)
        is_refused = len(let_in) >= quota.most
        if not is_refused:
            let_in = (*let_in, now)
            self._write(kind, quota, let_in, now, over=now + quota.seconds)
        room_at = let_in[0] + quota.seconds
        resets_at = math.ceil(room_at + self._since_1970)
        return Standing(is_refused, quota.most, quota.most - len(let_in), resets_at, room_at - now)

    def _write(self, kind: str, quota: Quota, note: Note, now: float, *, over: float) -> None:
        self._notes.write(kind, quota.whose, note, now=now, over=over, most=MOST_KEPT)
