"""Many rows at once, as fast as the engine can: whole sets are asked for and written, never row by row."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, func, select, update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table


KEY = "key_of_row"
_TOGETHER = 50
"""Rows that one statement inserts: the fewer statements, the less stands around the writing itself."""


def among(column: ColumnElement[Any], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Say that a column is one of these values: one bound parameter, however many they are."""
    listed = func.json_each(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for every column of the table, in the table's order."""
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    # To bind None costs ten times what a text does: a column that holds nothing else is left out.
    held = tuple(column[0] is not None or column.count(None) < len(rows) for column in columns)
    given = list(zip(*compress(columns, held), strict=True))
    whole = len(given) - len(given) % _TOGETHER
    parts = [list(chain.from_iterable(given[at : at + _TOGETHER])) for at in range(0, whole, _TOGETHER)]
    if parts:
        connection.exec_driver_sql(_insertion(table, held, _TOGETHER), [tuple(part) for part in parts])
    if whole < len(given):
        rest = tuple(chain.from_iterable(given[whole:]))
        connection.exec_driver_sql(_insertion(table, held, len(given) - whole), rest)


def update_rows(
    connection: Connection, table: Table, account_id: int, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Update rows of an account in order, each found by its `KEY`; all change the same columns."""
    if rows:
        same = (table.c.account_id == account_id, table.c[key] == bindparam(KEY))
        connection.execute(update(table).where(*same), list(rows))


@lru_cache
def _insertion(table: Table, held: tuple[bool, ...], count: int) -> str:
    names = ", ".join(compress(table.columns.keys(), held))
    row = f"({', '.join('?' * sum(held))})"
    return f"INSERT INTO {table.name} ({names}) VALUES {', '.join([row] * count)}"  # noqa: S608 - no text of a caller
