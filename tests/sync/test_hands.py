"""Threads that are never waited for."""

from __future__ import annotations

import threading

import pytest

from listkit.sync.hands import Hands


def test_jobs_are_done_side_by_side() -> None:
    """Three hands do three things at the same time."""
    meeting = threading.Barrier(3)
    with Hands(3) as hands:
        jobs = [hands.do(lambda: meeting.wait(5)) for _ in range(3)]
        assert sorted(job.result() for job in jobs) == [0, 1, 2]


def test_what_a_job_raises_is_raised_to_whoever_asks() -> None:
    """An error is told where the result is wanted, and the hand goes on."""
    with Hands(1) as hands:
        jobs = [hands.do(lambda: 1 // 0), hands.do(lambda: 7)]
        with pytest.raises(ZeroDivisionError):
            jobs[0].result()
        assert jobs[1].result() == 7


def test_leaving_waits_for_nobody() -> None:
    """What is on its way goes on unheard, and what was not begun is cancelled."""
    begun, hold = threading.Event(), threading.Event()

    def late() -> bool:
        begun.set()
        return hold.wait(5)

    with Hands(1) as hands:
        jobs = [hands.do(late), hands.do(lambda: True)]
        assert begun.wait(5)
    assert (jobs[0].done(), jobs[1].cancelled()) == (False, True)
    hold.set()
    assert jobs[0].result()
