"""What a push intends and what became of it is on disk, for its owner only, and nothing is sent without it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import JournalError, NotFoundError
from listkit.home import home
from listkit.sync.journals import filing, journal
from listkit.sync.journals.journal import Header, Journal
from listkit.sync.plans import planning
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, frame, push

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

HEADER = Header(
    provider="rehearsal",
    account="a",
    profile=None,
    host="here",
    list_name="VIP",
    list_id=None,
    mode="append",
    strategy="batches",
    rows=2,
)


def test_a_run_that_never_ended_is_listed() -> None:
    """A run whose process was killed stands in `lk.runs()` beside those that ended, with no counts."""
    run = push(Rehearsal(), frame(*NUMBERS[:2]))
    opened = Journal()
    killed = journal.new_id()
    opened.begin(killed, HEADER, b"")
    opened.close()
    told = journal.runs().set_index("run_id")["counts"]
    assert told[run.run_id] == run.counts
    assert told[killed] == {}


def test_every_request_is_intended_before_and_settled_after() -> None:
    """The journal holds each request of a push with its outcome, and the run's ledger."""
    provider = Rehearsal()
    run = push(provider, frame(*NUMBERS[:6]), [None, None, "lost after"])
    opened = Journal()
    steps = opened.steps(run.run_id)
    opened.close()
    asked = [operation for operation in provider.asked if operation != "list"]
    assert [step.operation for step in steps if step.operation != "read_back"] == asked
    assert {step.state for step in steps} == {"done", "unknown"}
    assert journal.runs().loc[0, "counts"] == run.counts


@pytest.mark.parametrize("failing", range(1, 13))
def test_nothing_is_sent_after_the_journal_failed(failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a write of the journal fails, no request follows it, and every row has its outcome."""
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    written = 0
    asked_then: list[int] = []

    def write(self: Journal, statements: Iterable[tuple[str, Sequence[Any]]]) -> int:
        nonlocal written
        written += 1
        if written >= failing:
            asked_then.append(len(provider.asked))
            raise JournalError("disk full")
        return real(self, statements)

    real = Journal.write
    monkeypatch.setattr(Journal, "write", write)
    try:
        run = plan.apply(verify="no")
    except JournalError:
        assert provider.asked == []
    else:
        assert len(provider.asked) == asked_then[0]
        assert run.ledger.adds_up
        assert "disk full" in run.stopped or "disk full" in " ".join(run.notes)


@pytest.mark.parametrize("statement", ["BEGIN EXCLUSIVE", "DROP TABLE steps"])
def test_a_journal_that_fails_in_the_middle_stops_the_push(statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another program locks or damages the journal, nothing more is sent, and the run says why."""
    monkeypatch.setattr(filing, "PATIENCE", 0.05)
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    other: list[sqlite3.Connection] = []

    def harm(done: int, _total: int) -> None:
        if done and not other:
            other.append(sqlite3.connect(home() / "journal.sqlite", isolation_level=None))
            other[0].execute(statement)
            asked.extend(provider.asked)

    asked: list[str] = []
    run = plan.apply(progress=harm)
    other[0].close()
    assert provider.asked == asked
    assert "cannot be used" in run.stopped
    assert run.ledger.adds_up


def test_two_that_open_a_new_journal_at_once_share_it() -> None:
    """Of many that open the journal before it is there, none takes away what another has written."""
    opened: list[Journal] = []
    threads = [threading.Thread(target=lambda: opened.append(Journal())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, each in enumerate(opened):
        each.begin(f"run {number}", HEADER, b"")
    for each in opened:
        each.close()
    assert len(opened) == len(journal.runs()) == 8


def test_a_new_journal_that_somebody_else_writes_just_now_is_waited_for() -> None:
    """Before its log is there SQLite itself does not wait for a writer."""
    filing.own_folder()
    with closing(sqlite3.connect(home() / "journal.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        timer.start()
        Journal().close()
        timer.join()


def test_only_its_owner_reads_the_journal() -> None:
    """The journal, and the plan that is kept with a run, are for their owner only."""
    push(Rehearsal(), frame(*NUMBERS, first_name=["Ashalata"] * len(NUMBERS)))
    kept = [path for path in home().rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} >= {".sqlite", ".plan"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)


def test_a_journal_of_a_later_listkit_is_left_alone(tmp_path: Path) -> None:
    """A journal that a newer version wrote is refused in one sentence, and not changed."""
    path = tmp_path / "journal.sqlite"
    Journal(path).close()
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {journal.VERSION + 1}")
    with pytest.raises(JournalError, match="newer listkit"):
        Journal(path)


def test_a_run_that_nobody_knows_is_not_found() -> None:
    """An id that the journal does not have is an error that says where to look."""
    opened = Journal()
    with pytest.raises(NotFoundError, match=r"lk\.runs\(\)"):
        opened.run("20260101-000000-abcdef01")
    opened.close()
