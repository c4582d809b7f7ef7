"""A merged frame has one row for each person, and says where each cell came from."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.duplicates.finding import duplicates
from listkit.frame.duplicates.merging import merge_duplicates, merging

ASHA, BEN = "+12025550123", "+12025550199"


def people() -> pd.DataFrame:
    """Make a list in which Asha stands three times, each time with something else."""
    return pd.DataFrame(
        {
            "phone": [ASHA, BEN, "+1 202 555 0123", ASHA],
            "first_name": ["A.", "Ben", "Asha", None],
            "email": [None, None, "asha@example.com", "rao@example.com"],
            "company": ["Acme", None, None, " "],
            "visits": pd.array([3, 1, None, 7], dtype="Int64"),
            "seen": pd.to_datetime(["2026-01-01", "2026-02-02", "2026-03-03", None], utc=True),
        },
        index=["a", "b", "c", "d"],
    )


def test_the_most_complete_row_stays_and_is_filled_up() -> None:
    """It keeps its index and place; what is blank in it comes from the next complete row that has it."""
    merged = merge_duplicates(people())
    assert merged.index.tolist() == ["a", "b"]
    assert merged.loc["a"].tolist()[:5] == [ASHA, "A.", "asha@example.com", "Acme", 3]
    pd.testing.assert_series_equal(merged.loc["b"], people().loc["b"])
    assert merged.dtypes.tolist() == people().dtypes.tolist()


@pytest.mark.parametrize(
    ("keep", "index", "first"),
    [
        ("first", ["a", "b"], [ASHA, "A.", "asha@example.com", "Acme", 3]),
        ("last", ["b", "d"], [ASHA, "Asha", "rao@example.com", "Acme", 7]),
        ("visits", ["b", "d"], [ASHA, "A.", "rao@example.com", "Acme", 7]),
        ("seen", ["b", "c"], ["+1 202 555 0123", "Asha", "asha@example.com", "Acme", 3]),
    ],
)
def test_which_row_stays_can_be_said(keep: str, index: list[str], first: list[object]) -> None:
    """The first, the last, or the one with the greatest value in a column; each blank is filled in that order."""
    merged = merge_duplicates(people(), keep=keep)
    assert merged.index.tolist() == index
    assert merged.drop(index="b").iloc[0].tolist()[:5] == first


def test_text_is_ranked_as_numbers_or_dates() -> None:
    """Ten is more than nine, also as text, and a later date is greater; other text has no rank."""
    frame = people()[["phone"]].assign(score=["9", "1", "10", None], day=["2026-01-02", None, "2025-12-31", None])
    assert merge_duplicates(frame, keep="score").index.tolist() == ["b", "c"]
    assert merge_duplicates(frame, keep="day").index.tolist() == ["a", "b"]
    with pytest.raises(ListkitError, match=r"'day' column cannot be ranked, for it holds '31.12.2025'"):
        merge_duplicates(frame.assign(day=["02.01.2026", None, "31.12.2025", None]).iloc[2:], keep="day")
    with pytest.raises(ColumnsError, match=r"keep='newest' is none of most_complete, first and last, and no column"):
        merge_duplicates(frame, keep="newest")


def test_every_cell_says_where_it_came_from() -> None:
    """`sources` has a line for each cell, and `rows` says where each row went."""
    frame = people()
    done = merging(frame)
    assert len(done.sources) == done.frame.size
    for row, column, source in done.sources.itertuples(index=False):
        before, after = frame.iloc[source][column], done.frame.iloc[row][column]
        assert before == after or (pd.isna(before) and pd.isna(after))
    assert done.sources.query("row == 0")["source_row"].tolist() == [0, 0, 2, 0, 0, 0]
    assert done.sources.columns.tolist() == ["row", "column", "source_row"]
    assert done.sources.index.tolist() == ["a"] * 6 + ["b"] * 6
    assert done.rows.to_dict() == {"a": 0, "b": 1, "c": 0, "d": 0}


def test_the_edited_clusters_are_obeyed() -> None:
    """Who is decided not to be the same stays a row of its own."""
    frame = people()
    found = duplicates(frame)
    found.loc["d", "decision"] = "not the same"
    found.loc["a", "decision"] = "same"
    assert merge_duplicates(frame, found).index.tolist() == ["a", "b", "d"]
    found.loc["c", "decision"] = "not the same"
    pd.testing.assert_frame_equal(merge_duplicates(frame, found), frame)


def test_nothing_found_is_nothing_merged() -> None:
    """A list without duplicates, or without rows, stays as it is; the frame that was given is never touched."""
    frame = people()
    pd.testing.assert_frame_equal(merge_duplicates(frame.iloc[:2]), frame.iloc[:2])
    pd.testing.assert_frame_equal(merge_duplicates(frame.iloc[:0]), frame.iloc[:0])
    assert merging(frame.iloc[:0]).sources.empty
    merge_duplicates(frame)
    pd.testing.assert_frame_equal(frame, people())


CELLS = st.sampled_from([None, "", " ", "x", "y"])
PHONES = st.sampled_from([None, ASHA, BEN, "+1 202 555 0123"])


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(PHONES, CELLS, CELLS), max_size=10), keep=st.sampled_from(["most_complete", "first"]))
def test_no_person_and_no_filled_cell_is_lost(rows: list[tuple[str | None, ...]], keep: str) -> None:
    """Each cluster becomes one row, all others stay, and what one row of a cluster holds the merged row holds."""
    frame = pd.DataFrame(rows, columns=["phone", "tag", "note"], dtype="str")
    found, done = duplicates(frame), merging(frame, keep=keep)
    assert len(done.frame) == len(frame) - len(found) + found["cluster"].nunique()
    filled = frame.map(lambda cell: isinstance(cell, str) and bool(cell.strip()))
    after = done.frame.map(lambda cell: isinstance(cell, str) and bool(cell.strip()))
    expected = filled.groupby(done.rows.to_numpy()).any()
    assert after.to_numpy().tolist() == expected.to_numpy().tolist()
    assert merge_duplicates(done.frame, keep=keep).shape[0] <= len(done.frame)
