"""What was intended and what became of it, on disk before and after each request.

The journal is one SQLite file in the user's state folder, `LISTKIT_HOME` if that is set, and
beside it the plan of each run. An intent without an outcome means *ask the provider*, never
*send again*. It is personal data: only its owner can read it, and `purge` and `forget` empty it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd

from listkit.errors import JournalError, NotFoundError
from listkit.home import home
from listkit.sync import locking
from listkit.sync.steps import Step, pack, read_rows, unpack, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    Statements = Iterable[tuple[str, Sequence[Any]]]

VERSION = 2
PAGES = 10_000
"""Pages of 4 KiB that are written before they are put in order: that is done after a push, not in it."""
SCHEMA = f"""
DROP TABLE IF EXISTS steps;
DROP TABLE IF EXISTS runs;
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, provider TEXT NOT NULL, account TEXT NOT NULL,
    profile TEXT, host TEXT NOT NULL, list_name TEXT NOT NULL, list_id TEXT, mode TEXT NOT NULL, strategy TEXT NOT NULL,
    rows INTEGER NOT NULL, input_hash TEXT NOT NULL, state TEXT NOT NULL, counts TEXT, told TEXT
) STRICT;
CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs, number INTEGER NOT NULL, operation TEXT NOT NULL, rows TEXT NOT NULL,
    target INTEGER NOT NULL, state TEXT NOT NULL, proof BLOB, code TEXT, reason TEXT, at REAL NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
{locking.SCHEMA}
PRAGMA user_version = {VERSION};
"""
NOTE = """
INSERT INTO steps (run_id, number, operation, rows, target, state, proof, code, reason, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, number) DO UPDATE SET
state = excluded.state, proof = excluded.proof, code = excluded.code, reason = excluded.reason, at = excluded.at
"""
COLUMNS = ("run_id", "started_at", "ended_at", "provider", "account", "list_name", "mode", "rows", "state", "counts")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is about, known before its first request."""

    provider: str
    account: str
    profile: str | None
    host: str
    list_name: str
    list_id: str | None
    mode: str
    strategy: str
    rows: int
    input_hash: str = ""


class Kept(Header, frozen=True, kw_only=True):
    """A run as the journal has it; `told` is what it said when it ended, beside the outcomes."""

    run_id: str
    state: str
    told: dict[str, Any]


class Journal:
    """The record of pushes; every write is on disk before the call returns."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the journal, `journal.sqlite` in `home()` unless told otherwise."""
        self.path = path or _own_folder() / "journal.sqlite"
        self.plans = self.path.parent / "plans"
        self._lock = threading.Lock()
        with self._told():
            self.plans.mkdir(mode=0o700, exist_ok=True)
            self.path.touch(mode=0o600)
            self._connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA secure_delete=ON")
            self._connection.execute(f"PRAGMA wal_autocheckpoint={PAGES}")
            self._prepare()

    def _prepare(self) -> None:
        """Make the tables; what an earlier version wrote cannot be resumed, and makes way."""
        ((found,),) = self._connection.execute("PRAGMA user_version")
        if found > VERSION:
            raise JournalError(
                f"The journal {self.path} was written by a newer listkit (version {found}, this one reads {VERSION}); "
                "upgrade listkit, or set LISTKIT_HOME to another folder."
            )
        if found < VERSION:
            self._connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")

    # a run ---------------------------------------------------------------------------------
    def begin(self, run_id: str, header: Header, plan: bytes) -> None:
        """Record that a run starts, with its plan."""
        with self._told():
            self.keep_plan(run_id, plan)
        values = {"run_id": run_id, "started_at": _now(), "state": "running", **msgspec.to_builtins(header)}
        marks = ", ".join("?" * len(values))
        self.write([(f"INSERT INTO runs ({', '.join(values)}) VALUES ({marks})", list(values.values()))])  # noqa: S608 - the names are our own

    def keep_plan(self, run_id: str, plan: bytes) -> None:
        """Put a run's plan beside the journal, whole or not at all."""
        whole = self._plan_of(run_id)
        part = whole.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - of a handle that only its owner may open
            file.write(plan)
            file.flush()
            os.fsync(handle)
        part.replace(whole)

    def plan(self, run_id: str) -> bytes:
        """Return the plan that a run was begun with."""
        try:
            return self._plan_of(run_id).read_bytes()
        except OSError as cause:
            raise JournalError(
                f"The plan of push {run_id} is not kept any more ({cause}); plan and push again."
            ) from cause

    def note(self, run_id: str, steps: Iterable[Step] = ()) -> None:
        """Record, all at once, which requests are about to be sent and what became of others.

        Also gives a sign of life; JournalError where another push has taken the lists over.
        """
        told: list[tuple[str, Sequence[Any]]] = [
            (
                NOTE,
                (
                    *(run_id, step.number, step.operation, write_rows(step.rows), step.target),
                    *(step.state, pack(step.proof), step.code, step.reason, step.at),
                ),
            )
            for step in steps
        ]
        if not self.write([*told, locking.beat(run_id)]):
            raise JournalError(
                f"Push {run_id} gave no sign of life for so long that another has taken its list over; nothing more is "
                "sent by this one."
            )

    def _plan_of(self, run_id: str) -> Path:
        return self.plans / f"{run_id}.plan"

    def steps(self, run_id: str) -> list[Step]:
        """Return a run's requests in order, with the intent and the outcome of each."""
        names = "number, operation, rows, target, state, proof, code, reason, at"
        found = self._read(f"SELECT {names} FROM steps WHERE run_id = ? ORDER BY number", [run_id])  # noqa: S608 - the names are our own
        return [
            Step(
                number=number,
                operation=operation,
                rows=read_rows(rows),
                target=target,
                state=state,
                proof=unpack(proof),
                code=code,
                reason=reason,
                at=at,
            )
            for number, operation, rows, target, state, proof, code, reason, at in found
        ]

    def end(
        self, run_id: str, state: str, *, list_id: str | None, counts: dict[str, int], told: dict[str, Any]
    ) -> None:
        """Record how a run ended, and its ledger, and let go of its lists."""
        values = [state, list_id, _json(counts), _json(told), _now(), run_id]
        ended = "UPDATE runs SET state = ?, list_id = ?, counts = ?, told = ?, ended_at = ? WHERE run_id = ?"
        self.write([(ended, values), locking.release(run_id)])

    def run(self, run_id: str) -> Kept:
        """Return what is known of a run; NotFoundError where there is none of this id."""
        names = ("run_id", "state", "told", *Header.__struct_fields__)
        found = self._read(f"SELECT {', '.join(names)} FROM runs WHERE run_id = ?", [run_id])  # noqa: S608 - the names are our own
        if not found:
            raise NotFoundError(f"The journal has no push {run_id!r}; lk.runs() lists those it has.", field="run_id")
        line = dict(zip(names, found[0], strict=True))
        return Kept(**{**line, "told": msgspec.json.decode(line["told"] or "{}")})

    def runs(self) -> pd.DataFrame:
        """Return one line per run, newest first."""
        found = self._read(f"SELECT {', '.join(COLUMNS)} FROM runs ORDER BY started_at DESC, run_id DESC")  # noqa: S608 - the names are our own
        frame = pd.DataFrame(found, columns=list(COLUMNS))
        for name in ("started_at", "ended_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.as_unit("us")
        frame["counts"] = [msgspec.json.decode(line[-1]) if line[-1] else {} for line in found]
        return frame

    # forgetting ------------------------------------------------------------------------------
    def replace(self, run_id: str, steps: Iterable[Step]) -> None:
        """Write what steps proved anew, and leave nothing of what was there before in the file."""
        told = "UPDATE steps SET proof = ?, reason = ? WHERE run_id = ? AND number = ?"
        self.write([(told, (pack(step.proof), step.reason, run_id, step.number)) for step in steps])
        self._empty()

    def purge(self, until: datetime) -> int:
        """Forget the runs that began before a moment, but for those that go on; return how many."""
        held = {line[0] for line in self._read("SELECT run_id, pid, host, beat FROM locks") if locking.is_alive(*line)}
        begun = self._read("SELECT run_id FROM runs WHERE started_at <= ?", [until.isoformat()])
        gone = [run_id for (run_id,) in begun if run_id not in held]
        for table in ("steps", "locks", "runs"):
            self.write([(f"DELETE FROM {table} WHERE run_id = ?", [run_id]) for run_id in gone])  # noqa: S608 - the names are our own
        with self._told():
            for run_id in gone:
                self._plan_of(run_id).unlink(missing_ok=True)
        self._empty()
        return len(gone)

    def _empty(self) -> None:
        """Leave nothing in the file of what was deleted."""
        with self._told(), self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # one writer a list -----------------------------------------------------------------------
    @contextmanager
    def holding(self, run_id: str, account: tuple[str, str], lists: Sequence[str]) -> Iterator[str]:
        """Be the only one who writes to some lists; PlanRefused names who does already.

        `account` is the provider and the account.
        """
        with self._told(), self._lock, self._whole():
            locking.take(self._connection, run_id, account, lists)
        locking.GOING_ON.add(run_id)
        try:
            yield run_id
        finally:
            locking.GOING_ON.discard(run_id)
            with suppress(JournalError):
                self.write([locking.release(run_id)])

    # the file --------------------------------------------------------------------------------
    def write(self, statements: Statements) -> int:
        """Write all of these or none; return how many lines the last one met."""
        met = 0
        with self._told(), self._lock, self._whole():
            for statement, values in statements:
                met = self._connection.execute(statement, values).rowcount
        return met

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._told(), self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as cause:
            raise JournalError(_cannot(self.path, cause)) from cause


def new_id() -> str:
    """Make the id of a run, which sorts by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"


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
