"""Many rows at once, as fast as the engine can: whole sets are asked for and written, never row by row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, TypeDecorator, bindparam, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Text

from listkit.server.store.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa
    from sqlalchemy import ColumnElement, Connection, Dialect, FromClause, Select, Table
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

KEY = "key_of_row"


def among(column: ColumnElement[Any], values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Say that a column is one of these values: one bound parameter, however many they are."""
    return _Among(column, bindparam(None, list(values), type_=_Listed(column.type)))


def find(
    connection: Connection,
    asked: Select[Any],
    column: ColumnElement[Any],
    values: Iterable[int] | Iterable[str],
    **given: object,
) -> Sequence[Sequence[Any]]:
    """Read as columns the rows of a statement that is made once in which a column is one of these values."""
    narrowed = _narrowed(connection.dialect.name, asked, column)
    return read_columns(connection, narrowed, {**given, "values": list(dict.fromkeys(values))})


def read_columns(
    connection: Connection, statement: Select[Any], given: Mapping[str, object]
) -> Sequence[Sequence[Any]]:
    """Read all rows of a statement that is made once as columns: of texts and numbers, in the rows' order."""
    return ENGINES[connection.dialect.name]().read_columns(connection, statement, given)


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, each with a value for every column of the table, in the table's order."""
    insert_columns(connection, table, list(zip(*rows, strict=True)))


def insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows, given as the values of each column of the table, in the table's order."""
    if columns and columns[0]:
        ENGINES[connection.dialect.name]().insert_columns(connection, table, columns)


def offer(connection: Connection, rows: pa.Table) -> FromClause:
    """Give a statement rows to select from that stand in no table: their columns, and `place`, counted from 0."""
    return ENGINES[connection.dialect.name]().offer(connection, rows)


def update_rows(
    connection: Connection, table: Table, account_id: int, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Update rows of an account in order, each found by its `KEY`; all change the same columns."""
    if rows:
        same = (table.c.account_id == account_id, table.c[key] == bindparam(KEY))
        connection.execute(update(table).where(*same), list(rows))


def update_columns(connection: Connection, table: Table, account_id: int, rows: pa.Table, **alike: object) -> None:
    """Update rows of an account all at once; the last column is their key, and `alike` are values for all of them.

    No other row may have, even for a moment, what has to be unique.
    """
    *names, key = rows.column_names
    offered = offer(connection, rows)
    same = (table.c.account_id == account_id, table.c[key] == offered.c[key])
    connection.execute(update(table).where(*same).values({name: offered.c[name] for name in names} | alike))


@lru_cache
def _narrowed(engine: str, asked: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    return ENGINES[engine]().narrow(asked, column, bindparam("values", type_=_Listed(column.type)))


class _Listed(TypeDecorator[Any]):
    """A list of values of a type, bound as the engine binds one."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Ask the engine."""
        return ENGINES[dialect.name]().list_of(self.item)


class _Among(FunctionElement[bool]):
    """A column and a list, in one condition."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> _Among:  # noqa: ARG002 - SQLAlchemy asks by name
        """Stand as it is: compared with true, as other functions are, it would be looked up in no index."""
        return self


@compiles(_Among)
def _write(among: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in among.clauses)
    return ENGINES[compiler.dialect.name]().AMONG.format(column=column, values=values)
