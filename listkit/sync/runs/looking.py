"""What is looked at before anything is sent: whether the list is still as the plan has it, and has room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pyarrow.compute as pc

from listkit.counting import counted
from listkit.errors import DriftError, PlanRefused, ProviderError
from listkit.providers.base import value as limit
from listkit.sync.plans import planning
from listkit.sync.plans.comparing import ADD
from listkit.sync.runs import verifying
from listkit.sync.runs.dispatching import NOT_PROVEN
from listkit.sync.runs.settling import LOOKS

if TYPE_CHECKING:
    from listkit.providers.base import Provider
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Dispatch
    from listkit.sync.runs.tallying import Tally

OnDrift = Literal["refuse", "replan"]
NAMED = 5
"""How many keys the sentence of a refusal names at most."""


def look_again(plan: Plan, *, on_drift: OnDrift, is_fresh: bool) -> Plan:
    """Return the plan that is right now; of one that was made a moment ago, only the members are counted.

    Raises DriftError with the keys that drifted, and PlanRefused where there is no more room.
    """
    counts = {target.list_id: _count(plan.provider, str(target.list_id)) for target in plan.existing}
    _refuse_over_cap(plan, counts)
    if is_fresh and all(counts[target.list_id] in {None, target.members} for target in plan.existing):
        return plan
    keys = plan.drift()
    if not keys:
        return plan
    if on_drift == "replan" and plan.options.undoes is None:
        return planning.replan(plan)
    named = ", ".join(keys[:NAMED]) + (", …" if len(keys) > NAMED else "")
    raise DriftError(
        f"{counted(len(keys), 'contact', 'contacts')} of this plan changed in {plan.list_name!r} since it was planned "
        f"({named}); plan again, or apply with on_drift='replan'.",
        keys=keys,
    )


def report_missing(plan: Plan, tally: Tally, dispatch: Dispatch) -> None:
    """Note, when a run is resumed, that members whom it added are gone; they are not added again."""
    for number, list_id in enumerate(tally.list_ids):
        if list_id is None:
            continue
        try:
            there = plan.provider.list(list_id).members
        except ProviderError:
            continue
        missing = verifying.expected(plan, tally, number) - (there or 0)
        if there is not None and missing > 0:
            dispatch.notes.append(
                f"{plan.targets[number].name!r} has {counted(missing, 'member')} fewer than it should by now; who was "
                "added and is gone is not added again"
            )


def _count(provider: Provider, list_id: str) -> int | None:
    """Count a list, also where an answer or two cannot be read."""
    for tries in range(LOOKS):
        try:
            return provider.list(list_id).members
        except NOT_PROVEN:
            if tries == LOOKS - 1:
                raise
    return None


def _refuse_over_cap(plan: Plan, counts: dict[str | None, int | None]) -> None:
    """Refuse where others have filled a list meanwhile."""
    is_add = pc.equal(plan.decisions["op"], ADD)
    for number, target in enumerate(plan.targets):
        adds = pc.sum(pc.and_(is_add, pc.equal(plan.decisions["target"], number))).as_py() or 0
        there, cap = counts.get(target.list_id) or 0, limit(plan.provider.limits, f"members_per_{target.type}_list")
        if adds and there > target.members and there + adds > cap and not plan.removes_first:
            raise PlanRefused(
                [
                    (
                        f"{target.name!r} holds {counted(there, 'contact')} by now, and {adds:,} are to come: "
                        f"{there + adds - cap:,.0f} more than the {cap:,.0f} that {plan.provider.name} takes; plan "
                        "again with fewer rows."
                    )
                ]
            )
