"""Frame ⇄ Arrow tables of contacts: the bridge between pandas and everything below."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import CLEAR, CUSTOM_PREFIX, FIELDS
from listkit.errors import ColumnsError
from listkit.frame import columns
from listkit.frame.text import read_column, write_column
from listkit.rules import phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.rules.verdict import Column


class Wanted(NamedTuple):
    """The contacts of a frame, for sending.

    `contacts` has the columns of `contact.FIELDS` and those of custom fields, as text; null is
    *nothing to send*. `clears` has a column of booleans for each field that some row empties.
    `blank` counts the cells without a value in each column that travels, `staying` are the
    columns that do not.
    """

    contacts: pa.Table
    clears: pa.Table
    blank: dict[str, int]
    staying: tuple[str, ...]


def to_table(frame: pd.DataFrame) -> pa.Table:
    """Take the contacts of a frame for sending; see `wanted`."""
    return wanted(frame).contacts


def wanted(
    frame: pd.DataFrame,
    *,
    on: str = "phone",
    fields: Sequence[str] | None = None,
    custom: Sequence[str] = (),
    erases: bool = False,
) -> Wanted:
    """Take the contacts of a frame for sending: canonical and `custom.` columns as text, blank cells null.

    Nothing is renamed and nothing is cleaned; a canonical column that the frame lacks is null.
    `fields` narrows what travels, `phone` and `on` apart; the columns in `custom` travel as
    custom fields of their name. A cell with `CLEAR`, and with `erases` a blank one, empties its field.

    Raises ColumnsError, with the line to type, where there is no `phone` column or another that
    was asked for is missing.
    """
    labels = {str(label): label for label in frame.columns}
    sources = _sources(frame, on, fields, custom)
    cells = {name: _filled(read_column(frame[labels[label]])) for name, label in sources.items()}
    clears, blank = {}, {}
    for name, values in cells.items():
        if name == "phone":
            continue
        cleared = pc.fill_null(pc.equal(values, CLEAR), fill_value=False)
        blank[name] = values.null_count
        cells[name] = pc.if_else(cleared, pa.scalar(None, pa.string()), values)
        emptied = pc.is_null(cells[name]) if erases else cleared
        if name != on and pc.any(emptied).as_py():
            clears[name] = emptied
    for name in FIELDS:
        cells.setdefault(name, pa.nulls(len(frame), pa.string()))
    order = [*FIELDS, *(name for name in cells if name not in FIELDS)]
    staying = tuple(name for name in labels if name not in sources.values())
    emptied = {name: clears[name] for name in order if name in clears}
    return Wanted(pa.table({name: cells[name] for name in order}), pa.table(emptied), blank, staying)


def _sources(frame: pd.DataFrame, on: str, fields: Sequence[str] | None, custom: Sequence[str]) -> dict[str, str]:
    """Say which column each field is taken from."""
    names = [str(label) for label in frame.columns]
    if "phone" not in names:
        proposed = columns.columns(frame).set_index("meaning")["column"]
        raise ColumnsError.missing("phone", names, guess=proposed.get("phone"))
    asked = {f"{CUSTOM_PREFIX}{name.removeprefix(CUSTOM_PREFIX)}": name for name in custom}
    there = {name: name for name in names if name in FIELDS or name.startswith(CUSTOM_PREFIX)}
    wanted = there if fields is None else {name: name for name in ("phone", *fields)}
    sources = {on: on} | wanted | asked
    if absent := [name for name in sources.values() if name not in names]:
        near = get_close_matches(absent[0], names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise ColumnsError(f"There is no {absent[0]!r} column to send{hint}", columns=names)
    if others := [name for name in sources if name not in FIELDS and not name.startswith(CUSTOM_PREFIX)]:
        raise ColumnsError(
            f"{others[0]!r} is none of {', '.join(FIELDS)}; custom=[{others[0]!r}] sends it as a custom field.",
            columns=names,
        )
    if twins := [name for name in sources.values() if names.count(name) > 1]:
        raise ColumnsError(f"Two columns are called {twins[0]!r}: rename one first.", columns=names)
    if both := [name for name, label in asked.items() if name in names and label != name]:
        raise ColumnsError(
            f"{both[0]!r} is a column beside the {asked[both[0]]!r} of custom=: drop one.", columns=names
        )
    return sources


def verdicts(contacts: pa.Table, on: str = "phone") -> pa.Table:
    """Say for each contact why it cannot be sent: `op` is null where it can, and `code` and `reason` are empty.

    A phone that is not E.164 as it stands is `invalid`, with the code of what is wrong with it;
    one that an earlier row has already is `duplicate`. Where rows are told apart `on` another
    field, this is what must not repeat: a row without it is `invalid`, and so is one with the
    number of an earlier row.
    """
    judged = phone.confirm(contacts["phone"].combine_chunks())
    told = pa.table({"op": _op(judged.code), "code": judged.code, "reason": judged.reason})
    if on == "phone":
        return _told_first(told, judged.value, Outcome.DUPLICATE, "duplicate", "the same number as row")
    key = pc.if_else(
        pc.is_null(told["op"]), as_keys(contacts[on].combine_chunks(), on), pa.scalar(None, pa.string())
    ).combine_chunks()
    lacking = pc.and_(pc.is_null(told["op"]), pc.is_null(key)).combine_chunks()
    told = _told_where(told, lacking, Outcome.INVALID, "no_key", f"has no {on}, by which rows are matched")
    told = _told_first(told, key, Outcome.DUPLICATE, "duplicate", f"the same {on} as row")
    value = pc.if_else(pc.is_null(told["op"]), judged.value, pa.scalar(None, pa.string())).combine_chunks()
    return _told_first(told, value, Outcome.INVALID, "phone_repeated", f"another {on}, and the same number as row")


def told_by(problems: pd.DataFrame, contacts: pa.Table, settled: pa.Table) -> pa.Table:
    """Give the rows that are invalid the code and reason that cleaning told of their very number.

    It knows of the region. A problem of another row, number or column changes nothing.

    Raises ColumnsError where `problems` are none of `check` or `cleaning`.
    """
    needed = ["row", "column", "level", "code", "value", "message"]
    if absent := [name for name in needed if name not in problems]:
        raise ColumnsError(f"problems= takes those of check or cleaning, which have a column {absent[0]!r}.")
    told = problems[(problems["level"] == "error") & (problems["column"] == "phone")].drop_duplicates("row")
    told = told[told["row"].between(0, settled.num_rows - 1)].sort_values("row")
    rows = pa.array(told["row"].to_numpy(np.int64))
    same = pc.equal(contacts["phone"].take(rows), pc.utf8_trim_whitespace(read_column(told["value"])))
    is_invalid = pc.equal(settled["op"].take(rows), Outcome.INVALID.value)
    kept = pc.fill_null(pc.and_(same, is_invalid), fill_value=False)
    mask = np.zeros(settled.num_rows, dtype=bool)
    mask[rows.filter(kept.combine_chunks()).to_numpy()] = True
    for name, source in (("code", "code"), ("reason", "message")):
        values = read_column(told[source]).filter(kept.combine_chunks())
        changed = pc.replace_with_mask(settled[name].combine_chunks(), pa.array(mask), values)
        settled = settled.set_column(settled.column_names.index(name), name, changed)
    return settled


def as_keys(values: Column, on: str) -> Column:
    """Make what people are told apart by of the values of a field; an address is the same in capitals."""
    return pc.utf8_lower(values) if on == "email" else values


def _op(code: Column) -> Column:
    return pc.if_else(pc.equal(code, ""), pa.scalar(None, pa.string()), Outcome.INVALID.value)


def _told_first(told: pa.Table, values: Column, op: Outcome, code: str, words: str) -> pa.Table:
    """Settle each row whose value an earlier one has already, and say which."""
    first = _first_rows(values)
    reason = pc.binary_join_element_wise(words, pa.array(first).cast(pa.string()), " ")
    return _told_where(told, pa.array(first < np.arange(len(values))), op, code, reason)


def _told_where(told: pa.Table, where: pa.Array, op: Outcome, code: str, reason: str | pa.Array) -> pa.Table:
    values = {"op": op.value, "code": code, "reason": reason}
    return pa.table({name: pc.if_else(where, value, told[name]) for name, value in values.items()})


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
