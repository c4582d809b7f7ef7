"""What the journal is not to know any longer: runs that are long over, or one person in all of them."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.errors import ListkitError
from listkit.sync.journals.journal import Journal
from listkit.sync.lists.relisted import LISTS
from listkit.sync.plans import keeping

if TYPE_CHECKING:
    from datetime import timedelta

    from listkit.providers.base import Provider
    from listkit.sync.journals.steps import Step
    from listkit.sync.plans.planning import Plan

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

GONE = "…"
"""What stands where a number stood."""


def purge(older_than: timedelta | str | None = None) -> int:
    """Let the journal forget the runs that began so long ago, as `"90d"`, or all; return how many.

    Their plans and with them all rows are gone, and they can be neither resumed nor undone. A
    push that is going on is kept.
    """
    until = datetime.now(UTC) - _age(older_than)
    with closing(Journal()) as journal:
        return journal.purge(until)


def forget(number: str) -> int:
    """Take a person, by the number in E.164, out of every plan that the journal keeps; return out of how many rows.

    The row stays as an empty one, so that the runs still add up; it is not sent any more. What
    the provider calls the contact, its id, stays.
    """
    forgotten = 0
    with closing(Journal()) as journal:
        for run_id in journal.runs()["run_id"]:
            if journal.run(run_id).strategy == LISTS:
                continue
            plan = _unpacked(journal.plan(run_id))
            rows, leavers = _having(plan.contacts, number), _having(plan.leaving, number)
            if not (rows.any() or leavers.any()):
                continue
            journal.keep_plan(run_id, keeping.pack(_without(plan, rows, leavers)))
            journal.replace(run_id, [_silent(step, np.flatnonzero(rows), number) for step in journal.steps(run_id)])
            forgotten += int(rows.sum() + leavers.sum())
    return forgotten


def _age(told: timedelta | str | None) -> timedelta:
    if told is None:
        return pd.Timedelta(0)
    try:
        return pd.Timedelta(re.sub(r"d$", "D", told.strip()) if isinstance(told, str) else told)
    except ValueError:
        raise ListkitError(f"{told!r} is no length of time; write it as '90d' or '12h'.") from None


def _unpacked(data: bytes) -> Plan:
    """Read a plan to change it: nobody is asked for it."""
    header = keeping.header_of(data)
    nobody = SimpleNamespace(name=header.provider, account=header.account, host=header.host)
    return keeping.unpack(data, cast("Provider", nobody))


def _having(table: pa.Table, number: str) -> Mask:
    if not table.num_rows:
        return np.zeros(0, dtype=bool)
    return cast("Mask", pc.fill_null(pc.equal(table["phone"], number), fill_value=False).to_numpy())


def _without(plan: Plan, rows: Mask, leavers: Mask) -> Plan:
    """Empty the rows of a plan that are about somebody."""
    gone = pa.array(rows)
    edited = _emptied(plan.edits, pa.array(rows[plan.edits["row"].to_numpy()]), keep={"row", "contact_id", "field"})
    decisions = plan.decisions
    told = {"op": Outcome.INVALID.value, "code": "forgotten", "reason": "was forgotten on demand"}
    for name, text in told.items():
        at = decisions.column_names.index(name)
        decisions = decisions.set_column(at, name, pc.if_else(gone, text, decisions[name].combine_chunks()))
    frame = plan.frame.mask(np.broadcast_to(rows[:, None], plan.frame.shape))
    if not isinstance(frame.index, pd.RangeIndex):
        frame.index = frame.index.where(~rows) if frame.index.nlevels == 1 else _labels(frame.index, rows)
    return replace(
        plan,
        frame=frame,
        contacts=_emptied(plan.contacts, gone, keep=set()),
        decisions=decisions,
        edits=edited,
        leaving=_emptied(plan.leaving, pa.array(leavers), keep={"contact_id", "target", "fate", "reason"}),
    )


def _emptied(table: pa.Table, gone: pa.Array, *, keep: set[str]) -> pa.Table:
    """Make the cells of some rows null, but for some columns."""
    columns = [
        table[name] if name in keep else _nulled(table[name].combine_chunks(), gone) for name in table.column_names
    ]
    return pa.table(columns, schema=table.schema)


def _nulled(values: pa.Array, gone: pa.Array) -> pa.Array:
    at = np.arange(len(values))
    return values.take(pa.array(at, mask=gone.to_numpy(zero_copy_only=False)))


def _labels(index: pd.Index, rows: Mask) -> pd.MultiIndex:
    nobody = (None,) * index.nlevels
    return pd.MultiIndex.from_tuples(
        [nobody if hit else label for label, hit in zip(index, rows, strict=True)], names=index.names
    )


def _silent(step: Step, rows: np.ndarray[Any, Any], number: str) -> Step:
    """Take out of a step what it says of somebody."""
    places = set(np.flatnonzero(np.isin(step.rows, rows)).tolist())
    proof = step.proof
    step.proof = msgspec.structs.replace(
        proof,
        before={place: fields for place, fields in proof.before.items() if place not in places},
        odd={place: (code, _without_number(reason, number)) for place, (code, reason) in proof.odd.items()},
    )
    step.reason = _without_number(step.reason, number)
    return step


def _without_number(text: str, number: str) -> str:
    return text.replace(number, GONE).replace(number.removeprefix("+"), GONE)
