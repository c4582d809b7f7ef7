"""What slows down who guesses at keys, without ever standing in the way of who has one.

A secret is looked at before the brake is: a right one passes whatever others did, from the
same address or with the same login. What is braked is failing. Only where looking costs a slow
hash (a secret of few bits, see `store/credentials.py`) is it spared for a pair of address and
login that failed too often.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, NamedTuple

from listkit.errors import RateLimitedError, UnauthorizedError
from listkit.server.noting import LocalNotes

if TYPE_CHECKING:
    from listkit.errors import ProviderError
    from listkit.server.clock import Clock
    from listkit.server.noting import Notes

FREE_TRIES = 10
"""Failures of one address with one login, or against one login, before there is a wait."""
FREE_TRIES_OF_ADDRESS = 50
"""Failures of one address with any logins: many people may stand behind it."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
FORGOTTEN_AFTER = 15 * 60.0
MOST_KEPT = 10_000
"""How many of each kind are remembered; the longest untouched are forgotten first."""


class Failures(NamedTuple):
    """How often it went wrong, when last, and until when a further failure is told to wait."""

    times: float
    last: float
    until: float


class Brake:
    """Counts failed logins by address, by login and by both, of all who share its notes.

    >>> from listkit.server.clock import HandClock
    >>> brake = Brake(HandClock(1_000_000_000))
    >>> for _ in range(11):
    ...     refusal = brake.refuse("192.0.2.1", "acme")
    >>> refusal.retry_after
    1.0
    """

    def __init__(self, clock: Clock, notes: Notes | None = None) -> None:
        self._clock = clock
        self._notes = notes or LocalNotes()

    def is_on(self, address: str, login: str) -> bool:
        """Whether this address failed too often with this login to be worth a slow look."""
        found = self._notes.read("failed as", f"{_network(address)} {login}")
        return bool(found) and self._clock.monotonic() < Failures(*found).until

    def refuse(self, address: str, login: str) -> ProviderError:
        """Note a failure, and return how to say it: that the key was refused, or first of all to wait."""
        network = _network(address)
        with self._notes.turn():
            wait = max(
                self._note("failed as", f"{network} {login}", FREE_TRIES),
                self._note("failed with", login, FREE_TRIES),
                self._note("failed from", network, FREE_TRIES_OF_ADDRESS),
            )
        if wait:
            return RateLimitedError("Too many logins failed; wait before the next one.", retry_after=wait)
        return UnauthorizedError("The key was refused.")

    def _note(self, kind: str, name: str, free: int) -> float:
        """Note a failure of one of them, and return how long it has to wait."""
        now = self._clock.monotonic()
        count, last, until = self._notes.read(kind, name) or (0, now, now)
        if now - last >= FORGOTTEN_AFTER:
            count = 0
        # Who does not wait is told the rest of the wait, and makes it no longer.
        if until <= now:
            count += 1
            beyond = count - free
            until = now + (min(FIRST_WAIT * 2.0 ** min(beyond - 1, 30), LONGEST_WAIT) if beyond > 0 else 0.0)
        failures = Failures(count, now, until)
        self._notes.write(kind, name, failures, now=now, over=now + FORGOTTEN_AFTER, most=MOST_KEPT)
        return until - now


def _network(address: str) -> str:
    """Return what one customer of a network has: an IPv4 address, or the /64 that an IPv6 address is one of."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - IPv4
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
