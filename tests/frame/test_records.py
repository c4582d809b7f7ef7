"""The bridge between pandas and Arrow: nothing is renamed, nothing is lost, each row has its reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from listkit.contact import CLEAR, FIELDS
from listkit.errors import ColumnsError
from listkit.frame import records
from listkit.wire.tables import MEMBERS


def test_a_frame_becomes_a_table_of_contacts() -> None:
    """Canonical columns as text, blank cells null, absent columns null, everything else left behind."""
    frame = pd.DataFrame({"phone": ["+919876543210", " "], "first_name": [" Asha ", None], "City": ["Pune", "Goa"]})
    table = records.to_table(frame)
    assert table.column_names == list(FIELDS)
    assert table.select(["phone", "first_name"]).to_pydict() == {
        "phone": ["+919876543210", None],
        "first_name": ["Asha", None],
    }
    assert table["email"].null_count == 2
    assert records.wanted(frame).staying == ("City",)
    assert records.wanted(frame[["phone"]]).staying == ()


def test_a_frame_without_phone_is_refused_with_the_line_to_type() -> None:
    """Planning renames nothing, so the sentence says how."""
    with pytest.raises(ColumnsError, match=r"clean\(mapping=\{'Mobile No.': 'phone'\}\)"):
        records.to_table(pd.DataFrame({"Mobile No.": ["+919876543210"]}))


PEOPLE = {
    "phone": ["+919876543210", "+12025550123"], "first_name": ["Asha", ""], "email": ["a@example.org", CLEAR],
    "custom.city": ["Pune", None], "Ward": ["5", "6"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("options", "travel"),
    [
        ({}, {"phone", "first_name", "email", "custom.city"}),
        ({"custom": ["Ward"]}, {"phone", "first_name", "email", "custom.city", "custom.Ward"}),
        ({"fields": ["first_name"]}, {"phone", "first_name"}),
        ({"fields": ["custom.city"], "custom": ["Ward"]}, {"phone", "custom.city", "custom.Ward"}),
        ({"fields": [], "on": "email"}, {"phone", "email"}),
    ],
)
def test_only_what_is_asked_for_travels(options: dict[str, Any], travel: set[str]) -> None:
    """Canonical and custom columns travel, or those that are named; the key always does, and the rest is told."""
    made = records.wanted(pd.DataFrame(PEOPLE), **options)
    assert {name for name in made.contacts.column_names if made.contacts[name].null_count < 2} == travel
    assert {f"custom.{name}" if f"custom.{name}" in travel else name for name in PEOPLE} - {*made.staying} == travel


def test_a_cell_that_clears_is_not_one_that_is_blank() -> None:
    """`CLEAR` empties a field, a blank cell only where blanks erase, and the key is never emptied."""
    for dtype in ("str", "object"):
        frame = pd.DataFrame(PEOPLE, dtype=dtype)
        made = records.wanted(frame)
        assert made.contacts["email"].to_pylist() == ["a@example.org", None]
        assert made.clears.to_pydict() == {"email": [False, True]}
        assert made.blank == {"first_name": 1, "email": 0, "custom.city": 1}
    erased = records.wanted(frame, erases=True).clears.to_pydict()
    assert erased == {"first_name": [False, True], "email": [False, True], "custom.city": [False, True]}
    assert records.wanted(frame, erases=True, on="email", fields=[]).clears.num_columns == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"custom": ["ward"]}, "no 'ward' column to send; did you mean 'Ward'?"),
        ({"fields": ["Ward"]}, r"'Ward' is none of phone, .*; custom=\['Ward'\]"),
        ({"fields": ["company"]}, "no 'company' column to send"),
        ({"on": "xyz", "fields": []}, "no 'xyz' column to send"),
        ({"custom": ["city"]}, "'custom.city' is a column beside the 'city' of custom="),
    ],
)
def test_a_column_that_cannot_be_taken_is_named(options: dict[str, Any], sentence: str) -> None:
    """What is asked for and cannot travel is one sentence, with what may have been meant."""
    with pytest.raises(ColumnsError, match=sentence):
        records.wanted(pd.DataFrame({**PEOPLE, **({"city": ""} if options == {"custom": ["city"]} else {})}), **options)


def test_rows_can_be_told_apart_by_another_column() -> None:
    """Then this is what may not repeat; a row without it, and a number that repeats, cannot be sent."""
    rows = [
        ("+919876543210", "a@example.org"), ("+12025550123", "A@example.org"), ("+12025550124", None),
        ("+919876543210", "b@example.org"), ("12", "c@example.org"),
    ]  # fmt: skip
    contacts = records.to_table(pd.DataFrame(rows, columns=["phone", "email"]))
    told = records.verdicts(contacts, "email")
    assert told["op"].to_pylist() == [None, "duplicate", "invalid", "invalid", "invalid"]
    assert told["code"].to_pylist()[1:4] == ["duplicate", "no_key", "phone_repeated"]
    assert told["reason"].to_pylist()[1:4] == [
        "the same email as row 0",
        "has no email, by which rows are matched",
        "another email, and the same number as row 0",
    ]


def test_each_row_has_its_verdict() -> None:
    """E.164 as it stands may be sent once; everything else says why not."""
    phones = ["+919876543210", "98765 43210", None, "+919876543210", "0", "+91 98765 43211", "+12025550123", "0"]
    told = records.verdicts(records.to_table(pd.DataFrame({"phone": phones})))
    assert told["code"].to_pylist() == ["", "no_plus", "empty", "duplicate", "no_number", "not_e164", "", "no_number"]
    assert told["reason"].to_pylist()[3] == "the same number as row 0"
    assert [bool(reason) for reason in told["reason"].to_pylist()] == [bool(code) for code in told["code"].to_pylist()]


def test_no_rows_have_no_verdicts() -> None:
    """An empty frame crosses the bridge."""
    table = records.to_table(pd.DataFrame({"phone": pd.Series([], dtype="str")}))
    assert records.verdicts(table).num_rows == 0


def test_a_pulled_table_becomes_a_frame() -> None:
    """Text is pandas' str, custom fields are columns of their own, times are in UTC, counts may be missing."""
    table = pa.table(
        {
            "phone": ["+919876543210", "+919876543211", "+919876543212"],
            "company": pa.nulls(3),
            "custom": pa.array([[("size", "L"), ("area", "N")], None, [("size", "M")]], MEMBERS.field("custom").type),
            "created_at": pa.array([datetime(2026, 1, 2, tzinfo=UTC), None, None], pa.timestamp("ms", "UTC")),
            "members": pa.array([1, None, 3], pa.int64()),
        }
    )
    frame = records.from_table(table)
    assert frame.columns.tolist() == ["phone", "company", "custom.area", "custom.size", "created_at", "members"]
    assert frame["custom.size"].fillna("").tolist() == ["L", "", "M"]
    assert [str(dtype) for dtype in frame.dtypes] == ["str", "str", "str", "str", "datetime64[us, UTC]", "Int64"]
    assert records.from_table(table.slice(2)).columns.tolist() == [
        "phone", "company", "custom.size", "created_at", "members",
    ]  # fmt: skip


def test_a_frame_that_was_pulled_can_be_sent_again() -> None:
    """There and back, the contacts are the same."""
    frame = pd.DataFrame({"phone": ["+919876543210", "+12025550123"], "last_name": ["NA", None]}, dtype="str")
    table = records.to_table(frame)
    assert records.to_table(records.from_table(table)).equals(table)
