"""How the lists of a push stand, rebuilt at any time from its plan and the steps of its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.change import Outcome
from listkit.sync.journals.steps import DONE, NOTHING, REFUSED
from listkit.sync.lists.listing import REMOVE
from listkit.sync.plans.comparing import ADD, UPDATE
from listkit.sync.runs.tallying import ROUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listkit.sync.journals.steps import Step
    from listkit.sync.lists.listing import ListsPlan

DELETED = "deleted"
"""What became of a list that an undo deletes."""


class Standing:
    """The outcome of every row, and of every list to delete, which are numbered on after the rows."""

    def __init__(self, plan: ListsPlan, steps: Iterable[Step]) -> None:
        self.lines = (*plan.lines, *plan.leaving)
        self.size = len(plan.lines)
        sent = {ADD, UPDATE, REMOVE}
        self.outcome = [Outcome.UNSENT.value if line.op in sent else Outcome(line.op).value for line in self.lines]
        self.code, self.reason = [line.code for line in self.lines], [line.reason for line in self.lines]
        self.list_id = [line.list_id for line in self.lines]
        self.tries: dict[int, int] = {}
        self.steps = 0
        for step in steps:
            self.take(step)

    def having(self, outcome: Outcome, op: str | None = None) -> list[int]:
        """Return the lines that have an outcome."""
        return [
            at
            for at, (has, line) in enumerate(zip(self.outcome, self.lines, strict=True))
            if has == outcome and op in {None, line.op}
        ]

    def to_send(self, op: str) -> list[int]:
        """Return the lines that are still to be sent; what changes and what goes may be sent again."""
        again = [] if op == ADD else [at for at in self.having(Outcome.UNKNOWN, op) if self.may_try(at)]
        return sorted(self.having(Outcome.UNSENT, op) + again)

    def may_try(self, at: int) -> bool:
        """Whether a line has not been sent in vain as often as it may be."""
        return self.tries.get(at, 0) < ROUNDS

    def take(self, step: Step) -> None:
        """Take in what a request, or a look at the lists, proved."""
        self.steps = max(self.steps, step.number + 1)
        rows = [int(row) for row in step.rows]
        if step.state == "stopped":
            return
        if step.operation == "resume":
            self.tries.clear()
            return
        told = step.proof.told if step.state == "done" else NOTHING * len(rows)
        if step.state in {"rejected", "failed"}:
            self._refuse(rows, step.state, step.code, step.reason)
            return
        for place, row in enumerate(rows):
            if told[place] == DONE:
                op = self.lines[row].op
                self.outcome[row] = {ADD: Outcome.ADDED.value, UPDATE: Outcome.UPDATED.value}.get(op, DELETED)
                self.code[row] = self.reason[row] = ""
                self.list_id[row] = (step.proof.ids or self.list_id)[place if step.proof.ids else row] or self.list_id[
                    row
                ]
            elif told[place] == REFUSED:
                self._refuse([row], "rejected", *step.proof.odd[place])
            elif step.operation == "read_back":
                self.outcome[row] = Outcome.UNSENT.value if self.may_try(row) else Outcome.UNKNOWN.value
            else:
                self.tries[row] = self.tries.get(row, 0) + 1
                self.outcome[row] = Outcome.UNKNOWN.value
                self.code[row], self.reason[row] = step.code or "not_told", step.reason or "the answer does not say"

    def _refuse(self, rows: Sequence[int], state: str, code: str, reason: str) -> None:
        outcome = Outcome.REJECTED if state == "rejected" else Outcome.FAILED
        for row in rows:
            self.outcome[row], self.code[row], self.reason[row] = outcome.value, code, reason
