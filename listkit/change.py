"""What became of each row, and the count that must add up: values, nothing happens here."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import msgspec

from listkit.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Outcome(StrEnum):
    """What became of one row; every row of every run has exactly one."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ALREADY = "already"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNSENT = "unsent"


SETTLED = frozenset(Outcome) - {Outcome.UNKNOWN, Outcome.UNSENT}
TO_MEND = frozenset({Outcome.INVALID, Outcome.REJECTED, Outcome.FAILED})


class Ledger(msgspec.Struct, frozen=True):
    """How many rows had each outcome; it must add up to the rows that came in."""

    rows: int
    counts: dict[str, int]

    @classmethod
    def of(cls, outcomes: Iterable[str] | Mapping[str, int], *, rows: int) -> Self:
        """Count outcomes, or take their counts; each one by name, those that never occurred as 0."""
        seen: Counter[str] = Counter(outcomes)
        return cls(rows, {outcome.value: seen[outcome.value] for outcome in Outcome})

    @property
    def adds_up(self) -> bool:
        """Whether every row is counted once and none twice."""
        return sum(self.counts.values()) == self.rows

    def __str__(self) -> str:
        parts = [f"{count:,} {name}" for name, count in self.counts.items() if count]
        total = sum(self.counts.values())
        sign = "=" if self.adds_up else "≠"
        return (
            f"{' + '.join(parts) or '0'} {sign} {'' if self.adds_up else f'{total:,} of '}{counted(self.rows, 'row')}"
        )
