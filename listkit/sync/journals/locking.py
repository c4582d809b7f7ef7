"""One writer a list: who writes says so in the journal, and who is dead does not hold anybody up."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from listkit.errors import PlanRefused

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

SCHEMA = """
CREATE TABLE IF NOT EXISTS locks (
    provider TEXT NOT NULL, account TEXT NOT NULL, list TEXT NOT NULL, run_id TEXT NOT NULL,
    pid INTEGER NOT NULL, host TEXT NOT NULL, since REAL NOT NULL, beat REAL NOT NULL,
    PRIMARY KEY (provider, account, list)
) STRICT, WITHOUT ROWID;
"""
SILENT = 600.0
"""Seconds without a sign of life after which a push is taken to be dead; it gives one with each write."""

GOING_ON: set[str] = set()
"""The runs of this process that go on now; a lock of another that this process left behind holds nobody up."""


def take(connection: sqlite3.Connection, run_id: str, account: tuple[str, str], lists: Sequence[str]) -> None:
    """Take the locks of some lists for a run, from the dead too; PlanRefused where a live one has one of them.

    `account` is the provider and the account.
    """
    now, pid, host = time.time(), os.getpid(), socket.gethostname()
    for each in lists:
        held = connection.execute(
            "SELECT run_id, pid, host, since, beat FROM locks WHERE provider = ? AND account = ? AND list = ?",
            [*account, each],
        ).fetchone()
        if held and is_alive(held[0], held[1], held[2], held[4]):
            raise PlanRefused([_refusal(each, *held[:4])])
        connection.execute(
            "INSERT OR REPLACE INTO locks (provider, account, list, run_id, pid, host, since, beat) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [*account, each, run_id, pid, host, now, now],
        )


def beat(run_id: str) -> tuple[str, Sequence[Any]]:
    """Say that a run goes on."""
    return "UPDATE locks SET beat = ? WHERE run_id = ?", [time.time(), run_id]


def release(run_id: str) -> tuple[str, Sequence[Any]]:
    """Give a run's locks back."""
    return "DELETE FROM locks WHERE run_id = ?", [run_id]


def is_alive(run_id: str, pid: int, host: str, beat: float) -> bool:
    """Say whether the push that holds a lock still goes on, as far as this computer can tell."""
    if abs(time.time() - beat) > SILENT:
        return False
    if host != socket.gethostname():
        return True
    if pid == os.getpid():
        return run_id in GOING_ON
    return os.name != "posix" or _is_there(pid)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _refusal(name: str, run_id: str, pid: int, host: str, since: float) -> str:
    begun = datetime.fromtimestamp(since, UTC)
    return (
        f"Push {run_id} (process {pid} on {host}, since {begun:%H:%M:%S} UTC) is writing to the list {name!r}; "
        "wait until it has ended, and push again."
    )
