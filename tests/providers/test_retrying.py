"""How long is waited, and for whom."""

from __future__ import annotations

import math
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from listkit.providers.retrying import Pace, asked_wait, backoff
from listkit.wire.message import Answer
from tests.providers.scripted import FakeClock


def test_a_wait_that_one_is_asked_for_holds_all() -> None:
    """After a 429 the other requests of the account wait too."""
    clock = FakeClock()
    pace = Pace(clock, None)
    pace.hold(30)
    pace.wait()
    assert clock.slept == [30.0]


@given(st.text() | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_no_header_breaks_the_reading(text: str) -> None:
    """Whatever stands in Retry-After, the wait is None or a number of seconds from 0 on."""
    wait = asked_wait(Answer(status=503, headers={"retry-after": text, "date": text[::-1]}))
    assert wait is None or wait >= 0


@given(st.integers(1, 60), st.floats(0, 1))
def test_backoff_is_never_longer_than_its_cap(tries: int, chance: float) -> None:
    """An unasked wait lies between 0 and 20 seconds."""
    assert 0 <= backoff(tries, chance) <= 20


def test_requests_keep_their_distance() -> None:
    """With a rate of 4 a second, five requests take a second and hardly more; without one, no time."""
    clock = FakeClock()
    pace = Pace(clock, 4)
    for _ in range(5):
        pace.wait()
    assert 1001.0 < clock.time < 1001.1
    unlimited = FakeClock()
    free = Pace(unlimited, math.inf)
    for _ in range(5):
        free.wait()
    assert unlimited.slept == []
