"""A clock that tests turn goes as it is told, for every thread that looks at it."""

from __future__ import annotations

import threading
import time

import pytest

from listkit.errors import ListkitError
from listkit.server.clock import Clock, HandClock


def asleep(clock: HandClock, seconds: float) -> tuple[threading.Thread, threading.Event]:
    """Let a thread sleep by a clock; the event is set when it wakes."""
    woken, begun = threading.Event(), threading.Event()

    def sleep() -> None:
        begun.set()
        clock.sleep(seconds)
        woken.set()

    thread = threading.Thread(target=sleep, daemon=True)
    thread.start()
    assert begun.wait(5)
    while not clock._turned._waiters:  # it has begun, and is about to wait
        time.sleep(0.001)
    return thread, woken


def test_the_systems_clock_is_the_systems() -> None:
    """`Clock` tells the system's time, and sleeps by it; a sleep of less than nothing is none."""
    clock = Clock()
    before, begun = time.time(), time.monotonic()
    clock.sleep(0.01)
    clock.sleep(-1)
    assert before + 0.01 <= clock.now() <= time.time()
    assert begun + 0.01 <= clock.monotonic() <= time.monotonic()


def test_a_clock_stands_until_it_is_turned() -> None:
    """Both of its times move by exactly what the hand was moved."""
    clock = HandClock(1_000)
    began = clock.monotonic()
    assert clock.now() == pytest.approx(1_000)
    clock.advance(90)
    assert clock.now() == pytest.approx(1_090)
    assert clock.monotonic() - began == pytest.approx(90)
    assert clock.monotonic() == clock.monotonic()


def test_it_begins_at_the_systems_time() -> None:
    """Without a time to begin at it begins now."""
    before = time.time()
    assert before - 1e-3 <= HandClock().now() <= time.time() + 1e-3


def test_a_sleeper_waits_for_the_hand() -> None:
    """A thread that sleeps by a standing clock wakes when the hand has come far enough, not before."""
    clock = HandClock()
    thread, woken = asleep(clock, 60)
    clock.advance(59.5)
    assert not woken.wait(0.05)
    clock.advance(0.5)
    thread.join(5)
    assert woken.is_set()


def test_who_hurries_does_not_wait() -> None:
    """A hurried clock is moved by whoever sleeps, and lets those go who slept already."""
    clock = HandClock(0)
    thread, woken = asleep(clock, 3_600)
    clock.hurry()
    thread.join(5)
    assert woken.is_set()
    clock.sleep(60)
    clock.sleep(-60)
    assert clock.now() == pytest.approx(3_660)


def test_a_running_clock_goes_with_the_systems() -> None:
    """It goes on from where it was, can be moved meanwhile, and stops where it is."""
    clock = HandClock(0)
    clock.advance(100)
    clock.run()
    thread, woken = asleep(clock, 1_000)
    clock.sleep(0.01)
    assert 100.01 <= clock.now() < 200
    clock.advance(1_000)
    thread.join(5)
    assert woken.is_set()
    clock.freeze()
    assert clock.now() == clock.now() > 1_100


def test_a_clock_goes_forward_only() -> None:
    """Backwards, for ever and by no number are refused in one sentence."""
    for seconds in (-1, float("inf"), float("nan")):
        with pytest.raises(ListkitError, match="forward"):
            HandClock().advance(seconds)


def test_no_turn_is_lost_between_threads() -> None:
    """Many threads that move the hand move it by all of their seconds."""
    clock = HandClock(0)
    threads = [threading.Thread(target=lambda: [clock.advance(1) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == pytest.approx(1_600)
