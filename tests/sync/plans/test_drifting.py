"""Drift is a key of this plan found otherwise than planned; what others do is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd
import pytest

from listkit.contact import Contact, Page
from listkit.errors import DriftError, PlanRefused
from listkit.sync.plans import planning
from listkit.wire.tables import members
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable

ADDED, CHANGED, SAME, GOES, OTHER, STRANGER = (f"+1202555010{number}" for number in range(6))


def planned(mode: str, **asked: Any) -> planning.Plan:
    """Plan for a list of four members, of whom one is changed and two are not in the frame."""
    provider = Rehearsal()
    provider.give("VIP", *(Contact(phone=phone) for phone in (CHANGED, SAME, GOES, OTHER)))
    provider.give("Others", Contact(phone=STRANGER))
    frame = pd.DataFrame({"phone": [ADDED, CHANGED, SAME], "first_name": ["Asha", "Birgit", None]})
    return planning.plan(frame, "VIP", provider, mode=mode, max_remove=1.0, **asked)


def joins(phone: str) -> Callable[[Rehearsal], None]:
    """Let somebody make a contact a member."""
    return lambda provider: provider._give_one(Contact(phone=phone), "L1")


def leaves(phone: str) -> Callable[[Rehearsal], None]:
    """Let somebody take a member off the list."""
    return lambda provider: provider.joined["L1"].remove(provider.find(phone).contact_id)


def is_named(phone: str, **fields: str) -> Callable[[Rehearsal], None]:
    """Let somebody change a contact."""

    def change(provider: Rehearsal) -> None:
        record = provider.find(phone)
        provider.contacts[record.contact_id] = msgspec.structs.replace(record, **fields)

    return change


@pytest.mark.parametrize(
    ("happens", "append", "upsert", "mirror"),
    [
        (joins(ADDED), [ADDED], [ADDED], [ADDED]),
        (joins(STRANGER), [], [], []),
        (leaves(SAME), [SAME], [SAME], [SAME]),
        (leaves(OTHER), [], [], [OTHER]),
        (is_named(CHANGED, first_name="Bea"), [], [CHANGED], [CHANGED]),
        (is_named(CHANGED, first_name="Birgit"), [], [CHANGED], [CHANGED]),
        (is_named(CHANGED, last_name="Bea"), [], [], []),
        (is_named(SAME, first_name="Chen"), [], [], []),
        (is_named(GOES, first_name="Dawit"), [], [], [GOES]),
    ],
)
def test_only_keys_of_the_plan_drift(
    happens: Callable[[Rehearsal], None], append: list[str], upsert: list[str], mirror: list[str]
) -> None:
    """What somebody did since is drift where the plan would now decide otherwise, and nowhere else."""
    for mode, drifted in (("append", append), ("upsert", upsert), ("mirror", mirror)):
        plan = planned(mode)
        assert plan.drift() == []
        happens(plan.provider)
        assert plan.drift() == drifted


def test_a_swap_drifts_by_the_list_that_it_replaces() -> None:
    """A fresh list is filled from what the old one held when it was planned."""
    plan = planned("mirror", strategy="swap")
    assert plan.drift() == []
    leaves(SAME)(plan.provider)
    assert plan.drift() == [SAME]


def test_what_never_went_out_does_not_drift() -> None:
    """An invalid or suppressed row stays what it is, whoever joins."""
    provider = Rehearsal()
    provider.give("VIP", Contact(phone=OTHER))
    frame = pd.DataFrame({"phone": [ADDED, "12", SAME]})
    plan = planning.plan(frame, "VIP", provider, mode="upsert", suppress=[ADDED])
    provider._give_one(Contact(phone=ADDED), "L1")
    assert plan.drift() == []


@pytest.mark.parametrize("mode", ["append", "upsert", "mirror"])
def test_who_unsubscribed_since_is_not_sent(mode: str) -> None:
    """Somebody who opted out after planning has drifted, also where the list is new; planned again, is suppressed."""
    plan = planned(mode)
    plan.provider.opted_out = [ADDED, STRANGER]
    assert plan.drift() == [ADDED]
    with pytest.raises(DriftError) as caught:
        plan.apply()
    assert caught.value.keys == [ADDED]
    assert plan.apply(on_drift="replan").rows["outcome"].iloc[0] == "suppressed"
    assert ADDED not in plan.provider.phones("VIP")
    fresh = planning.plan(pd.DataFrame({"phone": [ADDED, SAME]}), "New", provider := Rehearsal())
    provider.opted_out = [ADDED]
    with pytest.raises(DriftError):
        fresh.apply()
    assert provider.phones("New") == []


def test_opt_outs_that_do_not_hold_still_are_not_relied_on() -> None:
    """A plan is refused where a page of those who opted out changes each time it is read."""
    provider, counts = Rehearsal(), iter(range(100))
    provider.unsubscribers = lambda *, after=None: Page(
        items=members({"phone": [f"+1202555{next(counts):04}"]}), after=None if after else 2
    )
    with pytest.raises(PlanRefused, match="unsubscribers kept changing"):
        planning.plan(pd.DataFrame({"phone": [ADDED]}), "VIP", provider)
