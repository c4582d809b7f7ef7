"""Files that name nothing, name it twice, or hide it: what is proposed is still right, or nothing is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError
from listkit.frame.cleaning import clean
from listkit.frame.columns import columns, resolve
from tests.frame import labelled
from tests.frame.labelled import cells


def _meanings(frame: pd.DataFrame) -> list[str | None]:
    return [None if pd.isna(meaning) else meaning for meaning in columns(frame)["meaning"]]


PERSON = ["running ids", "full", "in", "email", "city", "pin", "iso", "amount"]


@pytest.mark.parametrize(
    "labels",
    [
        [f"unnamed_{at}" for at in range(1, 9)],
        list(range(8)),
        ["1000001", "Asha Rao", "9876543210", "asha@example.com", "Pune", "411001", "2026-11-08", "120.50"],
        ["A", "B", "C", "D", "E", "F", "G", "H"],
        ["", " ", "  ", "?", "-", "--", "...", "_"],
    ],
)
def test_without_headers_the_cells_speak(labels: list[object]) -> None:
    """Numbers and addresses are found by themselves; a name is not guessed, for a city looks like one."""
    frame = labelled.frame([(str(at), maker) for at, maker in enumerate(PERSON)]).set_axis(labels, axis="columns")
    assert _meanings(frame) == [None, None, "phone", "email", None, None, None, None]


def test_two_columns_of_one_name_are_two_lines() -> None:
    """They can be looked at, where only one can be the phone; deciding needs names that differ."""
    frame = labelled.frame([("Mobile", "in"), ("Mobile", "note"), ("Email", "email")])
    assert _meanings(frame) == ["phone", None, "email"]
    with pytest.raises(ColumnsError, match="Two columns are called 'Mobile'"):
        resolve(frame)


def test_a_numbered_header_comes_after_the_first() -> None:
    """As reading numbers a repeated header: the first one is the phone."""
    frame = labelled.frame([("Phone (2)", "in"), ("Phone", "in"), ("Phone (3)", "in")])
    assert _meanings(frame) == [None, "phone", None]


def test_other_phones_say_which_is_better_and_how_to_keep_them() -> None:
    """They keep their names, so that nothing of them travels unasked."""
    frame = labelled.frame([("Home Phone", "in/30"), ("Mobile", "in"), ("Emergency Contact No", "in")])
    told = columns(frame).set_index("column")["reasons"]
    assert "'Mobile' is the better phone; mapping={'Home Phone': 'custom.phone_2'} keeps it" in told["Home Phone"]
    assert "mapping={'Emergency Contact No': 'custom.phone_3'} keeps it" in told["Emergency Contact No"]
    assert resolve(frame) == {"Mobile": "phone"}
    kept = resolve(frame, {"Home Phone": "custom.phone_2"})
    assert kept == {"Home Phone": "custom.phone_2", "Mobile": "phone"}


def test_a_fuller_column_settles_what_words_do_not() -> None:
    """Of two phones that are called alike, the one that hardly anybody has is not the phone."""
    assert _meanings(labelled.frame([("Home Phone", "in/92"), ("Work Phone", "in")])) == [None, "phone"]
    assert _meanings(labelled.frame([("Home Phone", "in"), ("Work Phone", "in/10")])) == [None, None]


def test_an_empty_column_is_the_last_to_be_taken() -> None:
    """A mobile that nobody filled leaves the phone to the telephone, and is the phone where it is alone."""
    empty = pd.DataFrame({"Mobile": pd.Series([None] * 9, dtype="str")})
    assert _meanings(empty) == ["phone"]
    assert _meanings(empty.assign(Telephone=cells("in", rows=9))) == [None, "phone"]


@pytest.mark.parametrize(
    ("label", "values", "meaning"),
    [
        ("Mobile", cells("science"), "phone"),
        ("Mobile", [f"{one}, {other}" for one, other in zip(cells("in", 1), cells("in", 2), strict=True)], "phone"),
        ("Mobile", ["0", "-", "NA", *cells("in")], "phone"),
        ("Mobile", cells("full"), None),
        ("Phone", cells("note"), None),
        ("Email", cells("in"), "phone"),
        ("Name", cells("in"), "phone"),
        ("First Name", cells("email"), "email"),
        ("Country", cells("city"), None),
        ("X", sorted(filter(None, cells("in spaced"))), "phone"),
        ("X", cells("us"), "phone"),
        ("X", cells("firm"), "company"),
    ],
)
def test_header_and_cells_are_weighed_together(label: str, values: list[str | None], meaning: str | None) -> None:
    """Damaged phones are phones; a header whose cells are something else altogether is not believed."""
    assert _meanings(pd.DataFrame({label: pd.Series(values, dtype="str")})) == [meaning]


def test_one_bad_row_does_not_unmake_a_column() -> None:
    """Of a few cells little is believed, so that a small list with a wrong number is still cleaned."""
    assert _meanings(pd.DataFrame({"Mobile": ["call me"]})) == ["phone"]
    assert _meanings(pd.DataFrame({"Mobile": ["call me", "Nadia"]})) == ["phone"]


@pytest.mark.parametrize("size", [3_000, 40_000])
def test_what_stands_far_down_is_seen(size: int) -> None:
    """The rows that are looked at lie all over the frame, and always in the same places."""
    frame = pd.DataFrame({"X": [None] * (size - 900) + [f"+1202555{at:04}" for at in range(900)], "Y": ["x"] * size})
    assert _meanings(frame) == ["phone", None]
    pd.testing.assert_frame_equal(columns(frame), columns(frame.set_axis(range(size, 0, -1))))


def test_a_few_in_very_many_are_found() -> None:
    """A column that one row in thousands has is looked at where it is filled."""
    frame = pd.DataFrame({"X": pd.Series([None] * 50_000, dtype="str"), "Y": ["x"] * 50_000})
    frame.loc[range(7, 50_000, 4_900), "X"] = "asha@example.com"
    assert _meanings(frame) == ["email", None]


def test_the_country_is_proposed_and_not_applied() -> None:
    """The reasons say of which country the cells read as numbers; a column of countries is offered for it."""
    frame = labelled.frame([("Mobile", "in spaced"), ("Land", "country")])
    told = columns(frame)
    assert told["meaning"].tolist() == ["phone", "country"]
    assert "100% of those without a country code read as mobile numbers of IN: say region=" in told["reasons"][0]
    assert resolve(frame) == {"Mobile": "phone"}
    assert resolve(frame, told) == {"Mobile": "phone", "Land": "country"}


@pytest.mark.parametrize(
    ("maker", "home"), [("us", "US"), ("br", "BR"), ("gb", "IN, GB, NG and"), ("fr", "DE, FR, IT and")]
)
def test_the_proposed_country_is_among_those_it_can_be(maker: str, home: str) -> None:
    """Numbers as people write them at home name their home, and the others in which all of them are numbers too."""
    assert f"numbers of {home}" in columns(labelled.frame([("Phone", maker)]))["reasons"][0]


def test_numbers_with_a_country_code_need_no_country() -> None:
    """Nothing is proposed where there is nothing to decide."""
    assert "region=" not in columns(labelled.frame([("Phone", "world")]))["reasons"][0]


def test_frames_of_nothing() -> None:
    """No columns, no rows, one row: each has its lines, and none raises."""
    assert columns(pd.DataFrame()).empty
    assert _meanings(pd.DataFrame({"Mobile": pd.Series([], dtype="str"), 3: []})) == ["phone", None]
    assert _meanings(pd.DataFrame({"Mobile": [9876543210.0], "b": [b"x"], "c": [pd.Timestamp("2026-11-08")]})) == [
        "phone",
        None,
        None,
    ]


LABELS = (
    st.text(max_size=12)
    | st.integers()
    | st.sampled_from(["Mobile", "Phone", "Email", "Name", "phone", "", "ID", None])
)
CELLS_OF_ANY_KIND = st.none() | st.integers() | st.floats() | st.text(max_size=15) | st.booleans() | st.dates()


@settings(max_examples=50)
@given(
    labels=st.lists(LABELS, max_size=5), rows=st.lists(st.lists(CELLS_OF_ANY_KIND, min_size=5, max_size=5), max_size=4)
)
def test_any_frame_is_told(labels: list[object], rows: list[list[object]]) -> None:
    """A line for each column, each meaning for one of them at most, scores between none and one."""
    frame = pd.DataFrame([row[: len(labels)] for row in rows], columns=pd.Index(labels, dtype=object), dtype=object)
    told = columns(frame)
    assert told["column"].tolist() == [str(label) for label in labels]
    assert told["meaning"].dropna().is_unique
    assert told["score"].between(0, 1).all()


def test_a_country_that_a_person_named_is_obeyed() -> None:
    """Given back, the proposed country is where numbers are read; a region_from comes before it."""
    frame = pd.DataFrame({"Mobile": ["2025550101", "98765 43210"], "Land": ["USA", "India"], "Other": ["IN", "US"]})
    numbers = ["+12025550101", "+919876543210"]
    assert clean(frame, mapping={"Land": "country"})[["phone", "country"]].to_numpy().tolist() == [
        [numbers[0], "USA"],
        [numbers[1], "India"],
    ]
    assert clean(frame, mapping=columns(frame))["phone"].tolist() == numbers
    assert clean(frame)["phone"].tolist() == frame["Mobile"].tolist()
    assert clean(frame, mapping={"Land": "country"}, region_from="Other")["phone"].tolist()[0] != numbers[0]
