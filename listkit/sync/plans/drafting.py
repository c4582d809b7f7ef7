"""From what is wanted and what is there to what is to be done, or to every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.counting import counted
from listkit.errors import PlanRefused
from listkit.providers.base import value as limit
from listkit.sync.plans import choosing, comparing, guarding, targeting
from listkit.sync.plans.comparing import ADD, Compared
from listkit.sync.plans.guarding import DESTROYED, PARKED
from listkit.sync.plans.targeting import Target

if TYPE_CHECKING:
    from listkit.frame.records import Wanted
    from listkit.providers.base import Provider
    from listkit.sync.plans.options import Options, Strategy
    from listkit.sync.plans.targeting import Found


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a plan is made of, once it is not refused."""

    strategy: Strategy
    targets: tuple[Target, ...]
    replaces: Target | None
    holding: Target | None
    contacts: pa.Table
    clears: pa.Table
    compared: Compared
    notes: tuple[str, ...]


def draft(provider: Provider, wanted: Wanted, settled: pa.Table, found: Found, options: Options) -> Draft:
    """Compare, choose the way, share the rows among the lists and see to those who leave.

    Raises PlanRefused with all reasons at once, so that a frame is mended once.
    """
    return _Drafting(provider, wanted, settled, found, options).draft()


class _Drafting:
    """A draft while it is made; what speaks against it and what is to be told of it are collected."""

    def __init__(self, provider: Provider, wanted: Wanted, settled: pa.Table, found: Found, options: Options) -> None:
        self.provider, self.settled, self.found, self.options = provider, settled, found, options
        self.contacts, self.clears, self.blank = wanted.contacts, wanted.clears, wanted.blank
        self.targets, self.members = found.targets, sum(target.members for target in found.targets)
        self.notes = [f"not sent: {', '.join(wanted.staying)}"] if wanted.staying else []
        self.reasons: list[str] = []
        self.replaces: Target | None = None
        self.holding: Target | None = None

    def draft(self) -> Draft:
        compared = self._compare()
        self._look_at_rows(compared)
        strategy, compared = self._choose(compared)
        self._guard_removal(compared)
        compared = self._swap(compared) if strategy == "swap" else self._see_off(compared)
        compared = self._place(compared)
        made = (*self.targets, self.replaces, self.holding)
        self.reasons += guarding.too_long(self.provider, [each.name for each in made if each])
        if self.reasons:
            raise PlanRefused(self.reasons)
        self._tell_stopped(compared)
        return Draft(
            strategy=strategy,
            targets=self.targets,
            replaces=self.replaces,
            holding=self.holding,
            contacts=self.contacts,
            clears=self.clears,
            compared=compared,
            notes=tuple(self.notes),
        )

    def _compare(self) -> Compared:
        mode, on = self.options.mode, self.options.on
        return comparing.compare(self.contacts, self.clears, self.settled, self.found.members, mode=mode, on=on)

    def _look_at_rows(self, compared: Compared) -> None:
        self.reasons += guarding.of_nothing(self.contacts.num_rows, self.options)
        self.reasons += guarding.blank(self.blank, self.options)
        self.reasons += guarding.over_max_reject(compared.decisions, self.options)
        self.reasons += guarding.repeated(self.found.members, self.options)
        spared = sum(pc.sum(column).as_py() for column in self.clears.columns)
        if self.options.mode == "append" and spared:
            cells = counted(spared, "cell that empties a field is", "cells that empty a field are")
            self.notes.append(f"append changes nobody: {cells} left alone")

    def _choose(self, compared: Compared) -> tuple[Strategy, Compared]:
        way, left = choosing.choose(self.provider, self.contacts, compared, self.options, members=self.members)
        adds = _count(compared, ADD)
        self.reasons += choosing.refusals(self.provider, way, left, self.options, adds=adds)
        if left and self.options.unsupported == "drop":
            self._leave_behind(left)
            self.notes.append(f"{self.provider.name} by {way} cannot carry {choosing.told_lost(left)}: left behind")
            compared = self._compare()
        return way, compared

    def _leave_behind(self, fields: dict[str, int]) -> None:
        for name in fields:
            column = self.contacts.column_names.index(name)
            empty = pa.nulls(self.contacts.num_rows, pa.string())
            self.contacts = self.contacts.set_column(column, name, empty)
        kept = [name for name in self.clears.column_names if name not in fields]
        self.clears = self.clears.select(kept)

    def _guard_removal(self, compared: Compared) -> None:
        self.reasons += guarding.over_max_remove(compared.leaving.num_rows, self.members, self.options)

    def _see_off(self, compared: Compared) -> Compared:
        """Say of those who leave whether that is the end of them, and park them first where that is asked for."""
        leaving = compared.leaving
        if not leaving.num_rows or self.reasons or not guarding.destroys(self.provider):
            return compared
        ids = leaving["contact_id"].combine_chunks()
        lost = targeting.homeless(self.provider, ids, self.targets)
        count = pc.sum(lost).as_py() or 0
        if count and self.options.park:
            self.holding = targeting.holding(self.provider, self.options.park)
            moved = counted(count, "member that is in no other list is", "members that are in no other list are")
            self.notes.append(f"{moved} moved to {self.options.park!r} first")
        elif count and self.options.allow_destroy:
            told = counted(count, "contact is", "contacts are")
            self.notes.append(f"{told} in no other list: {self.provider.name} DESTROYS them for good")
        fate = pc.if_else(lost, PARKED if self.options.park else DESTROYED, leaving["fate"])
        leaving = leaving.set_column(leaving.column_names.index("fate"), "fate", fate)
        self.reasons += guarding.destruction(self.provider, leaving, self.options)
        return compared._replace(leaving=leaving)

    def _swap(self, compared: Compared) -> Compared:
        """Let a fresh list take the name, and keep the old one under another."""
        old = self.targets[0]
        if old.list_id is None:
            self.notes.append(f"there is no list {old.name!r} to be replaced: it is made")
            return compared
        left = (
            f", with {counted(compared.leaving.num_rows, 'member')} that the new one has not"
            if compared.leaving
            else ""
        )
        name = f"{old.name} (before {self.found.read_at:%Y-%m-%d %H:%M:%S} UTC)"
        self.replaces = Target(name=name, list_id=old.list_id, members=old.members, type=old.type)
        self.targets = (Target(name=old.name, type=old.type),)
        self.notes.append(f"a fresh list takes the name {old.name!r}; the old one stays as {name!r}{left}")
        return comparing.freshly(compared)

    def _place(self, compared: Compared) -> Compared:
        """Find room for everybody: in one list, or in as many parts as it takes."""
        leaving, adds = compared.leaving.num_rows, _count(compared, ADD)
        if self.options.split_over_cap:
            cap = limit(self.provider.limits, f"members_per_{self.targets[0].type}_list")
            decisions, targets = targeting.spread(compared.decisions, self.targets, cap)
            if len(targets) > 1:
                self.notes.append(f"shared among {', '.join(repr(target.name) for target in targets)}")
            self.targets = targets
            return compared._replace(decisions=decisions)
        self.reasons += guarding.over_cap(self.provider, self.targets[0], adds, leaving)
        self.notes += guarding.little_room(self.provider, self.targets[0], adds, leaving)
        if guarding.removes_first(self.provider, self.targets, compared):
            self.notes.append("the list is full: those who leave go first, to make room for those who come")
        return compared

    def _tell_stopped(self, compared: Compared) -> None:
        if self.options.suppress:
            stopped = _count(compared, Outcome.SUPPRESSED.value)
            spared = counted(stopped, "row is", "rows are")
            self.notes.append(f"suppressed by {', '.join(self.options.suppress)}: {spared} not sent")


def _count(compared: Compared, op: str) -> int:
    return cast("int", pc.sum(pc.equal(compared.decisions["op"], op)).as_py() or 0)
