"""The shape of contacts in bulk: Arrow tables, a column a field, so that no row becomes a dict."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
from msgspec import Meta

from listkit.contact import CUSTOM_PREFIX, FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""How many there are of something, as a column of a table can hold it."""
CUSTOM = pa.map_(pa.string(), pa.string())
CONTACTS = pa.schema([(name, pa.string()) for name in FIELDS])
MEMBERS = pa.schema([*CONTACTS, pa.field("contact_id", pa.string()), pa.field("custom", CUSTOM)])
UNSUBSCRIBERS = pa.schema(
    [
        *((name, pa.string()) for name in ("phone", "first_name", "last_name")),
        pa.field("unsubscribed_at", pa.timestamp("us", "UTC")),
    ]
)
"""Numbers that nothing may be sent to any more, and since when."""


def members(columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Make a page of members from lists of one length; absent columns are null.

    >>> members({"phone": ["+15035550123"], "contact_id": ["7"]}).num_columns
    8
    """
    size = len(next(iter(columns.values()), ()))
    told = {name: column for name, column in columns.items() if column.count(None) < size}
    found = [
        pa.array(told[field.name], field.type) if field.name in told else pa.nulls(size, field.type)
        for field in MEMBERS
    ]
    return pa.Table.from_arrays(found, schema=MEMBERS)


def rows(table: pa.Table, names: Iterable[str]) -> Iterable[tuple[str | None, ...]]:
    """Walk some columns side by side; a column that the table lacks is None in every row."""
    missing = [None] * table.num_rows
    there = set(table.column_names)
    return zip(*(table[name].to_pylist() if name in there else missing for name in names), strict=True)


def custom_names(table: pa.Table) -> list[str]:
    """Return the names of the custom fields that contacts to be sent have, from columns called `custom.<name>`.

    >>> custom_names(pa.table({"phone": ["+15035550123"], "custom.city": ["Pune"]}))
    ['city']
    """
    return [name.removeprefix(CUSTOM_PREFIX) for name in table.column_names if name.startswith(CUSTOM_PREFIX)]


def customs(table: pa.Table) -> Iterable[dict[str, str] | None]:
    """Walk the custom fields of contacts to be sent: what each row has of them, None for nothing."""
    names = custom_names(table)
    if not names:
        return repeat(None, table.num_rows)
    walked = rows(table, [f"{CUSTOM_PREFIX}{name}" for name in names])
    return (
        {name: value for name, value in zip(names, values, strict=True) if value is not None} or None
        for values in walked
    )
