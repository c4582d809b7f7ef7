"""Every cell that was damaged by a rule has the outcome that is right for it, and no digit of it is invented."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pandas as pd
import phonenumbers
import pytest

from listkit.frame.cleaning import clean
from listkit.rules import damage, phone
from listkit.rules.numbers import walking
from listkit.rules.verdict import column
from tests.rules import damaged

CELLS = [*damaged.cells()]
ADDING = {"digit_added", "leading_zero_lost", "letters", "letter_for_digit"}
"""Here a suggestion has digits that do not stand in the cell: it is told that they are missing, or are letters."""

HOSTILE = (
    "9", "+", "(", " x1", "ext ", ", ", "1,", "0 ", "1 ", "é", "٣", "A1", "/ x", "O1", "- ", ".", "9.", "=", "\u200b",
    "\n", "#", " or ",
    "98765 43210, ", "020 26123415/16", "020 26123415 ", "26123415, ", "+91", "1234567890123456,", "9 9 ", "a@", "0,",
)  # fmt: skip
"""What a cell may be full of."""

MOST_STEPS = 4_000
"""So many digits are walked at most for one cell: some two milliseconds."""


def judged(cells: list[damaged.Cell]) -> list[phone.Phone]:
    """Judge cells as one column."""
    told = phone.judge(column(cell.text for cell in cells), region=column(cell.region for cell in cells))
    names = ("value", "code", "reason", "suggestion", "country", "kind")
    return [phone.Phone(*row) for row in zip(*(getattr(told, name).to_pylist() for name in names), strict=True)]


def test_every_damaged_cell_has_the_outcome_that_is_right() -> None:
    """Accepted exactly, salvaged with reasons, or refused with one clear reason: none of a thousand is wrong."""
    wrong = []
    for cell, told in zip(CELLS, judged(CELLS), strict=True):
        if (told.value, told.code, told.suggestion) != cell[2:5] or cell.reason not in told.reason:
            wrong.append((cell, told))
    assert wrong == []


def test_there_are_cells_enough_of_every_outcome() -> None:
    """More than three hundred cells, of every kind of damage that a telephone cell can have."""
    codes = Counter(cell.code for cell in CELLS)
    assert len(CELLS) > 1_000
    assert codes.keys() - {""} <= damage.DAMAGES.keys()
    assert len(codes) > 30


def test_a_cell_alone_is_judged_as_in_a_column() -> None:
    """Whether a cell is one of many or alone, all that is told of it is the same."""
    assert [phone._judge(cell.text, cell.region) for cell in CELLS] == judged(CELLS)


def test_no_digit_is_invented() -> None:
    """Every digit of a number that may be sent stands in its cell, in that order, or is the region's country code."""
    for cell, told in zip(CELLS, judged(CELLS), strict=True):
        suggested = [] if told.code in ADDING else (told.suggestion or "").split(", ")
        for number in filter(None, [told.value, *suggested]):
            assert stands_in(number, cell), (cell, told)


def stands_in(number: str, cell: damaged.Cell) -> bool:
    """Whether the digits of a number can be picked out of a cell from left to right, but for the region's code."""
    own = f"+{phonenumbers.country_code_for_region(cell.region)}" if cell.region else "+"
    there = "".join(str(int(mark)) for mark in cell.text or "" if mark.isdecimal())
    ways = [number, number.removeprefix(own)]
    if number.startswith("+549"):  # in Argentina the 15 before a mobile number is a 9 for the world
        ways += [number.replace("+549", "+54"), number.removeprefix("+549")]
    return any(_picked(digits, there) for digits in ways)


def _picked(digits: str, there: str) -> bool:
    left = iter(there)
    return all(digit in left for digit in digits.lstrip("+"))


@pytest.mark.parametrize("region", ["IN", "US", "DE"])
def test_cleaning_damaged_cells_twice_is_cleaning_them_once(region: str) -> None:
    """What a cleaning made of a cell stays as it is, accepted and refused ones alike."""
    frame = pd.DataFrame({"phone": [cell.text for cell in CELLS]}, dtype="str")
    once = clean(frame, region=region)
    pd.testing.assert_frame_equal(clean(once, region=region), once)


@pytest.mark.parametrize("region", ["IN", None])
@pytest.mark.parametrize("seed", HOSTILE)
def test_a_cell_twice_as_long_is_not_three_times_the_work(
    seed: str, region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digits that are walked for a hostile cell are counted: few, however long it is, and none in a whole book."""
    walked: list[int] = []
    read = walking.read_digits

    def counted(bare: str, *there: str | None, has_plus: bool) -> walking.Reading:
        walked.append(len(bare))
        return read(bare, *there, has_plus=has_plus)

    monkeypatch.setattr(walking, "read_digits", counted)
    work = []
    for size in (50, 100, 200, 400, 10_001, 1_000_000):
        walked.clear()
        phone.judge(column([(seed * size)[:size]]), region=region)
        work.append(sum(walked))
    assert max(work) <= MOST_STEPS
    assert all(after <= 3 * max(before, 100) for before, after in pairwise(work)), work
    assert work[-2:] == [0, 0]
