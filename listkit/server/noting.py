"""What a server notes of its callers for a while: how often they asked, and how often they failed.

A note is a few numbers under a kind and a name. Who reads some and writes others does so in one
turn, and nobody else has one meanwhile: no thread, and where several processes answer on one
address, none of theirs.
"""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeAlias

from listkit.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

Note: TypeAlias = tuple[float, ...]

_BUSY_SECONDS = 2.0
_TIDYING = 256
"""Writes of a process after which it looks for what is over."""
_TABLE = """
CREATE TABLE IF NOT EXISTS notes (
    kind TEXT, name TEXT, over REAL, note BLOB, PRIMARY KEY (kind, name)
) WITHOUT ROWID
"""
_WRITE = "INSERT OR REPLACE INTO notes (kind, name, over, note) VALUES (?, ?, ?, ?)"
_BEYOND = "SELECT name FROM notes WHERE kind = ? ORDER BY over DESC LIMIT -1 OFFSET ?"


class Notes(Protocol):
    """Notes, and turns to change them."""

    def read(self, kind: str, name: str) -> Note:
        """Return a note, or nothing where there is none."""

    def turn(self) -> AbstractContextManager[None]:
        """Hold off everybody else who wants a turn."""

    def write(self, kind: str, name: str, note: Note, *, now: float, over: float, most: int) -> None:
        """Write a note, within a turn, which is of no use once it is `over`.

        Of each kind so many are kept at most; those that were over first, or will be, are dropped.
        """


class LocalNotes:
    """Notes in the memory of this process.

    >>> notes = LocalNotes()
    >>> with notes.turn():
    ...     notes.write("asked", "acme", (3.0,), now=0.0, over=60.0, most=10)
    >>> notes.read("asked", "acme")
    (3.0,)
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[str, OrderedDict[str, tuple[float, Note]]] = {}

    def read(self, kind: str, name: str) -> Note:
        """Return a note, or nothing where there is none."""
        found = self._kept[kind].get(name) if kind in self._kept else None
        return found[1] if found else ()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold off everybody else who wants a turn."""
        with self._turn:
            yield

    def write(self, kind: str, name: str, note: Note, *, now: float, over: float, most: int) -> None:
        """Write a note, within a turn; the longest untouched are dropped first."""
        kept = self._kept.setdefault(kind, OrderedDict())
        kept[name] = (over, note)
        kept.move_to_end(name)
        while len(kept) > most or next(iter(kept.values()))[0] <= now < over:
            kept.popitem(last=False)


class SharedNotes:
    """Notes in a file that processes of one computer share; none of them loses a turn to one that dies in it.

    They are in no need of being on disk: the file goes with the processes. Raises
    UnavailableError where a turn does not come, or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._turn = threading.Lock()
        self._written = 0
        with self._border():
            self._file = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=OFF"):
                self._file.execute(f"PRAGMA {pragma}")
            self._file.execute(_TABLE)

    def read(self, kind: str, name: str) -> Note:
        """Return a note, or nothing where there is none."""
        with self._border():
            found = self._file.execute("SELECT note FROM notes WHERE kind = ? AND name = ?", (kind, name)).fetchone()
        return tuple(array("d", found[0])) if found else ()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold off everybody else who wants a turn."""
        with self._turn, self._border():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
            self._file.execute("COMMIT")

    def write(self, kind: str, name: str, note: Note, *, now: float, over: float, most: int) -> None:
        """Write a note, within a turn; now and then those that are over are dropped, and then those that will be."""
        with self._border():
            self._file.execute(_WRITE, (kind, name, over, array("d", note).tobytes()))
            self._written += 1
            if self._written % _TIDYING == 0:
                self._file.execute("DELETE FROM notes WHERE kind = ? AND over <= ?", (kind, now))
                self._file.execute(f"DELETE FROM notes WHERE kind = ? AND name IN ({_BEYOND})", (kind, kind, most))  # noqa: S608 - no text of a caller

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextmanager
    def _border(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            message = "The server cannot note who asks; try again in a second."
            raise UnavailableError(message, retry_after=1) from error
