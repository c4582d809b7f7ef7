"""Workers on a real PostgreSQL: one address, one place for uploads, whoever dies is replaced, none is left over."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import ListkitError
from listkit.server.serving import serve
from listkit.server.store import open_store
from listkit.server.workers import Crew
from listkit.wire import multipart
from tests.contracts.cluster import fresh_database
from tests.server import curl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEYS = {"X-TM-Username": "acme", "X-TM-Key": "a key of more than enough bits"}
PATIENCE = 60


@pytest.fixture
def database() -> str:
    """Make a store with one account, and return its address."""
    url = fresh_database()
    store = open_store(url)
    store.create_account(
        "acme", sid="acme1", username="acme", secrets=dict.fromkeys(["textmagic", "exotel"], ("acme", KEYS["X-TM-Key"]))
    )
    store.close()
    return url


def ask(url: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
    """Ask, and return what is said; a new connection each time, so that any worker may answer."""
    request = urllib.request.Request(f"{url}/api/v2/{path}", data=body, headers={**KEYS, "content-type": kind})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - a loopback URL
        return json.load(answer)


def counted(url: str, figure: str) -> float:
    """Return a figure at /metrics, whichever worker is asked."""
    key = base64.b64encode(f"acme:{KEYS['X-TM-Key']}".encode()).decode()
    request = urllib.request.Request(f"{url}/metrics", headers={"authorization": f"Basic {key}"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - a loopback URL
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(figure))


def becomes(true: Callable[[], bool]) -> bool:
    """Wait for something to become true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if true():
                return True
        time.sleep(0.05)
    return False


def is_there(pid: int) -> bool:
    """Whether a process is there, and not only its grave."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as told:  # noqa: PTH123 - a file of the system's
            return told.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def serving(database: str, folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str, list[int]]]:
    """Run `listkit serve --workers 2`; yields the parent, its address and the ids of its workers."""
    options = ["--store", database, "--port", "0", "--workers", "2", "--uploads", str(folder), "--quiet", *more]
    command = [sys.executable, "-m", "listkit.cli", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            said = parent.stdout.readline()
            found = re.search(r" at (http://\S+)", said)
            assert found, parent.stderr and parent.stderr.read()
            yield parent, found[1], children(parent.pid)
        finally:
            parent.kill()


def children(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as told:  # noqa: PTH123 - a file of the system's
        return [int(word) for word in told.read().split()]


def test_two_workers_share_the_work(database: str, tmp_path: Path) -> None:
    """Uploads that any worker takes are finished by the parent, and a worker that dies is replaced."""
    with Crew(database, 2, folder=tmp_path / "uploads") as crew:
        pids = crew.pids
        content = "\n".join(f"1202555{number:04}" for number in range(100, 200)).encode()
        imports = []
        for name in ("one", "two", "three"):
            part = multipart.FilePart(filename="x.csv", content=content, content_type="text/csv")
            kind, body = multipart.encode([("file", part)])
            path = f"contacts/import/normalized?column=0:phone&listName={name}"
            imports.append(ask(crew.url, path, body, kind)["href"].removeprefix("/api/v2/"))
        for progress in imports:
            assert becomes(lambda progress=progress: ask(crew.url, progress)["status"] == 5)  # type: ignore[misc]
        lists = ask(crew.url, "lists")["resources"]
        assert {kept["name"]: kept["membersCount"] for kept in lists} == {"one": 100, "two": 100, "three": 100}
        os.kill(pids[0], signal.SIGKILL)
        assert becomes(lambda: crew.pids[0] != pids[0] and is_there(crew.pids[0]))
        assert crew.pids[1] == pids[1]
        assert becomes(lambda: all(ask(crew.url, "ping")["ping"] == "pong" for _ in range(10)))
        assert counted(crew.url, 'listkit_requests_total{api="textmagic",method="GET",route="/api/v2/ping"') >= 10
        pids += crew.pids
    assert [pid for pid in pids if is_there(pid)] == []
    with pytest.raises(OSError, match="refused"):
        ask(crew.url, "ping")


def test_workers_count_together(database: str, tmp_path: Path) -> None:
    """Two workers let through what one would, refuse the eleventh wrong key, and do what the operator chose."""
    options = ["--limits", "exotel=5,textmagic=0", "--empty-unassign"]
    with serving(database, tmp_path, *options) as (_, url, _):
        textmagic = curl.textmagic(url, "acme", KEYS["X-TM-Key"])
        exotel = curl.exotel(url, "acme1", "acme", KEYS["X-TM-Key"])
        told = [exotel("GET", "/lists") for _ in range(14)]
        let_through = Counter(one.headers["x-ratelimit-reset"] for one in told if one.status == 200)
        assert {one.status for one in told} == {200, 429}
        assert set(let_through.values()) <= set(range(6))  # a minute may end meanwhile
        assert textmagic("POST", "/lists", {"name": "VIP"}).status == 201
        assert textmagic("POST", "/contacts", {"phone": "12025550101", "lists": "1"}).status == 201
        assert textmagic("DELETE", "/lists/1/contacts", {"contacts": "1"}).status == 204
        wrong = curl.textmagic(url, "acme", "another key of more than enough bits")
        assert [wrong("GET", "/ping").status for _ in range(12)] == [401] * 10 + [429] * 2
        assert textmagic("GET", "/ping").status == 200


@pytest.mark.torture
def test_a_polite_kill_ends_them_all(database: str, tmp_path: Path) -> None:
    """SIGTERM at the parent lets the workers end in order and leaves with 0, without a word."""
    with serving(database, tmp_path) as (parent, url, workers):
        assert ask(url, "ping")["ping"] == "pong"
        assert len(workers) == 2
        parent.terminate()
        out, err = parent.communicate(timeout=PATIENCE)
        assert (parent.returncode, out, err) == (0, "", "")
        assert [pid for pid in workers if is_there(pid)] == []


def test_no_worker_outlives_its_parent(database: str, tmp_path: Path) -> None:
    """A parent that is killed outright takes its workers with it."""
    with serving(database, tmp_path) as (parent, _, workers):
        parent.kill()
        parent.wait()
        assert becomes(lambda: not any(is_there(pid) for pid in workers))


def test_workers_that_cannot_be_are_one_sentence(tmp_path: Path) -> None:
    """SQLite has one writer, faults are counted in one process, and 65 are too many: each is said."""
    from listkit.server.faults import Faults  # noqa: PLC0415 - only here

    with pytest.raises(ListkitError, match="one process write at a time"):
        serve(tmp_path / "s.sqlite", port=0, workers=2)
    with pytest.raises(ListkitError, match="counted in one process"):
        serve("postgresql://localhost/x", workers=2, faults=Faults(0.5))
    with pytest.raises(ListkitError, match="1 to 64"):
        Crew("postgresql://localhost/x", 65)
