"""What became of a push of lists, and how the journal keeps its plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from listkit.change import SETTLED, Outcome
from listkit.frame import keeping as frames
from listkit.frame.keeping import Layout  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.sync.lists.listing import Line, ListsPlan
from listkit.sync.lists.standing import DELETED
from listkit.sync.plans.keeping import read_table, write_table
from listkit.sync.runs.accounting import Accounted
from listkit.sync.runs.run import FINE

if TYPE_CHECKING:
    import pandas as pd

    from listkit.providers.base import Provider
    from listkit.sync.runs.verifying import Verified

LISTS = "lists"
"""The strategy under which the journal has a push of lists."""


@dataclass(frozen=True, kw_only=True)
class ListsRun(Accounted):
    """What a push of lists did: `rows` has one line per row of the frame, and they always add up.

    Its columns are `outcome, code, reason, list_id`. `removed` are the lists that an undo deleted:
    `list_name, list_id, outcome`.
    """

    run_id: str
    plan: ListsPlan = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    removed: pd.DataFrame = field(repr=False)
    verified: Verified = "no"
    stopped: str = ""
    notes: tuple[str, ...] = ()
    list_id: None = None
    """None: these are many lists, whose ids are in `rows`."""

    @property
    def complete(self) -> bool:
        """Whether the fate of every list is known, and nothing is left to send."""
        is_gone = set(self.removed["outcome"]) <= {DELETED, Outcome.REJECTED.value}
        return is_gone and set(self.rows["outcome"]) <= {outcome.value for outcome in SETTLED}

    @property
    def ok(self) -> bool:
        """Whether every list is as the frame wants it."""
        is_gone = set(self.removed["outcome"]) <= {DELETED}
        return is_gone and set(self.rows["outcome"]) <= {outcome.value for outcome in FINE} and not self.stopped

    def undo_plan(self, *, allow_destroy: bool = False) -> ListsPlan:  # noqa: ARG002 - as of any run; no list with somebody in it goes
        """Plan to take it back: lists that it made are deleted where nobody is in them, the others are as before."""
        from listkit.sync.lists.unlisting import undo_plan  # noqa: PLC0415 - undoing needs runs; a run only opens the door

        return undo_plan(self)

    def undo(self, *, allow_destroy: bool = False, **how: Any) -> ListsRun:
        """Take it back, and return what became of that: `undo_plan`, then its `apply`."""
        return self.undo_plan(allow_destroy=allow_destroy).apply(**how)

    def resume(self, **how: Any) -> ListsRun:
        """Go on where it was left, and return how it stands then; the keywords are those of `plan.apply`."""
        from listkit.sync.lists.relisting import resume  # noqa: PLC0415 - relisting makes runs; a run only opens the door

        return resume(self.plan, self.run_id, **how)

    def __str__(self) -> str:
        told = [f"Push {self.run_id} of lists to {self.plan.provider.name}: {self.ledger}"]
        if len(self.removed):
            gone = self.removed["outcome"].value_counts(sort=False)
            told.append(f"  lists to delete: {', '.join(f'{count:,} {outcome}' for outcome, count in gone.items())}")
        told += [f"  stopped: {self.stopped}"] if self.stopped else []
        told += [] if self.complete else [f"  to go on: run.resume(), or later lk.resume({self.run_id!r})"]
        return "\n".join([*told, *(f"  note: {note}" for note in (*self.plan.notes, *self.notes))])

    __repr__ = __str__


class _Packed(msgspec.Struct, frozen=True, kw_only=True):
    """A plan for lists as bytes."""

    profile: str | None
    mode: Literal["lists", "undo"]
    lines: tuple[Line, ...]
    leaving: tuple[Line, ...]
    read_at: datetime
    notes: tuple[str, ...]
    frame: bytes
    layout: Layout


def pack(plan: ListsPlan) -> bytes:
    """Write a plan for lists as bytes, for the journal."""
    table, layout = frames.keep(plan.frame)
    told = {name: getattr(plan, name) for name in _SHARED}
    return msgspec.msgpack.encode(_Packed(frame=write_table(table), layout=layout, **told))


def unpack(data: bytes, provider: Provider) -> ListsPlan:
    """Read the plan that `pack` wrote."""
    packed = msgspec.msgpack.decode(data, type=_Packed)
    told = {name: getattr(packed, name) for name in _SHARED}
    return ListsPlan(provider=provider, frame=frames.restore(read_table(packed.frame), packed.layout), **told)


_SHARED = ("profile", "mode", "lines", "leaving", "read_at", "notes")
