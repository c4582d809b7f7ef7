"""Who is in another list is found however he is written, and who cannot be looked for is told."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ReadError, UncomparedWarning
from listkit.frame.excluding import exclude, excluding, in_list
from listkit.frame.recipe import Step

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.none() | st.sampled_from(
    ["+12025550101", "(202) 555-0101", "2025550102", "+1 202 555 0102", "98765 43210", "9.87E+09", "call", " ", "0"]
)
LISTS = st.lists(CELLS, max_size=8)
ONE, TWO, THREE = "+12025550101", "+12025550102", "+12025550103"


def _people(*phones: str | None) -> pd.DataFrame:
    return pd.DataFrame({"phone": pd.Series(phones, dtype="str"), "name": list("abcdefghij")[: len(phones)]})


@given(mine=LISTS, theirs=LISTS, region=st.sampled_from(["US", "IN", None]))
def test_the_excluded_and_the_kept_are_all(
    mine: list[str | None], theirs: list[str | None], region: str | None
) -> None:
    """Each row is in one of both, in its order; and a second time there is nobody left to exclude."""
    people, other = _people(*mine), pd.DataFrame({"phone": theirs}, dtype="str")
    done = excluding(people, other, region=region)
    pd.testing.assert_frame_equal(pd.concat([done.frame, done.excluded]).sort_index(), people)
    assert excluding(done.frame, other, region=region).excluded.empty
    assert excluding(done.excluded, other, region=region).frame.empty


@given(mine=LISTS)
def test_a_list_without_itself_holds_only_who_is_nobody(mine: list[str | None]) -> None:
    """What is left has no number that anybody could be known by."""
    done = excluding(_people(*mine), _people(*mine))
    assert set(done.frame["phone"].dropna()) <= {"9.87E+09", "call", " ", "0"}


def test_however_it_is_written() -> None:
    """A number is the same in any form, an address in any case, and other columns by their words."""
    people = pd.DataFrame(
        {
            "phone": [ONE, "202-555-0102", THREE],
            "email": ["A@example.com", "b@Example.com", None],
            "id": ["X 1", "x2", "3"],
        }
    )
    assert exclude(people, _people("001 202 555 0101", "2025550102"), region="US").index.tolist() == [2]
    assert exclude(people, pd.DataFrame({"E-Mail": ["a@EXAMPLE.com"], "x": ["y"]}), on="email").index.tolist() == [1, 2]
    assert exclude(people, pd.DataFrame({"id": ["x  1", "3"]}), on="id").index.tolist() == [1]


@pytest.mark.parametrize("kind", ["frame", "other name", "column", "csv", "bare lines", "xlsx"])
def test_the_other_list_can_be_what_one_has(kind: str, tmp_path: Path) -> None:
    """A frame, a column of any name, a file with a header or without one."""
    other = pd.DataFrame({"phone": [TWO], "City": ["Pune"]})
    path = tmp_path / f"stop.{'xlsx' if kind == 'xlsx' else 'csv'}"
    lk.of(other.rename(columns={"phone": "Mobile No."})).to_file(path)
    if kind == "bare lines":
        path.write_text(f"{TWO}\n{THREE}\n")
    given = {
        "frame": other,
        "other name": other.rename(columns={"phone": "Telefon"}),
        "column": pd.Series([TWO], name="x", index=["z"]),
    }.get(kind, path)
    left = lk.of(_people(ONE, TWO)).exclude(given)
    assert left["phone"].tolist() == [ONE]


def test_an_account_s_list_can_be_the_other() -> None:
    """Read whole, by its name; and each row can be asked whether it is in it."""
    people = _people(ONE, TWO, "(202) 555-0103").set_axis(["x", "y", "y"])
    with lk.sandbox() as box:
        lk.of(_people(TWO, THREE)).push("VIP", to=box.exotel)
        assert lk.of(people).exclude((box.exotel, "VIP"), region="US")["phone"].tolist() == [ONE]
        told = lk.of(people).in_list(box.exotel, "VIP", region="US")
        listed = box.exotel.lists()
        by_id = in_list(people, box.exotel, list_id=listed["list_id"].item(), region="US")
    pd.testing.assert_series_equal(told, pd.Series([False, True, True], index=["x", "y", "y"], name="VIP"))
    assert by_id.tolist() == told.tolist()


def test_what_could_not_be_compared_is_told() -> None:
    """Of both lists, with the row and the reason; what names nobody and what was found is not."""
    people, other = _people(ONE, "98765 43210", None, "12 34"), _people("call me", "0", "98765 43211")
    with pytest.warns(
        UncomparedWarning, match="2 of the frame and 2 of the other; the first is row 1 of the frame: a nat"
    ):
        left = exclude(people, other)
    pd.testing.assert_frame_equal(left, people)
    told = excluding(people, other).uncompared
    assert told[["source", "row", "value", "code"]].to_numpy().tolist() == [
        ["frame", 1, "98765 43210", "no_region"],
        ["frame", 3, "12 34", "invalid_number"],
        ["other", 0, "call me", "no_digits"],
        ["other", 2, "98765 43211", "no_region"],
    ]
    with pytest.warns(UncomparedWarning, match="1 of the frame; the first is row 0"):
        in_list(_people("call me"), _Shelf(_people(ONE)), "VIP")


class _Shelf:
    """Keeps one list."""

    def __init__(self, kept: pd.DataFrame) -> None:
        self.kept = kept

    def contacts(self, of: object = None, *, list_id: str | None = None) -> pd.DataFrame:
        return self.kept


def test_the_same_digits_without_a_country_are_the_same_number() -> None:
    """Two lists of one office need no country to be compared, and nothing is left to tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert exclude(_people("98765 43210"), _people("9876543210")).empty


def test_a_country_can_stand_in_a_column() -> None:
    """Row by row, in this list and in the other where it has the column."""
    people = pd.DataFrame({"phone": ["98765 43210", "2025550101"], "Land": ["IN", "US"]})
    other = pd.DataFrame({"phone": [ONE, "9876543210"], "Land": [None, "India"]})
    assert exclude(people, other, region_from="Land").empty


def test_what_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    """No such column here or there, no such file, and what is no list."""
    with pytest.raises(ColumnsError, match="There is no 'id' column"):
        exclude(_people(ONE), _people(ONE), on="id")
    with pytest.raises(ColumnsError, match="In the list to exclude: There is no 'phone' column among 'City', 'Note'"):
        exclude(_people(ONE), pd.DataFrame({"City": ["Pune"], "Note": ["x"]}))
    with pytest.raises(ReadError, match=r"none\.csv"):
        exclude(_people(ONE), tmp_path / "none.csv")
    with pytest.raises(TypeError, match="exclude takes a frame"):
        exclude(_people(ONE), 7)  # type: ignore[arg-type]


def test_lists_of_nobody() -> None:
    """An empty list excludes nobody, and nobody is left of an empty one."""
    assert len(exclude(_people(ONE), _people())) == 1
    assert exclude(_people(), _people(ONE)).empty


def test_a_recipe_can_exclude_the_list_in_a_file(tmp_path: Path) -> None:
    """The file is read each time; its Python says the same; one that is gone is told before anything is done."""
    path = tmp_path / "stop.csv"
    path.write_text("phone\n(202) 555-0102\n")
    recipe = lk.Recipe((Step("exclude", {"other": str(path), "region": "US"}),))
    assert lk.of(_people(ONE, TWO)).replay(recipe)["phone"].tolist() == [ONE]
    assert f".exclude(\n        other={str(path)!r},\n        region='US',\n    )" in recipe.to_python()
    path.unlink()
    assert recipe.check(_people(ONE, TWO))["code"].tolist() == ["refused"]
