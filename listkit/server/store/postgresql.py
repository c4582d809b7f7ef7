"""PostgreSQL as an engine of the store: readers that see one moment, a turn for each account, rows loaded by COPY."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import CreateColumn, CreateTable

from listkit.errors import ListkitError, MissingExtraError, ServerFailedError, UnavailableError
from listkit.home import home
from listkit.server.patience import waiting
from listkit.server.store import engines

try:
    import psycopg
except ModuleNotFoundError as missing:
    raise MissingExtraError("postgres") from missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import URL, BindParameter, ColumnElement, Connection, Engine, FromClause, Select
    from sqlalchemy.types import TypeEngine

    from listkit.server.store.engines import Mode
    from listkit.server.store.jobs import Claim

AMONG = "{column} = ANY ({values})"
ERROR: type[Exception] = psycopg.Error
HAS_ONE_PEN = False
CLAIM_SECONDS = 3.0
"""How long a server that was killed may be taken for one that runs: until PostgreSQL has noticed."""
_CONNECTIONS = 8
_STATEMENT_SECONDS: dict[Mode, int] = {"reading": 60, "writing": 300, "migrating": 0}
_IDLE_SECONDS = 60
_ACCOUNTS_LOCK = 0x6C6973746B6974
"""An advisory lock, which is no row's: `listkit` as a number."""
_UPLOADS_LOCK = _ACCOUNTS_LOCK + 1
_AWAY = 5
"""Seconds until it is worth asking again a database that is not there."""
_MEANINGS: list[tuple[tuple[str, ...], str, float | None]] = [
    (("55P03", "25P03", "40"), "The store is busy with other writes; try again in a second.", 1),
    (("57014",), "The store's database stopped a statement that took too long; ask for less at a time.", 1),
    (("53100",), "The store's disk is full; make room and send the request again.", None),
    (
        ("25006",),
        "The store's database takes no writes, as it is read-only or a standby; give the primary's URL.",
        None,
    ),
    (("08", "53", "57"), "The store's database cannot serve now: {said}.", _AWAY),
]
"""What its codes begin with, what that is called, and the seconds after which it may be over; the first that fits."""
_WRITING = csv.WriteOptions(include_header=False, quoting_style="all_valid")
# A server that vanishes is noticed, and none is waited for without end. A URL may say otherwise.
_CONNECTING = {
    "connect_timeout": engines.CONNECTING_SECONDS,
    "fallback_application_name": "listkit",
    "client_encoding": "utf8",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_MANY = 500
"""Rows, of which one batch may make a table another than the server believes it to be."""
_HAS_DOUBLED = text(
    "SELECT pg_relation_size(oid) > 2 * relpages * current_setting('block_size')::int FROM pg_class"
    " WHERE oid = CAST(:name AS regclass)"
)
# What was acknowledged is on disk; statements here are too short to be worth compiling.
_SET_UP = """
SELECT set_config('statement_timeout', %(statement)s, false), set_config('lock_timeout', %(lock)s, false),
       set_config('idle_in_transaction_session_timeout', %(idle)s, false), set_config('jit', 'off', false),
       CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END,
       current_setting('server_encoding')
"""


def locate(url: URL) -> URL:
    """Read a postgresql:// URL; what it leaves out, the driver finds in PGHOST, PGPASSWORD, ~/.pgpass and the like."""
    return url.set(drivername="postgresql")


def is_there(_place: URL) -> bool:
    """Leave it to the server, which says so when it is asked."""
    return True


def folder_of(place: URL) -> Path:
    """Return the folder of uploaded files: in listkit's own, named after the database."""
    _, _, name = engines.show(place).partition("://")
    return home() / "uploads" / (re.sub(r"[^\w.@-]+", "-", name).strip(".-") or "postgresql")


def open_pool(place: URL, mode: Mode) -> Engine:
    """Open for reading, each block on one snapshot, or for writing, many accounts side by side."""
    # What is secret goes past the URL, which SQLAlchemy shows with all but its one password.
    secrets = {name: place.query[name] for name in engines.SECRETS if name in place.query}
    pool = create_engine(
        place.set(drivername="postgresql+psycopg").difference_update_query(engines.SECRETS),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_timeout=engines.CONNECTION_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={name: value for name, value in _CONNECTING.items() if name not in place.query} | secrets,
    )

    @event.listens_for(pool, "connect")
    def _set_up(connection: psycopg.Connection[Any], _record: object) -> None:
        seconds = {"statement": _STATEMENT_SECONDS[mode], "lock": engines.WAIT_SECONDS, "idle": _IDLE_SECONDS}
        given = {name: f"{round(1000 * value)}ms" for name, value in seconds.items()}
        *_, encoding = connection.execute(_SET_UP, given).fetchone() or ("nothing",)
        connection.commit()
        if encoding != "UTF8":
            message = f"The database keeps text as {encoding}, and a store needs UTF8; make one with ENCODING 'UTF8'."
            raise ListkitError(message)
        if mode == "reading":
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

    @event.listens_for(pool, "begin")
    def _begin(connection: Connection) -> None:
        if mode == "writing":
            driver: Any = connection.connection.driver_connection
            with waiting(otherwise=engines.WAIT_SECONDS) as seconds:
                driver.execute(f"SET LOCAL lock_timeout = {max(1, round(1000 * seconds))}")  # 0 would be for ever

    return pool


def claim(pool: Engine) -> Claim:
    """Hold a lock of the database as long as a connection of its own lasts; wait a moment for one that just ended."""
    held = pool.raw_connection()
    driver: Any = held.driver_connection
    held.detach()
    driver.autocommit = True
    driver.execute("SELECT set_config('lock_timeout', %s, false)", (f"{round(1000 * CLAIM_SECONDS)}ms",))
    try:
        driver.execute("SELECT pg_advisory_lock(%s)", (_UPLOADS_LOCK,))
    except psycopg.errors.LockNotAvailable:
        held.close()
        message = "Another server takes in files for this store; stop it first, or give this one a store of its own."
        raise ListkitError(message) from None
    return held


def duplicate(_place: URL, _to: URL) -> bool:
    """Copy nothing by itself: rows are copied."""
    return False


def take_turn(connection: Connection) -> None:
    """Wait until no other process changes accounts; the turn ends with the write."""
    connection.execute(select(func.pg_advisory_xact_lock(_ACCOUNTS_LOCK)))


def ask(pool: Engine, question: Select[Any], given: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    """Ask in a transaction of its own."""
    with pool.begin() as connection:
        return connection.execute(question, given).all()


def list_of(item: TypeEngine[Any]) -> TypeEngine[Any]:
    """Bind a list as an array."""
    return ARRAY(item)


def narrow(asked: Select[Any], column: ColumnElement[Any], values: BindParameter[Any]) -> Select[Any]:
    """Ask for all values at once."""
    return asked.where(column == func.any(values))


def read_columns(
    connection: Connection, statement: Select[Any], given: Mapping[str, object]
) -> Sequence[Sequence[Any]]:
    """Read all rows, and turn them."""
    rows = connection.execute(statement, given).all()
    return [*zip(*rows, strict=True)] or [()] * len(statement.selected_columns)


def insert_columns(connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
    """Load rows by COPY."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_loading(table)) as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)
    if len(columns[0]) >= _MANY and connection.execute(_HAS_DOUBLED, {"name": table.name}).scalar_one():
        # The server measures its tables every minute. Until then it would believe that an account has a
        # handful of everything, and look at all of them for each.
        connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {table.name}")


def offer(connection: Connection, rows: pa.Table) -> FromClause:
    """Give rows as a table that lives no longer than the transaction, filled by COPY."""
    held = [
        Column(field.name, BigInteger() if pa.types.is_integer(field.type) else Text(collation="C"))
        for field in rows.schema
    ]
    offered = Table(
        "offered",
        MetaData(),
        Column("place", BigInteger),
        *held,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    connection.exec_driver_sql("DROP TABLE IF EXISTS pg_temp.offered")
    connection.execute(CreateTable(offered))
    written = io.BytesIO()
    # An empty text is written in quotes, and what is missing without: so COPY tells them apart.
    csv.write_csv(rows.add_column(0, "place", [pa.array(range(len(rows)))]), written, _WRITING)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY offered FROM STDIN (FORMAT csv)") as copy:
        copy.write(written.getbuffer())
    return offered


def reshape(connection: Connection, table: Table, values: Mapping[str, str]) -> None:
    """Give a table today's columns; what it has already stays where it is."""
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            written = CreateColumn(column).compile(connection)
            default = f" DEFAULT {values[column.name]}" if column.name in values else ""
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {written}{default}")
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} DROP DEFAULT")
    for name in there - set(table.columns.keys()):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP COLUMN {name}")
    key = inspect(connection).get_pk_constraint(table.name)
    wanted = [column.name for column in table.primary_key]
    if wanted and key["constrained_columns"] != wanted:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DROP CONSTRAINT {key['name']}")
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD PRIMARY KEY ({', '.join(wanted)})")


def shape_plans(_connection: Connection) -> None:
    """Leave it to the server, which measures its tables as they grow."""


def tell(error: Exception) -> ServerFailedError:
    """Say what PostgreSQL met, by its code where it has one: its own words may quote somebody's row."""
    if not isinstance(error, psycopg.Error) or error.sqlstate is None:
        return UnavailableError(f"The store's database cannot be reached: {_first_line(error)}.", retry_after=_AWAY)
    said = f"{error.diag.message_primary} ({error.sqlstate})"
    for beginnings, sentence, retry_after in _MEANINGS:
        if error.sqlstate.startswith(beginnings):
            told = sentence.format(said=said)
            return ServerFailedError(told) if retry_after is None else UnavailableError(told, retry_after=retry_after)
    return ServerFailedError(f"The store's database failed: {said}.")


@lru_cache
def _loading(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(table.columns.keys())}) FROM STDIN"


def _first_line(error: Exception) -> str:
    line, *_ = str(error).strip().splitlines() or [type(error).__name__]
    return line.removeprefix("connection failed: ").rstrip(".")
