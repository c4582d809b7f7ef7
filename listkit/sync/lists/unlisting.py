"""Take a push of lists back: those that it made are deleted where nobody is in them, the others are as before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from listkit.change import Outcome
from listkit.counting import counted
from listkit.errors import PlanRefused
from listkit.sync.lists.listing import REMOVE, Line, ListsPlan, is_as, plain
from listkit.sync.pages import pulling
from listkit.sync.plans.comparing import ADD, UPDATE

if TYPE_CHECKING:
    from listkit.contact import ContactList
    from listkit.sync.lists.relisted import ListsRun


def undo_plan(run: ListsRun) -> ListsPlan:
    """Plan to take a push of lists back, by what it did and what is there now; nothing is written.

    What cannot come back is told in the notes: a list that somebody is in by now stays, and so
    does what others have changed since. Raises PlanRefused for a run that undid another.
    """
    if run.plan.mode == "undo":
        raise PlanRefused([f"Push {run.run_id} took another one back; push the lists again to have it once more."])
    known = {str(kept.list_id): kept for kept in pulling.lists(run.plan.provider)}
    lines: list[Line] = []
    leaving: list[Line] = []
    notes: list[str] = []
    may_be = {Outcome.ADDED.value, Outcome.UPDATED.value, Outcome.UNKNOWN.value}
    told = zip(run.plan.lines, run.rows["outcome"], run.rows["list_id"], strict=True)
    for line, outcome, list_id in told:
        kept = known.get(str(list_id))
        if outcome not in may_be or kept is None:
            continue
        if line.op == ADD and kept.members:
            notes.append(f"the list {kept.name!r} stays, because it holds {counted(kept.members, 'contact')}")
        elif line.op == ADD:
            leaving.append(Line(name=kept.name, op=REMOVE, reason="was made by the push", list_id=kept.list_id))
        elif line.op == UPDATE:
            lines.append(_back(line, kept, notes))
    frame = pd.DataFrame(
        {
            "list_id": pd.Series([line.list_id for line in lines], dtype="str"),
            "list_name": pd.Series([line.after.get("name") or line.name for line in lines], dtype="str"),
        }
    )
    return ListsPlan(
        provider=run.plan.provider,
        profile=run.plan.profile,
        mode="undo",
        frame=frame,
        lines=tuple(lines),
        leaving=tuple(leaving),
        read_at=datetime.now(UTC),
        notes=tuple(notes),
    )


def _back(line: Line, kept: ContactList, notes: list[str]) -> Line:
    """Say which fields of a list are to be as before; what others have changed since stays."""
    mine = [name for name, value in line.after.items() if is_as(kept, {name: value})]
    back = {name: line.before[name] for name in mine}
    others = [name for name in line.after if name not in mine and not is_as(kept, {name: line.before[name]})]
    if others:
        notes.append(f"others changed {', '.join(others)} of the list {kept.name!r} since: that stays as it is")
    if not back:
        return Line(name=kept.name, op=Outcome.UNCHANGED, reason="is as before, or others'", list_id=kept.list_id)
    before = {name: plain(getattr(kept, name)) for name in back}
    return Line(name=kept.name, op=UPDATE, reason="as before", list_id=kept.list_id, before=before, after=back)
