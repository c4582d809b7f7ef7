"""A server that is killed under its writers: what it promised is there, and nothing is half done."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from listkit.server.store import credentials, open_store
from tests.contracts.cluster import Cluster, find_binaries
from tests.contracts.engines import ENGINES
from tests.server import curl, writers
from tests.server.writers import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.server.store.base import Account, Store
    from tests.conftest import Figure
    from tests.server.writers import Scene


class Victim:
    """`listkit serve` over a store, killed and started again."""

    def __init__(self, store_url: str) -> None:
        self._command = [sys.executable, "-m", "listkit.cli", "serve", "--store", store_url, "--port", "0"]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it says where it listens."""
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = next(word for word in self.process.stdout.readline().split() if word.startswith("http"))

    def kill(self) -> None:
        """End it in the middle of whatever it is doing."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def victim(store_url: str) -> Iterator[Victim]:
    """Serve a store, and leave no server behind."""
    served = Victim(store_url)
    try:
        yield served
    finally:
        served.kill()


def begin_to_write(served: Victim, scene: Scene, account: Account) -> list[Writer]:
    """Set four writers to work."""
    exotel = curl.exotel(served.url, account.sid, account.name, "token")
    textmagic = curl.textmagic(served.url, account.name, "token")
    at_work = [
        Writer(writers.create_contacts(exotel)),
        Writer(writers.join_contacts(exotel, scene)),
        Writer(writers.edit_lists(exotel, scene)),
        Writer(writers.create_and_move(textmagic)),
    ]
    for writer in at_work:
        writer.start()
    return at_work


def expect_promises_kept(served: Victim, store: Store, account: Account, at_work: list[Writer]) -> None:
    """Look at everything that the writers, who have ended, were promised."""
    answered = curl.exotel(served.url, account.sid, account.name, "token")("GET", "/lists")
    assert (answered.status, len(answered.json["response"])) == (200, len(writers.LISTS))
    found = writers.state_of(store, account)
    for writer in at_work:
        wrong = [_differences(state, found) for state in writer.possible()]
        assert {} in wrong


def _differences(promised: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {name: (said, found.get(name)) for name, said in promised.items() if found.get(name) != said}


def kill_often(store_url: str, times: int, look: Callable[[], None]) -> str:
    """Kill a server over one store again and again, each under the writers of a new account; returns the figures."""
    kept = 0
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    with victim(store_url) as served, closing(open_store(store_url)) as store:
        for turn in range(times):
            account = make_account(store, turn)
            scene = writers.set_scene(store, account)
            at_work = begin_to_write(served, scene, account)
            time.sleep(chance.uniform(0.05, 0.6))
            served.kill()
            for writer in at_work:
                writer.join()
                assert writer.refused is None
            look()
            served.start()
            expect_promises_kept(served, store, account, at_work)
            kept += sum(writer.answered for writer in at_work)
    return f"{times} times, {kept:,} answered writes, 0 lost, 0 half applied"


def make_account(store: Store, turn: int) -> Account:
    """Make an account for a turn."""
    name = f"account-{turn}"
    return store.create_account(
        name, sid=name, username=name, secrets={"exotel": (name, "token"), "textmagic": (name, "token")}
    )


def expect_whole(path: Path) -> None:
    """Let SQLite look through a file that nobody has open but this process."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def kill_often_on(engine: str, folder: Path, times: int) -> str:
    """Kill a server over a new store on an engine."""
    look = (lambda: expect_whole(folder / "store.sqlite")) if engine == "sqlite" else (lambda: None)
    return kill_often(ENGINES[engine](folder), times, look)


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_under_writers(engine: str, tmp_path: Path) -> None:
    """Killed twice: each promise is kept, no request is half applied, the file is whole, a restart answers."""
    kill_often_on(engine, tmp_path, times=2)


@pytest.mark.torture
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_under_writers_often(engine: str, tmp_path: Path, figure: Figure) -> None:
    """Killed two hundred times: each promise is kept, no request is half applied, the file is whole."""
    figure(engine, kill_often_on(engine, tmp_path, times=200), promised="200 times, 0 lost")


@pytest.mark.torture
def test_database_killed_under_writers(figure: Figure) -> None:
    """PostgreSQL shut down at once, twenty times: 5xx until it is back, then all promises kept, by the same server."""
    cluster = Cluster(find_binaries())
    try:
        figure("PostgreSQL itself", kill_database_often(cluster, times=20), promised="20 times, 0 lost")
    finally:
        cluster.stop()


def kill_database_often(cluster: Cluster, times: int) -> str:
    """Kill the database under a server that lives on; returns the figures."""
    kept = 0
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    cluster.ask("CREATE DATABASE lists")
    url = cluster.url("lists")
    with victim(url) as served:
        for turn in range(times):
            with closing(open_store(url)) as store:
                account = make_account(store, turn)
                scene = writers.set_scene(store, account)
            at_work = begin_to_write(served, scene, account)
            time.sleep(chance.uniform(0.05, 0.6))
            cluster.process.send_signal(signal.SIGQUIT)
            cluster.process.wait()
            for writer in at_work:
                writer.join()
                assert writer.refused
                assert writer.refused.status in {500, 503}
            cluster.start()
            with closing(open_store(url)) as store:
                expect_promises_kept(served, store, account, at_work)
            kept += sum(writer.answered for writer in at_work)
    return f"{times} times, {kept:,} answered writes, 0 lost, 0 half applied"
