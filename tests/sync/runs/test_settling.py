"""What is in doubt is settled by a look at the list, late enough and twice; what is proven missing is sent again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.contact import Contact, ContactList, Upload
from listkit.errors import AnswerLostError, DriftError, NotFoundError, PlanRefused, UnauthorizedError
from listkit.sync.plans import planning
from listkit.sync.runs import uploading
from tests.sync.rehearsal import Rehearsal
from tests.sync.runs.test_applying import NUMBERS, frame, push

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MANY = 100_000


class Late(Rehearsal):
    """A provider that applies what it gave no answer to only after some seconds."""

    def __init__(self, seconds: float, **options: Any) -> None:
        super().__init__(**options)
        self.seconds, self.due = seconds, math.inf
        self.later: Callable[[], object] = lambda: None

    def create_contacts(self, contacts: Any, *, list_id: str) -> Any:
        self.catch_up()
        if "create_contacts" not in self.asked:
            self.asked.append("create_contacts")
            self.due = self.clock.now() + self.seconds
            self.later = lambda: super(Late, self).create_contacts(contacts, list_id=list_id)
            raise AnswerLostError("no answer came back")
        return super().create_contacts(contacts, list_id=list_id)

    def members(self, list_id: str, *, after: int | None = None) -> Any:
        self.catch_up()
        return super().members(list_id, after=after)

    def catch_up(self) -> None:
        """Apply what is due by now."""
        if self.clock.now() >= self.due:
            self.due = math.inf
            self.later()


@pytest.mark.parametrize("seconds", [0.0, 30.0, 59.0])
def test_what_is_applied_late_is_not_sent_again(seconds: float) -> None:
    """A write that arrives up to a second before the settle time is over is found, and its rows are added."""
    provider = Late(seconds, joins=True)
    run = planning.plan(frame(*NUMBERS[:3]), "VIP", provider).apply(settle=60.0)
    assert provider.asked.count("create_contacts") == 2  # the one that hung, and the same when it arrived
    assert provider.phones("VIP") == NUMBERS[:3]
    assert run.counts["added"] == 3
    assert run.verified == "in full"


@pytest.mark.parametrize("joins", [False, True])
def test_what_did_not_arrive_is_sent_again(joins: bool) -> None:
    """A batch whose answer was lost and that is not in the list is sent again, and all of it is added at last."""
    provider = Rehearsal(joins=joins)
    run = push(provider, frame(*NUMBERS), [None, None, "lost before", "lost before", None, None, "lost after"])
    assert run.ok
    assert sorted(provider.phones("VIP")) == NUMBERS
    assert len(provider.phones("VIP")) == len(NUMBERS)


def test_after_three_rounds_it_has_failed_and_can_be_resumed() -> None:
    """What is sent three times and never arrives has failed, by name; resuming tries anew."""
    provider = Rehearsal(joins=True)
    plan, real, sent = planning.plan(frame(*NUMBERS[:3]), "VIP", provider), provider.create_contacts, []

    def lose(*_: Any, **__: Any) -> Any:
        sent.append(1)
        raise AnswerLostError("no answer came back")

    provider.create_contacts = lose
    run = plan.apply()
    assert set(run.rows["outcome"]) == {"failed"}
    assert set(run.rows["code"]) == {"absent"}
    assert len(sent) == 3
    provider.create_contacts = real
    assert run.resume().ok
    assert provider.phones("VIP") == NUMBERS[:3]


def test_three_answers_in_a_row_that_prove_nothing_stop_it() -> None:
    """A provider that is out of order is left alone after three answers; the rows that were not sent are unsent."""
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    provider.cues = iter([None, *["lost before"] * 30])
    provider.members = lambda *_, **__: (_ for _ in ()).throw(AnswerLostError("nothing can be read"))
    run = plan.apply(verify="no")
    assert run.counts["added"] == 0
    assert run.ledger.adds_up
    assert not run.complete
    assert provider.asked.count("create_contacts") <= 3 * 4


def test_a_list_whose_making_was_not_answered_is_adopted() -> None:
    """The list is found by its name and used, and no second one is made; one that somebody has filled is not."""
    provider = Rehearsal()
    run = push(provider, frame(*NUMBERS[:3]), ["lost after"])
    assert run.ok
    assert len(provider.kept) == 1
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS[:3]), "VIP", provider)
    real = provider.create_list

    def filled(new: ContactList) -> ContactList:
        provider.give("VIP", Contact(phone=NUMBERS[9]))
        provider.create_list = real
        raise AnswerLostError("no answer came back")

    provider.create_list = filled
    run = plan.apply()
    assert "may be somebody else's" in run.stopped
    assert provider.phones("VIP") == [NUMBERS[9]]


def test_a_key_that_is_refused_ends_it_at_once() -> None:
    """After a 401 nothing more is sent, not even to look; once the key is good again the run is resumed."""
    provider = Rehearsal()
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    real, sent = provider.create_contacts, []

    def refuse(*args: Any, **named: Any) -> Any:
        sent.append(1)
        if len(sent) > 1:
            raise UnauthorizedError("the key was refused")
        return real(*args, **named)

    provider.create_contacts = refuse
    run = plan.apply()
    assert len(sent) == 2
    assert "the key was refused" in run.stopped
    assert (run.counts["added"], run.counts["unsent"]) == (3, 9)
    assert set(run.rows.loc[run.rows["outcome"] == "unsent", "code"]) == {"stopped"}
    provider.create_contacts = real
    assert run.resume().ok
    assert provider.phones("VIP") == NUMBERS


def test_a_list_that_is_gone_is_not_made_again() -> None:
    """Where somebody deletes the list meanwhile, the push stops, and makes no new one, also when resumed."""
    provider = Rehearsal()
    provider.give("VIP")
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    real = provider.add_members

    def gone(list_id: str, ids: Any) -> Any:
        provider.kept.pop(list_id, None)
        raise NotFoundError("There is no such list.")

    provider.add_members = gone
    run = plan.apply()
    provider.add_members = real
    assert "no such list" in run.stopped
    assert run.counts["unsent"] == len(NUMBERS)
    assert "create_list" not in provider.asked


def test_an_upload_that_runs_on_is_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is still being taken in leaves its rows unknown, `upload_running`, and is never sent again."""
    provider = Rehearsal(joins=True, bulk="file")
    monkeypatch.setattr(uploading, "MOMENT", 0.0)
    real = provider.upload_status
    provider.upload_status = lambda upload: Upload(upload_id=upload.upload_id, state="running")
    held, provider.dropped = set(NUMBERS[:3]), set(NUMBERS[:3])
    run = push(provider, frame(*NUMBERS[:3]))
    assert set(run.rows["code"]) == {"upload_running"}
    assert run.counts["unknown"] == 3
    provider.upload_status, provider.dropped = real, set()
    for phone in sorted(held):
        provider._give_one(Contact(phone=phone), "L1")
    ended = run.resume()
    assert ended.ok
    assert provider.asked.count("upload") == 1


def test_who_was_added_and_is_gone_is_reported_and_not_added_again() -> None:
    """Members who were taken off between a stop and its resuming are told in a note, and left out."""
    provider = Rehearsal(joins=True)
    run = push(provider, frame(*NUMBERS[:6]), [None, None, "stopped before"])
    provider.joined["L1"].pop(0)
    ended = run.resume()
    assert any("1 member fewer" in note for note in ended.notes)
    assert NUMBERS[0] not in provider.phones("VIP")


def test_a_list_that_others_fill_is_not_filled_past_its_cap() -> None:
    """Room is counted again before the first request; what does not fit any more is refused with the numbers."""
    provider = Rehearsal(cap=14)
    provider.give("VIP")
    plan = planning.plan(frame(*NUMBERS), "VIP", provider)
    for number in range(3):
        provider._give_one(Contact(phone=f"+120255501{number:02}"[:11] + f"{number}"), "L1")
    with pytest.raises(PlanRefused, match="3 contacts by now, and 12 are to come: 1 more than the 14"):
        plan.apply()


def test_a_plan_of_monday_on_tuesday() -> None:
    """A saved plan is refused with the keys that somebody changed since, and not for what was changed in others."""
    provider = Rehearsal()
    provider.give("VIP", *(Contact(phone=phone, first_name="Ben") for phone in NUMBERS[:3]))
    plan = planning.plan(frame(*NUMBERS[:2], first_name=["Asha", "Asha"]), "VIP", provider, mode="upsert")
    third = next(key for key, record in provider.contacts.items() if record.phone == NUMBERS[2])
    provider.update_contacts([(third, {"first_name": "Chitra"})])
    assert plan.apply().counts["updated"] == 2
    again = planning.plan(frame(*NUMBERS[:2], first_name=["Dev", "Dev"]), "VIP", provider, mode="upsert")
    provider.update_contacts([(provider.find(NUMBERS[1]).contact_id, {"first_name": "Esha"})])
    with pytest.raises(DriftError) as drift:
        again.apply()
    assert drift.value.keys == [NUMBERS[1]]
    run = again.apply(on_drift="replan")
    assert run.counts["updated"] == 2
    assert {provider.find(phone).first_name for phone in NUMBERS[:2]} == {"Dev"}


@pytest.mark.parametrize("mode", ["append", "upsert"])
def test_contacts_of_the_address_book(mode: str) -> None:
    """Who joins from the address-book keeps the fields in an append; an upsert notes what they were, and sends."""
    provider = Rehearsal()
    provider.give("Others", Contact(phone=NUMBERS[0], first_name="Ben"))
    run = planning.plan(frame(*NUMBERS[:2], first_name=["Asha", "Asha"]), "VIP", provider, mode=mode).apply()
    assert run.counts["added"] == 2
    assert provider.find(NUMBERS[0]).first_name == ("Ben" if mode == "append" else "Asha")
    assert run.befores["before"].to_pylist() == ([] if mode == "append" else ["Ben"])
    assert list(run.rows["contact_created"]) == [False, True]


def test_a_mirror_removes_who_left() -> None:
    """Members that are not in the frame are taken off last, and told in `run.removed`, outside of the sum."""
    provider = Rehearsal()
    provider.give("VIP", *(Contact(phone=phone) for phone in NUMBERS[:3]))
    run = planning.plan(frame(*NUMBERS[1:5]), "VIP", provider, mode="mirror", max_remove=1.0).apply()
    assert sorted(provider.phones("VIP")) == NUMBERS[1:5]
    assert run.removed[["phone", "outcome"]].to_numpy().tolist() == [[NUMBERS[0], "removed"]]
    assert run.ledger.adds_up
    assert provider.asked.index("remove_members") > provider.asked.index("add_members")


@pytest.mark.parametrize(
    ("api", "count"),
    [("exotel", MANY), ("textmagic", 5_000), pytest.param("textmagic", MANY, marks=pytest.mark.torture)],
)
def test_no_request_is_refused_for_its_pace(api: str, count: int) -> None:
    """100,000 rows are pushed at a server that enforces the documented limits: none of its answers is a 429."""
    data = pd.DataFrame({"phone": [f"+9198{number:08}" for number in range(count)]}, dtype="str")
    with lk.sandbox(limits=True) as box:
        box.clock.hurry()
        run = data.listkit.push("VIP", to=box[api], strategy="batches" if api == "exotel" else "file", verify="auto")
        statuses = box.requests["status"].value_counts()
    assert run.counts["added"] == count
    assert 429 not in statuses.index
