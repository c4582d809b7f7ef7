"""The harness itself: a table that flatters is worse than none."""

from __future__ import annotations

import math
import time

import pytest

from tests.bench import Goal, Row, at_least, at_most, measure

SHORT, LONG = 0.001, 0.01


def nap(seconds: float) -> float:
    """Take a known time to give an answer."""
    time.sleep(seconds)
    return seconds


def compare(goal: Goal) -> Row:
    """Make a row whose peer takes ten times as long."""
    return Row(
        what="nap", peer="long nap", goal=goal, ours=lambda: nap(SHORT), theirs=lambda: nap(LONG), equal=lambda *_: True
    )


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (at_least(4), 4.0, True),
        (at_least(4), 3.9, False),
        (at_most(1.05), 1.05, True),
        (at_most(1.05), 1.06, False),
    ],
)
def test_a_goal_knows_its_direction(goal: Goal, ratio: float, met: bool) -> None:
    """A speed-up is met from its figure up, a cost from its figure down."""
    assert goal.is_met(ratio) is met


def test_a_faster_side_has_the_larger_speedup_and_the_smaller_cost() -> None:
    """The same two times read as a speed-up over 1, and as a cost under 1."""
    assert measure(compare(at_least(2))).ratio > 1
    assert measure(compare(at_most(1))).ratio < 1


def test_different_answers_are_not_timed() -> None:
    """Where the two answers differ there is no ratio, and each side ran only once."""
    runs: list[str] = []
    row = Row(what="ours", peer="theirs", goal=at_least(1), ours=lambda: runs.append("ours") or 1, theirs=lambda: 2)
    measured = measure(row)
    assert not measured.is_equal
    assert math.isnan(measured.ratio)
    assert runs == ["ours"]


def test_the_sides_take_turns() -> None:
    """Each round runs both sides, and the next round starts with the other one."""
    runs: list[str] = []
    row = Row(what="", peer="", goal=at_least(1), ours=lambda: runs.append("o"), theirs=lambda: runs.append("t"))
    measure(row)
    assert "".join(runs) == "ot" + "to" + "ot" + "to" + "ot" + "to"
