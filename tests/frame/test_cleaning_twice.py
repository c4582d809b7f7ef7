"""Cleaning what was cleaned changes nothing: every damaged cell there is, in every step and country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import phonenumbers
import pytest

from listkit.frame.cleaning import cleaning
from listkit.frame.steps import STEPS
from tests.rules import damaged, test_email, test_name

if TYPE_CHECKING:
    from collections.abc import Sequence

CELLS = [
    *dict.fromkeys(
        [cell.text for cell in damaged.cells()]
        + [text for text, *_ in (*test_email.TAKEN, *test_email.REFUSED, *test_name.WRITTEN)]
        + test_name.KEPT
    )
]


def _stay(regions: Sequence[str | None]) -> None:
    """Clean every cell as a number of every country twice."""
    numbers = pd.DataFrame({"phone": CELLS * len(regions)}, dtype="str")
    there = pd.Series([region for region in regions for _ in CELLS], dtype="str")
    once = cleaning(numbers, region=there, steps=["phone"])
    twice = cleaning(once.frame, region=there, steps=["phone"])
    pd.testing.assert_frame_equal(twice.frame, once.frame)
    assert twice.changes.empty


def test_every_damaged_cell_is_clean_after_the_first_time_in_every_step() -> None:
    """Whatever column it stands in: a number among names, an address among numbers."""
    fields = ["custom.own" if step == "custom" else step for step in STEPS]
    frame = pd.DataFrame(dict.fromkeys(fields, CELLS), dtype="str")
    once = cleaning(frame, region="IN", mapping=dict(zip(fields, fields, strict=True)))
    twice = cleaning(once.frame, region="IN", mapping=once.mapping)
    pd.testing.assert_frame_equal(twice.frame, once.frame)
    assert twice.changes.empty
    assert not once.changes.empty


def test_every_damaged_number_is_clean_after_the_first_time_in_many_countries() -> None:
    """The countries whose numbers the cells were made from, and none."""
    _stay([*damaged.REGIONS, None])


@pytest.mark.torture
def test_every_damaged_number_is_clean_after_the_first_time_in_every_country() -> None:
    """All that the library knows."""
    _stay([*sorted(phonenumbers.SUPPORTED_REGIONS)])
