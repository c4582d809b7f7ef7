"""A frame as a table of plain columns and back, equal in values, types, labels and index."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa

from listkit.frame import cells
from listkit.frame.text import TEXT, write_column


class Column(msgspec.Struct, frozen=True):
    """A column of the table: its label as `cells` writes it, whether it is text, cells or a type of pandas'."""

    label: str
    kind: str
    is_index: bool


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a frame of the columns: `span` is that of a plain index, `heads` are the names of the labels."""

    columns: list[Column]
    span: tuple[int, int, int] | None
    span_name: str
    heads: list[str]


def keep(frame: pd.DataFrame) -> tuple[pa.Table, Layout]:
    """Take a frame apart: text as text, numbers and times as Arrow has them, mixed columns cell by cell.

    An object of the user's own, which no type of pandas' describes, is kept as its text.
    """
    index, columns = frame.index, []
    if not isinstance(index, pd.RangeIndex):
        levels = [index.get_level_values(number) for number in range(index.nlevels)]
        columns = [(name, pd.Series(level.array), True) for name, level in zip(index.names, levels, strict=True)]
    columns += [(label, frame.iloc[:, at], False) for at, label in enumerate(frame.columns)]
    kept = [(label, *_keep(series), is_index) for label, series, is_index in columns]
    layout = Layout(
        columns=[Column(cells.write(label), kind, is_index) for label, _, kind, is_index in kept],
        span=(index.start, index.stop, index.step) if isinstance(index, pd.RangeIndex) else None,
        span_name=cells.write(index.name),
        heads=[cells.write(name) for name in frame.columns.names],
    )
    return pa.table({str(at): values for at, (_, values, _, _) in enumerate(kept)}), layout


def restore(table: pa.Table, layout: Layout) -> pd.DataFrame:
    """Put a frame together again."""
    whole = [
        (cells.read(column.label), _restore(table[at].combine_chunks(), column.kind), column.is_index)
        for at, column in enumerate(layout.columns)
    ]
    levels = [(label, series) for label, series, is_index in whole if is_index]
    own = [(label, series) for label, series, is_index in whole if not is_index]
    index: pd.Index[Any]
    if layout.span is not None:
        index = pd.RangeIndex(*layout.span, name=cells.read(layout.span_name))
    elif len(levels) == 1:
        index = pd.Index(levels[0][1].array, dtype=levels[0][1].dtype, name=levels[0][0])
    else:
        index = pd.MultiIndex.from_arrays([series.array for _, series in levels], names=[label for label, _ in levels])
    frame = pd.DataFrame(
        {at: pd.Series(series.array, index=index, dtype=series.dtype) for at, (_, series) in enumerate(own)},
        index=index,
    )
    if own:
        frame.columns = _labels([label for label, _ in own], [cells.read(head) for head in layout.heads])
    return frame


def _labels(labels: list[Any], names: list[Any]) -> pd.Index[Any]:
    several: pd.Index[Any] = pd.MultiIndex.from_tuples(labels, names=names) if len(names) > 1 else pd.Index(labels)
    return several if len(names) > 1 else several.rename(names[0])


def _keep(series: pd.Series[Any]) -> tuple[pa.Array, str]:
    """Keep one column, and say how: as text, cell by cell, or by what pandas notes of its type."""
    if series.dtype == TEXT:
        return pa.array(series, pa.string(), from_pandas=True), "text"
    if series.dtype == object:
        return pa.array([cells.write(value) for value in series], pa.string()), "cells"
    if isinstance(series.dtype, pd.ArrowDtype):
        return pa.chunked_array([pa.array(series)]).combine_chunks(), "arrow"
    table = pa.Table.from_pandas(series.rename("0").to_frame().reset_index(drop=True))
    return table["0"].combine_chunks(), base64.b64encode(table.schema.metadata[b"pandas"]).decode()


def _restore(values: pa.Array, kind: str) -> pd.Series[Any]:
    if kind == "text":
        return write_column(values, pd.RangeIndex(len(values)))
    if kind == "cells":
        return pd.Series([cells.read(text) for text in values.to_pylist()], dtype=object)
    if kind == "arrow":
        return pd.Series(pd.array(values, dtype=pd.ArrowDtype(values.type)))
    noted = {"pandas": base64.b64decode(kind)}
    frame: pd.DataFrame = pa.table({"0": values}).replace_schema_metadata(noted).to_pandas()
    return frame["0"]
