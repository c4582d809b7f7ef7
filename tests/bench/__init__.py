"""Benchmarks: each a ratio against an honest peer, both sides in one interleaved run.

A benchmark is a module `row_NN_name.py` whose `bench()` returns a `Row`, or yields several
and holds open what they need meanwhile:

    def bench() -> Iterator[Row]:
        with lk.sandbox() as box:
            yield Row(
                what="pull 100k contacts to a frame",
                peer="exotelpy + DataFrame",
                goal=at_least(4),
                ours=lambda: box.exotel.contacts("Everyone"),
                theirs=lambda: pull_by_exotelpy(box),
                equal=same_numbers,
            )
"""

from __future__ import annotations

import operator
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Goal:
    """How our time and the peer's should compare; made by `at_least` and `at_most`."""

    figure: float
    is_speedup: bool

    def ratio(self, ours: float, theirs: float) -> float:
        """Return the figure that the goal speaks of: the peer's time by ours, or ours by the peer's."""
        return theirs / ours if self.is_speedup else ours / theirs

    def is_met(self, ratio: float) -> bool:
        """Tell whether a ratio is as good as the goal."""
        return ratio >= self.figure if self.is_speedup else ratio <= self.figure

    def __str__(self) -> str:
        return f"{'≥' if self.is_speedup else '≤'} {self.figure:g}×"


def at_least(figure: float) -> Goal:
    """Ask to be so many times faster than the peer."""
    return Goal(figure, is_speedup=True)


def at_most(figure: float) -> Goal:
    """Ask to cost no more than so many times what the peer costs."""
    return Goal(figure, is_speedup=False)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison; `equal` takes what `ours` and `theirs` return, and says whether the answers are the same.

    Where it `is_weighed`, what they return is compared itself, in bytes, and no time is taken.
    """

    what: str
    peer: str
    goal: Goal
    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    equal: Callable[[Any, Any], bool] = operator.eq
    rounds: int = ROUNDS
    is_weighed: bool = False


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a row came to: seconds or bytes, and none where the answers differ."""

    row: Row
    is_equal: bool
    ratio: float = float("nan")
    ours: float = float("nan")
    theirs: float = float("nan")


def measure(row: Row) -> Measured:
    """Compare the answers, then time both sides in turn, each round in the other order.

    The ratio is the median of the rounds' ratios, so that a machine that slows down
    halfway slows both sides of each.
    """
    if row.is_weighed:
        weights = row.ours(), row.theirs()
        return Measured(row=row, is_equal=True, ratio=row.goal.ratio(*weights), ours=weights[0], theirs=weights[1])
    if not row.equal(row.ours(), row.theirs()):
        return Measured(row=row, is_equal=False)
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(max(row.rounds, ROUNDS)):
        sides = [(row.ours, ours), (row.theirs, theirs)]
        for side, times in sides if turn % 2 else reversed(sides):
            started = time.perf_counter()
            side()
            times.append(time.perf_counter() - started)
    return Measured(
        row=row,
        is_equal=True,
        ratio=statistics.median(map(row.goal.ratio, ours, theirs)),
        ours=statistics.median(ours),
        theirs=statistics.median(theirs),
    )
