"""Ctrl-C, or a notebook's stop button, at any moment: what was done is told, and it can be gone on with."""

from __future__ import annotations

import random
import signal
import threading
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from listkit.server.store import credentials
from listkit.sync.journals import journal
from listkit.sync.plans import planning
from listkit.sync.runs import applying, dispatching, uploading
from listkit.sync.runs.interrupting import Interrupts
from listkit.sync.runs.run import Interrupted
from tests.sync.rehearsal import Rehearsal
from tests.sync.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.sync.runs.run import Run
    from tests.conftest import Figure

NUMBERS = [f"+1202555{number:04}" for number in range(100, 124)]
WAYS = "batches", "file", "batches"
LONGEST = 1.0
"""Seconds within which a second Ctrl-C leaves."""


@contextmanager
def ctrl_c(after: float) -> Iterator[None]:
    """Press Ctrl-C so many seconds from now, wherever the process is then."""
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a store in this process."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(uploading, "MOMENT", 0.0)
    monkeypatch.setattr(dispatching, "GRACE", 0.1)
    with closing(Served(tmp_path)) as opened:
        yield opened


def interrupt_often(served: Served, times: int) -> str:
    """Interrupt pushes at moments by chance and go on with each; return the figures."""
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    longest, stopped = 0.05, 0
    for turn in range(times):
        provider = served.open(("exotel", "textmagic")[turn % 2])
        plan = planning.plan(
            pd.DataFrame({"phone": NUMBERS}), "VIP", provider, strategy=("batches", "file")[turn % 3 > 1]
        )
        began, run = time.monotonic(), None
        try:
            with ctrl_c(chance.uniform(0.0005, longest)):
                run = applying.apply(plan, is_fresh=True)
                longest = max(longest, time.monotonic() - began)
        except Interrupted as interrupted:
            run = interrupted.run
            stopped += 1
        except KeyboardInterrupt:
            run = begun(plan)
        assert run is None or run.ledger.adds_up
        assert (run.resume() if run else plan.apply()).ok
        assert sorted(served.phones("VIP")) == NUMBERS
    assert stopped > times / 10
    return f"{times} times, {stopped} while something was sent: all told, resumed, each number once"


def begun(plan: planning.Plan) -> Run | None:
    """Return the run of a plan that was stopped before its first request or after its last, if it was begun at all."""
    known = journal.runs()
    mine = known.loc[known["account"] == plan.provider.account, "run_id"]
    return applying.load(plan, mine.iloc[0]) if len(mine) else None


def test_an_interrupted_push_is_resumed(served: Served) -> None:
    """In 40 interrupts at moments by chance the run is told, the journal opens, and resuming finishes it."""
    interrupt_often(served, 40)


@pytest.mark.torture
def test_interrupted_pushes_are_resumed(served: Served, figure: Figure) -> None:
    """In 500 interrupts at moments by chance the run is told, the journal opens, and resuming finishes it."""
    figure("interrupts", interrupt_often(served, 500), promised="500 times, all told and resumed")


def test_a_second_ctrl_c_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a request hangs, a second Ctrl-C leaves within a second, and tells the run all the same."""
    monkeypatch.setattr(dispatching, "GRACE", 60.0)
    provider, hangs = Rehearsal(), threading.Event()
    plan = planning.plan(pd.DataFrame({"phone": NUMBERS}), "VIP", provider)
    monkeypatch.setattr(provider, "create_contacts", lambda *_, **__: hangs.wait(30))
    twice: list[float] = []

    def press(*_: object) -> None:
        twice.append(time.monotonic())
        signal.raise_signal(signal.SIGINT)

    before = signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)
    try:
        with pytest.raises(Interrupted) as stopped:
            plan.apply()
        left = time.monotonic()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        hangs.set()
    assert left - twice[1] < LONGEST
    run = stopped.value.run
    assert run.counts["unknown"] == provider.most
    assert run.ledger.adds_up


def test_a_push_in_another_thread_hears_no_ctrl_c() -> None:
    """A push that another thread makes goes on, since only the main one hears Ctrl-C, and leaves its handler alone."""
    before = signal.getsignal(signal.SIGINT)
    runs: list[Run] = []
    plan = planning.plan(pd.DataFrame({"phone": NUMBERS}), "VIP", Rehearsal())
    thread = threading.Thread(target=lambda: runs.append(plan.apply()))
    thread.start()
    thread.join()
    assert runs[0].ok
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_stops_a_push_as_ctrl_c_does(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent is taken in, the rest is unsent, and both are gone on with."""
    provider, stop = served.open("exotel"), threading.Event()
    monkeypatch.setattr(type(provider), "in_flight", 1)
    plan = planning.plan(pd.DataFrame({"phone": NUMBERS}), "VIP", provider)
    with pytest.raises(Interrupted) as stopped:
        plan.apply(progress=lambda done, _: stop.set() if done else None, stop=stop)
    run = stopped.value.run
    assert 0 < run.counts["unsent"] < len(NUMBERS)
    assert run.resume(stop=threading.Event()).ok  # type: ignore[call-arg]
    assert served.phones("VIP") == NUMBERS


def test_a_wait_is_left_soon_after_another_thread_wants_to_stop() -> None:
    """A wait is cut into small ones, and after each somebody may have asked to stop."""
    stop, waited = threading.Event(), list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            stop.set()

    with pytest.raises(KeyboardInterrupt):
        Interrupts(stop).wait(wait, 3600)
    assert waited == [0.1] * 3
    waited.clear()
    Interrupts().wait(wait, 3600)
    assert waited == [3600]
