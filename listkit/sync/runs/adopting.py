"""Contacts that were there before they joined the list: what they have otherwise than the plan wants."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.contact import FIELDS
from listkit.counting import counted
from listkit.errors import ProviderError
from listkit.sync.journals.steps import Proof
from listkit.sync.plans import comparing
from listkit.sync.plans.costing import pages
from listkit.wire.tables import members as as_members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Dispatch
    from listkit.sync.runs.settling import Settling
    from listkit.sync.runs.tallying import Tally


def compare_adopted(plan: Plan, tally: Tally, dispatch: Dispatch, settling: Settling) -> None:
    """Write down what adopted contacts have in the fields that the plan wants otherwise.

    They are asked for one by one, or the list is read, whichever takes fewer requests. Where they
    cannot be read nothing of them is changed, and a note says so.
    """
    rows = tally.to_look_at()
    for target in np.unique(tally.target[rows]).tolist():
        of_list = rows[tally.target[rows] == target]
        try:
            found = _read(plan, tally, settling, of_list, target)
        except ProviderError as error:
            told = counted(len(of_list), "contact that was there before", "contacts that were there before")
            dispatch.notes.append(f"{told} could not be compared: {error}")
            continue
        if found is not None:
            dispatch.record("compare", of_list, _proof(plan, of_list, found), target=target)


def _read(
    plan: Plan, tally: Tally, settling: Settling, rows: np.ndarray[tuple[int], np.dtype[np.int64]], target: int
) -> pa.Table | None:
    """Read the contacts of some rows, in their order."""
    ids = tally.contact_id[rows]
    if len(rows) <= pages(plan.provider, plan.targets[target].members + len(rows)) and pd.notna(ids).all():
        return _one_by_one(plan, settling, ids.tolist())
    members = settling.look(target, twice=False)
    return None if members is None else members.take(settling.places(rows, members))


def _one_by_one(plan: Plan, settling: Settling, ids: Sequence[str]) -> pa.Table:
    kept = [settling.quietly(partial(plan.provider.contact, contact_id)) for contact_id in ids]
    columns = {name: [getattr(each, name) for each in kept] for name in FIELDS}
    custom = [{name: str(text) for name, text in (each.custom or {}).items()} or None for each in kept]
    return as_members({**columns, "contact_id": ids, "custom": custom})


def _proof(plan: Plan, rows: np.ndarray[tuple[int], np.dtype[np.int64]], found: pa.Table) -> Proof:
    edits = comparing.differences(plan.contacts, plan.clears, pa.array(rows), found, but=plan.options.on)
    before: dict[int, dict[str, str | None]] = {}
    places = pc.index_in(edits["row"], value_set=pa.array(rows)).to_pylist()
    for place, name, had in zip(places, edits["field"].to_pylist(), edits["before"].to_pylist(), strict=True):
        before.setdefault(place, {})[name] = had
    ids = found["contact_id"].to_pylist()
    return Proof(ids=ids, before={place: fields for place, fields in before.items() if ids[place] is not None})
