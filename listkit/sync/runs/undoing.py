"""Take a run back: who came leaves, who left comes back, what was changed is as before. A plan like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.counting import counted
from listkit.errors import PlanRefused
from listkit.frame import records
from listkit.sync.plans import comparing, guarding, hashing, suppressing, targeting
from listkit.sync.plans.comparing import ADD, DECISIONS, EDITS, LEAVES, LEAVING, UPDATE
from listkit.sync.plans.guarding import DESTROYED
from listkit.sync.plans.options import Options, Undoes
from listkit.sync.plans.planning import Plan
from listkit.sync.runs.remains import MAY_BE, Remains

if TYPE_CHECKING:
    from listkit.sync.runs.remains import Came, Marks
    from listkit.sync.runs.run import Run


def undo_plan(run: Run, *, allow_destroy: bool = False) -> Plan:
    """Plan to take a run back, by what it wrote down and what is there now; nothing is written.

    Whom the run added leaves the list, whom it removed comes back, and the fields that it changed
    are as before. A list that it made is deleted once nobody else is in it. Contacts that it made
    are deleted where `allow_destroy` says so. What somebody else has changed since stays as it
    is, and the notes tell that and all else that does not come back.

    Raises PlanRefused where contacts would have to be deleted and that is not said to be meant,
    where a list is gone that was there before the run, and for a run that undid another.
    """
    if run.plan.mode == "undo":
        raise PlanRefused([f"Push {run.run_id} took another one back; push the frame again to have it once more."])
    remains = Remains(run)
    notes = remains.notes
    leaving = _leaving(remains, notes, allow_destroy=allow_destroy)
    deletes = _deletes(remains, leaving, notes)
    rows, edits = _changed_back(remains, notes)
    rows = pd.concat([rows, _returning(remains, notes)], ignore_index=True)
    frame = rows.drop(columns=DECISIONS.names).dropna(axis="columns", how="all").assign(phone=rows["phone"])
    contacts = records.to_table(frame)
    undoes = Undoes(run_id=run.run_id, deletes=deletes, renames=_renames(remains, deletes))
    return Plan(
        provider=remains.provider,
        profile=run.plan.profile,
        options=Options(mode="undo", allow_destroy=allow_destroy, undoes=undoes),
        strategy="batches",
        targets=remains.targets or run.plan.targets,
        frame=frame,
        contacts=contacts,
        clears=pa.table({}),
        decisions=pa.table({name: pa.array(rows[name], from_pandas=True) for name in DECISIONS.names}).cast(DECISIONS),
        edits=edits,
        leaving=leaving,
        read_at=remains.read_at,
        input_hash=hashing.of_tables(contacts, edits),
        remote_hash=remains.state,
        notes=tuple(notes),
    )


# who came ------------------------------------------------------------------------------------
def _leaving(remains: Remains, notes: list[str], *, allow_destroy: bool) -> pa.Table:
    """Say who leaves, and what becomes of each."""
    came = remains.came()
    if guarding.destroys(remains.provider):
        is_lost = _is_last(remains, came) & ~came.parked
        if (stays := is_lost & came.found).any():
            told = counted(stays.sum(), "contact that was there before is", "contacts that were there before are")
            notes.append(
                f"{told} in no other list now, and stays".replace("stays", "stay" if stays.sum() > 1 else "stays")
            )
        came, is_lost = came.only(~stays), is_lost[~stays]
    else:
        is_lost = came.made & _is_last(remains, came) if allow_destroy else np.zeros(len(came.places), dtype=bool)
        _tell_who_stays(came, notes, allow_destroy=allow_destroy)
    people = remains.members.take(pa.array(came.places))
    fates = np.where(is_lost, DESTROYED, LEAVES)
    count = int((fates == DESTROYED).sum())
    if count and not allow_destroy:
        lost = counted(count, "contact")
        told = f"Undoing push {remains.run.run_id} makes {remains.provider.name} delete {lost} for good"
        raise PlanRefused(
            [f"{told}: who came with it and is in no other list; allow_destroy=True says that it is meant."]
        )
    if count:
        gone = counted(count, "contact that the push made is", "contacts that the push made are")
        notes.append(f"{gone} deleted for good")
    reasons = pa.repeat(pa.scalar(f"came with push {remains.run.run_id}"), people.num_rows)
    return people.append_column("fate", pa.array(fates, pa.string())).append_column("reason", reasons).cast(LEAVING)


def _tell_who_stays(came: Came, notes: list[str], *, allow_destroy: bool) -> None:
    """Say which contacts stay, in no list, with a provider that keeps them."""
    if came.made.any() and not allow_destroy:
        told = counted(came.made.sum(), "contact that the push made stays", "contacts that the push made stay")
        notes.append(f"{told} in the address-book; allow_destroy=True deletes who is in no other list")
    if (unsure := ~(came.made | came.found | came.parked)).any():
        told = counted(unsure.sum(), "contact stays", "contacts stay")
        notes.append(f"{told} in the address-book: the file that brought them does not tell whether it made them")


def _is_last(remains: Remains, came: Came) -> Marks:
    """Say of each contact whether it is in no list but those that it leaves."""
    if not len(came.places):
        return np.empty(0, dtype=bool)
    ids = remains.members["contact_id"].take(pa.array(came.places)).combine_chunks()
    last: Marks = targeting.homeless(remains.provider, ids, remains.targets).to_numpy(zero_copy_only=False)
    return last


def _deletes(remains: Remains, leaving: pa.Table, notes: list[str]) -> tuple[int, ...]:
    """Choose the lists to delete: those that the run made, once nobody is in them but whom it put there."""
    deletes = []
    for number in sorted(remains.made):
        others = remains.count(remains.members, number) - remains.count(leaving, number)
        if others:
            notes.append(f"the list {remains.targets[number].name!r} stays, because {others:,} more are in it now")
        else:
            deletes.append(number)
    return tuple(deletes)


def _renames(remains: Remains, deletes: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Give a list that was replaced its name back; the one that has it now makes way, unless it is deleted."""
    old, name = remains.done.replaces, remains.done.list_name
    if old is None or old.list_id is None or remains.provider.list(old.list_id).name == name:
        return ()
    back = (old.list_id, name)
    if not remains.targets or 0 in deletes:
        return (back,)
    return ((str(remains.targets[0].list_id), f"{name} (undone {remains.run.run_id})"), back)


# who left ------------------------------------------------------------------------------------
def _returning(remains: Remains, notes: list[str]) -> pd.DataFrame:
    """Make a row for each member that left and is not back by now."""
    left = remains.left()
    is_away = remains.places(left["target"], left["contact_id"], left["phone"]) < 0
    left = left.filter(pa.array(is_away))
    is_lost = pc.equal(left["fate"], DESTROYED)
    if count := pc.sum(is_lost).as_py():
        told = f"{counted(count, 'contact was', 'contacts were')} deleted for good: made anew, with another id"
        notes.append(f"{told}, and what the members of a list do not show of them does not come back")
    blank = pa.repeat(pa.scalar(""), left.num_rows)
    settled = pa.table({"op": pa.nulls(left.num_rows, pa.string()), "code": blank, "reason": blank})
    settled = suppressing.suppress(settled, left, suppressing.unsubscribers(remains.provider))
    if stopped := left.num_rows - settled["op"].null_count:
        notes.append(f"{stopped:,} who left have unsubscribed since, and do not come back")
    decided = {
        "op": pc.fill_null(settled["op"], ADD).to_pylist(),
        "code": settled["code"].to_pylist(),
        "reason": [reason or "left with the push" for reason in settled["reason"].to_pylist()],
        "contact_id": pc.if_else(is_lost, pa.scalar(None, pa.string()), left["contact_id"]).to_pylist(),
        "target": [remains.number[number] for number in left["target"].to_pylist()],
    }
    people = records.from_table(left.drop_columns(["contact_id", "target", "fate", "reason"]))
    return people.assign(**decided)


# what was changed ----------------------------------------------------------------------------
def _changed_back(remains: Remains, notes: list[str]) -> tuple[pd.DataFrame, pa.Table]:
    """Make a row for each contact that the run changed, and list the fields that are to be as before.

    What others have changed since stays, and the row says which fields these are.
    """
    lines = _lines(remains, notes)
    back = [line for line in lines if line["now"] == (line["after"] or None)]
    others: dict[str, list[str]] = {}
    for line in lines:
        if line["now"] != (line["after"] or None):
            others.setdefault(line["contact_id"], []).append(line["field"])
    if others:
        told = counted(len(others), "contact was", "contacts were")
        notes.append(f"{told} changed by others since; what they changed stays as it is")
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        contact_id = line["contact_id"]
        told = (
            f"others changed {', '.join(others[contact_id])} since" if contact_id in others else "changed by the push"
        )
        decided = {"op": Outcome.UNCHANGED.value, "code": "changed_since" * (contact_id in others), "reason": told}
        rows.setdefault(contact_id, {name: line[name] for name in ("contact_id", "phone", "target")} | decided)
    number = {contact_id: row for row, contact_id in enumerate(rows)}
    for line in back:
        rows[line["contact_id"]] |= {"op": UPDATE, line["field"]: line["before"]}
    edits = sorted(
        (number[line["contact_id"]], line["contact_id"], line["field"], line["now"], line["before"]) for line in back
    )
    table = pa.Table.from_pylist([dict(zip(EDITS.names, edit, strict=True)) for edit in edits], schema=EDITS)
    empty = pd.DataFrame({name: pd.Series(dtype="object") for name in ("phone", *DECISIONS.names)})
    return pd.concat([empty, pd.DataFrame([*rows.values()])], ignore_index=True), table


def _lines(remains: Remains, notes: list[str]) -> list[dict[str, Any]]:
    """List the fields that the run changed and that are not as before by now: `EDITS`, and what is there `now`."""
    done, run, members = remains.done, remains.run, remains.members
    rows = np.flatnonzero(run.rows["outcome"].isin(MAY_BE).to_numpy())
    sent = done.edits.filter(pc.is_in(done.edits["row"], value_set=pa.array(rows, pa.int64())))
    sent = pa.concat_tables([sent, run.befores])
    places = pc.index_in(sent["contact_id"], value_set=members["contact_id"].combine_chunks())
    if gone := pc.count_distinct(sent["contact_id"].filter(pc.is_null(places))).as_py():
        told = counted(gone, "contact that was changed is", "contacts that were changed are")
        notes.append(f"{told} not in the list any more, and left alone")
    names = {"phone", *sent["field"].to_pylist()}
    columns = {name: comparing.column(members, name).to_pylist() for name in names}
    columns["target"] = members["target"].to_pylist()
    lines = [
        line | {"now": columns[line["field"]][at], "phone": columns["phone"][at], "target": columns["target"][at]}
        for line, at in zip(sent.to_pylist(), places.to_pylist(), strict=True)
        if at is not None
    ]
    return [line for line in lines if line["now"] != (line["before"] or None)]
