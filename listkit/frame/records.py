"""Frame ⇄ Arrow tables of contacts: the bridge between pandas and everything below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import CUSTOM_PREFIX, FIELDS
from listkit.errors import ColumnsError
from listkit.frame import columns
from listkit.frame.text import read_column, write_column
from listkit.rules import phone
from listkit.wire.tables import CONTACTS

if TYPE_CHECKING:
    from listkit.rules.verdict import Column


def to_table(frame: pd.DataFrame) -> pa.Table:
    """Take the contacts of a frame for sending: the canonical columns, text, blank cells null.

    Nothing is renamed and nothing is cleaned; a canonical column that the frame lacks is null.

    Raises ColumnsError, with the line to type, where there is no `phone` column.
    """
    names = [str(label) for label in frame.columns]
    if "phone" not in names:
        proposed = columns.columns(frame).set_index("meaning")["column"]
        raise ColumnsError.missing("phone", names, guess=proposed.get("phone"))
    if twins := [name for name in FIELDS if names.count(name) > 1]:
        raise ColumnsError(f"Two columns are called {twins[0]!r}: rename one first.", columns=names)
    size = len(frame)
    return pa.table(
        {name: _filled(read_column(frame[name])) if name in names else pa.nulls(size, pa.string()) for name in FIELDS},
        schema=CONTACTS,
    )


def left_behind(frame: pd.DataFrame) -> tuple[str, ...]:
    """Say which columns of a frame do not travel to a provider, as notes for its plan."""
    staying = [str(label) for label in frame.columns if str(label) not in FIELDS]
    return (f"not sent: {', '.join(staying)}",) if staying else ()


def verdicts(contacts: pa.Table) -> pa.Table:
    """Say for each contact why it cannot be sent: `op` is null where it can, and `code` and `reason` are empty.

    A phone that is not E.164 as it stands is `invalid`, with the code of what is wrong with it;
    one that an earlier row has already is `duplicate`.
    """
    text = contacts["phone"].combine_chunks()
    judged = phone.confirm(text)
    rows = np.arange(len(text))
    first = _first_rows(judged.value)
    repeats = pa.array(first < rows)
    told = pc.binary_join_element_wise("the same number as row", pa.array(first).cast(pa.string()), " ")
    code = pc.if_else(repeats, Outcome.DUPLICATE.value, judged.code)
    refused = pc.if_else(pc.equal(judged.code, ""), pa.scalar(None, pa.string()), Outcome.INVALID.value)
    op = pc.if_else(repeats, Outcome.DUPLICATE.value, refused)
    return pa.table({"op": op, "code": code, "reason": pc.if_else(repeats, told, judged.reason)})


def from_table(table: pa.Table) -> pd.DataFrame:
    """Make a frame of a pulled table: text as text, times in UTC, custom fields as columns `custom.<name>`."""
    index = pd.RangeIndex(table.num_rows)
    series: dict[str, pd.Series[Any]] = {}
    for name in table.column_names:
        whole = table[name].combine_chunks()
        if pa.types.is_map(whole.type):
            series |= {f"{CUSTOM_PREFIX}{key}": write_column(values, index) for key, values in _keys(whole).items()}
        else:
            series[name] = _series(whole, index)
    return pd.DataFrame(series, index=index)


def _filled(values: Column) -> Column:
    """Trim the cells, and call missing what is blank."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _first_rows(values: Column) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return for each row the first row with the same value; a row without a value is its own."""
    rows = np.arange(len(values))
    indices = pc.fill_null(pc.dictionary_encode(values).indices, -1).to_numpy(zero_copy_only=False)
    valid = indices >= 0
    _, at, inverse = np.unique(indices[valid], return_index=True, return_inverse=True)
    rows[valid] = rows[valid][at][inverse]
    return rows


def _series(values: pa.Array, index: pd.Index[Any]) -> pd.Series[Any]:
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type) or pa.types.is_null(values.type):
        return write_column(values.cast(pa.string()), index)
    if pa.types.is_timestamp(values.type):
        return pd.Series(values.cast(pa.timestamp("us", tz="UTC")).to_pandas(), index=index)
    if pa.types.is_integer(values.type):
        return pd.Series(values.to_pandas(types_mapper={values.type: pd.Int64Dtype()}.get), index=index)
    return pd.Series(values.to_pandas(), index=index)


def _keys(maps: pa.MapArray) -> dict[str, Column]:
    """Part a column of maps into a column for each key, in the order of their names."""
    first, last = maps.offsets[0].as_py(), maps.offsets[-1].as_py()
    names = sorted(pc.unique(maps.keys[first:last]).to_pylist())
    return {name: pc.map_lookup(maps, pa.scalar(name), "last").cast(pa.string()) for name in names}
