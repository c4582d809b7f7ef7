"""A whole store copied to another place: a backup, its way back, and a move from engine to engine.

A backup *is* a store: a SQLite file of the same schema, with the files of uploads in a folder
beside it. It is taken while a server reads and writes, and shows one moment. Secrets come along
as they are kept, hashed.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from listkit.errors import ListkitError
from listkit.server.store import engines
from listkit.server.store.bulk import insert_rows
from listkit.server.store.schema import metadata, schema_version
from listkit.server.store.sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Table

_TABLES = [table for table in metadata.sorted_tables if table is not schema_version]
_TOLD = ("accounts", "lists", "contacts", "members", "uploads")
_TOGETHER = 5_000
_CLAIM = "claim"


class Copied(msgspec.Struct, frozen=True):
    """What a copy holds: the rows of each table, the files of uploads, and where it is."""

    place: str
    rows: dict[str, int]
    files: int

    def __str__(self) -> str:
        counts = [f"{self.rows[name]:,} {name}" for name in _TOLD]
        return f"Copied to {self.place}: {', '.join(counts)}, and {self.files:,} files of uploads."


def copy_store(
    source: str | Path, target: str | Path, *, source_folder: Path | None = None, target_folder: Path | None = None
) -> Copied:
    """Copy a store to a place that holds nothing yet, whatever engine is at either end.

    The folders are those of uploaded files, where they are not the stores' own. ListkitError if
    there is no store at `source`, or if `target` holds an account already.
    """
    engine, place = engines.locate(source)
    target_engine, target_place = engines.locate(target)
    if not engine.is_there(place):
        raise ListkitError(f"There is no store at {engines.show(place)!r}; name one that is there.")
    if target_engine.is_there(target_place):
        with closing(_Side(target)) as new:
            new.refuse_filled()
    source_folder = source_folder or engine.folder_of(place)
    target_folder = target_folder or target_engine.folder_of(target_place)
    with closing(_Side(source)) as old:
        # Files first, and again at last: one that an unfinished upload needs is there before its rows are read.
        _copy_files(source_folder, target_folder)
        is_whole = engine is target_engine and engine.duplicate(place, target_place)
        with closing(_Side(target)) as new:
            if not is_whole:
                new.write_rows(old.read_rows())
            return Copied(new.place, new.count_rows(), _copy_files(source_folder, target_folder))


class _Side(SqlStore):
    """A store as a heap of rows."""

    def read_rows(self) -> Iterator[tuple[Table, Sequence[tuple[Any, ...]]]]:
        """Return all rows of one moment, in pieces; those that others point to come first."""
        with self._reading() as connection:
            for table in _TABLES:
                asked = select(table).order_by(*table.primary_key).execution_options(yield_per=_TOGETHER)
                for rows in connection.execute(asked).partitions():
                    yield table, [tuple(row) for row in rows]

    def write_rows(self, pieces: Iterable[tuple[Table, Sequence[tuple[Any, ...]]]]) -> None:
        """Keep all of these rows or none; ListkitError if there are others already."""
        with self._writing(engines.EVERY_ACCOUNT) as connection:
            self.refuse_filled()
            for table, rows in pieces:
                insert_rows(connection, table, rows)

    def refuse_filled(self) -> None:
        """Raise ListkitError if there is an account already."""
        if there := len(self.accounts()):
            message = f"The store {self.place!r} holds {there:,} accounts already; name a place that holds nothing."
            raise ListkitError(message)

    def count_rows(self) -> dict[str, int]:
        """Return how many rows each table has."""
        with self._reading() as connection:
            counts = {table.name: select(func.count()).select_from(table) for table in _TABLES}
            return {name: connection.execute(count).scalar_one() for name, count in counts.items()}


def _copy_files(source: Path, target: Path) -> int:
    """Copy the files that are not there yet, or have grown since; return how many are there then."""
    paths = [path for path in source.glob("*") if path.is_file() and not path.name.startswith(_CLAIM)]
    for path in paths:
        try:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            # An upload that is over meanwhile has taken its file with it.
            with suppress(FileNotFoundError):
                _copy_file(path, target / path.name)
        except OSError as error:
            raise ListkitError(f"The files of uploads cannot be copied to {str(target)!r}: {error.strerror}.") from None
    return sum(1 for path in target.glob("*") if not path.name.startswith(_CLAIM))


def _copy_file(path: Path, to: Path) -> None:
    size = path.stat().st_size
    if to.exists() and to.stat().st_size == size:
        return
    with path.open("rb") as read, os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as kept:
        shutil.copyfileobj(read, kept)
        kept.flush()
        os.fsync(kept.fileno())
