"""Two hundred cells of a public directory, checked by hand one by one, are judged as they were.

The cells were drawn by chance from the 1,880 telephone cells of the National Hospital Directory
of India. Then every run of digits was replaced by another one of its length that is judged
alike, so that no number here is one of the directory. What a cell holds is as it was: several
numbers, an area code that is given once or left out, last digits only, what cannot be mended.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from listkit.rules import damage, phone
from listkit.rules.verdict import column


class Row(NamedTuple):
    """A cell, the number that is kept, the code, and of each of several numbers what it is."""

    cell: str
    value: str | None
    code: str
    numbers: list[str]


def _row(line: str) -> Row:
    cell, value, code, numbers = line.split("\t")
    return Row(cell, value or None, code, numbers.split())


ROWS = [_row(line) for line in Path(__file__).with_name("hospitals.tsv").read_text("utf-8").splitlines()[1:]]
TOLD = phone.judge(column(row.cell for row in ROWS), region="IN")


def _numbers(reason: str) -> list[str]:
    """Return what is told of each number of a cell: the number itself, or the code of its reason."""
    named = [part.partition(" → ")[2] for part in reason.partition(": ")[2].split("; ")]
    return [one if one.startswith("+") else _code(one) for one in named]


def _code(reason: str) -> str:
    begun = {kind.sentence.partition("{")[0]: code for code, kind in damage.DAMAGES.items()}
    return next(code for start, code in begun.items() if start and reason.startswith(start))


def test_two_hundred_cells_are_judged_as_a_person_judged_them() -> None:
    """The number that is kept and the code are right in all of them."""
    assert len(ROWS) == 200
    assert TOLD.value.to_pylist() == [row.value for row in ROWS]
    assert TOLD.code.to_pylist() == [row.code for row in ROWS]


@pytest.mark.parametrize("place", [place for place, row in enumerate(ROWS) if row.numbers])
def test_every_number_of_a_cell_is_found_and_judged(place: int) -> None:
    """Each of several numbers is named, in their order, with what it is or why it is none."""
    assert _numbers(TOLD.reason[place].as_py()) == ROWS[place].numbers


def test_every_digit_of_a_cell_is_accounted_for() -> None:
    """Whatever is not the number that is kept is told in the reason."""
    for row, value, reason in zip(ROWS, TOLD.value.to_pylist(), TOLD.reason.to_pylist(), strict=True):
        if row.code not in {"several_numbers", "several_refused", "text_beside"}:
            continue
        told = re.sub(r"\D", "", f"{value} {reason}")
        assert all(run.lstrip("0") in told for run in re.findall(r"[0-9]+", row.cell)), row.cell
