"""What a push would take: requests, and the time they need at the provider's own rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import CUSTOM_PREFIX
from listkit.providers.base import value as limit
from listkit.sync.plans.comparing import ADD, UPDATE
from listkit.sync.plans.guarding import PARKED
from listkit.sync.runs import clearing

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from listkit.providers.base import Provider
    from listkit.sync.plans.options import Strategy
    from listkit.sync.plans.planning import Plan

READS = "contacts read first"
"""What requests are due to that are no number's."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much is to be done: contacts to make, `joins` of contacts, made or known, to update, to remove, to park.

    `all_rows` are those that a fresh list would take, `known` how many of them are contacts already.
    """

    adds: int
    joins: int
    members: int
    all_rows: int
    bytes: int
    known: int = 0
    updates: int = 0
    reads: int = 0
    leaving: int = 0
    parked: int = 0
    lists: int = 0


def load(plan: Plan) -> Load:
    """Count what a plan asks for, also for the ways that it does not take."""
    ops, ids = plan.counts, plan.decisions["contact_id"]
    is_new = pc.and_(pc.equal(plan.decisions["op"], ADD), pc.is_null(ids))
    known, old = len(ids) - ids.null_count, plan.replaces
    made = [*plan.targets, *([plan.holding] if plan.holding else [])]
    fates = plan.leaving["fate"]
    is_cleared = clearing.is_forgotten(plan) | clearing.goes_with_its_list(plan)
    return Load(
        adds=pc.sum(is_new).as_py() or 0,
        joins=ops[ADD],
        updates=pc.count_distinct(plan.edits["row"]).as_py(),
        reads=_read_first(plan),
        leaving=old.members - known if old else len(fates) - int(is_cleared.sum()),
        parked=pc.sum(pc.equal(fates, PARKED)).as_py() or 0,
        lists=sum(target.list_id is None for target in made) + _cleared(plan),
        members=old.members if old else plan.members,
        all_rows=ops[ADD] + ops[UPDATE] + ops[Outcome.UNCHANGED],
        known=known,
        bytes=int(file_sizes(plan.contacts.filter(is_new)).sum()),
    )


def _read_first(plan: Plan) -> int:
    """Count the contacts that are read before they are changed, because what is not sent of them would be lost."""
    edits, row = plan.edits, plan.provider.operations.get("update_contacts")
    if row is None or row.reads_first == "never":
        return 0
    if row.reads_first == "always":
        return int(pc.count_distinct(edits["row"]).as_py())
    rows = pc.unique(edits.filter(pc.starts_with(edits["field"], CUSTOM_PREFIX))["row"])
    lists = pc.value_counts(plan.decisions["target"].take(rows)).to_pylist()
    return sum(min(each["counts"], pages(plan.provider, plan.targets[each["values"]].members)) for each in lists)


def _cleared(plan: Plan) -> int:
    """Count what only an undo asks for: contacts and lists deleted, a look at each list first, and names."""
    undoes = plan.options.undoes
    if undoes is None:
        return 0
    return int(clearing.is_forgotten(plan).sum()) + 2 * len(undoes.deletes) + len(undoes.renames)


def cost(plan: Plan) -> pd.DataFrame:
    """Price each way, the chosen one first: `strategy, requests, seconds, bound_by`.

    `bound_by` is the provider's number that most of the requests are due to.
    """
    ways: list[Strategy] = ["batches", "file", *(("swap",) if plan.mode == "mirror" else ())]
    ways = ["batches"] if plan.options.undoes else ways
    provider, asked, lines = plan.provider, load(plan), []
    for way in sorted(ways, key=lambda way: way != plan.strategy):
        parts = _requests(provider, asked, way)
        requests = sum(parts.values())
        bounds = sorted(name for name, count in parts.items() if count and name in provider.limits)
        most = max(bounds, key=lambda name: parts[name], default="")
        lines.append(
            {
                "strategy": way,
                "requests": requests,
                "seconds": requests / limit(provider.limits, "requests_per_second"),
                "bound_by": f"{most} = {limit(provider.limits, most):,.0f}" if most else "",
            }
        )
    return pd.DataFrame(lines)


def adding(provider: Provider, way: Strategy, sent: pa.Table, members: int) -> int:
    """Count the requests that a way needs to add contacts to a list of some members."""
    rows, size = sent.num_rows, int(file_sizes(sent).sum())
    load = Load(adds=rows, joins=rows, members=members, all_rows=rows, bytes=size)
    return sum(_requests(provider, load, way).values())


def _requests(provider: Provider, load: Load, way: Strategy) -> dict[str, int]:
    """Count the requests of a way by the number that decides how many they are."""

    def times(count: int, name: str) -> int:
        return math.ceil(count / limit(provider.limits, name))

    is_swap = way == "swap"
    new = load.all_rows - load.known if is_swap else load.adds
    joined = (load.all_rows if is_swap else load.joins) - (new if provider.joins_on_create else 0)
    parts = {"lists": 3 if is_swap else load.lists}
    parts["members_per_request"] = 0 if is_swap else times(load.parked, "members_per_request")
    if way == "file":
        parts["upload_bytes"] = 2 * times(load.bytes, "upload_bytes")
        looks = 1 if is_counted(provider, load.members) else pages(provider, load.members + load.adds)
        parts["members_per_page"] = looks if load.adds else 0
    else:
        parts["contacts_per_request"] = times(new, "contacts_per_request")
        parts["members_per_request"] += times(joined, "members_per_request")
    parts["contacts_updated_per_request"] = times(load.updates, "contacts_updated_per_request")
    parts[READS] = load.reads
    parts["members_removed_per_request"] = 0 if is_swap else times(load.leaving, "members_removed_per_request")
    return parts


def is_counted(provider: Provider, members: int) -> bool:
    """Say whether a file is proven by counts: the provider tells them, and nobody is in the list who blurs them."""
    return bool(getattr(provider, "upload_counts", False)) and not members


def file_sizes(contacts: pa.Table) -> NDArray[np.int64]:
    """Count the bytes each row takes in a file at most: its text, and two quotes and a comma a cell."""
    sizes = np.full(contacts.num_rows, 3 * contacts.num_columns, np.int64)
    for column in contacts.columns:
        sizes += pc.fill_null(pc.binary_length(column), 0).to_numpy()
    return sizes


def pages(provider: Provider, members: int) -> int:
    """Count the requests that it takes to read a list."""
    return math.ceil(members / limit(provider.limits, "members_per_page"))


def duration(seconds: float) -> str:
    """Say a time as a person would.

    >>> duration(0.2), duration(90), duration(9000)
    ('1 s', '2 min', '2.5 h')
    """
    minute, hour = 60, 3600
    if seconds < minute:
        return f"{math.ceil(seconds)} s"
    return f"{math.ceil(seconds / minute)} min" if seconds < hour else f"{seconds / hour:.1f} h"
