"""What is wanted against what is there: a decision a row, the fields to change, and who leaves. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.contact import CUSTOM_PREFIX
from listkit.frame.records import as_keys
from listkit.wire.tables import MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from listkit.sync.plans.options import AnyMode

ADD, UPDATE = "add", "update"

SETTLED = pa.schema([(name, pa.string()) for name in ("op", "code", "reason")])
"""What is decided of a row before the list is looked at; `op` is null where nothing is."""
DECISIONS = pa.schema([*SETTLED, ("contact_id", pa.string()), ("target", pa.int64())])
EDITS = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in ("contact_id", "field", "before", "after"))])
PLACED = pa.schema([*MEMBERS, ("target", pa.int64())])
"""The members of all lists of a plan, each with the number of its list among the plan's targets."""
LEAVING = pa.schema([*PLACED, ("fate", pa.string()), ("reason", pa.string())])

LEAVES = "leaves"


class Compared(NamedTuple):
    """What a comparison comes to; `DECISIONS`, `EDITS` and `LEAVING` are their columns."""

    decisions: pa.Table
    edits: pa.Table
    leaving: pa.Table


def compare(
    contacts: pa.Table, clears: pa.Table, settled: pa.Table, members: pa.Table, *, mode: AnyMode, on: str = "phone"
) -> Compared:
    """Decide, row by row, and say which fields change and which members leave.

    `contacts` are rows to be sent, their columns those that are compared, null where there is
    nothing to send; `clears` has a column of booleans for each field that some row erases.
    `settled` is `SETTLED`, a line a row; `members` is `PLACED`. `on` is the column that says
    who is who: of two members with one key, the first is meant.
    """
    key, there = as_keys(contacts[on].combine_chunks(), on), as_keys(column(members, on), on)
    index = pc.index_in(key, value_set=there, skip_nulls=True)
    if on != "phone":
        settled = _without_taken(settled, contacts, members, index, on)
    is_open = pc.is_null(settled["op"]).combine_chunks()
    rows = pa.array(np.flatnonzero(pc.and_(is_open, pc.is_valid(index)).to_numpy(zero_copy_only=False)))
    at = index.take(rows)
    edits = EDITS.empty_table()
    if mode != "append":
        looked_at = {"custom" if _is_custom(name) else name for name in _fields(contacts, clears, but=on)}
        edits = differences(contacts, clears, rows, members.select(["contact_id", *looked_at]).take(at), but=on)
    decisions = _decisions(settled, rows, members.select(["contact_id", "target"]).take(at), edits, mode)
    leaving = LEAVING.empty_table()
    if mode == "mirror":
        left = members.filter(pc.invert(pc.is_in(there, value_set=key, skip_nulls=True)))
        leaving = left.append_column("fate", _repeat(LEAVES, left.num_rows)).append_column(
            "reason", _repeat("is not in the frame", left.num_rows)
        )
    return Compared(decisions, edits, leaving)


def differences(contacts: pa.Table, clears: pa.Table, rows: pa.Array, members: pa.Table, *, but: str) -> pa.Table:
    """Say field by field what some rows want otherwise than their contacts have it, as `EDITS`.

    `members` has a line for each of `rows`; the field `but`, by which they were found, is left alone.
    """
    cleared = set(clears.column_names)
    found = []
    for name in _fields(contacts, clears, but=but):
        after, before = contacts[name].take(rows).combine_chunks(), column(members, name)
        differs = pc.and_(pc.is_valid(after), pc.fill_null(pc.not_equal(after, before), fill_value=True))
        if name in cleared:
            erases = pc.and_(clears[name].take(rows).combine_chunks(), pc.is_valid(before))
            differs = pc.or_(differs, erases)
        changed = pa.array(np.flatnonzero(differs.to_numpy(zero_copy_only=False)))
        if len(changed):
            columns = [rows.take(changed), column(members, "contact_id").take(changed), _repeat(name, len(changed))]
            found.append(pa.table([*columns, before.take(changed), after.take(changed)], schema=EDITS))
    edits = pa.concat_tables([EDITS.empty_table(), *found])
    return edits.take(pc.sort_indices(edits["row"])).combine_chunks()


def _fields(contacts: pa.Table, clears: pa.Table, *, but: str) -> list[str]:
    """Name the fields that some row sends or empties."""
    size, cleared = contacts.num_rows, set(clears.column_names)
    return [
        name for name in contacts.column_names if name != but and (name in cleared or contacts[name].null_count < size)
    ]


def _is_custom(name: str) -> bool:
    return name.startswith(CUSTOM_PREFIX)


def freshly(compared: Compared) -> Compared:
    """Read a comparison as the making of a fresh list: all of the frame join it, and nobody leaves the old one."""
    decisions, joins = compared.decisions, pa.array([ADD, UPDATE, Outcome.UNCHANGED.value])
    is_joined = pc.is_in(decisions["op"], value_set=joins)
    joined = {
        "op": pc.if_else(is_joined, ADD, decisions["op"]),
        "code": pc.if_else(is_joined, "", decisions["code"]),
        "reason": pc.if_else(pc.equal(decisions["code"], "member"), "", decisions["reason"]),
        "contact_id": decisions["contact_id"],
        "target": pa.array(np.zeros(decisions.num_rows, np.int64)),
    }
    return Compared(pa.table(joined, schema=DECISIONS), compared.edits, compared.leaving.slice(0, 0))


def _without_taken(settled: pa.Table, contacts: pa.Table, members: pa.Table, index: pa.Array, on: str) -> pa.Table:
    """Settle the rows with a number that another member has; two contacts cannot share one."""
    holder = pc.index_in(contacts["phone"].combine_chunks(), value_set=column(members, "phone"), skip_nulls=True)
    other = pc.and_(pc.is_valid(holder), pc.not_equal(holder, pc.fill_null(index, -1)))
    taken = pc.and_(pc.is_null(settled["op"]), other)
    told = {"op": Outcome.INVALID.value, "code": "phone_taken", "reason": f"a member with another {on} has this number"}
    return pa.table({name: pc.if_else(taken, text, settled[name]) for name, text in told.items()})


def _decisions(settled: pa.Table, rows: pa.Array, members: pa.Table, edits: pa.Table, mode: AnyMode) -> pa.Table:
    size = settled.num_rows
    is_member, is_updated = _at(rows, size), _at(edits["row"], size)
    known = pa.scalar(Outcome.ALREADY.value if mode == "append" else Outcome.UNCHANGED.value)
    op = pc.if_else(is_member, pc.if_else(is_updated, UPDATE, known), pc.fill_null(settled["op"], ADD))
    told = "is in the list already" if mode == "append" else "is in the list, with the same fields"
    reason = pc.if_else(is_member, told, settled["reason"])
    if edits.num_rows:
        changed = edits.group_by("row", use_threads=False).aggregate([("field", "list")])
        named = pc.binary_join(changed["field_list"].combine_chunks().cast(pa.list_(pa.string())), ", ")
        reason = _with(reason, changed["row"], pc.binary_join_element_wise("changes", named, " "))
    nobody, nowhere = pa.nulls(size, pa.string()), pa.array(np.zeros(size, np.int64))
    return pa.table(
        {
            "op": op,
            "code": pc.if_else(is_member, pc.if_else(is_updated, "", "member"), settled["code"]),
            "reason": reason,
            "contact_id": _with(nobody, rows, column(members, "contact_id")),
            "target": _with(nowhere, rows, column(members, "target")),
        },
        schema=DECISIONS,
    )


def column(members: pa.Table, name: str) -> pa.Array:
    """Take a field of members, a custom one out of its map; what is empty is missing."""
    if _is_custom(name):
        maps = members["custom"].combine_chunks()
        whole = pc.map_lookup(maps, pa.scalar(name.removeprefix(CUSTOM_PREFIX)), "last").cast(pa.string())
    else:
        whole = members[name].combine_chunks()
    if not pa.types.is_string(whole.type):
        return whole
    return pc.if_else(pc.equal(whole, ""), pa.scalar(None, pa.string()), whole)


def _at(rows: pa.Array | pa.ChunkedArray, size: int) -> pa.Array:
    """Say of each row of a frame whether it is among these."""
    mask = np.zeros(size, dtype=bool)
    mask[rows.to_numpy()] = True
    return pa.array(mask)


def _with(whole: pa.Array | pa.ChunkedArray, rows: pa.Array | pa.ChunkedArray, values: pa.Array) -> pa.Array:
    """Put values, given in the order of the rows, at some rows of a column."""
    one = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    given = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    order = np.argsort(rows.to_numpy(), kind="stable")
    return pc.replace_with_mask(one, _at(rows, len(one)), given.take(pa.array(order)))


def _repeat(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def nobody() -> pa.Table:
    """Return the members of a list that is not there yet."""
    return PLACED.empty_table()


def place(tables: Iterable[pa.Table]) -> pa.Table:
    """Put the members of several lists into one table, each with the number of its list."""
    placed = [
        table.append_column("target", pa.array(np.full(table.num_rows, number, np.int64)))
        for number, table in enumerate(tables)
    ]
    return pa.concat_tables([nobody(), *placed])
