"""What a push did is taken back field by field, and what cannot come back is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from listkit.errors import DriftError, PlanRefused
from listkit.providers.base import Limit
from listkit.sync.runs import applying
from listkit.wire.message import Request
from tests.sync.undone import PHONES, Accounts, without, without_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.base import Api
    from tests.sync.undone import Person, Seen

APIS: list[Api] = ["exotel", "textmagic"]
MIRROR: dict[str, Any] = {"mode": "mirror", "max_remove": 1.0, "allow_destroy": True}


def person(number: int, **fields: str | None) -> Person:
    """Describe somebody by the number of a phone."""
    return {"phone": PHONES[number], "first_name": f"N{number}", "custom.city": "Pune", **fields}


VIP = [person(0), person(1), person(2, email="two@example.org"), person(3, **{"custom.city": None})]
OTHER = [person(1), person(5, last_name="Rao")]
PUSHED = [
    person(1, first_name="Asha"),
    person(2, email="new@example.org"),
    person(3),
    person(4),
    person(5, company="Acme"),
]
"""Against VIP: 0 is missing, 1 to 3 are otherwise, 4 is nowhere yet, and 5 is in the other list only."""


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """Serve accounts."""
    opened = Accounts(tmp_path_factory.mktemp("accounts"))
    yield opened
    opened.close()


@pytest.fixture(params=APIS)
def seen(request: pytest.FixtureRequest, accounts: Accounts) -> Seen:
    """Make an account with two lists, of which the first is pushed to."""
    return accounts.open(request.param, {"VIP": VIP, "Other": OTHER})


@pytest.mark.parametrize("how", [{"mode": "append"}, {"mode": "upsert"}, MIRROR], ids=["append", "upsert", "mirror"])
@pytest.mark.parametrize("strategy", ["batches", "file"])
def test_a_push_is_taken_back(seen: Seen, how: dict[str, Any], strategy: str) -> None:
    """After an undo all lists, members and contacts have every field as before; who was destroyed, a new id."""
    before = seen.state()
    run = seen.push(PUSHED, strategy=strategy, **how)
    assert seen.state() != before
    undone = run.undo(allow_destroy=True, verify="full")
    assert (undone.ok, undone.complete, undone.verified) == (True, True, "in full")
    destroyed = run.removed.loc[run.removed["fate"] == "destroyed", "phone"].tolist()
    left_over = PHONES[4:5] if seen.provider.name == "exotel" and strategy == "file" else []
    assert without_ids(without(seen.state(), left_over), destroyed) == without_ids(before, destroyed)
    assert bool(destroyed) == any("made anew, with another id" in note for note in undone.plan.notes)
    assert bool(left_over) == any("does not tell whether it made them" in note for note in undone.plan.notes)


def test_who_is_gone_when_asked_again_has_left(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A removal that is sent twice finds nobody the second time, and leaves nothing in doubt."""
    before = seen.state()
    plan = seen.push(PUSHED, mode="upsert").undo_plan(allow_destroy=True)
    remove = seen.provider.remove_members
    monkeypatch.setattr(seen.provider, "remove_members", lambda *given: (remove(*given), remove(*given))[1])
    undone = plan.apply(verify="full")
    assert (undone.ok, undone.complete, undone.verified) == (True, True, "in full")
    assert seen.state() == before


def test_contacts_that_were_made_stay_unless_their_end_is_meant(seen: Seen) -> None:
    """Without `allow_destroy` nobody is deleted: one provider keeps them, which is told, and the other refuses."""
    before = seen.state()
    run = seen.push(PUSHED, mode="upsert")
    if seen.provider.name == "textmagic":
        with pytest.raises(PlanRefused, match=r"delete 1 contact for good: .* allow_destroy=True"):
            run.undo()
        return
    undone = run.undo()
    assert "1 contact that the push made stays in the address-book" in undone.plan.notes[0]
    assert without(seen.state(), PHONES[4:5]) == before
    assert PHONES[4] in seen.state()["address-book"]


def test_a_contact_that_others_have_taken_up_is_not_deleted(seen: Seen) -> None:
    """A contact that the push made and that is in another list by now only leaves the push's list."""
    run = seen.push(PUSHED, mode="upsert")
    taken = seen.state()["lists"]["VIP"][3][PHONES[4]]["contact_id"]
    seen.provider.add_members(seen.state()["lists"]["Other"][0], [taken])
    assert run.undo(allow_destroy=True).ok
    after = seen.state()
    assert PHONES[4] not in after["lists"]["VIP"][3]
    assert after["lists"]["Other"][3][PHONES[4]]["contact_id"] == taken


def test_an_undo_says_what_it_does_before_it_does_it(seen: Seen) -> None:
    """The plan of an undo has changes, counts and a price, and writes nothing."""
    run = seen.push(PUSHED, **MIRROR)
    state = seen.state()
    plan = run.undo_plan(allow_destroy=True)
    assert seen.state() == state
    ops = plan.changes["op"].value_counts().to_dict()
    assert (plan.mode, ops["add"], ops["destroy"], ops["remove"]) == ("undo", 1, 1, 1)
    assert plan.counts["update"] == 4
    fields = plan.changes.loc[plan.changes["key"] == PHONES[1], ["field", "before", "after"]]
    assert fields.to_numpy().tolist() == [["first_name", "Asha", "N1"]]
    assert plan.cost["requests"].to_list() == [{"exotel": 5, "textmagic": 10}[seen.provider.name]]
    assert "Plan to undo" in str(plan)


def test_a_list_that_was_made_is_deleted(seen: Seen) -> None:
    """A list that the push made goes with those it put there, in one request; it stays where others joined it."""
    before = seen.state()
    run = seen.push(PUSHED, "New", mode="upsert")
    undone = run.undo(allow_destroy=True)
    assert undone.ok
    assert seen.state() == before
    run = seen.push(PUSHED, "New")
    somebody = seen.state()["lists"]["VIP"][3][PHONES[0]]["contact_id"]
    seen.provider.add_members(str(run.list_id), [somebody])
    undone = run.undo(allow_destroy=True)
    assert "the list 'New' stays, because 1 more are in it now" in undone.plan.notes
    assert [*seen.state()["lists"]["New"][3]] == [PHONES[0]]


def test_a_push_to_several_lists_is_taken_back(accounts: Accounts) -> None:
    """Of a push that filled one list and made more, each part is undone: who came leaves, what was made goes."""
    seen = accounts.open("exotel", {"VIP": VIP[:2], "Other": OTHER})
    cap = Limit(3, "contacts", "made up")
    seen.provider.limits = {**seen.provider.limits, "members_per_static_list": cap}
    before = seen.state()
    run = seen.push([person(number, first_name="Asha") for number in range(8)], mode="upsert", split_over_cap=True)
    assert [len(told[3]) for name, told in seen.state()["lists"].items() if name.startswith("VIP")] == [3, 3, 2]
    undone = run.undo(allow_destroy=True)
    assert undone.ok
    assert seen.state() == before


def test_people_that_were_matched_by_something_else_are_taken_back(seen: Seen) -> None:
    """Where an email says who is who, a number that was changed is the old one again."""
    before = seen.state()
    run = seen.push([person(9, email="two@example.org")], mode="upsert", on="email")
    assert PHONES[9] in seen.state()["lists"]["VIP"][3]
    assert run.undo().ok
    assert seen.state() == before


def test_a_swap_is_taken_back(seen: Seen) -> None:
    """The list that was replaced has its name again, and the fresh one is gone."""
    before = seen.state()
    run = seen.push(PUSHED, strategy="swap", **MIRROR)
    assert run.ok
    assert seen.state()["lists"]["VIP"][0] != before["lists"]["VIP"][0]
    undone = run.undo(allow_destroy=True)
    assert undone.ok
    assert seen.state() == before


def test_who_was_parked_comes_back(accounts: Accounts) -> None:
    """Members that were moved to a holding list are moved back, and a holding list that was made goes."""
    seen = accounts.open("textmagic", {"VIP": VIP, "Other": OTHER})
    before = seen.state()
    run = seen.push(PUSHED, mode="mirror", max_remove=1.0, park="Parked")
    assert [*seen.state()["lists"]["Parked"][3]] == [PHONES[0]]
    assert run.undo(allow_destroy=True).ok
    assert seen.state() == before


def test_what_others_changed_since_stays(seen: Seen) -> None:
    """A field that somebody else has changed is left alone and named; the others are as before."""
    before = seen.state()
    run = seen.push(PUSHED, mode="upsert")
    changed = before["lists"]["VIP"][3][PHONES[1]]["contact_id"]
    seen.provider.update_contacts([(changed, {"first_name": "Somebody's"})])
    undone = run.undo(allow_destroy=True)
    assert any("1 contact was changed by others since" in note for note in undone.plan.notes)
    assert undone.plan.counts["unchanged"] == 1
    after = seen.state()
    assert after["lists"]["VIP"][3][PHONES[1]]["first_name"] == "Somebody's"
    for people in (before["lists"]["VIP"][3], before["lists"]["Other"][3], before["address-book"]):
        people[PHONES[1]]["first_name"] = "Somebody's"
    assert after == before


def test_what_drifts_between_the_plan_and_the_undo_refuses_it(seen: Seen) -> None:
    """An undo that was planned is refused with the keys that changed; others' rows are not drift."""
    run = seen.push(PUSHED, mode="upsert")
    plan = run.undo_plan(allow_destroy=True)
    ids = {phone: one["contact_id"] for phone, one in seen.state()["lists"]["VIP"][3].items()}
    seen.provider.update_contacts([(ids[PHONES[0]], {"first_name": "Not of this push"})])
    assert plan.drift() == []
    seen.provider.update_contacts([(ids[PHONES[2]], {"email": "other@example.org"})])
    seen.provider.remove_members(str(run.list_id), [ids[PHONES[5]]])
    with pytest.raises(DriftError) as caught:
        plan.apply(on_drift="replan")
    assert set(caught.value.keys) == {PHONES[2], PHONES[5]}


def test_who_opted_out_since_does_not_come_back(accounts: Accounts) -> None:
    """A member that left and then unsubscribed is not put back, and that is told."""
    seen = accounts.open("textmagic", {"VIP": VIP, "Other": [*OTHER, person(0)]})
    run = seen.push(PUSHED, **MIRROR)
    body = f'{{"phone":"{PHONES[0][1:]}"}}'.encode()
    headers = {"content-type": "application/json"}
    seen.provider._send(Request(method="POST", path="/api/v2/unsubscribers", headers=headers, body=body))
    undone = run.undo(allow_destroy=True)
    assert undone.counts["suppressed"] == 1
    assert PHONES[0] not in seen.state()["lists"]["VIP"][3]
    assert any("1 who left have unsubscribed since" in note for note in undone.plan.notes)


def test_what_is_undone_by_others_already_is_left(seen: Seen) -> None:
    """An undo of what is not there any more has nothing to do; a list that is gone can be undone no more."""
    run = seen.push([person(4)], "New")
    seen.provider.delete_list(str(run.list_id))
    undone = run.undo(allow_destroy=True)
    assert (len(undone.rows), undone.ok) == (0, True)
    assert undone.plan.notes == ("the list 'New', which the push made, is gone already",)
    run = seen.push(PUSHED)
    seen.provider.delete_list(str(run.list_id))
    with pytest.raises(PlanRefused, match="'VIP' is gone"):
        run.undo_plan()


def test_an_undo_is_not_undone(seen: Seen) -> None:
    """Whoever wants a push again after its undoing pushes again."""
    undone = seen.push(PUSHED).undo(allow_destroy=True)
    with pytest.raises(PlanRefused, match="push the frame again"):
        undone.undo_plan()


def test_a_run_from_the_journal_is_undone(seen: Seen) -> None:
    """What the journal holds is enough: a run that was loaded again, and one of several parts, go back the same."""
    before = seen.state()
    run = seen.push(PUSHED, mode="upsert")
    loaded = applying.load(run.plan, run.run_id)
    assert loaded.undo(allow_destroy=True).ok
    assert seen.state() == before


def test_a_run_that_sent_nothing_has_nothing_to_undo(seen: Seen) -> None:
    """A push that found everything as it should be leaves an empty undo."""
    before = seen.state()
    run = seen.plan(pd.DataFrame({"phone": PHONES[:1]})).apply()
    plan = run.undo_plan()
    assert (len(plan.frame), plan.leaving.num_rows, plan.notes) == (0, 0, ())
    plan.apply()
    assert seen.state() == before
