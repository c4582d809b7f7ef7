"""A list is split by people, not by places in a file."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ListkitError
from listkit.frame.splitting import split

SHARES = {"control": 0.1, "sms": 0.9}
KEYS = st.lists(st.text("abc123 ", max_size=4), max_size=12)


def _people(size: int) -> pd.DataFrame:
    return pd.DataFrame({"phone": [f"+1202{5550000 + at}" for at in range(size)]})


def _where(parts: dict[str, pd.DataFrame], key: str) -> dict[str, str]:
    return {value: name for name, part in parts.items() for value in part[key]}


def test_every_row_is_in_one_part_in_its_order() -> None:
    """Nothing is lost or doubled, and the rows of a part stand as they stood."""
    people = _people(500)
    parts = lk.of(people).split(SHARES, salt="diwali")
    assert list(parts) == ["control", "sms"]
    pd.testing.assert_frame_equal(pd.concat(parts.values()).sort_index(), people)
    assert all(part.index.is_monotonic_increasing for part in parts.values())


@given(before=KEYS, among=KEYS, salt=st.text(max_size=3), seed=st.integers(0, 99))
def test_a_person_stays_in_his_part(before: list[str], among: list[str], salt: str, seed: int) -> None:
    """In another order, among other people and with some gone, everybody is where he was."""
    shares = {"a": 0.3, "b": 0.5, "c": 0.2}
    first = _where(split(pd.DataFrame({"id": before}, dtype="str"), shares, by="id", salt=salt), "id")
    mixed = pd.DataFrame({"id": [*before, *among]}, dtype="str").sample(frac=1, random_state=seed)
    later = _where(split(mixed, shares, by="id", salt=salt), "id")
    assert first.items() <= later.items()


def test_the_shares_are_met_as_chance_meets_them() -> None:
    """With a fixed salt each part is within four standard deviations of its share, and repeats exactly."""
    size = 20_000
    people = _people(size)
    parts = split(people, {"a": 0.1, "b": 0.2, "c": 0.7}, salt="2026")
    for name, share in {"a": 0.1, "b": 0.2, "c": 0.7}.items():
        assert abs(len(parts[name]) - share * size) <= 4 * math.sqrt(size * share * (1 - share))
    assert split(people, {"a": 0.1, "b": 0.2, "c": 0.7}, salt="2026")["a"].equals(parts["a"])


def test_where_a_row_goes_is_written_in_stone() -> None:
    """The parts of these numbers never change, in whatever version: a running test depends on it."""
    parts = split(_people(12), {"a": 0.5, "b": 0.5}, salt="spring")
    assert parts["a"].index.tolist() == [0, 1, 4, 7, 8]


def test_another_salt_mixes_people_anew() -> None:
    """Who is in the control of one campaign is in that of the next no oftener than anybody."""
    people = _people(5_000)
    one, two = (split(people, {"control": 0.5, "sms": 0.5}, salt=salt)["control"].index for salt in ("may", "june"))
    assert abs(len(one.intersection(two)) / len(people) - 0.25) < 0.03


def test_a_share_that_grows_keeps_its_people() -> None:
    """From a control of a tenth to one of a fifth nobody leaves it."""
    people = _people(1_000)
    small, large = (
        split(people, {"control": share, "sms": 1 - share}, salt="x")["control"].index for share in (0.1, 0.2)
    )
    assert small.isin(large).all()
    assert len(small) < len(large)


def test_one_person_written_in_two_ways_is_one_person() -> None:
    """A phone is its number and an address has no case, however they are written."""
    written = pd.DataFrame({"phone": ["+12025550101", "(202) 555-0101", "+1 202 555 0101"]})
    assert sorted(map(len, split(written, {"a": 0.5, "b": 0.5}, salt="s", region="US").values())) == [0, 3]
    written = pd.DataFrame({"E-mail": ["Asha@example.com", "asha@EXAMPLE.com "]})
    assert sorted(map(len, split(written, {"a": 0.5, "b": 0.5}, by="email", salt="s").values())) == [0, 2]


def test_rows_without_a_key_are_a_part_of_their_own() -> None:
    """Who cannot be told apart is drawn for no part; and there is no such part where nobody is in it."""
    people = pd.DataFrame({"phone": ["+12025550101", None, "call me", "2025550101"]}, index=list("wxyz"))
    parts = split(people, SHARES, salt="s")
    assert list(parts) == ["control", "sms", "no phone"]
    assert parts["no phone"].index.tolist() == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ({"a": 0.5, "b": 0.4}, "they sum to 0.9"),
        ({}, "they sum to 0"),
        ({"a": 1.5, "b": -0.5}, "'a' is 1.5"),
        ({"a": np.nan, "b": 1.0}, "'a' is nan"),
        ({"no phone": 1.0}, "give yours another name"),
    ],
)
def test_shares_that_cannot_be_are_one_sentence(shares: dict[str, float], words: str) -> None:
    """They sum to one, none is negative, and none has the name of the rows without a key."""
    with pytest.raises(ListkitError, match=words):
        split(_people(3), shares, salt="s")


def test_ten_tenths_are_one() -> None:
    """What floats make of ten tenths is no fault of the shares."""
    assert len(split(_people(50), {f"part {at}": 0.1 for at in range(10)}, salt="s")) == 10


def test_a_column_that_is_not_there_is_one_sentence() -> None:
    """With the columns there are, and the nearest."""
    with pytest.raises(ColumnsError, match="There is no 'phon' column"):
        split(_people(3), SHARES, by="phon", salt="s")


def test_an_empty_list_has_empty_parts() -> None:
    """No rows are no problem."""
    assert [len(part) for part in split(_people(0), SHARES, salt="s").values()] == [0, 0]
