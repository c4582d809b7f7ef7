"""Pushes of one frame at once: one writes, the others are refused with its name or find everybody there."""

from __future__ import annotations

import os
import random
import socket
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import PlanRefused
from listkit.server.store import credentials
from listkit.sync.journals import locking
from listkit.sync.journals.journal import Journal, new_id
from listkit.sync.plans import planning
from listkit.sync.runs import applying
from tests.sync import pushers
from tests.sync.journals.test_journal import HEADER
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, frame

if TYPE_CHECKING:
    from listkit.testing import Sandbox
    from tests.conftest import Figure

LIST = ("rehearsal", "acme1")
REFUSALS = {"PlanRefused", "DriftError"}


def race(box: Sandbox, turn: int, runners: int) -> int:
    """Let some processes push the same frame at once; return how many of them wrote."""
    name, phones = f"List {turn}", [f"+91982{turn:03}{number:04}" for number in range(9)]
    environment = {**box.environment, "LISTKIT_HOME": os.environ["LISTKIT_HOME"]}
    api = ("exotel", "textmagic")[turn % 2]
    started = [pushers.begin(environment, api, name, phones) for _ in range(runners)]
    for _, pipe in started:
        assert pipe.recv() == "begins"
    for _, pipe in started:
        pipe.send("go")
    told = [pipe.recv() for _, pipe in started]
    for process, pipe in started:
        process.join()
        pipe.close()
    ledgers = [counts for counts in told if isinstance(counts, dict)]
    assert {refusal for refusal in told if isinstance(refusal, str)} <= REFUSALS
    assert all(counts["added"] + counts["already"] == len(phones) for counts in ledgers), told
    assert sum(counts["added"] for counts in ledgers) == len(phones), told
    assert sorted(box[api].contacts(name)["phone"]) == phones
    return sum(counts["added"] > 0 for counts in ledgers)


def races(times: int) -> str:
    """Run some races; return the figures."""
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    with lk.sandbox() as box:
        winners = [race(box, turn, chance.randint(2, 4)) for turn in range(times)]
    return f"{times} races, {sum(winners)} winners: each number once"


def test_of_two_pushes_one_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 6 races of two to four processes each number is in the list once, and every push says so or is refused."""
    monkeypatch.setattr(credentials, "COST", 2)
    races(6)


@pytest.mark.torture
def test_of_many_pushes_one_writes(monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    """In 100 races of two to four processes each number is in the list once, and every push says so or is refused."""
    monkeypatch.setattr(credentials, "COST", 2)
    figure("races", races(100), promised="100 races: each number once")


def hold(**owner: object) -> None:
    """Put somebody's lock on the list VIP."""
    with closing(Journal()) as journal:
        run_id = new_id()
        journal.begin(run_id, HEADER, b"")
        told = {"pid": os.getpid(), "host": socket.gethostname(), "beat": time.time()} | owner
        journal.write(
            [
                (
                    "INSERT INTO locks VALUES (?, ?, 'VIP', ?, ?, ?, ?, ?)",
                    [*LIST, run_id, told["pid"], told["host"], time.time(), told["beat"]],
                )
            ]
        )


@pytest.mark.parametrize("owner", [{"pid": os.getppid()}, {"host": "another.example", "pid": 1}])
def test_a_live_owner_is_named(owner: dict[str, object]) -> None:
    """A list that another push writes to is not written to; the refusal says which process does, and where."""
    hold(**owner)
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    with pytest.raises(PlanRefused, match=rf"process {owner['pid']} on "):
        plan.apply()
    assert provider.asked == []


@pytest.mark.parametrize(
    "owner", [{"pid": 2**22 + 1}, {}, {"host": "another.example", "beat": time.time() - locking.SILENT - 1}]
)
def test_a_dead_owner_holds_nobody_up(owner: dict[str, object]) -> None:
    """The lock of a process that is gone, of a run that this one left, or that is silent for long is taken over."""
    hold(**owner)
    assert planning.plan(frame(*NUMBERS), "VIP", Rehearsal()).apply().ok


def test_who_is_taken_over_stops() -> None:
    """A push whose list was taken over while it slept sends nothing more, and says why."""
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)

    def steal(done: int, _total: int) -> None:
        if done == provider.most:
            with closing(Journal()) as journal:
                journal.write([("DELETE FROM locks", [])])

    run = plan.apply(progress=steal)
    assert "taken its list over" in run.stopped
    assert run.ledger.adds_up
    assert len(provider.phones("VIP")) < len(NUMBERS)


def test_a_run_that_goes_on_is_not_resumed() -> None:
    """A run is resumed by one at a time."""
    provider = Rehearsal()
    plan = planning.plan(pd.DataFrame({"phone": NUMBERS}), "VIP", provider)
    refused: list[str] = []

    def resume_too(_done: int, _total: int) -> None:
        with pytest.raises(PlanRefused) as caught:
            applying.resume(plan, str(lk.runs()["run_id"].iloc[0]))
        refused.append(str(caught.value))

    assert plan.apply(progress=resume_too).ok
    assert refused
