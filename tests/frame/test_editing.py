"""Cells are set by hand where they hold what they held when somebody looked."""

from __future__ import annotations

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import ColumnsError, ListkitError
from listkit.frame.recipe import Recipe, Step


def people() -> pd.DataFrame:
    """Make three rows, numbered as a file's lines are."""
    index = pd.Index([2, 3, 4], name="line")
    return pd.DataFrame({"Mobile": ["98765O4321", None, "9876504323"], "Name": ["Asha", "Ravi", "Meera"]}, index=index)


def test_a_cell_is_set_and_the_frame_is_another() -> None:
    """Text to text, nothing to text, text to nothing; the frame that was given stays as it is."""
    frame = people()
    cells = [(2, "Mobile", "98765O4321", "9876504321"), (3, "Mobile", None, "9876504322"), (4, "Name", "Meera", None)]
    edited = lk.of(frame).edit(cells)
    assert edited["Mobile"].tolist() == ["9876504321", "9876504322", "9876504323"]
    assert edited["Name"].isna().tolist() == [False, False, True]
    assert frame.equals(people())
    assert (edited.index.equals(frame.index), [*edited.dtypes.map(str)]) == (True, ["str", "str"])


def test_a_cell_that_holds_something_else_is_left_alone() -> None:
    """An edit of another file, or of a row that is not there, does nothing."""
    cells = [(2, "Mobile", "1", "2"), (99, "Mobile", "98765O4321", "2"), (3, "Mobile", "x", "y")]
    assert lk.of(people()).edit(cells).equals(people())


def test_of_two_edits_of_a_cell_the_later_counts() -> None:
    """Each begins with what the one before left."""
    cells = [(2, "Name", "Asha", "Aisha"), (2, "Name", "Aisha", "Ayesha")]
    assert lk.of(people()).edit(cells)["Name"].tolist() == ["Ayesha", "Ravi", "Meera"]


def test_what_cannot_be_meant_is_refused() -> None:
    """A column that is not there, and a label that two rows have."""
    with pytest.raises(ColumnsError, match="no column 'Phone' to edit"):
        lk.of(people()).edit([(2, "Phone", None, "1")])
    with pytest.raises(ListkitError, match="Two rows are called 2"):
        lk.of(pd.concat([people(), people()])).edit([(2, "Name", "Asha", "x")])


def test_a_recipe_holds_edits() -> None:
    """Saved as JSON, followed, and written as Python."""
    recipe = Recipe((Step("edit", {"cells": [[2, "Name", "Asha", "Aisha"]]}),))
    assert lk.of(people()).replay(recipe)["Name"].tolist() == ["Aisha", "Ravi", "Meera"]
    assert str(recipe) == "1. edit: cells 1"
    namespace: dict[str, object] = {}
    exec(recipe.to_python(), namespace)  # noqa: S102 - our own words
    assert namespace["prepare"](people()).equals(lk.of(people()).replay(recipe))  # type: ignore[operator]


def test_an_empty_frame_has_nothing_to_set() -> None:
    """No row, no edit, and the columns stay."""
    assert lk.of(people().iloc[:0]).edit([(2, "Name", "Asha", "x")]).columns.tolist() == ["Mobile", "Name"]
