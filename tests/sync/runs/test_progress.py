"""How far a push is, for whoever wants to know; and how it ended, for whoever looks at it."""

from __future__ import annotations

import io
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from listkit.account import Account
from listkit.contact import Contact
from listkit.sync.plans import planning
from listkit.sync.runs import dispatching, progress
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, frame

if TYPE_CHECKING:
    from listkit.sync.plans.planning import Plan


def planned() -> Plan:
    """Plan a push of some rows, one of which is invalid and one known."""
    provider = Rehearsal()
    provider.give("VIP", Contact(phone=NUMBERS[0]))
    return planning.plan(frame(*NUMBERS, "12"), "VIP", provider)


def test_a_function_is_told_the_rows() -> None:
    """A function of one's own is called with the rows done and the rows to do, and at last with all."""
    told: list[tuple[int, int]] = []
    planned().apply(progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (len(NUMBERS) - 1, len(NUMBERS) - 1)


class Terminal(io.StringIO):
    """A terminal that somebody looks at."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_a_bar_is_shown_where_somebody_looks(monkeypatch: pytest.MonkeyPatch, is_asked_for: bool) -> None:
    """At a terminal a bar tells rows and requests once it takes long, or where it is asked for."""
    seen = Terminal() if not is_asked_for else io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "LEAST", 0.0)
    planned().apply(progress=True if is_asked_for else None)
    assert "VIP" in seen.getvalue()
    assert "requests" in seen.getvalue()
    assert "11.0/11.0" in seen.getvalue()


def test_nothing_is_shown_where_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """`progress=False` is silent, also at a terminal; where nobody looks there are lines in the log."""
    monkeypatch.setattr(sys, "stderr", seen := Terminal())
    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with caplog.at_level(logging.INFO, "listkit"):
        planned().apply(progress=False)
        assert not caplog.messages
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        planned().apply()
    assert seen.getvalue() == ""
    assert any("VIP" in line and "rows" in line for line in caplog.messages)


class Busy(Rehearsal):
    """A provider that has asked to wait, and takes its time."""

    waiting = 41.5

    def create_contacts(self, *given: Any, **named: Any) -> Any:
        """Answer after a while."""
        time.sleep(0.05)
        return super().create_contacts(*given, **named)


@pytest.mark.parametrize("is_watched", [True, False])
def test_a_wait_that_was_asked_for_is_counted_down(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, is_watched: bool
) -> None:
    """A bar, or the log, says that the provider asked for it, and how long it still takes."""
    monkeypatch.setattr(sys, "stderr", seen := Terminal() if is_watched else io.StringIO())
    for name, seconds in (("PATIENCE", 0.0), ("LEAST", 0.0), ("EVERY", 0.0)):
        monkeypatch.setattr(progress, name, seconds)
    monkeypatch.setattr(dispatching, "TICK", 0.005)
    with caplog.at_level(logging.INFO, "listkit"):
        planning.plan(frame(*NUMBERS[:2]), "VIP", Busy()).apply()
    shown = seen.getvalue() if is_watched else "".join(caplog.messages)
    assert "waits as rehearsal asks, 42 s left" in shown


def test_a_pull_is_shown_as_a_push_is(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Its rows go to a function over all lists, to a bar, to the log, or nowhere, as they are asked for."""
    provider = Rehearsal()
    for name in ("Gold", "Silver"):
        provider.give(name, *[Contact(phone=number) for number in NUMBERS[:6]])
    account, both = Account(provider), ["Gold", "Silver"]
    told: list[tuple[int, int]] = []
    account.contacts(both, progress=lambda rows, total: told.append((rows, total)))
    assert [rows for rows, _ in told] == [4, 6, 10, 12]
    monkeypatch.setattr(progress, "EVERY", 0.0)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", seen := Terminal())
    with caplog.at_level(logging.INFO, "listkit"):
        account.contacts(both, progress=False)
        assert (seen.getvalue(), caplog.messages) == ("", [])
        account.contacts(both)
        assert "Pull rehearsal" in seen.getvalue()
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        account.contacts(both)
    assert caplog.messages[-1].startswith("Pull rehearsal: 12 of ")


def test_a_run_in_a_notebook_hides_numbers_and_harms_nobody() -> None:
    """The view of a run shows the ledger and the rows to look at, numbers masked and every text escaped."""
    provider = Rehearsal()
    name = "<img src=x onerror=alert(1)>"
    data = pd.DataFrame({"phone": [*NUMBERS[:2], "<b>12</b>", NUMBERS[0]]}, dtype="str")
    shown = planning.plan(data, name, provider).apply()._repr_html_()
    assert "<img" not in shown
    assert "<b>12" not in shown
    assert "2 <b>added</b>" in shown
    assert not any(phone in shown for phone in NUMBERS)
    assert "•" in shown
