"""SQLite as an engine of the store: a private file, one writer beside many readers, writes that are on disk."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
from contextlib import ExitStack, closing, suppress
from functools import lru_cache
from itertools import chain, compress, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Text, TypeDecorator, create_engine, event, func, inspect, select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateTable

from listkit.errors import ListkitError, ServerFailedError, UnavailableError
from listkit.server.patience import waiting
from listkit.server.store import engines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import (
        URL,
        BindParameter,
        ColumnElement,
        Connection,
        Dialect,
        Engine,
        FromClause,
        Select,
        Table,
    )
    from sqlalchemy.types import TypeEngine

    from listkit.server.store.engines import Mode
    from listkit.server.store.jobs import Claim

AMONG = "{column} IN (SELECT value FROM json_each({values}))"
ERROR: type[Exception] = sqlite3.Error
HAS_ONE_PEN = True
_READERS, _READER_CACHE_KIB, _WRITER_CACHE_KIB = 8, 8 * 1024, 64 * 1024
_SPACE, _LF = b" \n"
_ESCAPES = {ord("\\"): r"\\", ord('"'): r"\"", _LF: r"\n"}
"""Signs that stand otherwise in JSON, the backslash first; so do the rarer ones below a space."""
_TOGETHER = 200
"""Rows that one statement inserts: the fewer statements, the less stands around the writing itself."""

# How many rows share the first columns of each index. The planner would otherwise believe that
# an account has ten contacts, and look at all of them; measuring would make plans change with the data.
_SHAPE = (
    ("lists", "lists", "10000 1000 1"),
    ("lists", "lists_by_name", "10000 1000 1 1"),
    ("lists", "lists_by_folded_name", "10000 1000 1"),
    ("contacts", "contacts", "10000000 1000000 1"),
    ("contacts", "contacts_by_phone", "10000000 1000000 1"),
    ("members", "members", "10000000 1000000 10000 1"),
    ("members", "members_by_position", "10000000 1000000 10000 1"),
    ("members", "members_by_contact", "10000000 1000000 2"),
    ("stretches", "stretches", "10000 1000 100 50 1"),
)


def locate(url: URL) -> URL:
    """Read a sqlite:/// URL; ListkitError for one that names no file."""
    if not url.database:
        raise ListkitError("This sqlite:// URL names no store; give a file, or sqlite:///path/to/file.")
    return url


def is_there(place: URL) -> bool:
    """Say whether there is a file with something in it."""
    path = Path(str(place.database))
    return path.is_file() and path.stat().st_size > 0


def folder_of(place: URL) -> Path:
    """Return the folder of uploaded files: beside the store's own."""
    path = Path(str(place.database))
    return path.with_name(f"{path.name}.uploads")


def open_pool(place: URL, mode: Mode) -> Engine:
    """Open for reading side by side, or for writing in turns."""
    _keep_private(place)
    is_writing = mode != "reading"
    is_migrating = mode == "migrating"
    cache = _WRITER_CACHE_KIB if is_writing else _READER_CACHE_KIB
    pool = create_engine(
        place,
        pool_size=1 if is_writing else _READERS,
        max_overflow=0 if is_writing else -1,
        pool_timeout=engines.CONNECTION_SECONDS,
        # Who was used last knows most pages by heart.
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"timeout": engines.WAIT_SECONDS, "isolation_level": None},
    )

    @event.listens_for(pool, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            # A table is put in another's place while others point to its name.
            f"foreign_keys={not is_migrating}",
            f"legacy_alter_table={is_migrating}",
            "temp_store=MEMORY",
            f"cache_size=-{cache}",
            f"query_only={not is_writing}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(pool, "begin")
    def _begin(connection: Connection) -> None:
        # Past SQLAlchemy, whose own way takes longer than a small read; an error is told by `tell` all the same.
        driver: Any = connection.connection.driver_connection
        if is_writing:
            with waiting(otherwise=engines.WAIT_SECONDS) as seconds:
                driver.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}")
                driver.execute("BEGIN IMMEDIATE")
        else:
            driver.execute("BEGIN")

    return pool


def claim(_pool: Engine) -> Claim:
    """Claim nothing: who has the folder beside the store has its uploads."""
    return ExitStack()


def duplicate(place: URL, to: URL) -> bool:
    """Copy the whole file while others read and write it; the copy appears when it is on disk."""
    path = Path(str(to.database))
    if is_there(to):
        return False
    part = to.set(database=f"{path}.part")
    Path(str(part.database)).unlink(missing_ok=True)
    _keep_private(part)
    with closing(sqlite3.connect(str(place.database), timeout=engines.WAIT_SECONDS)) as connection:
        connection.execute("VACUUM INTO ?", (str(part.database),))
    with Path(str(part.database)).open("rb") as file:
        os.fsync(file.fileno())
    Path(str(part.database)).replace(path)
    return True


def take_turn(_connection: Connection) -> None:
    """Wait for nobody: who writes holds the only pen already."""


def ask(pool: Engine, question: Select[Any], given: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    """Ask the driver itself: one statement sees one moment, and what else SQLAlchemy does takes longer than it."""
    written, names = _written(question)
    held = pool.raw_connection()
    try:
        driver: Any = held.driver_connection
        rows: Sequence[Sequence[Any]] = driver.execute(written, [given[name] for name in names]).fetchall()
    finally:
        held.close()
    return rows


class _Listed(TypeDecorator[Any]):
    """A list as one JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        """Write the list."""
        return msgspec.json.encode(value).decode()


def list_of(_item: TypeEngine[Any]) -> TypeEngine[Any]:
    """Bind a list as JSON, whatever is in it."""
    return _Listed()


def narrow(asked: Select[Any], column: ColumnElement[Any], values: BindParameter[Any]) -> Select[Any]:
    """Look for each value in turn: to ask whether a column is IN a list, SQLite would first sort that."""
    listed = func.json_each(values).table_valued("value")
    return asked.select_from(listed).where(column == listed.c.value)


def read_columns(
    connection: Connection, statement: Select[Any], given: Mapping[str, object]
) -> Sequence[Sequence[Any]]:
    """Read all rows as one JSON text: the driver makes a value of each cell, and holds up other threads meanwhile."""
    written: str = connection.execute(_as_json(statement), given).scalar_one()
    return msgspec.json.decode(written, type=list[list[Any]])


def insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows, many in a statement, which is told only once what all of them have."""
    count = len(columns[0])
    alike = tuple(column[0] == column[-1] and column.count(column[0]) == count for column in columns)
    same = tuple(column[0] for column in compress(columns, alike))
    differing = tuple(compress(columns, [not each for each in alike]))
    values = chain.from_iterable(zip(*differing, strict=True))
    parts, rest = divmod(count, _TOGETHER)
    if parts:
        whole = [(*same, *islice(values, len(differing) * _TOGETHER)) for _ in range(parts)]
        connection.exec_driver_sql(_insertion(table, alike, _TOGETHER), whole)
    if rest:
        connection.exec_driver_sql(_insertion(table, alike, rest), (*same, *values))


def offer(_connection: Connection, rows: pa.Table) -> FromClause:
    """Give rows as one JSON text, so that a statement takes them in at one step, and other threads go on meanwhile."""
    cells = [_quote(column.combine_chunks()) for column in rows.columns]
    one = len(cells) == 1
    each = cells[0] if one else pc.binary_join_element_wise("[", pc.binary_join_element_wise(*cells, ","), "]", "")
    text = pc.binary_join(pa.ListArray.from_arrays([0, len(each)], each), ",")[0].as_py()
    listed = func.json_each(f"[{text}]").table_valued("key", "value")
    columns = [
        (listed.c.value if one else func.json_extract(listed.c.value, f"$[{place}]")).label(name)
        for place, name in enumerate(rows.column_names)
    ]
    return select(listed.c.key.label("place"), *columns).subquery()


def reshape(connection: Connection, table: Table, values: Mapping[str, str]) -> None:
    """Give a table today's columns and constraints; SQLite can alter little, so it is made anew and filled."""
    wanted = str(CreateTable(table).compile(connection)).strip()
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = ?", (table.name,)).scalar_one()
    if found.split() == wanted.split():
        return
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    moved = {name: values.get(name, name) for name in table.columns.keys() if name in there or name in values}  # noqa: SIM118 - a collection, no dict
    for index in inspect(connection).get_indexes(table.name):
        connection.exec_driver_sql(f"DROP INDEX {index['name']}")
    for statement in (
        f"ALTER TABLE {table.name} RENAME TO before",
        wanted,
        f"INSERT INTO {table.name} ({', '.join(moved)}) SELECT {', '.join(moved.values())} FROM before",  # noqa: S608 - no text of a caller
        "DROP TABLE before",
    ):
        connection.exec_driver_sql(statement)
    if connection.exec_driver_sql(f"PRAGMA foreign_key_check({table.name})").first():
        raise ListkitError(f"The store's {table.name} point to what is not there; it was left as it was.")


def shape_plans(connection: Connection) -> None:
    """Tell the planner, once, what the tables will look like."""
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", list(_SHAPE))
    connection.exec_driver_sql("ANALYZE sqlite_schema")


def tell(error: Exception) -> ServerFailedError:
    """Say what SQLite met."""
    kind = getattr(error, "sqlite_errorname", "")
    if kind.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return UnavailableError("The store is busy with other writes; try again in a second.", retry_after=1)
    if kind == "SQLITE_FULL":
        return ServerFailedError("The store's disk is full; make room and send the request again.")
    if kind.startswith("SQLITE_READONLY"):
        return ServerFailedError("The store's file takes no writes; let the server's user write to it and its folder.")
    return ServerFailedError(f"The store failed: {error}.")


def _keep_private(place: URL) -> None:
    """Make the file one that only its owner can read; SQLite gives its side files the same mode.

    A file that is there is never opened here: closing it would end all locks that this process
    has on it, and another process would take SQLite's log away from under them.
    """
    path = Path(str(place.database))
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.chmod(0o600)
    except OSError as error:
        message = f"The store {str(path)!r} cannot be opened: {error.strerror}."
        raise ListkitError(message) from None


def _quote(column: pa.Array) -> pa.Array:
    """Write each value as JSON."""
    if not pa.types.is_string(column.type):
        return column.cast(pa.string())
    _, _, letters = column.buffers()
    found = np.frombuffer(letters or b"", np.uint8)
    if np.any((found < _SPACE) & (found != _LF)):
        return pa.array([msgspec.json.encode(value).decode() for value in column.to_pylist()], pa.string())
    for sign, written in _ESCAPES.items():
        if sign in found:
            column = pc.replace_substring(column, chr(sign), written)
    return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), "null")


@lru_cache
def _written(question: Select[Any]) -> tuple[str, Sequence[str]]:
    """Write a statement down, and name its parameters in their order."""
    compiled: Any = question.compile(dialect=dialect())
    return str(compiled), compiled.positiontup


@lru_cache
def _as_json(statement: Select[Any]) -> Select[str]:
    rows = statement.subquery()
    return select(func.json_array(*map(func.json_group_array, rows.c)))


@lru_cache
def _insertion(table: Table, alike: tuple[bool, ...], count: int) -> str:
    """Write the statement for so many rows; the columns in which all are alike have the first parameters."""
    same, differing = itertools.count(1), itertools.count(sum(alike) + 1)
    shared = [next(same) if each else None for each in alike]
    rows = (", ".join(f"?{number or next(differing)}" for number in shared) for _ in range(count))
    names = ", ".join(table.columns.keys())
    return f"INSERT INTO {table.name} ({names}) VALUES ({'), ('.join(rows)})"  # noqa: S608 - no text of a caller
