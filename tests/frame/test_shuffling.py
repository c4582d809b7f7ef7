"""Who is the same is found and merged across the partitions of a Dask frame as in one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dask
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.recipe import Recipe, Step
from tests.frame.test_partitions import assert_same, parted

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = st.sampled_from(["+12025550101", "(202) 555-0101", "+12025550102", "+12025550103", "x", None])
MAILS = st.sampled_from(["a@example.org", "A@EXAMPLE.org", "b@example.org", None])
ROWS = st.lists(st.tuples(NUMBERS, MAILS, st.sampled_from(["Asha", "Bo", "", None])), max_size=10)


@pytest.fixture(autouse=True)
def _in_this_thread() -> Iterator[None]:
    with dask.config.set(scheduler="synchronous"):
        yield


def people(rows: list[tuple[str | None, ...]]) -> pd.DataFrame:
    """Make a list whose index says nothing of the order."""
    index = pd.Index([(7 * at) % 5 for at in range(len(rows))], dtype="int64")
    return pd.DataFrame(rows, columns=["phone", "email", "first_name"], index=index, dtype="str")


@settings(max_examples=5)
@given(rows=ROWS, size=st.integers(1, 6), on=st.sampled_from([None, "email", ["phone", "first_name"]]))
def test_however_it_is_cut_the_same_are_found(rows: list[tuple[str | None, ...]], size: int, on: Any) -> None:
    """Rows, clusters, and who is like whom by which row of the whole."""
    frame = people(rows)
    lazy = parted(frame, size)
    assert_same(lazy.listkit.duplicates(on, region="US"), frame.listkit.duplicates(on, region="US"))


@settings(max_examples=5)
@given(rows=ROWS, size=st.integers(1, 6), keep=st.sampled_from(["most_complete", "first", "last"]))
def test_however_it_is_cut_the_same_are_merged(rows: list[tuple[str | None, ...]], size: int, keep: str) -> None:
    """The same rows in the same order, each cell from where the verb of a frame takes it."""
    frame = people(rows)
    lazy = parted(frame, size)
    assert_same(lazy.listkit.merge_duplicates(keep=keep), frame.listkit.merge_duplicates(keep=keep))
    clusters = frame.listkit.duplicates(region="US")
    merged = frame.listkit.merge_duplicates(clusters, keep=keep)
    assert_same(lazy.listkit.merge_duplicates(clusters, keep=keep), merged)
    assert_same(lazy.listkit.merge_duplicates(lazy.listkit.duplicates(region="US"), keep=keep), merged)


def test_what_was_decided_is_obeyed() -> None:
    """Decisions given by the rows of the whole, about rows that share no key too."""
    frame = people([("+12025550101", None, "Asha"), ("+12025550101", None, "Bo"), (None, "c@example.org", "Cem")])
    lazy = parted(frame, 1)
    decisions = frame.listkit.duplicates()
    decisions["decision"] = ["not the same", "not the same"]
    other = pd.DataFrame({"row": [0, 2], "cluster": [7, 7], "decision": ["same", "same"]})
    for decided in (decisions, other):
        expected = frame.listkit.duplicates(decisions=decided)
        assert_same(lazy.listkit.duplicates(decisions=decided), expected)
        assert_same(lazy.listkit.merge_duplicates(expected), frame.listkit.merge_duplicates(expected))


def test_what_makes_no_sense_is_refused_at_once() -> None:
    """No such column, likely duplicates, a column beside the frame; and a row that is not there, when computed."""
    lazy = parted(people([("+12025550101", None, None)]), 1)
    with pytest.raises(ColumnsError, match="no 'Telefon' column"):
        lazy.listkit.duplicates("Telefon")
    with pytest.raises(ListkitError, match="compute it first"):
        lazy.listkit.duplicates(fuzzy=True)
    with pytest.raises(ListkitError, match="name it with region_from="):
        lazy.listkit.duplicates(region=pd.Series(["IN"]))
    strange = pd.DataFrame({"row": [0, 9], "cluster": [0, 0], "decision": [None, None]})
    with pytest.raises(ListkitError, match="There is no row 9"):
        lazy.listkit.merge_duplicates(strange).compute()


@settings(max_examples=5)
@given(rows=ROWS, others=ROWS, size=st.integers(1, 6), on=st.sampled_from(["phone", "email"]))
def test_however_both_are_cut_the_same_are_excluded(
    rows: list[tuple[str | None, ...]], others: list[tuple[str | None, ...]], size: int, on: str
) -> None:
    """The people of another frame, and of another Dask frame, in the order of the whole."""
    frame, other = people(rows), people(others)
    lazy = parted(frame, size)
    stay = frame.listkit.excluding(other, on, region="US").frame
    assert_same(lazy.listkit.exclude(other, on, region="US"), stay)
    assert_same(lazy.listkit.exclude(parted(other, 7 - size), on, region="US"), stay)


def test_a_recipe_of_several_verbs_is_replayed() -> None:
    """Steps that concern several rows are done across the partitions too."""
    frame = people([("+12025550101", None, "Asha"), ("(202) 555-0101", "a@example.org", None)])
    recipe = frame.listkit.cleaning(region="US").recipe + Recipe((Step("merge_duplicates"),))
    assert_same(parted(frame, 1).listkit.replay(recipe), frame.listkit.replay(recipe))
    assert len(frame.listkit.replay(recipe)) == 1
