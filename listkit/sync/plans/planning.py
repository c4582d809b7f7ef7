"""What a push would do, as a value: compare what we want with what is there. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.errors import ListkitError, PlanRefused
from listkit.frame import records, streams
from listkit.sync.plans import (
    changes,
    choosing,
    costing,
    drafting,
    drifting,
    guarding,
    hashing,
    showing,
    suppressing,
    targeting,
)
from listkit.sync.plans.comparing import ADD, UPDATE, Compared
from listkit.sync.plans.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from os import PathLike
    from threading import Event

    import pyarrow as pa

    from listkit.frame.streams import Stream
    from listkit.providers.base import Provider
    from listkit.sync.plans.drafting import Draft
    from listkit.sync.plans.options import AnyMode, Strategy
    from listkit.sync.plans.suppressing import Suppress
    from listkit.sync.plans.targeting import Found, Target
    from listkit.sync.runs.applying import Verify
    from listkit.sync.runs.looking import OnDrift
    from listkit.sync.runs.progress import Progress
    from listkit.sync.runs.run import Run

OPS = (ADD, UPDATE, *(op.value for op in (Outcome.UNCHANGED, Outcome.ALREADY, Outcome.DUPLICATE)))
OPS += (Outcome.SUPPRESSED.value, Outcome.INVALID.value)
"""What a plan can say of a row."""


@dataclass(frozen=True, kw_only=True, eq=False)
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
    def mode(self) -> AnyMode:
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
    def existing(self) -> tuple[Target, ...]:
        """The lists that were there when it was planned; they stand before those that are to be made."""
        return tuple(target for target in self.targets if target.list_id is not None)

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
        """What each strategy would take, the chosen one first: `strategy, requests, seconds, bound_by, cannot_carry`.

        `seconds` are those that the requests take at the provider's own rate, and `bound_by` is
        the limit of the provider's that most of them are due to.
        """
        priced = costing.cost(self)
        left = [choosing.cannot_carry(self.provider, way, self.mode) for way in priced["strategy"]]
        return priced.assign(cannot_carry=pd.Series(left, dtype="str"))

    @property
    def removes_first(self) -> bool:
        """Whether those who leave have to make room for those who come; otherwise they go last."""
        return guarding.removes_first(self.provider, self.targets, Compared(self.decisions, self.edits, self.leaving))

    def drift(self) -> list[str]:
        """Read the lists again, and return the keys of this plan that are otherwise now than when it was planned."""
        return drifting.drift(self)

    def apply(
        self,
        *,
        progress: Progress = None,
        verify: Verify = "auto",
        on_drift: OnDrift = "refuse",
        settle: float | None = None,
        stop: Event | None = None,
        deadline: float | None = None,
    ) -> Run:
        """Do it, and tell what became of every row; see `sync.runs.applying.apply`."""
        from listkit.sync.runs.applying import apply  # noqa: PLC0415 - applying needs Plan; Plan only opens the door

        how: dict[str, Any] = {"progress": progress, "verify": verify, "settle": settle, "stop": stop}
        return apply(self, on_drift=on_drift, deadline=deadline, **how)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file, as JSON, that `lk.load_plan` reads.

        The file holds the rows, so it is personal data, readable by its owner only (mode 0600).
        It holds no key. ListkitError where it cannot be written.
        """
        from listkit.sync.plans import keeping  # noqa: PLC0415 - keeping makes plans; a plan only opens the door

        keeping.save(self, path)

    def __str__(self) -> str:
        return showing.text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return showing.html(self)

    def __eq__(self, other: object) -> bool:
        """Say whether two plans would do the same to the same lists."""
        return isinstance(other, Plan) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self.input_hash)

    @property
    def _said(self) -> tuple[object, ...]:
        account = (self.provider.name, self.provider.account, self.provider.host)
        return (*account, self.options, self.strategy, self.targets, self.input_hash, self.remote_hash)


def replan(plan: Plan) -> Plan:
    """Compare once more with what is in the lists now, by the same options and stop lists."""
    options, existing = plan.options, plan.replaces or plan.targets[0]
    found = targeting.find(plan.provider, plan.list_name, msgspec.structs.replace(options, list_id=existing.list_id))
    wanted = records.Wanted(plan.contacts, plan.clears, {}, ())
    settled = drifting.settled(plan)
    drafted = drafting.draft(plan.provider, wanted, settled, found, options)
    notes = (*plan.notes, *(note for note in drafted.notes if note not in plan.notes))
    return replace(plan, **_parts(drafted, found), notes=notes)


def plan(
    frame: pd.DataFrame | Stream,
    name: str,
    provider: Provider,
    *,
    profile: str | None = None,
    suppress: Sequence[Suppress] = (),
    problems: pd.DataFrame | None = None,
    **asked: Any,
) -> Plan:
    """Compare a frame's contacts with a list and say what a push would do, without writing anything.

    `asked` are the fields of `Options`; `suppress` are stop lists, and `problems` those that
    cleaning told. Rows that are in the list already, that repeat an earlier row, that are on a
    stop list, or whose number is not one, stay in the plan with their reason and are not sent.

    Raises PlanRefused, with all reasons and their numbers, where the push could not end well.
    """
    options, name = Options(**asked), name.strip()
    if options.park == name:
        raise ListkitError(f"park={name!r} is the list itself: name another one to hold those who leave it.")
    if reasons := guarding.too_long(provider, [name]):
        raise PlanRefused(reasons)
    wanted, kept = streams.take(
        frame, on=options.on, fields=options.fields, custom=options.custom, erases=options.blanks == "erase"
    )
    stops = [stop for each in suppress for stop in suppressing.read(each)] + suppressing.unsubscribers(provider)
    options = msgspec.structs.replace(options, suppress=tuple(map(str, stops)))
    settled = suppressing.suppress(records.verdicts(wanted.contacts, options.on), wanted.contacts, stops)
    if problems is not None:
        settled = records.told_by(problems, wanted.contacts, settled)
    found = targeting.find(provider, name, options)
    drafted = drafting.draft(provider, wanted, settled, found, options)
    return Plan(
        provider=provider,
        profile=profile,
        options=options,
        frame=kept,
        input_hash=hashing.of_tables(wanted.contacts, wanted.clears, settled),
        notes=drafted.notes,
        **_parts(drafted, found),
    )


def _parts(drafted: Draft, found: Found) -> dict[str, Any]:
    """Name what a plan takes over from its draft, and from what was read for it."""
    return {
        "strategy": drafted.strategy,
        "targets": drafted.targets,
        "replaces": drafted.replaces,
        "holding": drafted.holding,
        "contacts": drafted.contacts,
        "clears": drafted.clears,
        **drafted.compared._asdict(),
        "read_at": found.read_at,
        "remote_hash": found.state,
    }
