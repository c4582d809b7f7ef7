"""SQLite as an engine of the store: a private file, one writer beside many readers, writes that are on disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

WAIT_SECONDS = 10
_READERS, _READER_CACHE_KIB, _WRITER_CACHE_KIB = 8, 8 * 1024, 64 * 1024

# How many rows share the first columns of each index. The planner would otherwise believe that
# an account has ten contacts, and look at all of them; measuring would make plans change with the data.
_SHAPE = (
    ("lists", "lists", "10000 1000 1"),
    ("lists", "lists_by_name", "10000 1000 1"),
    ("lists", "lists_by_folded_name", "10000 1000 1"),
    ("contacts", "contacts", "10000000 1000000 1"),
    ("contacts", "contacts_by_phone", "10000000 1000000 1"),
    ("members", "members", "10000000 1000000 10000 1"),
    ("members", "members_by_position", "10000000 1000000 10000 1"),
    ("members", "members_by_contact", "10000000 1000000 2"),
)


def locate(url: str | Path) -> URL:
    """Read a file's path or a sqlite:/// URL; ListkitError for what names no file."""
    if isinstance(url, Path) or "://" not in url:
        return URL.create("sqlite", database=str(url))
    try:
        place = make_url(url)
    except ArgumentError:
        raise ListkitError("The store's URL cannot be read; give a file, or sqlite:///path/to/file.") from None
    if place.get_backend_name() != "sqlite" or not place.database:
        message = f"There is no store at {place.drivername}:// URLs; give a file, or sqlite:///path/to/file."
        raise ListkitError(message)
    return place


def keep_private(place: URL) -> None:
    """Make the file one that only its owner can read; SQLite gives its side files the same mode."""
    path = Path(str(place.database))
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        message = f"The store {str(path)!r} cannot be opened: {error.strerror}."
        raise ListkitError(message) from None


def open_engine(place: URL, mode: Literal["reading", "writing"]) -> Engine:
    """Open for reading side by side, or for writing in turns."""
    is_writing = mode == "writing"
    cache = _WRITER_CACHE_KIB if is_writing else _READER_CACHE_KIB
    engine = create_engine(
        place,
        pool_size=1 if is_writing else _READERS,
        max_overflow=0 if is_writing else -1,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"cache_size=-{cache}",
            f"query_only={not is_writing}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def shape_plans(connection: Connection) -> None:
    """Tell the planner, once, what the tables will look like."""
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", list(_SHAPE))
    connection.exec_driver_sql("ANALYZE sqlite_schema")
