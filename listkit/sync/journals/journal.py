"""What was intended and what became of it, on disk before and after each request.

The journal is one SQLite file in the user's state folder, `LISTKIT_HOME` if that is set, and
beside it the plan of each run. An intent without an outcome means *ask the provider*, never
*send again*. It is personal data: only its owner can read it, and `purge` and `forget` empty it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd

from listkit.errors import JournalError, NotFoundError
from listkit.sync.journals import locking
from listkit.sync.journals.filing import File, own_folder
from listkit.sync.journals.steps import Step, pack, read_rows, unpack, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

VERSION = 2
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
{locking.SCHEMA}"""
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


class Journal(File):
    """The record of pushes; every write is on disk before the call returns."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the journal, `journal.sqlite` in `home()` unless told otherwise."""
        super().__init__(path or own_folder() / "journal.sqlite", SCHEMA, version=VERSION)
        self.plans = self.path.parent / "plans"
        with self.told():
            self.plans.mkdir(mode=0o700, exist_ok=True)

    # a run ---------------------------------------------------------------------------------
    def begin(self, run_id: str, header: Header, plan: bytes) -> None:
        """Record that a run starts, with its plan."""
        with self.told():
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
        found = self.read(f"SELECT {names} FROM steps WHERE run_id = ? ORDER BY number", [run_id])  # noqa: S608 - the names are our own
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
        found = self.read(f"SELECT {', '.join(names)} FROM runs WHERE run_id = ?", [run_id])  # noqa: S608 - the names are our own
        if not found:
            raise NotFoundError(f"The journal has no push {run_id!r}; lk.runs() lists those it has.", field="run_id")
        line = dict(zip(names, found[0], strict=True))
        return Kept(**{**line, "told": msgspec.json.decode(line["told"] or "{}")})

    def runs(self) -> pd.DataFrame:
        """Return one line per run, newest first."""
        found = self.read(f"SELECT {', '.join(COLUMNS)} FROM runs ORDER BY started_at DESC, run_id DESC")  # noqa: S608 - the names are our own
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
        self.empty()

    def purge(self, until: datetime) -> int:
        """Forget the runs that began before a moment, but for those that go on; return how many."""
        held = {line[0] for line in self.read("SELECT run_id, pid, host, beat FROM locks") if locking.is_alive(*line)}
        begun = self.read("SELECT run_id FROM runs WHERE started_at <= ?", [until.isoformat()])
        gone = [run_id for (run_id,) in begun if run_id not in held]
        for table in ("steps", "locks", "runs"):
            self.write([(f"DELETE FROM {table} WHERE run_id = ?", [run_id]) for run_id in gone])  # noqa: S608 - the names are our own
        with self.told():
            for run_id in gone:
                self._plan_of(run_id).unlink(missing_ok=True)
        self.empty()
        return len(gone)

    # one writer a list -----------------------------------------------------------------------
    @contextmanager
    def holding(self, run_id: str, account: tuple[str, str], lists: Sequence[str]) -> Iterator[str]:
        """Be the only one who writes to some lists; PlanRefused names who does already.

        `account` is the provider and the account.
        """
        with self.whole() as connection:
            locking.take(connection, run_id, account, lists)
        locking.GOING_ON.add(run_id)
        try:
            yield run_id
        finally:
            locking.GOING_ON.discard(run_id)
            with suppress(JournalError):
                self.write([locking.release(run_id)])


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


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
