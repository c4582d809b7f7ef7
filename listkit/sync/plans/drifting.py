"""What of a plan is no longer as it was planned: compare again with what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.sync.plans import comparing, suppressing, targeting
from listkit.sync.plans.comparing import Compared

if TYPE_CHECKING:
    from listkit.sync.plans.options import Undoes
    from listkit.sync.plans.planning import Plan

BEFORE_LOOKING = pa.array([Outcome.INVALID.value, Outcome.DUPLICATE.value, Outcome.SUPPRESSED.value])
"""What is decided of a row whatever the list holds."""


def drift(plan: Plan) -> list[str]:
    """Read a plan's lists again and return the keys, of this plan only, that would be decided otherwise now.

    Somebody whom the plan does not speak of is never among them: a member who came since is not
    removed by it, and one who left since and is not in the frame is none of its business, but
    for those that it was to remove. Whoever is to be sent and has unsubscribed since has drifted.
    """
    found = targeting.read(plan.provider, (plan.replaces,) if plan.replaces else plan.existing)
    is_same = found.state == plan.remote_hash
    if plan.options.undoes:
        return [] if is_same else _undone_otherwise(plan, plan.options.undoes, found.members)
    before = settled(plan)
    if is_same and before["op"].equals(settled(plan, stopped_since=False)["op"]):
        return []
    again = comparing.compare(plan.contacts, plan.clears, before, found.members, mode=plan.mode, on=plan.options.on)
    again = comparing.freshly(again) if plan.replaces else again
    planned = Compared(plan.decisions, plan.edits, plan.leaving)
    rows = pa.array(sorted(changed(planned, again)), pa.int64())
    keys = plan.contacts[plan.options.on].take(rows).to_pylist()
    return [*keys, *comparing.column(gone(planned, again), plan.options.on).to_pylist()]


def _undone_otherwise(plan: Plan, undoes: Undoes, members: pa.Table) -> list[str]:
    """Return the keys of an undo whose contacts are not as they were: changed, gone, or new in a list to delete."""
    keys, ids = plan.contacts["phone"].to_pylist(), members["contact_id"].combine_chunks()
    now = {name: comparing.column(members, name).to_pylist() for name in plan.edits["field"].unique().to_pylist()}
    places = pc.index_in(plan.edits["contact_id"], value_set=ids).to_pylist()
    found = [
        keys[edit["row"]]
        for edit, place in zip(plan.edits.to_pylist(), places, strict=True)
        if place is None or now[edit["field"]][place] != edit["before"]
    ]
    there = set(zip(members["target"].to_pylist(), members["phone"].to_pylist(), strict=True))
    adds = pc.equal(plan.decisions["op"], comparing.ADD).to_pylist()
    found += [
        phone
        for phone, is_add, target in zip(keys, adds, plan.decisions["target"].to_pylist(), strict=True)
        if is_add and (target, phone) in there
    ]
    nobody = pa.nulls(members.num_rows, pa.string())
    leaving = members.append_column("fate", nobody).append_column("reason", nobody)
    again = Compared(plan.decisions, plan.edits, leaving)
    found += gone(Compared(plan.decisions, plan.edits, plan.leaving), again)["phone"].to_pylist()
    in_deleted = pc.is_in(members["target"], value_set=pa.array(undoes.deletes, pa.int64()))
    is_new = pc.invert(pc.is_in(members["contact_id"], value_set=plan.leaving["contact_id"].combine_chunks()))
    return [*dict.fromkeys([*found, *members.filter(pc.and_(in_deleted, is_new))["phone"].to_pylist()])]


def settled(plan: Plan, *, stopped_since: bool = True) -> pa.Table:
    """Take from a plan what was settled before its lists were looked at; who has unsubscribed since is settled too."""
    decisions = plan.decisions
    stays = pc.is_in(decisions["op"], value_set=BEFORE_LOOKING)
    told = {"op": pc.if_else(stays, decisions["op"], pa.scalar(None, pa.string()))}
    told |= {name: pc.if_else(stays, decisions[name], "") for name in ("code", "reason")}
    stops = suppressing.unsubscribers(plan.provider) if stopped_since else []
    return suppressing.suppress(pa.table(told), plan.contacts, stops)


def changed(planned: Compared, again: Compared) -> set[int]:
    """Return the rows of which something else is decided, of another contact, or with other edits."""
    rows: set[int] = set()
    for name in ("op", "contact_id"):
        before, now = (pc.fill_null(each.decisions[name], "") for each in (planned, again))
        rows.update(pc.indices_nonzero(pc.not_equal(before, now)).to_pylist())
    if not planned.edits.equals(again.edits):
        before, now = (set(_lines(each.edits)) for each in (planned, again))
        rows.update(line[0] for line in before ^ now)
    return rows


def gone(planned: Compared, again: Compared) -> pa.Table:
    """Return the members that were to leave and are not there any more, or not as they were."""
    known = set(map(str, _lines(again.leaving.drop_columns(["fate", "reason"]))))
    lines = _lines(planned.leaving.drop_columns(["fate", "reason"]))
    return planned.leaving.filter(pa.array([str(line) not in known for line in lines], pa.bool_()))


def _lines(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))
