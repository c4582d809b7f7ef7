"""A frame that was kept comes back equal, however awkward it is."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.frame import cells, keeping

PHONES = ["+12025550101", None, ""]
FRAMES = {
    "text": pd.DataFrame({"phone": PHONES}, dtype="str"),
    "text of another kind": pd.DataFrame({"phone": pd.array(PHONES, dtype="string")}),
    "old text": pd.DataFrame({"phone": pd.Series(PHONES, dtype=object)}),
    "numbers": pd.DataFrame({"a": [1, 2, 3], "b": [1.5, math.nan, math.inf], "c": [True, False, True]}),
    "small numbers": pd.DataFrame({"a": np.array([1, 2, 3], np.uint8), "b": np.array([1, 2, 3], np.float32)}),
    "numbers that may be missing": pd.DataFrame(
        {"a": pd.array([1, None, 3], dtype="Int64"), "b": pd.array([True, None, False], dtype="boolean")}
    ),
    "times": pd.DataFrame(
        {
            "a": pd.to_datetime(["2026-01-02", None, "2026-01-03 04:05:06.789"], format="ISO8601"),
            "b": pd.Series(pd.to_datetime(["2026-01-02", None, "2026-01-03"], utc=True)).dt.tz_convert("Asia/Kolkata"),
            "c": pd.to_timedelta([1, 2, 3], unit="h"),
        }
    ),
    "categories": pd.DataFrame({"a": pd.Categorical(["x", None, "y"], categories=["y", "x", "z"], ordered=True)}),
    "periods": pd.DataFrame({"a": pd.period_range("2026-01", periods=3, freq="M")}),
    "arrow": pd.DataFrame({"a": pd.array([[1], None, [2, 3]], dtype=pd.ArrowDtype(pa.list_(pa.int64())))}),
    "much in one column": pd.DataFrame(
        {"a": [None, 1, "x", 2.5, Decimal("1.50"), date(2026, 1, 2), time(3, 4), b"\0\xff", True]}, dtype=object
    ),
    "more of it": pd.DataFrame(
        {
            "a": pd.Series(
                [pd.NA, pd.NaT, pd.Timestamp("2026-01-02", tz="UTC"), datetime(2026, 1, 2, tzinfo=UTC), np.int32(7),
                 (1, "x"), 2**70, timedelta(hours=1), "lone \ud800 surrogate", 1j],
                dtype=object,
            )
        }
    ),
    "other labels": pd.DataFrame([["a", 1, 2.5]], columns=["phone", 5, None]),
    "one label twice": pd.DataFrame([["a", 1]], columns=["x", "x"]),
    "labels in two rows": pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["u", None])
    ),
    "named labels": pd.DataFrame([[1]], columns=pd.Index(["phone"], name="what")),
    "an index of text": pd.DataFrame({"phone": PHONES}, index=pd.Index(["a", "b", "a"], name="line"), dtype="str"),
    "an index of times": pd.DataFrame({"a": [1, 2]}, index=pd.DatetimeIndex(["2026-01-02", "2026-01-05"], tz="UTC")),
    "a mixed index": pd.DataFrame({"a": [1, 2]}, index=pd.Index([1, "x"], dtype=object)),
    "an index of several": pd.DataFrame(
        {"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["u", "v"])
    ),
    "a stepping index": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(7, 11, 2, name="line")),
    "no rows": pd.DataFrame({"phone": pd.Series([], dtype="str"), "n": pd.Series([], dtype="Int64")}),
    "no columns": pd.DataFrame(index=pd.RangeIndex(3)),
}  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES.values(), ids=[*FRAMES])
def test_a_frame_comes_back_equal(frame: pd.DataFrame) -> None:
    """Values, types, labels and index are those of the frame that was kept."""
    again = keeping.restore(*keeping.keep(frame))
    pd.testing.assert_frame_equal(again, frame, check_freq=False)


@pytest.mark.parametrize("values", [FRAMES["much in one column"]["a"], FRAMES["more of it"]["a"]])
def test_a_value_keeps_its_type(values: pd.Series[Any]) -> None:
    """A cell comes back as what it was, not only as something equal."""
    for value in values:
        again = cells.read(cells.write(value))
        assert type(again) is type(value) or isinstance(value, timedelta)


def test_an_object_of_ones_own_is_kept_as_its_text() -> None:
    """What nothing describes is not lost, and nothing is run to bring it back."""

    class Own:
        def __str__(self) -> str:
            return "mine"

    again = keeping.restore(*keeping.keep(pd.DataFrame({"a": [Own(), "x"]})))
    assert again["a"].tolist() == ["mine", "x"]


@given(st.lists(st.one_of(st.text(), st.none(), st.integers(), st.floats(), st.booleans(), st.dates(), st.binary())))
def test_any_cells_come_back(values: list[Any]) -> None:
    """Whatever stands in a mixed column comes back."""
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    pd.testing.assert_frame_equal(keeping.restore(*keeping.keep(frame)), frame)
