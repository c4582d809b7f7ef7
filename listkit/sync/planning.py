"""What a push would do, as a value: compare what we want with what is there. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import FIELDS
from listkit.errors import PlanRefused
from listkit.frame import records
from listkit.providers.base import value as limit
from listkit.sync import changes, comparing, costing, hashing, targeting
from listkit.sync.comparing import ADD, UPDATE
from listkit.sync.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd

    from listkit.providers.base import Provider
    from listkit.sync.options import Mode, Strategy, Unsupported
    from listkit.sync.run import Run
    from listkit.sync.targeting import Found, Target

OPS = (ADD, UPDATE, *(op.value for op in (Outcome.UNCHANGED, Outcome.ALREADY, Outcome.DUPLICATE)))
OPS += (Outcome.SUPPRESSED.value, Outcome.INVALID.value)
"""What a plan can say of a row."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What `apply` will do, row by row; safe to look at, to compare and to throw away.

    A plan owns a copy of the rows, so that what was looked at is what is sent. `decisions` has a
    line a row and `edits` a line for each field that changes; `leaving` are the members that
    go. Their columns are those of `sync.comparing`. `targets` is one list, or several where
    one is too small; `replaces` is the list whose name a fresh one takes, under the name that
    it gets, and `holding` the one where members are parked that would be lost otherwise.
    """

    provider: Provider = field(repr=False)
    profile: str | None = None
    options: Options = field(default_factory=Options)
    strategy: Strategy
    targets: tuple[Target, ...]
    replaces: Target | None = None
    holding: Target | None = None
    frame: pd.DataFrame = field(repr=False)
    contacts: pa.Table = field(repr=False)
    clears: pa.Table = field(repr=False)
    decisions: pa.Table = field(repr=False)
    edits: pa.Table = field(repr=False)
    leaving: pa.Table = field(repr=False)
    read_at: datetime
    input_hash: str
    remote_hash: str
    notes: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        """Whether it adds, also updates, also removes, or undoes."""
        return self.options.mode

    @property
    def list_name(self) -> str:
        """The name of the list, the first where there are several."""
        return self.targets[0].name

    @property
    def list_id(self) -> str | None:
        """The id of the list, the first where there are several; None where it is to be made."""
        return self.targets[0].list_id

    @property
    def members(self) -> int:
        """How many members the lists held when they were read."""
        return sum(target.members for target in self.targets)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each operation has; they add up to the rows of the frame."""
        found = {item["values"]: item["counts"] for item in pc.value_counts(self.decisions["op"]).to_pylist()}
        return {op: found.get(op, 0) for op in OPS}

    @property
    def changes(self) -> pd.DataFrame:
        """What would be otherwise: `op, key, field, before, after, reason, row`.

        One line for each field that is updated, one for each other row of the frame, and one,
        without a row, for each member that goes: `remove`, `destroy` or `park`.
        """
        return changes.changes(self)

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
        told = [f"{count:,} {op}" for op, count in self.counts.items() if count]
        told += [f"{self.leaving.num_rows:,} leaving"] if self.leaving.num_rows else []
        cost = self.cost.iloc[0]
        pace = f", about {costing.duration(cost['seconds'])} at the provider's rate" if cost["seconds"] else ""
        made = "" if self.list_id else " (a new list)"
        lines = [
            f"Plan to {self.mode} {len(self.frame):,} rows to {where}{made}, which holds {self.members:,}",
            f"  {' · '.join(told) or 'no rows'}",
            f"  by {self.strategy}: {cost['requests']:,} requests{pace}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    __repr__ = __str__


def plan(frame: pd.DataFrame, name: str, provider: Provider, *, profile: str | None = None, **asked: Any) -> Plan:
    """Compare a frame's contacts with a list and say what a push would do, without writing anything.

    `asked` are the fields of `Options`. The frame needs a `phone` column of E.164 numbers;
    planning neither cleans nor renames. Rows that are already in the list, that repeat an
    earlier row, or whose number is not one, stay in the plan with their reason and are not
    sent. `list_id` says which of two lists of the name.

    Raises PlanRefused, with the numbers, where the push could not end well: the list would grow
    past its cap, it does not exist and `create` is False, or the provider has no place for a
    column that is filled (`unsupported="drop"` leaves that column behind, and a note says so).
    """
    options, name = Options(**asked), name.strip()
    contacts, clears = records.to_table(frame), pa.table({})
    found = targeting.find(provider, name, options.list_id, create=options.create)
    settled = records.verdicts(contacts)
    compared = comparing.compare(contacts, clears, settled, found.members, mode=options.mode, on=options.on)
    chosen, contacts, notes = _strategy(provider, contacts, compared.decisions, options.strategy, options.unsupported)
    _refuse_over_cap(provider, found.targets[0], pc.sum(pc.equal(compared.decisions["op"], ADD)).as_py() or 0)
    return Plan(
        provider=provider,
        profile=profile,
        options=options,
        strategy=chosen,
        targets=found.targets,
        frame=frame.copy(),
        contacts=contacts,
        clears=clears,
        decisions=compared.decisions,
        edits=compared.edits,
        leaving=compared.leaving,
        read_at=found.read_at,
        input_hash=hashing.of_tables(contacts, settled),
        remote_hash=_remote_hash(found),
        notes=(*records.left_behind(frame), *notes),
    )


def _remote_hash(found: Found) -> str:
    return hashing.of_tables(found.members, words=[str(target.list_id) for target in found.targets])


def _strategy(
    provider: Provider,
    contacts: pa.Table,
    decisions: pa.Table,
    wanted: Strategy | Literal["auto"],
    unsupported: Unsupported,
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


def _refuse_over_cap(provider: Provider, target: Target, adds: int) -> None:
    cap = limit(provider.limits, f"members_per_{target.type}_list")
    if target.members + adds > cap:
        raise PlanRefused(
            [
                (
                    f"{target.name!r} would hold {target.members + adds:,} contacts and {provider.name} takes "
                    f"{cap:,.0f} in a {target.type} list: {target.members + adds - cap:,.0f} too many; push a part of "
                    "the rows, or to another list."
                )
            ]
        )
