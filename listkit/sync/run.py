"""What became of a push: one outcome a row, however it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from listkit.change import SETTLED, TO_MEND, Ledger, Outcome
from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from listkit.contact import Receipt
    from listkit.sync.planning import Plan


Verified = Literal["no", "by count", "in full"]
TO_SEND = ("add", "update")
"""What a plan says of a row that something is to be sent for."""


class Tally:
    """The outcome of every row while a run goes on; it starts complete and only gets more exact."""

    def __init__(self, decisions: pa.Table) -> None:
        """Take over what the plan settled; what it would add is `unsent` until proven otherwise."""
        self.outcome = [Outcome.UNSENT if op in TO_SEND else Outcome(op) for op in decisions["op"].to_pylist()]
        self.code: list[str] = decisions["code"].to_pylist()
        self.reason: list[str] = decisions["reason"].to_pylist()
        self.contact_id: list[str | None] = [None] * len(self.outcome)
        self.created: list[bool | None] = [None] * len(self.outcome)

    def set(self, rows: Sequence[int], outcome: Outcome, code: str = "", reason: str = "") -> None:
        """Give some rows an outcome."""
        for row in rows:
            self.outcome[row], self.code[row], self.reason[row] = outcome, code, reason

    def keep(self, row: int, receipt: Receipt) -> None:
        """Keep what a receipt says of the contact itself."""
        self.contact_id[row] = receipt.contact_id or self.contact_id[row]
        self.created[row] = receipt.status == "done"

    def having(self, *outcomes: Outcome) -> list[int]:
        """Return the rows that have one of these outcomes now, in order."""
        return [row for row, outcome in enumerate(self.outcome) if outcome in outcomes]

    def unsent(self) -> list[int]:
        """Return the rows that are still to be sent."""
        return self.having(Outcome.UNSENT)

    def frame(self, index: pd.Index) -> pd.DataFrame:
        """Make the frame of outcomes, on the input's own index."""
        return pd.DataFrame(
            {
                "outcome": pd.Series([outcome.value for outcome in self.outcome], dtype="str", index=index),
                "code": pd.Series(self.code, dtype="str", index=index),
                "reason": pd.Series(self.reason, dtype="str", index=index),
                "contact_id": pd.Series(self.contact_id, dtype="str", index=index),
                "contact_created": pd.Series(self.created, dtype="boolean", index=index),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a push did: `rows` has one line per input row, and they always add up."""

    run_id: str
    plan: Plan = field(repr=False)
    rows: pd.DataFrame = field(repr=False)
    list_id: str | None
    verified: Verified = "no"
    stopped: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ledger(self) -> Ledger:
        """How many rows had each outcome, and whether they add up to the frame's."""
        return Ledger.of(self.rows["outcome"], rows=len(self.plan.frame))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        return self.ledger.counts

    @property
    def complete(self) -> bool:
        """Whether the fate of every row is known, and nothing is left to send."""
        return set(self.rows["outcome"]) <= {outcome.value for outcome in SETTLED}

    @property
    def ok(self) -> bool:
        """Whether every row is in the list, or was already, or repeats one that is."""
        fine = {Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ALREADY, Outcome.DUPLICATE}
        return set(self.rows["outcome"]) <= {outcome.value for outcome in fine} and not self.stopped

    @property
    def rejected(self) -> pd.DataFrame:
        """The input rows that did not get in and can be mended, each with its outcome, code and reason.

        The three columns of an earlier run make way for these; one of your own keeps its cells as
        `<name> (before)`.
        """
        wanted = self.rows["outcome"].isin([outcome.value for outcome in TO_MEND]).to_numpy()
        told = self.rows.loc[wanted, ["outcome", "code", "reason"]]
        rows = self.plan.frame.loc[wanted]
        if set(told) <= set(rows):
            rows = rows.drop(columns=list(told))
        rows = rows.rename(columns={name: f"{name} (before)" for name in told})
        return pd.concat([rows, told], axis=1)

    def raise_for_status(self) -> None:
        """Raise a ListkitError with the ledger unless every row is where it should be."""
        if not self.ok:
            raise ListkitError(str(self))

    def __str__(self) -> str:
        where = f"{self.plan.provider.name}:{self.plan.list_name}"
        lines = [f"Push {self.run_id} to {where}: {self.ledger}"]
        lines += [f"  stopped: {self.stopped}"] if self.stopped else []
        lines += [f"  checked {self.verified}"] if self.verified != "no" else []
        lines += [f"  note: {note}" for note in (*self.plan.notes, *self.notes)]
        return "\n".join(lines)

    __repr__ = __str__


class Interrupted(KeyboardInterrupt):
    """A push was stopped by hand; `run` tells what had been done."""

    def __init__(self, run: Run) -> None:
        self.run = run
        then = (
            "look at the list before you push again: some of it may have arrived"
            if run.counts[Outcome.UNKNOWN]
            else "push the same frame again to send what was not"
        )
        super().__init__(f"Stopped by hand. {run.ledger}; {then}.")
