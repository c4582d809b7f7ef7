"""The engines that can keep a store, told apart by the first word of a URL.

A new engine is one row in `ENGINES` and one module that does what `Engine` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    import sqlalchemy
    from sqlalchemy import BindParameter, ColumnElement, Connection, FromClause, Select, Table
    from sqlalchemy.types import TypeEngine

    from listkit.errors import ServerFailedError
    from listkit.server.store.jobs import Claim

Mode = Literal["reading", "writing", "migrating"]

WAIT_SECONDS = 10
"""How long a write that no request waits for, as an upload's, waits for its turn; see `server/patience.py`."""
CONNECTING_SECONDS, CONNECTION_SECONDS = 4, 1
"""How long a new connection may take to come about, and one that others use to become free."""
EVERY_ACCOUNT = 0
"""Whose turn it is when accounts and their logins change; no account has this id."""


class Engine(Protocol):
    """A kind of database as a module."""

    AMONG: str
    """SQL that says that {column} is one of {values}, a list bound as `list_of` says."""
    ERROR: type[Exception]
    """What all errors of its driver are."""
    HAS_ONE_PEN: bool
    """Whether all accounts take turns with one another, and not only each account's own writers."""

    def locate(self, url: URL) -> URL:
        """Read a URL of this kind, or raise ListkitError for one that names no place."""

    def is_there(self, place: URL) -> bool:
        """Say whether there is something at a place, as far as can be told without opening it."""

    def folder_of(self, place: URL) -> Path:
        """Return the folder where a server keeps the files that are uploaded to this store."""

    def open_pool(self, place: URL, mode: Mode) -> sqlalchemy.Engine:
        """Open for reading, where each block sees one moment, for writing, or to change the tables themselves."""

    def claim(self, pool: sqlalchemy.Engine) -> Claim:
        """Have the uploads of this store for this process alone; ListkitError where another has them."""

    def duplicate(self, place: URL, to: URL) -> bool:
        """Copy a store as it is at one moment to a place of this kind that holds nothing, or say that rows must be."""

    def take_turn(self, connection: Connection) -> None:
        """Wait, in a write, until no other process changes accounts, their logins or the tables."""

    def ask(
        self, pool: sqlalchemy.Engine, question: Select[Any], given: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Read the rows of one statement, of texts and numbers; the same object comes again and again."""

    def list_of(self, item: TypeEngine[Any]) -> TypeEngine[Any]:
        """Return the type as which a list of such items is bound."""

    def narrow(self, asked: Select[Any], column: ColumnElement[Any], values: BindParameter[Any]) -> Select[Any]:
        """Let through the rows in which a column is one of a list of values, none of which is there twice."""

    def read_columns(
        self, connection: Connection, statement: Select[Any], given: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        """Return all rows, of texts and numbers, as columns; the same statement object comes again and again."""

    def insert_columns(self, connection: Connection, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Insert at least one row; every column of the table is given, in the table's order."""

    def offer(self, connection: Connection, rows: pa.Table) -> FromClause:
        """Give a statement rows to select from that stand in no table: their columns, and `place`, counted from 0."""

    def reshape(self, connection: Connection, table: Table, values: Mapping[str, str]) -> None:
        """Give a table of an older schema today's columns; `values` are SQL for columns that it had not."""

    def shape_plans(self, connection: Connection) -> None:
        """Tell the planner what the tables will look like, where it would not see by itself."""

    def tell(self, error: Exception) -> ServerFailedError:
        """Say in a sentence what the driver met."""


def _sqlite() -> Engine:
    from listkit.server.store import sqlite  # noqa: PLC0415 - an engine's driver is needed where it is used

    return sqlite


def _postgresql() -> Engine:
    from listkit.server.store import postgresql  # noqa: PLC0415 - psycopg comes with an extra

    return postgresql


ENGINES: dict[str, Callable[[], Engine]] = {"sqlite": _sqlite, "postgresql": _postgresql, "postgres": _postgresql}
_FORMS = "a file, sqlite:///path/to/file, or postgresql://user@host/database"
SECRETS = ("password", "sslpassword")
"""What no URL shows."""


def locate(url: str | Path) -> tuple[Engine, URL]:
    """Find the engine for a file's path or a URL, and the place as that engine names it."""
    if isinstance(url, Path) or "://" not in url:
        place = URL.create("sqlite", database=str(url))
    else:
        try:
            place = make_url(url)
        except (ArgumentError, ValueError):
            raise ListkitError(f"The store's URL cannot be read; give {_FORMS}.") from None
    kind = place.get_backend_name()
    if kind not in ENGINES:
        raise ListkitError(f"There is no store at {kind}:// URLs; give {_FORMS}.")
    engine = ENGINES[kind]()
    return engine, engine.locate(place)


def show(place: URL) -> str:
    """Return a place as it may be shown to anybody: without its password, wherever it stands.

    >>> show(make_url("postgresql://asha:hidden@db/lists?sslpassword=hidden"))
    'postgresql://asha@db/lists'
    """
    if place.get_backend_name() == "sqlite":
        return str(place.database)
    return place._replace(password=None).difference_update_query(SECRETS).render_as_string()
