"""Who fails to log in waits longer and longer, within bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.errors import RateLimitedError, UnauthorizedError
from listkit.server import brake
from listkit.server.brake import Brake
from listkit.server.clock import HandClock

if TYPE_CHECKING:
    from listkit.errors import ProviderError

HERE = "192.0.2.1"


def fail(brake: Brake, times: int, address: str = HERE, login: str = "acme") -> ProviderError:
    """Fail so many times, and return what is said to the last."""
    for _ in range(times):
        refusal = brake.refuse(address, login)
    return refusal


def test_waits_double_up_to_a_minute() -> None:
    """Ten failures are free; each one more after the wait is over waits twice as long, a minute at most."""
    clock = HandClock(1_000_000_000)
    stopped = Brake(clock)
    assert isinstance(fail(stopped, 10), UnauthorizedError)
    waits = []
    for _ in range(9):
        refusal = fail(stopped, 1)
        assert isinstance(refusal, RateLimitedError)
        waits.append(refusal.retry_after)
        assert stopped.is_on(HERE, "acme")
        clock.advance(refusal.retry_after or 0)
        assert not stopped.is_on(HERE, "acme")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_who_does_not_wait_is_told_the_rest() -> None:
    """Failing on during a wait makes it no longer."""
    clock = HandClock(1_000_000_000)
    stopped = Brake(clock)
    fail(stopped, 13)
    clock.advance(0.75)
    assert fail(stopped, 20).retry_after == 0.25


def test_it_is_counted_by_address_by_login_and_by_both() -> None:
    """One login from many addresses is braked, many logins from one address too, and nobody beside them."""
    many_addresses = Brake(HandClock())
    for number in range(11):
        last = many_addresses.refuse(f"192.0.2.{number}", "acme")
    assert isinstance(last, RateLimitedError)
    many_logins = Brake(HandClock())
    for number in range(51):
        last = many_logins.refuse(HERE, f"login-{number}")
    assert isinstance(last, RateLimitedError)
    assert isinstance(many_logins.refuse("192.0.2.2", "acme"), UnauthorizedError)
    assert not many_logins.is_on(HERE, "acme")  # a slow look is spared for a pair that failed, never for a neighbour


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "testclient", True),
    ],
)
def test_an_address_is_what_one_customer_has(one: str, other: str, *, is_same: bool) -> None:
    """An IPv6 network of /64 is one address, for whoever has one has them all."""
    stopped = Brake(HandClock())
    fail(stopped, 11, address=one)
    assert stopped.is_on(other, "acme") == is_same


def test_it_forgets() -> None:
    """After a quarter of an hour without a failure all is as at first."""
    clock = HandClock()
    stopped = Brake(clock)
    fail(stopped, 12)
    clock.advance(brake.FORGOTTEN_AFTER + 1)
    assert isinstance(fail(stopped, 10), UnauthorizedError)


def test_it_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses and logins are tried, memory is bounded; the longest untouched are forgotten."""
    monkeypatch.setattr(brake, "MOST_KEPT", 100)
    stopped = Brake(HandClock())
    fail(stopped, 11)
    for number in range(1_000):
        stopped.refuse(f"198.51.{number // 256}.{number % 256}", f"login-{number}")
    assert [len(kept) for kept in stopped._notes._kept.values()] == [100, 100, 100]  # type: ignore[attr-defined]
    assert not stopped.is_on(HERE, "acme")
