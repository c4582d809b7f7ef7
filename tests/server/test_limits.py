"""No window ever lets more through than its limit, whatever the clock does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.errors import ListkitError
from listkit.server import limits
from listkit.server.clock import HandClock
from listkit.server.limits import Limits, Meter, Quota
from listkit.server.noting import LocalNotes

if TYPE_CHECKING:
    from collections.abc import Sequence

PAUSES = st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.05, 0.3, 0.999, 1.0, 1.5]) | st.floats(0, 3), max_size=80)


def take_after(pauses: Sequence[float], quota: Quota) -> list[tuple[float, limits.Standing]]:
    """Ask after each pause, and return when and how it stood."""
    clock = HandClock(1_000_000_000.25)
    meter = Meter(clock)
    asked = []
    for pause in pauses:
        clock.advance(pause)
        asked.append((clock.monotonic(), meter.take(quota)))
    return asked


def test_a_clock_that_is_ahead_opens_no_window_again() -> None:
    """Where one process has begun a minute that has not come for another, both count in it."""
    notes, clocks = LocalNotes(), [HandClock(1_000_000_079.9), HandClock(1_000_000_080.1)]
    behind, ahead = (Meter(clock, notes) for clock in clocks)
    quota = Quota("acme", 2, seconds=60, is_fixed=True)
    standings = [meter.take(quota) for meter in (behind, ahead, behind, ahead, behind)]
    assert [standing.is_refused for standing in standings] == [False, False, False, True, True]
    assert {standing.resets_at for standing in standings[1:]} == {1_000_000_140}


@given(pauses=PAUSES, most=st.integers(1, 6))
def test_no_second_lets_more_through(pauses: list[float], most: int) -> None:
    """In any stretch of a second at most so many are let in, and who is refused gets in after the wait he is told."""
    asked = take_after(pauses, Quota("acme", most, seconds=1))
    let_in = [at for at, standing in asked if not standing.is_refused]
    assert all(sum(0 <= at - first < 1 for at in let_in) <= most for first in let_in)
    for at, standing in asked:
        recent = sum(0 <= at - earlier < 1 for earlier in let_in if earlier <= at)
        assert standing.is_refused <= (recent >= most)
        assert not standing.is_refused or 0 < standing.wait <= 1


@given(pauses=PAUSES.map(lambda pauses: [20 * pause for pause in pauses]), most=st.integers(1, 6))
def test_no_minute_lets_more_through(pauses: list[float], most: int) -> None:
    """In each minute of the clock at most so many are let in, all of them counted down, and told until when."""
    clock = HandClock(1_000_000_000.25)
    meter, quota = Meter(clock), Quota("acme", most, seconds=60, is_fixed=True)
    let_in: dict[int, int] = {}
    for pause in pauses:
        clock.advance(pause)
        minute, standing = int(clock.now() // 60), meter.take(quota)
        assert standing.is_refused == (let_in.get(minute, 0) == most)
        let_in[minute] = let_in.get(minute, 0) + (not standing.is_refused)
        assert (standing.most, standing.left, standing.resets_at) == (most, most - let_in[minute], (minute + 1) * 60)
        assert 0 < standing.wait <= 60


def test_callers_are_counted_apart() -> None:
    """What one caller used up is no loss to another."""
    meter = Meter(HandClock(1_000_000_000))
    spent = [meter.take(Quota("acme", 1, seconds=1)).is_refused for _ in range(2)]
    assert (spent, meter.take(Quota("other", 1, seconds=1)).is_refused) == ([False, True], False)


def test_threads_get_no_more_than_one_would() -> None:
    """Asked by many threads at once, it lets in exactly its number."""
    meter, let_in = Meter(HandClock(1_000_000_000)), []
    quota = Quota("acme", 50, seconds=60, is_fixed=True)
    threads = [
        threading.Thread(target=lambda: let_in.extend(not meter.take(quota).is_refused for _ in range(40)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let_in) == 50


@pytest.mark.parametrize("is_fixed", [True, False])
def test_what_is_counted_is_bounded(monkeypatch: pytest.MonkeyPatch, *, is_fixed: bool) -> None:
    """Counts whose window is over are dropped before there are many of them."""
    monkeypatch.setattr(limits, "MOST_KEPT", 10)
    clock = HandClock(1_000_000_000)
    meter = Meter(clock)
    for number in range(200):
        meter.take(Quota(str(number), 2, seconds=1, is_fixed=is_fixed))
        clock.advance(0.25)
    assert sum(map(len, meter._notes._kept.values())) <= 12  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["exotel", "exotel=", "exotel=-1", "exotel=1.5", "acme=1", "exotel=9999999", "=1"])
def test_what_is_no_limit_is_told(text: str) -> None:
    """A figure that is none is one sentence."""
    with pytest.raises(ListkitError):
        Limits.read(text)


def test_figures_are_the_vendors_until_others_are_given() -> None:
    """Without figures they are 200 a minute and 20 a second; each can be set, and 0 is none."""
    assert Limits.read("") == Limits() == Limits(exotel=200, textmagic=20, textmagic_writes=0)
    assert Limits.read("exotel=0, textmagic=50,textmagic-writes=5") == Limits(
        exotel=0, textmagic=50, textmagic_writes=5
    )
