"""The bridge between pandas and Arrow: nothing is renamed, nothing is lost, each row has its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pytest

from listkit.contact import FIELDS
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
    assert records.left_behind(frame) == ("not sent: City",)
    assert records.left_behind(frame[["phone"]]) == ()


def test_a_frame_without_phone_is_refused_with_the_line_to_type() -> None:
    """Planning renames nothing, so the sentence says how."""
    with pytest.raises(ColumnsError, match=r"clean\(mapping=\{'Mobile No.': 'phone'\}\)"):
        records.to_table(pd.DataFrame({"Mobile No.": ["+919876543210"]}))


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
