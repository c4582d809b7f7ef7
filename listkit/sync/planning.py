"""What a push would do, as a value: compare what we want with what is there. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import FIELDS
from listkit.errors import NotFoundError, PlanRefused
from listkit.frame import records
from listkit.providers.base import value as limit
from listkit.sync import costing, pulling

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.contact import ContactList
    from listkit.providers.base import Provider
    from listkit.sync.costing import Strategy
    from listkit.sync.run import Run

ADD = "add"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What `apply` will do, row by row; safe to look at, to compare and to throw away.

    A plan owns a copy of the rows, so that what was looked at is what is sent.
    """

    provider: Provider = field(repr=False)
    list_name: str
    list_id: str | None
    mode: Literal["append"] = "append"
    strategy: Strategy
    frame: pd.DataFrame = field(repr=False)
    contacts: pa.Table = field(repr=False)
    decisions: pa.Table = field(repr=False)
    members: int
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each operation has; they add up to the rows of the frame."""
        found = {item["values"]: item["counts"] for item in pc.value_counts(self.decisions["op"]).to_pylist()}
        ops = (ADD, Outcome.ALREADY, Outcome.DUPLICATE, Outcome.INVALID)
        return {str(op): found.get(str(op), 0) for op in ops}

    @property
    def changes(self) -> pd.DataFrame:
        """One line per row of the frame: `op, key, field, before, after, reason, row`."""
        size = self.decisions.num_rows
        text = self.decisions["op"].to_pandas().astype("str")
        missing = pd.Series([None] * size, dtype="str")
        return pd.DataFrame(
            {
                "op": text,
                "key": self.contacts["phone"].to_pandas().astype("str"),
                "field": missing,
                "before": missing,
                "after": missing,
                "reason": self.decisions["reason"].to_pandas().astype("str"),
                "row": range(size),
            }
        )

    @property
    def cost(self) -> pd.DataFrame:
        """What each strategy would take: `strategy, requests, seconds, cannot_carry`, the chosen one first."""
        sent = self.contacts.filter(pc.equal(self.decisions["op"], ADD))
        return costing.cost(self.provider, sent, self.strategy)

    def apply(
        self, *, progress: Callable[[int, int], None] | None = None, verify: Literal["auto", "full", "no"] = "auto"
    ) -> Run:
        """Do it, and tell what became of every row; see `sync.applying.apply`."""
        from listkit.sync.applying import apply  # noqa: PLC0415 - applying needs Plan; Plan only opens the door

        return apply(self, progress=progress, verify=verify)

    def __str__(self) -> str:
        where = f"{self.provider.name}:{self.list_name}"
        told = " · ".join(f"{count:,} {op}" for op, count in self.counts.items() if count) or "no rows"
        cost = self.cost.iloc[0]
        pace = f", about {costing.duration(cost['seconds'])} at the provider's rate" if cost["seconds"] else ""
        made = "" if self.list_id else " (a new list)"
        lines = [
            f"Plan to {self.mode} {len(self.frame):,} rows to {where}{made}, which holds {self.members:,}",
            f"  {told}",
            f"  by {self.strategy}: {cost['requests']:,} requests{pace}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    __repr__ = __str__


def plan(
    frame: pd.DataFrame,
    name: str,
    provider: Provider,
    *,
    strategy: Literal["auto", "batches", "file"] = "auto",
    unsupported: Literal["error", "drop"] = "error",
    create: bool = True,
    list_id: str | None = None,
) -> Plan:
    """Compare a frame's contacts with a list and say what a push would do, without writing anything.

    The frame needs a `phone` column of E.164 numbers; planning neither cleans nor renames. Rows
    that are already in the list, that repeat an earlier row, or whose number is not one, stay
    in the plan with their reason and are not sent. `list_id` says which of two lists of the name.

    Raises PlanRefused, with the numbers, where the push could not end well: the list would grow
    past its cap, it does not exist and `create` is False, or the provider has no place for a
    column that is filled (`unsupported="drop"` leaves that column behind, and a note says so).
    """
    contacts, name = records.to_table(frame), name.strip()
    target = _target(provider, name, list_id, create=create)
    existing = _existing(provider, target)
    decisions = compare(contacts, records.verdicts(contacts), existing)
    chosen, contacts, notes = _strategy(provider, contacts, decisions, strategy, unsupported)
    adds = pc.sum(pc.equal(decisions["op"], ADD)).as_py() or 0
    _refuse_over_cap(provider, target, name, existing.num_rows, adds)
    return Plan(
        provider=provider,
        list_name=name,
        list_id=target.list_id if target else None,
        strategy=chosen,
        frame=frame.copy(),
        contacts=contacts,
        decisions=decisions,
        members=existing.num_rows,
        notes=(*records.left_behind(frame), *notes),
    )


def compare(contacts: pa.Table, verdicts: pa.Table, existing: pa.Table) -> pa.Table:
    """Decide, row by row: `op` (add, already, duplicate, invalid), `code`, `reason`.

    `contacts` and `existing` have a `phone` column; `verdicts` has one `code` and `reason` a
    contact, empty where nothing is wrong with it.
    """
    there = pc.is_in(contacts["phone"], value_set=existing["phone"].combine_chunks())
    code, reason = verdicts["code"], verdicts["reason"]
    fine = pc.equal(code, "")
    op = pc.case_when(
        pc.make_struct(pc.equal(code, Outcome.DUPLICATE.value), pc.invert(fine), there),
        Outcome.DUPLICATE.value,
        Outcome.INVALID.value,
        Outcome.ALREADY.value,
        ADD,
    )
    member = pc.and_(fine, there)
    return pa.table(
        {
            "op": op,
            "code": pc.if_else(member, "member", code),
            "reason": pc.if_else(member, "is in the list already", reason),
        }
    )


def _target(provider: Provider, name: str, list_id: str | None, *, create: bool) -> ContactList | None:
    """Find the one list of this name, or the one that is meant among several; None where it is to be made."""
    if list_id is not None:
        found = provider.list(list_id)
        if found.name != name:
            raise PlanRefused(
                [f"The list {list_id} is named {found.name!r}, not {name!r}; give the one that is meant."]
            )
        return found
    try:
        return pulling.find_list(provider, name)
    except NotFoundError:
        if create:
            return None
        raise PlanRefused([f"There is no list named {name!r} on {provider.name}, and create=False."]) from None


def _existing(provider: Provider, target: ContactList | None) -> pa.Table:
    """Read who is in the list now; a list that would not hold still cannot be planned on."""
    if target is None or target.list_id is None:
        return pa.table({"phone": pa.array([], pa.string())})
    pulled = pulling.pull(provider, target.list_id)
    if not pulled.complete:
        raise PlanRefused([f"The list {target.name!r} kept changing while it was read; plan again when it is still."])
    return pulled.table


def _strategy(
    provider: Provider,
    contacts: pa.Table,
    decisions: pa.Table,
    wanted: Literal["auto", "batches", "file"],
    unsupported: Literal["error", "drop"],
) -> tuple[Strategy, pa.Table, list[str]]:
    """Choose the way that carries everything, or refuse by name what none can carry."""
    sent = contacts.filter(pc.equal(decisions["op"], ADD))
    filled = {name: sent.num_rows - sent[name].null_count for name in FIELDS}
    carries = {"batches": provider.carries, "file": provider.upload_carries}

    def lost(way: Strategy) -> dict[str, int]:
        return {name: count for name, count in filled.items() if count and name not in carries[way]}

    ways: list[Strategy] = [provider.bulk, "batches" if provider.bulk == "file" else "file"]
    whole = [way for way in ways if not lost(way)]
    chosen = wanted if wanted != "auto" else (whole[0] if whole and unsupported == "error" else ways[0])
    left = lost(chosen)
    if not left:
        return chosen, contacts, []
    told = ", ".join(f"{name} ({count:,} rows)" for name, count in left.items())
    if unsupported == "error":
        raise PlanRefused([f"{provider.name} by {chosen} cannot carry {told}; unsupported='drop' leaves that behind."])
    for name in left:
        contacts = contacts.set_column(
            contacts.column_names.index(name), name, pa.nulls(contacts.num_rows, pa.string())
        )
    return chosen, contacts, [f"{provider.name} by {chosen} cannot carry {told}: left behind"]


def _refuse_over_cap(provider: Provider, target: ContactList | None, name: str, members: int, adds: int) -> None:
    kind = target.type if target else "static"
    cap = limit(provider.limits, f"members_per_{kind}_list")
    if members + adds > cap:
        raise PlanRefused(
            [
                (
                    f"{name!r} would hold {members + adds:,} contacts and {provider.name} takes {cap:,.0f} in a {kind} "
                    f"list: {members + adds - cap:,.0f} too many; push a part of the rows, or to another list."
                )
            ]
        )
