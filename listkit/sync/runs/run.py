"""What became of a push: one outcome a row, however it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from listkit.change import SETTLED, Outcome
from listkit.frame import records
from listkit.sync.plans.comparing import EDITS
from listkit.sync.runs import telling
from listkit.sync.runs.accounting import Accounted
from listkit.sync.runs.tallying import FAILED, STAYS, UNSURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from listkit.sync.lists.relisted import ListsRun
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.tallying import Tally
    from listkit.sync.runs.verifying import Verified

FINE = frozenset({Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ALREADY, Outcome.DUPLICATE})
OPEN = frozenset({STAYS, UNSURE})


@dataclass(frozen=True, kw_only=True)
class Run(Accounted):
    """What a push did: `rows` has one line per input row, and they always add up.

    `removed` are the members that the plan took off, outside that sum: `phone` and the other
    fields that they had, `contact_id, list_id, fate, outcome`. `befores` are the fields of
    contacts that were there before they joined, with what they had: `row, contact_id, field, before,
    after`. `stopped` says why it ended early, empty where it did not.
    """

    run_id: str
    plan: Plan = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    removed: pd.DataFrame = field(repr=False)
    befores: pa.Table = field(repr=False)
    list_ids: tuple[str | None, ...] = ()
    verified: Verified = "no"
    stopped: str = ""
    is_open: bool = False
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        run_id: str,
        plan: Plan,
        tally: Tally,
        *,
        stopped: str = "",
        verified: Verified = "no",
        notes: Sequence[str] = (),
    ) -> Self:
        """Make it of how things stand."""
        return cls(
            run_id=run_id,
            plan=plan,
            rows=tally.frame(plan.frame.index, stopped),
            removed=_removed(plan, tally),
            befores=tally.changed_befores(EDITS),
            list_ids=tuple(tally.list_ids),
            verified=verified,
            stopped=stopped,
            is_open=tally.is_open,
            notes=(*tally.notes, *notes),
        )

    @property
    def list_id(self) -> str | None:
        """The id of the list, the first where there are several; None where it was not made."""
        return self.list_ids[0]

    @property
    def complete(self) -> bool:
        """Whether the fate of every row and of every member that leaves is known, and nothing is left to send."""
        is_settled = set(self.rows["outcome"].unique()) <= {outcome.value for outcome in SETTLED}
        return is_settled and not self.is_open and OPEN.isdisjoint(self.removed["outcome"])

    @property
    def ok(self) -> bool:
        """Whether every row is in the list, or was already, or repeats one that is, and who was to leave has left."""
        is_fine = set(self.rows["outcome"].unique()) <= {outcome.value for outcome in FINE}
        has_left = {*OPEN, FAILED}.isdisjoint(self.removed["outcome"])
        return is_fine and has_left and not self.stopped and not self.is_open

    def resume(self, **how: Any) -> Run:
        """Go on where it was left, and return how it stands then.

        What is in doubt is settled by a look at the list, and only what is proven not to have
        arrived is sent again. The keywords are those of `plan.apply`.
        """
        from listkit.sync.runs.applying import resume  # noqa: PLC0415 - applying makes runs; a run only opens the door

        return resume(self.plan, self.run_id, **how)

    def undo_plan(self, *, allow_destroy: bool = False) -> Plan:
        """Plan to take this run back; nothing is written.

        Whom it added leaves the list, whom it removed comes back, and the fields that it changed are
        as before. `allow_destroy` says that contacts that it made may be deleted for good. What
        others have changed since stays; the plan's notes tell that, and all that cannot come back.

        Raises PlanRefused, with the numbers, where contacts would be deleted and that is not said
        to be meant, and where a list is gone.
        """
        from listkit.sync.runs.undoing import undo_plan  # noqa: PLC0415 - undoing needs runs; a run only opens the door

        return undo_plan(self, allow_destroy=allow_destroy)

    def undo(self, *, allow_destroy: bool = False, **how: Any) -> Run:
        """Take this run back, and return what became of that: `undo_plan`, then its `apply`, whose keywords go on."""
        return self.undo_plan(allow_destroy=allow_destroy).apply(**how)

    def __str__(self) -> str:
        return "\n".join(telling.lines(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return telling.html(self)


class Interrupted(KeyboardInterrupt):
    """A push was stopped by hand; `run` tells what had been done."""

    def __init__(self, run: Run | ListsRun) -> None:
        self.run = run
        super().__init__(
            f"Stopped by hand: {run.ledger}. run.resume() goes on where it stopped, as does lk.resume({run.run_id!r}) "
            "later; here run is this error's .run."
        )


def _removed(plan: Plan, tally: Tally) -> pd.DataFrame:
    """List the members that a plan takes off, with what became of each."""
    leaving = plan.leaving
    targets = leaving["target"].to_numpy() if leaving.num_rows else np.empty(0, np.int64)
    frame = records.from_table(leaving.drop_columns(["target", "fate", "reason"]))
    told = {
        "list_id": [tally.list_ids[target] for target in targets],
        "fate": leaving["fate"].to_pylist(),
        "reason": leaving["reason"].to_pylist(),
        "outcome": tally.left,
    }
    return frame.assign(**{name: pd.Series(values, dtype="str", index=frame.index) for name, values in told.items()})
