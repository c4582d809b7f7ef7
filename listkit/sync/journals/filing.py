"""A file of SQLite's that is its owner's alone, and on disk before a write returns."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from listkit.errors import JournalError
from listkit.home import home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    Statements = Iterable[tuple[str, Sequence[Any]]]

PATIENCE = 10.0
"""Seconds for which the write of another process is waited for."""
GLANCE = 0.01
"""Seconds between two tries to be the one who writes."""
PAGES = 10_000
"""Pages of 4 KiB that are written before they are put in order: that is done after a push, not in it."""


class File:
    """What is written here survives a power cut; whatever goes wrong is a JournalError."""

    def __init__(self, path: Path, schema: str, *, version: int) -> None:
        """Open a file, and make its tables; what an earlier version wrote makes way."""
        self.path = path
        self._lock = threading.Lock()
        with self.told():
            self.path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute(f"PRAGMA wal_autocheckpoint={PAGES}")
        try:
            self._prepare(schema, version)
        except BaseException:
            self.close()
            raise

    def write(self, statements: Statements) -> int:
        """Write all of these or none; return how many lines the last one met."""
        met = 0
        with self.whole() as connection:
            for statement, values in statements:
                met = connection.execute(statement, values).rowcount
        return met

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the lines that a statement finds."""
        with self.told(), self._lock:
            return self._connection.execute(statement, values).fetchall()

    def empty(self) -> None:
        """Leave nothing in the file of what was deleted."""
        with self.told(), self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def whole(self) -> Iterator[sqlite3.Connection]:
        """Do all that is done within, or nothing."""
        with self.told(), self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in our words what goes wrong with the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as cause:
            raise JournalError(_cannot(self.path, cause)) from cause

    def _write_ahead(self) -> None:
        """Have writes go to a log first; where another process does the same now, SQLite itself would not wait."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as busy:
                if busy.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(GLANCE)
            else:
                return

    def _prepare(self, schema: str, version: int) -> None:
        with self.told():
            if self._version() == version:
                return
        with self.whole() as connection:
            found = self._version()
            if found > version:
                raise JournalError(
                    f"The journal {self.path} was written by a newer listkit (version {found}, this one reads "
                    f"{version}); upgrade listkit, or set LISTKIT_HOME to another folder."
                )
            if found < version:
                for statement in filter(str.strip, schema.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")

    def _version(self) -> int:
        ((found,),) = self._connection.execute("PRAGMA user_version")
        return int(found)


def own_folder() -> Path:
    """Return listkit's own folder, made for this user's eyes only."""
    folder = home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as cause:
        raise JournalError(_cannot(folder, cause)) from cause
    return folder


def _cannot(path: Path, cause: Exception) -> str:
    return (
        f"The journal {path} cannot be used ({cause}), so nothing more is sent; free or mend it, or set LISTKIT_HOME."
    )
