"""Rows with the same number, address, or whatever is asked for, are one person."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError
from listkit.frame.duplicates.finding import duplicates

ASHA, BEN = "+12025550123", "+12025550199"


def people(*rows: tuple[str | None, str | None]) -> pd.DataFrame:
    """Make a list of numbers and addresses."""
    return pd.DataFrame(rows, columns=["phone", "email"], dtype="str")


def told(found: pd.DataFrame) -> list[list[object]]:
    """Take what matters of the rows that were found."""
    return found[["row", "cluster", "why"]].to_numpy().tolist()


def test_a_number_written_twice_is_one_person() -> None:
    """However a number is written, its rows are in one cluster, in the order of the frame and with its index."""
    frame = people((BEN, None), (ASHA, None), ("+1 (202) 555-0123", None), (None, None), ("tel:+1-202-555-0123", None))
    found = duplicates(frame.set_axis(list("abcde")))
    assert told(found) == [
        [1, 0, "like row 2: same phone"],
        [2, 0, "like row 1: same phone"],
        [4, 0, "like row 1: same phone"],
    ]
    assert found.index.tolist() == ["b", "c", "e"]
    assert found["score"].tolist() == [1.0] * 3
    assert found["decision"].isna().all()
    assert [str(dtype) for dtype in found.dtypes] == ["int64", "int64", "float64", "str", "str"]


def test_a_row_without_a_number_is_found_by_its_address() -> None:
    """It joins the one number that its address stands beside."""
    frame = people((ASHA, "asha@example.com"), (None, "ASHA@example.com"), (BEN, None))
    assert told(duplicates(frame)) == [[0, 0, "like row 1: same email"], [1, 0, "like row 0: same email"]]


def test_an_address_of_two_numbers_tells_nobody_apart() -> None:
    """Two people who share an address stay two; rows that have only the address are a third."""
    shared = "family@example.com"
    frame = people((ASHA, shared), (BEN, shared), (None, shared), (None, shared))
    assert told(duplicates(frame)) == [[2, 0, "like row 3: same email"], [3, 0, "like row 2: same email"]]


def test_what_is_no_number_is_nobody_s() -> None:
    """Two blanks, two placeholders or two rounded numbers are not the same person."""
    frame = people(*[(cell, None) for cell in [None, None, "n/a", "n/a", "9.19877E+11", "9.19877E+11", "0", "0"]])
    assert duplicates(frame).empty


def test_a_region_reads_national_numbers() -> None:
    """With it a national number is the same as the international one; without it, as itself only."""
    frame = people(("202 555 0123", None), (ASHA, None), ("2025550123", None))
    assert duplicates(frame, region="US")["row"].tolist() == [0, 1, 2]
    assert duplicates(frame)["row"].tolist() == [0, 2]


def test_other_columns_can_be_asked_for() -> None:
    """All columns of `on` must be the same, and filled; they go by their own name or by what they mean."""
    frame = pd.DataFrame(
        {
            "Mobile No.": [ASHA, ASHA, BEN, ASHA],
            "First name": ["Asha", "ASHA ", "Ben", None],
            "City": ["Pune", "Goa", "Goa", "Goa"],
        }
    )
    assert told(duplicates(frame, ["phone", "First name"])) == [
        [0, 0, "like row 1: same phone and first_name"],
        [1, 0, "like row 0: same phone and first_name"],
    ]
    assert duplicates(frame, "City")["row"].tolist() == [1, 2, 3]
    assert duplicates(frame)["row"].tolist() == [0, 1, 3]


def test_a_column_that_is_not_there_is_named() -> None:
    """The error says which one was meant, or which there are, and what to type where nothing tells people apart."""
    with pytest.raises(ColumnsError, match=r"There is no 'emial' column .* did you mean 'email'"):
        duplicates(people((ASHA, None)), "emial")
    with pytest.raises(ColumnsError, match=r"neither a 'phone' nor an 'email' column among 'City'; .*on='your column'"):
        duplicates(pd.DataFrame({"City": ["Pune"]}))


def test_a_list_without_rows_has_no_duplicates() -> None:
    """The answer then has its five columns, and no line."""
    assert duplicates(people()).columns.tolist() == ["row", "cluster", "score", "why", "decision"]


CELLS = st.sampled_from([None, ASHA, BEN, "+1 202 555 0123", "n/a"])
ADDRESSES = st.sampled_from([None, "a@example.com", "A@example.com", "b@example.com", "x"])


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(CELLS, ADDRESSES), max_size=12), data=st.data())
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[str | None, str | None]], data: st.DataObject) -> None:
    """Shuffled rows have the same clusters, and each cluster has at least two rows."""
    order = data.draw(st.permutations(range(len(rows))))
    found, shuffled = duplicates(people(*rows)), duplicates(people(*[rows[row] for row in order]))
    clusters = {frozenset(rows) for _, rows in found.groupby("cluster")["row"]}
    assert clusters == {frozenset(order[row] for row in rows) for _, rows in shuffled.groupby("cluster")["row"]}
    assert all(len(cluster) > 1 for cluster in clusters)
