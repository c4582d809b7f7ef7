"""Turns of writers: nobody overtakes, and who gives up stands in nobody's way."""

from __future__ import annotations

import threading
import time

import pytest

from listkit.errors import UnavailableError
from listkit.server.store import engines
from listkit.server.store.turns import Turns

ACME, OTHER = 1, 2


def queue_up(turns: Turns, name: str, told: list[str], *, behind: int) -> threading.Thread:
    """Let a thread wait for acme's turn, and return when it stands behind so many."""

    def write() -> None:
        with turns.take(ACME):
            told.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    while len(turns._queues[ACME]._waiting) <= behind:
        time.sleep(0.001)
    return thread


def test_who_came_first_goes_first() -> None:
    """A writer that comes again at once does not overtake those who wait."""
    turns, told = Turns(), list[str]()
    with turns.take(ACME):
        waiting = [queue_up(turns, name, told, behind=place + 1) for place, name in enumerate("ab")]
    with turns.take(ACME):
        told.append("again")
    for thread in waiting:
        thread.join()
    assert told == ["a", "b", "again"]


def test_whoever_gives_up_stands_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that does not come in time is an UnavailableError, and the queue goes on."""
    turns = Turns()
    with turns.take(ACME):
        monkeypatch.setattr(engines, "WAIT_SECONDS", 0.01)
        with pytest.raises(UnavailableError, match="busy with other writes"), turns.take(ACME):
            pass
        with turns.take(OTHER):
            pass
    with turns.take(ACME):
        assert len(turns._queues[ACME]._waiting) == 1
