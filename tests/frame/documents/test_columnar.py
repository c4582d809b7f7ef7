"""Parquet columns of every type become the text that says the same."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from listkit.errors import ReadError
from listkit.frame.documents import columnar
from listkit.frame.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = dt.datetime(2026, 11, 8, 9, 30)  # noqa: DTZ001 - a column without a zone


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        (pa.array(["+12025550123", "", None]), ["+12025550123", None, None]),
        (pa.array([919876543210, None]), ["919876543210", None]),
        (pa.array([2**63 + 1], pa.uint64()), ["9223372036854775809"]),
        (pa.array([919876543210.0, None]), ["919876543210", None]),
        (pa.array([0.1, 1e20, float("nan")]), ["0.1", "100000000000000000000", None]),
        (pa.array([True, False]), ["TRUE", "FALSE"]),
        (pa.array([MOMENT, MOMENT.replace(hour=0, minute=0)]), ["2026-11-08T09:30:00", "2026-11-08"]),
        (pa.array([decimal.Decimal("1.50")]), ["1.50"]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([b"Zo\xc3\xab"]), ["Zoë"]),
        (pa.array([None, None]), [None, None]),
    ],
)
def test_a_value_is_its_text(tmp_path: Path, values: pa.Array, cells: list[str | None]) -> None:
    """No exponent, no point that nobody wrote, dates as ISO 8601."""
    pq.write_table(pa.table({"a": values}), tmp_path / "a.parquet")
    found = read_file(tmp_path / "a.parquet")["a"]
    assert found.astype("object").where(found.notna(), None).tolist() == cells
    assert str(found.dtype) == "str"


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([{"a": {"b": "x", "c": {"d": 1}}}], {"a.b": "x", "a.c.d": "1"}),
        ([{"p": ["1", "2"], "n": 7}], {"p": "1", "p_2": "2", "n": "7"}),
    ],
)
def test_what_is_nested_is_spread_over_columns(
    tmp_path: Path, rows: list[dict[str, Any]], columns: dict[str, str]
) -> None:
    """As objects of a json are."""
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert read_file(tmp_path / "a.parquet").iloc[0].to_dict() == columns


def test_it_comes_in_chunks(tmp_path: Path) -> None:
    """Frames of the size that was asked for, whatever the file's row groups are; rows count from 1."""
    pq.write_table(pa.table({"a": [str(n) for n in range(10)]}), tmp_path / "a.parquet", row_group_size=3)
    parts = list(read_file(tmp_path / "a.parquet", chunksize=4))
    assert [part.index.tolist() for part in parts] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_a_damaged_file_and_a_bomb_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that breaks off, and one of a few bytes that has far too many rows."""
    path = tmp_path / "a.parquet"
    monkeypatch.setattr(columnar, "_RATIO_FROM", 1_000)
    pq.write_table(pa.table({"a": pa.nulls(600_000, pa.string())}), path)
    with pytest.raises(ReadError, match="as no list has"):
        read_file(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReadError, match="cannot be read as Parquet"):
        read_file(path)
