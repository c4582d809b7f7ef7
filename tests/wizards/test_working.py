"""Work in a thread tells how far it is, is cancelled, fails with a sentence, and is waited for."""

from __future__ import annotations

import signal
import threading
from typing import Any

import pytest

from listkit.errors import ListkitError
from listkit.wizards.working import Job


def nothing(*_: object) -> None:
    """Take no notice."""


def test_work_that_is_done_has_an_outcome() -> None:
    """It is told once that it ended, and how far it is in between."""
    told, ended = [], list[Any]()

    def work(job: Job[str]) -> str:
        job.tell(1, 2)
        job.tell(2, 2)
        return "done"

    job = Job("counting", work, told=lambda: told.append(1), ended=ended.append)
    job.wait()
    assert (job.state, job.outcome, job.done, job.total, ended) == ("done", "done", 2, 2, [job])
    assert len(told) == 1


def test_work_that_is_cancelled_says_so() -> None:
    """What it raises then is kept, for it may hold what was done."""
    begun = threading.Event()

    def work(job: Job[None]) -> None:
        begun.set()
        job.stop.wait()
        raise KeyboardInterrupt

    job = Job("waiting", work, told=nothing, ended=nothing)
    begun.wait()
    job.cancel()
    job.wait()
    assert (job.state, job.outcome, type(job.raised)) == ("cancelled", None, KeyboardInterrupt)


def test_a_notebook_s_stop_button_cancels_what_is_waited_for() -> None:
    """Ctrl-C while waiting stops the work, and the waiting goes on until it is over."""

    def work(job: Job[None]) -> None:
        signal.raise_signal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
        job.stop.wait()
        raise KeyboardInterrupt

    job = Job("waiting", work, told=nothing, ended=nothing)
    timer = threading.Timer(0.05, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    timer.start()
    job.wait()
    timer.join()
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ListkitError("The list is full."), "The list is full."),
        (
            ZeroDivisionError("a secret"),
            "This is a fault of listkit, please tell us: ZeroDivisionError while dividing.",
        ),
    ],
)
def test_work_that_fails_says_why(error: Exception, sentence: str) -> None:
    """Ours in its own words, another's by its kind alone; who draws it may fail too."""

    def work(_job: Job[None]) -> None:
        raise error

    def draw(_job: Job[None]) -> None:
        raise RuntimeError("nobody looks any more")

    job = Job("dividing", work, told=nothing, ended=draw)
    job.wait()
    assert (job.state, job.sentence, job.raised) == ("failed", sentence, error)
