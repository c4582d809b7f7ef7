"""A push gives every row one outcome, and the outcome is true."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from listkit.contact import Contact
from listkit.errors import AmbiguousListError, DriftError, PlanRefused
from listkit.sync.journals import journal
from listkit.sync.plans import planning
from listkit.sync.runs.run import Interrupted, Run
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERS = [f"+1202555{number:04}" for number in range(100, 112)]


def frame(*phones: str, **columns: list[str]) -> pd.DataFrame:
    """Make a frame of contacts with an index of its own."""
    return pd.DataFrame({"phone": list(phones), **columns}, index=[f"row {n}" for n in range(len(phones))], dtype="str")


def push(provider: Rehearsal, data: pd.DataFrame, cues: Sequence[str | None] = ()) -> Run:
    """Plan and apply, with faults from then on; a push stopped by hand gives its partial run."""
    plan = planning.plan(data, "VIP", provider)
    provider.cues = iter(cues)
    try:
        return plan.apply()
    except Interrupted as stopped:
        return stopped.run


@pytest.mark.parametrize(("joins", "bulk"), [(False, "batches"), (True, "batches"), (True, "file")])
def test_every_number_arrives_once(joins: bool, bulk: str) -> None:
    """A push without faults makes the list hold the frame's numbers, each once, whatever the way."""
    provider = Rehearsal(joins=joins, bulk=bulk)
    run = push(provider, frame(*NUMBERS))
    assert provider.phones("VIP") == NUMBERS
    assert run.counts["added"] == len(NUMBERS)
    assert run.ok
    assert run.complete
    assert run.verified == ("in full" if bulk == "file" else "by count")


def test_rows_keep_the_frames_index_and_order() -> None:
    """`run.rows` has one line per input row, on the input's own index."""
    data = frame(NUMBERS[0], "12", NUMBERS[0])
    run = push(Rehearsal(), data)
    assert list(run.rows.index) == list(data.index)
    assert list(run.rows["outcome"]) == ["added", "invalid", "duplicate"]
    assert run.rows["reason"].iloc[1]
    assert list(run.rejected.index) == ["row 1"]


def test_a_second_push_sends_nothing() -> None:
    """The same push again finds everybody there and makes no write request."""
    provider = Rehearsal()
    push(provider, frame(*NUMBERS))
    provider.asked.clear()
    run = push(provider, frame(*NUMBERS))
    assert run.counts["already"] == len(NUMBERS)
    assert set(provider.asked) == {"list"}


def test_a_contact_of_the_address_book_is_joined() -> None:
    """A number that exists outside the list is joined by its id, also where a refusal names none."""
    for joins in (False, True):
        provider = Rehearsal(joins=joins)
        provider.give("Others", Contact(phone=NUMBERS[0]))
        run = push(provider, frame(*NUMBERS[:2]))
        assert provider.phones("VIP") == (NUMBERS[:2] if not joins else NUMBERS[1::-1])
        assert list(run.rows["contact_created"]) == [False, True]


def test_interrupted_carries_the_partial_run() -> None:
    """Ctrl-C in the second batch: the first is added, the one in flight unknown, the rest unsent."""
    provider = Rehearsal(joins=True, cues=[None, None, "stopped after"])
    plan = planning.plan(frame(*NUMBERS[:9]), "VIP", provider)
    with pytest.raises(Interrupted) as stopped:
        plan.apply()
    counts = stopped.value.run.counts
    assert (counts["added"], counts["unknown"], counts["unsent"]) == (3, 3, 3)
    assert stopped.value.run.ledger.adds_up
    assert "run.resume()" in str(stopped.value)
    assert f"lk.resume('{stopped.value.run.run_id}')" in str(stopped.value)


class Slow(Rehearsal):
    """A provider that asks to wait a minute with each batch."""

    def create_contacts(self, *given: Any, **named: Any) -> Any:
        """Answer a minute later."""
        self.clock.sleep(60)
        return super().create_contacts(*given, **named)


def test_a_push_ends_when_its_time_is_over() -> None:
    """Waits that a provider asks for count: nothing is begun after the deadline, and a resume does the rest."""
    provider = Slow()
    run = planning.plan(frame(*NUMBERS), "VIP", provider).apply(deadline=100)
    assert (run.stopped, run.complete) == ("the 100 s that it was given are over", False)
    assert (run.counts["added"], run.counts["unsent"]) == (3, 9)
    assert run.ledger.adds_up
    run = run.resume(deadline=600)
    assert run.ok
    assert sorted(provider.phones("VIP")) == NUMBERS


def test_a_second_ctrl_c_does_not_lose_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C again, while what was done is written down, is held back: the run is told, and the journal closed."""
    real = journal.Journal.end

    def end(self: journal.Journal, *args: object, **options: object) -> None:
        signal.raise_signal(signal.SIGINT)
        real(self, *args, **options)

    monkeypatch.setattr(journal.Journal, "end", end)
    provider = Rehearsal(joins=True, cues=[None, None, "stopped before"])
    with pytest.raises(Interrupted) as stopped:
        planning.plan(frame(*NUMBERS[:9]), "VIP", provider).apply()
    assert stopped.value.run.ledger.adds_up
    assert set(stopped.value.run.rows.loc[stopped.value.run.rows["outcome"] == "unsent", "reason"]) == {
        "stopped by hand"
    }
    assert list(journal.runs()["state"]) == ["interrupted"]


def test_rejected_rows_can_be_pushed_and_rejected_again() -> None:
    """The columns of an earlier run make way; a column of one's own by such a name is kept."""
    run = push(Rehearsal(), frame("12", NUMBERS[0], code=["north", "south"]))
    assert list(run.rejected.columns) == ["phone", "code (before)", "outcome", "code", "reason"]
    again = push(Rehearsal(), run.rejected)
    assert list(again.rejected.columns) == list(run.rejected.columns)


def test_a_file_that_drops_rows_is_found_out() -> None:
    """A number that an import dropped without a word is named as rejected."""
    provider = Rehearsal(joins=True, bulk="file")
    provider.dropped = {NUMBERS[1]}
    run = push(provider, frame(*NUMBERS[:3]))
    assert list(run.rows["outcome"]) == ["added", "rejected", "added"]
    assert run.rows["code"].iloc[1] == "dropped"


def test_a_list_made_meanwhile_is_drift() -> None:
    """A list that took the plan's new name since is not filled by surprise."""
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    provider.give("VIP")
    with pytest.raises(DriftError, match="plan again"):
        plan.apply()
    assert provider.phones("VIP") == []


def test_the_list_is_never_filled_past_its_cap() -> None:
    """The contact past the cap is refused while planning, with the numbers, before any request."""
    provider = Rehearsal(cap=10)
    with pytest.raises(PlanRefused, match=r"12 contacts .* takes 10 .* 2 too many"):
        planning.plan(frame(*NUMBERS), "VIP", provider)
    assert provider.asked == []


def test_a_column_without_a_place_is_refused_or_left_behind() -> None:
    """A filled column that no way can carry is refused by name; `drop` leaves it behind with a note."""
    data = frame(*NUMBERS[:2], company=["Acme", ""])
    with pytest.raises(PlanRefused, match=r"company \(1 row\)"):
        planning.plan(data, "VIP", Rehearsal())
    plan = planning.plan(data, "VIP", Rehearsal(), unsupported="drop")
    assert any("company" in note for note in plan.notes)


def test_the_way_that_carries_everything_is_taken() -> None:
    """A file cannot carry emails here, so a frame with emails goes by batches."""
    data = frame(*NUMBERS[:2], email=["asha@example.org", ""])
    assert planning.plan(data, "VIP", Rehearsal(bulk="file")).strategy == "batches"
    assert planning.plan(frame(*NUMBERS), "VIP", Rehearsal(bulk="file")).strategy == "file"


def test_no_list_and_create_false_is_refused() -> None:
    """`create=False` never makes a list."""
    with pytest.raises(PlanRefused, match="create=False"):
        planning.plan(frame(*NUMBERS), "VIP", Rehearsal(), create=False)


def test_one_of_two_lists_of_a_name_is_meant_by_its_id() -> None:
    """Two lists of one name are refused with their ids; `list_id` says which, and has to have the name."""
    provider = Rehearsal()
    provider.give("VIP")
    second = provider.give("VIP")
    other = provider.give("Others")
    with pytest.raises(AmbiguousListError, match="list_id="):
        planning.plan(frame(*NUMBERS), "VIP", provider)
    planning.plan(frame(*NUMBERS), "VIP", provider, list_id=second.list_id).apply()
    assert len(provider.joined[second.list_id]) == len(NUMBERS)
    with pytest.raises(PlanRefused, match="named 'Others', not 'VIP'"):
        planning.plan(frame(*NUMBERS), "VIP", provider, list_id=other.list_id)


def test_the_plan_owns_its_rows() -> None:
    """Changing the frame after planning does not change what is sent."""
    data = frame(*NUMBERS[:2])
    provider = Rehearsal()
    plan = planning.plan(data, "VIP", provider)
    data["phone"] = NUMBERS[5]
    plan.apply()
    assert provider.phones("VIP") == NUMBERS[:2]
