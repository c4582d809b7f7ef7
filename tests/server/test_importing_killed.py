"""A server that is killed in the middle of a file goes on where it was: nothing lost, nothing doubled."""

from __future__ import annotations

import csv
import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from listkit.server.importing import Importer, Inbox
from listkit.server.store import credentials, open_store
from listkit.wire.multipart import FilePart
from listkit.wire.rejects import HEADING
from tests.contracts.engines import ENGINES, make_account, make_list

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.server.store.base import Account, Store
    from listkit.server.store.jobs import Job
    from tests.conftest import Figure

SERVING = """
import sys
from pathlib import Path
from listkit.server import cutting
from listkit.server.importing import Importer
from listkit.server.store import open_store
cutting.BLOCK = int(sys.argv[3])
importer = Importer(open_store(sys.argv[1]), Path(sys.argv[2]))
importer.resume()
print("resumed", flush=True)
sys.stdin.read()
"""


def check_killing(
    url: str, folder: Path, *, size: int, kills: int, block: int, cap: int | None = None, patience: float = 0
) -> None:
    """Kill importers of a file at random moments, let the last one end it, and compare all that there is."""
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    numbers = [f"+1{number}" for number in chance.sample(range(2_000_000_000, 9_999_999_999), size)]
    again = chance.sample(numbers, size // 20)
    content = "number,first_name\n" + "".join(f"{number},Asha\n" for number in [*numbers, *again, "bad", "=1"])
    store = open_store(url)
    account = make_account(store, "acme")
    make_list(store, account)
    given = {"file": FilePart(filename="f.csv", content=content.encode()), "layout": {0: "phone", 1: "first_name"}}
    job = Inbox(store, folder).start(account, api="exotel", to=store.list(account, "1"), cap=cap, **given)
    for _ in range(kills):
        _kill_importer(store, account, job, [url, str(folder), str(block)], wait=chance.random() * patience)
    last = Importer(store, folder)
    last.resume()
    ended = _wait(store, account, job, after=len(content))
    last.close()
    kept = numbers[:cap]
    assert (ended.state, ended.total) == ("done", size + len(again) + 2)
    assert (ended.added, ended.duplicate, ended.failed) == (len(kept), len(again), size - len(kept) + 2)
    found: list[str] = []
    while len(found) < len(kept):
        page = store.members(account, "1", offset=len(found), limit=50_000).items
        assert page
        found += [record.phone for record in page]
    assert found == kept
    assert store.contacts(account, limit=1).total == len(kept)
    rejected = b"".join([HEADING, *store.rejects(ended)]).decode()
    named = [(row["line"], row["number"]) for row in csv.DictReader(io.StringIO(rejected, newline=""))]
    refused = [*numbers[len(kept) :], *again, "bad", "'=1"]
    assert named == [(str(line), number) for line, number in enumerate(refused, len(kept) + 2)]
    store.close()


def check_file(path: Path) -> None:
    """Ask SQLite whether its file is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_two_kills_lose_and_double_nothing(engine: str, tmp_path: Path) -> None:
    """SIGKILL twice during 3,000 rows: every row is counted once, and every rejected one is named once."""
    check_killing(ENGINES[engine](tmp_path), tmp_path / "uploads", size=3_000, kills=2, block=6_000)
    if engine == "sqlite":
        check_file(tmp_path / "store.sqlite")


@pytest.mark.torture
@pytest.mark.parametrize("engine", ENGINES)
def test_many_kills_during_a_million_rows(engine: str, tmp_path: Path, figure: Figure) -> None:
    """SIGKILL six times during a million rows for a list of 500,000: half join, half are named as past its cap."""
    size, cap, block = 1_000_000, 500_000, 2 * 1024 * 1024
    check_killing(ENGINES[engine](tmp_path), tmp_path / "uploads", size=size, kills=6, block=block, cap=cap, patience=2)
    figure(engine, f"{size:,} rows, killed 6 times, 0 lost, 0 doubled")
    if engine == "sqlite":
        check_file(tmp_path / "store.sqlite")


def _kill_importer(store: Store, account: Account, job: Job, given: list[str], *, wait: float) -> None:
    """Start an importer in a process of its own, and kill it a while after it has moved the job."""
    before = store.job(account, job.upload_id, api=job.api).at
    with subprocess.Popen(
        [sys.executable, "-c", SERVING, *given], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"resumed\n"
        _wait(store, account, job, after=before)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)


def _wait(store: Store, account: Account, job: Job, *, after: int) -> Job:
    """Wait until a job is read beyond a byte, or has ended."""
    for _ in range(60_000):
        now = store.job(account, job.upload_id, api=job.api)
        if now.state in {"done", "failed"} or now.at > after:
            return now
        time.sleep(0.005)
    raise AssertionError(now)
