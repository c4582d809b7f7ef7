"""What became of every row so far, rebuilt at any time from the plan and the steps of its run.

Answers are taken in here when they arrive, and again from the journal when a run is resumed: by
the same function, so that both come to the same.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.counting import counted
from listkit.sync.plans.comparing import ADD, UPDATE

if TYPE_CHECKING:
    from listkit.sync.journals.steps import Rows, Step
    from listkit.sync.plans.planning import Plan

ROUNDS = 3
"""How often a row is sent at most whose answer proves nothing."""

NOT_TOLD = "not_told", "the answer does not name this row"
RUNNING = "upload_running"
"""The code of a row that is in a file which the provider is still taking in."""
IN_FILE = "in_file"
"""The code of a row in a file that the provider says it has taken in: `unknown` until it is looked for."""
NOT_FOUND = "not_found_after"
ABSENT = "absent"

OUTCOMES = list(Outcome)
NUMBER = {outcome: np.int8(number) for number, outcome in enumerate(OUTCOMES)}
STAYS, REMOVED, GONE, UNSURE, FAILED = "stays", "removed", "gone", "unknown", "failed"
"""What became of a member that a plan removes."""


class Tally:
    """The outcome of every row; it starts complete, and each step makes it more exact."""

    def __init__(self, plan: Plan) -> None:
        """Take over what the plan settled; what it would send is `unsent` until proven otherwise."""
        self.plan = plan
        ops = plan.decisions["op"]
        size, self.joins = len(ops), plan.provider.joins_on_create
        self.adds, self.updates = (pc.equal(ops, op).to_numpy() for op in (ADD, UPDATE))
        self.outcome = np.full(size, NUMBER[Outcome.UNSENT], np.int8)
        for op in set(pc.unique(ops).to_pylist()) - {ADD, UPDATE}:
            self.outcome[pc.equal(ops, op).to_numpy()] = NUMBER[Outcome(op)]
        self.code, self.reason, self.contact_id = (
            np.array(plan.decisions[name].to_numpy(), dtype=object) for name in ("code", "reason", "contact_id")
        )
        self.target = plan.decisions["target"].to_numpy()
        self.created = np.full(size, -1, np.int8)
        self.is_named = np.zeros(size, dtype=bool)
        """Whether the provider said that the contact exists, and not which one it is."""
        self.doubts = np.full(size, "", dtype=object)
        """The operation that may have been applied to a row, or empty where there is no doubt."""
        self.rounds: dict[int, int] = {}
        self.remade: set[int] = set()
        self.befores: dict[int, dict[str, str | None]] = {}
        """What contacts that were there before they joined had in the fields that the plan changes."""
        self.adopted: dict[int, dict[str, str | None]] = {}
        """The same, also of those whose fields have been sent by now."""
        self.looked_at: set[int] = set()
        self.left = np.full(plan.leaving.num_rows, STAYS, dtype=object)
        self.parked = np.zeros(plan.leaving.num_rows, dtype=bool)
        self.list_ids = [target.list_id for target in plan.targets]
        self.holding_id = plan.holding.list_id if plan.holding else None
        self.lists_in_doubt: set[int] = set()
        self.uploads: dict[str, Step] = {}
        self.is_counted = np.zeros(size, dtype=bool)
        """Whether the row went in a file of which the provider says that it added every row."""
        self.was_in_doubt = False
        self.deleted: set[int] = set()
        """The numbers of lists that are not there any more, because an undo deleted them."""
        self.renamed: set[int] = set()
        """Of a swap: 0 where the old list has its new name, 1 where the fresh one has the old list's."""
        self.doubted_at = 0.0
        """When a request was sent last whose answer proved nothing."""

    # questions -----------------------------------------------------------------------------
    def having(self, *outcomes: Outcome) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows that have one of these outcomes now, in order."""
        return np.flatnonzero(np.isin(self.outcome, [NUMBER[outcome] for outcome in outcomes]))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome."""
        found = np.bincount(self.outcome, minlength=len(OUTCOMES)).tolist()
        return {outcome.value: count for outcome, count in zip(OUTCOMES, found, strict=True)}

    def to_create(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows whose contact is still to be made; making it again is allowed where that joins nothing."""
        unsent = self.outcome == NUMBER[Outcome.UNSENT]
        if not self.joins:
            unsent[self._again("create_contacts")] = True
        return np.flatnonzero(self.adds & unsent & pd.isna(self.contact_id) & ~self.is_named)

    def to_find(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows whose contact exists, and whose id is still to be found."""
        return np.flatnonzero(self.is_named & (self.outcome == NUMBER[Outcome.UNSENT]))

    def to_join(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows whose contact is there and is still to be made a member."""
        has_id = pd.notna(self.contact_id)
        return np.flatnonzero(self.adds & has_id & (self.outcome == NUMBER[Outcome.UNSENT]))

    def to_look_at(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows that joined with a contact that may have been there before, its fields never compared."""
        if self.plan.mode not in {"upsert", "mirror"}:
            return np.empty(0, np.int64)
        there = np.isin(self.outcome, [NUMBER[Outcome.ADDED], NUMBER[Outcome.ALREADY]])
        rows = np.flatnonzero(self.adds & there & (self.created < 1))
        return rows[[int(row) not in self.looked_at for row in rows]]

    def to_update(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows of which fields are still to be sent; the same fields again do no harm."""
        unsent = self.updates & (self.outcome == NUMBER[Outcome.UNSENT])
        unsent[[*self._again("update_contacts"), *filter(self.may_try, self.befores)]] = True
        return np.flatnonzero(unsent)

    def to_settle(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the rows that only a look at the list can settle."""
        is_settled = (self.doubts == "") | (self.doubts == "update_contacts")
        if not self.joins:
            is_settled |= self.doubts == "create_contacts"
        return np.flatnonzero(~is_settled)

    def to_remove(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the leavers that are still to be removed."""
        return np.array(
            [at for at, now in enumerate(self.left) if now in {STAYS, UNSURE} and self.may_try(-1 - at)], np.int64
        )

    @property
    def is_open(self) -> bool:
        """Whether something is left that can still be sent."""
        ways = self.to_create, self.to_find, self.to_join, self.to_look_at, self.to_update, self.to_remove
        return any(len(way()) for way in ways)

    def change(self, row: int) -> tuple[str, dict[str, str | None]]:
        """Return the contact of a row, and the fields that it is to have."""
        if row in self.befores:
            fields = {name: _text(self.plan.contacts, name, row) for name in self.befores[row]}
        else:
            fields = self._edits.get(row, {})
        return self.contact_id[row], fields

    @cached_property
    def _edits(self) -> dict[int, dict[str, str | None]]:
        edits: dict[int, dict[str, str | None]] = {}
        for row, name, after in zip(
            *(self.plan.edits[each].to_pylist() for each in ("row", "field", "after")), strict=True
        ):
            edits.setdefault(row, {})[name] = after
        return edits

    def may_try(self, row: int) -> bool:
        """Whether a row has not been sent as often in vain as it may be; a leaver is counted by a number below 0."""
        return self.rounds.get(row, 0) < ROUNDS

    def _again(self, operation: str) -> list[int]:
        """Return the rows for which a request in doubt may simply be made again."""
        return list(filter(self.may_try, np.flatnonzero(self.doubts == operation).tolist()))

    def set(self, rows: Rows, outcome: Outcome, code: str = "", reason: str = "", *, doubt: str = "") -> None:
        """Give some rows an outcome; they are in doubt from then on, or not any more."""
        at = np.asarray(rows, np.int64)
        self.outcome[at], self.code[at], self.reason[at], self.doubts[at] = NUMBER[outcome], code, reason, doubt

    # answers -------------------------------------------------------------------------------
    @property
    def notes(self) -> list[str]:
        """What is to be told beside the outcomes."""
        if not self.remade:
            return []
        told = counted(len(self.remade), "contact was", "contacts were")
        return [
            (
                f"{told} made again because the first answer was lost; the address-book may hold them twice, the list "
                "does not"
            )
        ]

    def changed_befores(self, schema: pa.Schema) -> pa.Table:
        """List what contacts that were there before they joined had, field by field."""
        lines = [
            (row, self.contact_id[row], name, before, _text(self.plan.contacts, name, row))
            for row, fields in sorted(self.adopted.items())
            for name, before in fields.items()
        ]
        return pa.table([list(column) for column in zip(*lines, strict=True)] or [[] for _ in schema], schema=schema)

    def frame(self, index: pd.Index, stopped: str = "") -> pd.DataFrame:
        """Make the frame of outcomes, on the input's own index."""
        code, reason = self.code.copy(), self.reason.copy()
        unsent = self.having(Outcome.UNSENT)
        if stopped:
            code[unsent], reason[unsent] = "stopped", stopped
        names = pa.array([outcome.value for outcome in OUTCOMES]).take(pa.array(self.outcome))
        return pd.DataFrame(
            {
                "outcome": pd.Series(names.to_pandas().to_numpy(), dtype="str", index=index),
                "code": pd.Series(code, dtype="str", index=index),
                "reason": pd.Series(reason, dtype="str", index=index),
                "contact_id": pd.Series(self.contact_id, dtype="str", index=index),
                "contact_created": pd.Series(pd.array(self.created == 1, dtype="boolean"), index=index).mask(
                    self.created < 0
                ),
            }
        )


def _text(contacts: pa.Table, name: str, row: int) -> str | None:
    return contacts[name][row].as_py() if name in contacts.column_names else None
