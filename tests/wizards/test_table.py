"""A table shows some rows in some order, with what is wrong in each, and sets cells where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import ListkitError
from listkit.wizards.table import Table
from listkit.wizards.upload import UploadFlow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.testing import Sandbox

PEOPLE = pd.DataFrame(
    {
        "Mobile": ["98765 43212", "9.19877E+11", "98765O4321", None, "+12025550123"],
        "Name": ["meera", "Ravi <b>", "Asha", "", "Zoë"],
    },
    index=pd.Index([2, 3, 4, 5, 6], name="line"),
)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Serve an account."""
    with lk.sandbox() as opened:
        yield opened


@pytest.fixture
def table(box: Sandbox) -> Table:
    """Show five rows."""
    flow = UploadFlow(PEOPLE, to=box.exotel)
    flow.choose("Country", region="IN")
    return Table(flow)


def lines(table: Table) -> list[str]:
    """Return the lines that are shown."""
    return [row["line"] for row in rows(table)]


def rows(table: Table, first: int = 0, after: int = 99) -> list[dict[str, Any]]:
    """Ask for rows as a page does."""
    version = table.shape()["version"]
    answer = table.answer({"ask": "rows", "first": first, "after": after, "version": version})
    assert answer is not None
    found: list[dict[str, Any]] = answer["rows"]
    return found


def test_a_cell_is_shown_with_what_it_was_and_what_is_wrong(table: Table) -> None:
    """The cleaned text, the text before where it is another, and the gravest problem with its suggestion."""
    first, second, third, *_ = rows(table)
    assert first["cells"][0] == ["+919876543212", "98765 43212"]
    assert (second["marks"][0]["level"], second["cells"][0]) == ("error", ["9.19877E+11"])
    assert third["marks"][0]["suggestion"].startswith("+91")
    assert (table.shape()["rows"], table.shape()["all"]) == (5, 5)


def test_rows_are_found_sorted_and_narrowed(table: Table) -> None:
    """By a text in any case, before or after cleaning; by a kind of problem; by a column, blanks last."""
    table.answer({"ask": "find", "text": "ASHA"})
    assert lines(table) == ["4"]
    table.answer({"ask": "find", "text": "9.19"})
    assert lines(table) == ["3"]
    table.find(text="", code="error")
    assert lines(table) == ["3", "4"]
    table.find(code="scientific_notation")
    assert lines(table) == ["3"]
    table.find(code="")
    table.answer({"ask": "sort", "column": "Mobile", "down": False})
    assert lines(table)[-1] == "5"
    table.answer({"ask": "sort", "column": "Name", "down": True})
    assert lines(table)[0] == "6"
    with pytest.raises(ListkitError, match="no column 'Nothing'"):
        table.rows.narrow(column="Nothing")


def test_cells_are_set_where_they_are_shown(table: Table) -> None:
    """The place is that of the order in which somebody looks; what is the same already is no edit."""
    table.find(text="Asha")
    version = table.shape()["version"]
    assert table.answer({"ask": "edit", "cells": [[0, 0, "9876504321"], [0, 1, "Asha"]], "version": version}) is None
    assert [tuple(one) for one in table.flow.choices.edits] == [(4, "Mobile", "98765O4321", "9876504321")]
    assert table.flow.frame["phone"][4] == "+919876504321"
    table.answer({"ask": "undo"})
    assert table.flow.choices.edits == ()
    table.answer({"ask": "redo"})
    assert len(table.flow.choices.edits) == 1


def test_a_kind_of_problem_that_is_mended_hides_nobody(table: Table) -> None:
    """Once the last of its rows is well, all rows are shown again."""
    table.find(code="letter_for_digit")
    assert lines(table) == ["4"]
    table.flow.accept("letter_for_digit")
    assert lines(table) == ["2", "3", "4", "5", "6"]


def test_what_was_asked_of_another_order_is_passed_over(table: Table) -> None:
    """A page that is behind sets no cell of a row that it does not show."""
    version = table.shape()["version"]
    table.find(text="Asha")
    assert table.answer({"ask": "edit", "cells": [[0, 0, "1"]], "version": version}) is None
    assert table.answer({"ask": "rows", "first": 0, "after": 9, "version": version}) is None
    assert table.answer({"ask": "what"}) is None
    assert table.flow.choices.edits == ()


def test_places_outside_are_passed_over(table: Table) -> None:
    """As a page can have them after a paste; too many at once are refused."""
    table.edit([(99, 0, "1"), (-1, 0, "1")])
    assert table.flow.choices.edits == ()
    with pytest.raises(ListkitError, match="no such cell"):
        table.edit([(0, 99, "1")])
    with pytest.raises(ListkitError, match="too many at once"):
        table.edit([(0, 0, "1")] * 100_001)


def test_problems_are_counted_by_kind(table: Table) -> None:
    """The gravest first, with examples, and how many have a suggestion."""
    groups = table.rows.groups()
    assert [(one["code"], one["level"], one["count"]) for one in groups][:2] == [
        ("scientific_notation", "error", 1),
        ("letter_for_digit", "error", 1),
    ]
    assert [one["suggested"] for one in groups[:2]] == [0, 1]


def test_no_rows_are_a_table_too(box: Sandbox) -> None:
    """With its columns, and a sentence for whoever looks."""
    table = Table(UploadFlow(PEOPLE.iloc[:0], to=box.exotel))
    shape = table.shape()
    assert (shape["rows"], shape["empty"], [one["label"] for one in shape["columns"]]) == (
        0, "There are no rows.", ["Mobile", "Name"],
    )  # fmt: skip
    assert rows(table) == []
