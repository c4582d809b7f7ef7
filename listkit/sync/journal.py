"""What was intended and what became of it, on disk before and after each request.

The journal is one SQLite file in the user's state folder, `LISTKIT_HOME` if that is set. An
intent without an outcome means *ask the provider*, never *send again*. It keeps row numbers,
ids and counts, and no number or name of a person.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd

from listkit.errors import JournalError
from listkit.home import home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Sized
    from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, provider TEXT NOT NULL, account TEXT NOT NULL,
    list_name TEXT NOT NULL, list_id TEXT, mode TEXT NOT NULL, strategy TEXT NOT NULL, rows INTEGER NOT NULL,
    state TEXT NOT NULL, counts TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS steps (
    run_id TEXT NOT NULL REFERENCES runs, step INTEGER NOT NULL, operation TEXT NOT NULL, rows TEXT NOT NULL,
    intended_at TEXT NOT NULL, settled_at TEXT, state TEXT NOT NULL, detail TEXT,
    PRIMARY KEY (run_id, step)
) STRICT, WITHOUT ROWID;
"""
COLUMNS = ("run_id", "started_at", "ended_at", "provider", "account", "list_name", "mode", "rows", "state", "counts")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is about, known before its first request."""

    provider: str
    account: str
    list_name: str
    list_id: str | None
    mode: str
    strategy: str
    rows: int


class Journal:
    """The record of pushes; every write is on disk before the call returns."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the journal, `journal.sqlite` in `home()` unless told otherwise."""
        self.path = path or _own_folder() / "journal.sqlite"
        self._lock = threading.Lock()
        with self._told():
            self.path.touch(mode=0o600)
            self._connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(SCHEMA)

    def begin(self, header: Header) -> str:
        """Record that a run starts; return its id, which sorts by time."""
        run_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        values = {"run_id": run_id, "started_at": _now(), "state": "running", **msgspec.to_builtins(header)}
        self._write(f"INSERT INTO runs ({', '.join(values)}) VALUES ({_marks(values)})", list(values.values()))  # noqa: S608 - the names are our own
        return run_id

    def intend(self, run_id: str, step: int, operation: str, rows: Sequence[int]) -> None:
        """Record that a request for these rows is about to be sent."""
        self._write(
            "INSERT INTO steps (run_id, step, operation, rows, intended_at, state) VALUES (?, ?, ?, ?, ?, 'sending')",
            [run_id, step, operation, _ranges(rows), _now()],
        )

    def settle(self, run_id: str, step: int, state: str, detail: object = None) -> None:
        """Record what became of a request: `done`, `refused`, or `unknown`, and what the answer named."""
        self._write(
            "UPDATE steps SET state = ?, detail = ?, settled_at = ? WHERE run_id = ? AND step = ?",
            [state, None if detail is None else _json(detail), _now(), run_id, step],
        )

    def end(self, run_id: str, state: str, *, list_id: str | None, counts: dict[str, int]) -> None:
        """Record how a run ended, and its ledger."""
        self._write(
            "UPDATE runs SET state = ?, list_id = ?, counts = ?, ended_at = ? WHERE run_id = ?",
            [state, list_id, _json(counts), _now(), run_id],
        )

    def runs(self) -> pd.DataFrame:
        """Return one line per run, newest first."""
        with self._told(), self._lock:
            found = self._connection.execute(f"SELECT {', '.join(COLUMNS)} FROM runs ORDER BY run_id DESC").fetchall()  # noqa: S608 - the names are our own
        frame = pd.DataFrame(found, columns=list(COLUMNS))
        for name in ("started_at", "ended_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.as_unit("us")
        frame["counts"] = [msgspec.json.decode(line[-1]) if line[-1] else {} for line in found]
        return frame

    def steps(self, run_id: str) -> list[dict[str, Any]]:
        """Return a run's requests in order, with the intent and the outcome of each."""
        names = ("step", "operation", "rows", "state", "detail")
        with self._told(), self._lock:
            found = self._connection.execute(
                f"SELECT {', '.join(names)} FROM steps WHERE run_id = ? ORDER BY step",  # noqa: S608 - the names are our own
                [run_id],
            ).fetchall()
        return [dict(zip(names, line, strict=True)) for line in found]

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._told(), self._lock:
            self._connection.execute(statement, values)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as cause:
            raise JournalError(_cannot(self.path, cause)) from cause


def runs() -> pd.DataFrame:
    """Return every push that was begun from this machine, newest first, with its ledger."""
    journal = Journal()
    try:
        return journal.runs()
    finally:
        journal.close()


def _own_folder() -> Path:
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


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _marks(values: Sized) -> str:
    return ", ".join("?" * len(values))


def _ranges(rows: Sequence[int]) -> str:
    """Write row numbers as ranges, `0-4999,7000`: a batch is a handful of characters."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in spans)
