"""Many rows at once, as fast as the engine can: whole sets are asked for and written, never row by row."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, select, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table


KEY = "key_of_row"


def among(column: ColumnElement[Any], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Say that a column is one of these values: one bound parameter, however many they are."""
    listed = func.json_each(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for every column of the table, in the table's order."""
    if rows:
        connection.exec_driver_sql(_insertion(table), list(rows))


def update_rows(
    connection: Connection, table: Table, account_id: int, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Update rows of an account in order, each found by its `KEY`; all change the same columns."""
    if rows:
        same = (table.c.account_id == account_id, table.c[key] == bindparam(KEY))
        connection.execute(update(table).where(*same), list(rows))


@cache
def _insertion(table: Table) -> str:
    places = ", ".join("?" * len(table.columns))
    return f"INSERT INTO {table.name} VALUES ({places})"  # noqa: S608 - a table of ours, no text of a caller
