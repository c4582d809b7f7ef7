"""What every kind of run can say of its rows: their ledger, and those that did not get in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from listkit.change import TO_MEND, Ledger
from listkit.errors import ListkitError

if TYPE_CHECKING:

    class _Planned(Protocol):
        @property
        def frame(self) -> pd.DataFrame: ...


class Accounted(ABC):
    """A run whose `rows` are those of its plan's frame, each with an outcome."""

    plan: _Planned
    rows: pd.DataFrame

    @property
    @abstractmethod
    def ok(self) -> bool:
        """Whether everything is as it was to be."""

    @property
    def ledger(self) -> Ledger:
        """How many rows had each outcome, and whether they add up to the frame's."""
        counts = self.rows["outcome"].value_counts()
        return Ledger.of({str(outcome): count for outcome, count in counts.items()}, rows=len(self.plan.frame))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows had each outcome."""
        return self.ledger.counts

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
        """Raise a ListkitError with the ledger unless everything is as it should be."""
        if not self.ok:
            raise ListkitError(str(self))
