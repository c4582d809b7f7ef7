"""Cells as text: how a value is written when nothing about it is guessed."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Hashable

    from listkit.rules.verdict import Column

TEXT = pd.StringDtype(na_value=np.nan)


def as_text(value: Any) -> str | None:
    """Write one value as text, or None where there is none: whole numbers without a point, dates as ISO 8601.

    >>> as_text(919876543210.0), as_text(True), as_text(date(2026, 11, 8)), as_text("")
    ('919876543210', 'TRUE', '2026-11-08', None)
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") or None
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def read_column(series: pd.Series[Any]) -> Column:
    """Read a column of a frame as Arrow text; what is missing is null."""
    if isinstance(series.dtype, pd.StringDtype) and series.dtype.storage == "pyarrow":
        values = pa.array(series, from_pandas=True)
        whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        return whole.cast(pa.string())
    return column(as_text(value) for value in series.array)


def is_text(series: pd.Series[Any]) -> bool:
    """Whether a column holds texts and nothing else, whatever its type is called."""
    return pd.api.types.infer_dtype(series, skipna=True) in {"string", "empty"}


def write_column(values: Column, index: pd.Index[Any], name: Hashable = None) -> pd.Series[Any]:
    """Write Arrow text as a column of a frame."""
    text: pd.Series[Any] = values.to_pandas(types_mapper={values.type: TEXT}.get)
    return pd.Series(text.array, index=index, name=name)


def _number(value: float) -> str | None:
    """Write a number with the digits that it shows, never with an exponent."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return str(value)
    written = format(Decimal(repr(value)), "f")
    return written.removesuffix(".0")
