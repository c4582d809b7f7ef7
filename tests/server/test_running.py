"""A server starts with its block, stops with it, and leaves nothing behind."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from listkit.errors import ListkitError, MissingExtraError
from listkit.server import running
from listkit.server.clock import HandClock
from listkit.server.faults import Faults
from listkit.server.running import Running
from listkit.server.store import credentials, open_store
from tests.server.sockets import KEYS

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from listkit.server.answering import Admitted
    from listkit.wire.message import Answer, Request


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly."""
    monkeypatch.setattr(credentials, "COST", 2)


def get(url: str) -> tuple[int, bytes]:
    """Get a page."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - a loopback URL
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_server_lives_as_long_as_its_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers from the first line of the block; after it port, threads, files and folder are gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    threads = set(threading.enumerate())
    with Running() as server:
        assert get(f"{server.url}/health") == (200, b'{"status":"ok"}')
        assert server.url.startswith("http://127.0.0.1:")
        assert len(list(tmp_path.glob("listkit-*"))) == 1
    with pytest.raises(urllib.error.URLError):
        get(f"{server.url}/health")
    assert set(threading.enumerate()) <= threads
    assert not list(tmp_path.glob("listkit-*"))
    gc.collect()  # an unclosed socket or file would warn here


def test_two_servers_do_not_meet() -> None:
    """Each has a port and a store of its own."""
    with Running() as first, Running() as second:
        assert first.url != second.url
        first.store.create_account("acme", sid="acme", username="acme", secrets={})
        assert second.store.accounts() == []


def test_what_was_asked_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are kept with time, method, path, status and size, the last so many of them."""
    monkeypatch.setattr(running, "REMEMBERED", 2)
    with Running() as server:
        before = time.time()
        for path in ("/x", "/y", "/health"):
            get(f"{server.url}{path}")
        assert [(asked.method, asked.path, asked.status) for asked in server.requests] == [
            ("GET", "/y", 404), ("GET", "/health", 200),
        ]  # fmt: skip
        assert before <= server.requests[0].at <= server.requests[1].at <= time.time()
        assert server.requests[1].size == len(b'{"status":"ok"}')


def test_a_given_store_is_kept(tmp_path: Path) -> None:
    """A store that was named is there after the block, with its uploads beside it."""
    path = tmp_path / "mine.sqlite"
    for url in (str(path), f"sqlite:///{path}", path):
        with Running(url) as server:
            names = [account.name for account in server.store.accounts()]
            server.store.create_account(str(len(names)), sid=str(len(names)), username=str(len(names)), secrets={})
    store = open_store(path)
    assert [account.name for account in store.accounts()] == ["0", "1", "2"]
    store.close()
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "home") == [
        "mine.sqlite", "mine.sqlite.uploads",
    ]  # fmt: skip


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    """A port in use, or an address that is not there, is a ListkitError with the number, and nothing stays open."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListkitError, match=str(port)):
            Running(tmp_path / "s.sqlite", port=port)
    store = open_store(tmp_path / "s.sqlite")
    store.create_account("acme", sid="acme", username="acme", secrets={})
    store.close()
    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(ListkitError, match=host):
            Running(tmp_path / "s.sqlite", host=host)


def test_strangers_are_let_in_only_where_they_need_a_key(tmp_path: Path) -> None:
    """An address that others reach is refused while the store has no account, and taken when it has one."""
    with pytest.raises(ListkitError, match="accounts add"):
        Running(tmp_path / "s.sqlite", host="0.0.0.0")  # noqa: S104 - this is what is refused
    store = open_store(tmp_path / "s.sqlite")
    store.create_account("acme", sid="acme", username="acme", secrets={})
    store.close()
    with Running(tmp_path / "s.sqlite", host="0.0.0.0") as server:  # noqa: S104 - this is what is tried
        port = server.url.rpartition(":")[2]
        assert get(f"http://127.0.0.1:{port}/health")[0] == 200


def test_what_was_asked_before_the_end_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """close() lets an answer that is being made go out."""
    server = Running()
    admit, begun = server.service.admit, threading.Event()
    answers: list[tuple[int, bytes]] = []

    def admit_slowly(head: Request, *, address: str) -> Admitted | Answer:
        begun.set()
        time.sleep(0.2)
        return admit(head, address=address)

    monkeypatch.setattr(server.service, "admit", admit_slowly)
    client = threading.Thread(target=lambda: answers.append(get(f"{server.url}/health")))
    client.start()
    assert begun.wait(5)
    server.close()
    client.join(5)
    assert answers == [(200, b'{"status":"ok"}')]


def test_who_waits_is_woken_at_the_end() -> None:
    """close() does not wait for an answer that is late on purpose: it goes out at once."""
    answers: list[tuple[int, bytes]] = []
    with Running(faults=Faults(1, late=3_600)) as server:
        asked, sleep = threading.Event(), server.clock.sleep

        def sleep_aloud(seconds: float) -> None:
            asked.set()
            sleep(seconds)

        server.clock.sleep = sleep_aloud  # type: ignore[method-assign]
        client = threading.Thread(target=lambda: answers.append(get(f"{server.url}/api/v2/ping")))
        client.start()
        assert asked.wait(5)
    client.join(5)
    assert [status for status, _ in answers] == [401]


def test_who_is_late_on_purpose_holds_nobody_up() -> None:
    """While thirty answers are held back, more than there are threads for work, another is answered."""
    clock = HandClock()
    with Running(faults=Faults(1, late=3_600), clock=clock) as server:
        clients = [threading.Thread(target=get, args=(f"{server.url}/api/v2/ping",)) for _ in range(30)]
        for client in clients:
            client.start()
        while len(clock._turned._waiters) < len(clients):
            time.sleep(0.005)
        server.dial.faults = Faults()
        assert get(f"{server.url}/api/v2/ping")[0] == 401
        clock.wake()
        for client in clients:
            client.join(5)


def test_faults_are_told_when_serving_starts(tmp_path: Path) -> None:
    """`serve` says in one line which faults are on, and a caller meets them."""
    script = "import sys; from listkit.cli import main; sys.exit(main())"
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        script,
        "serve",
        "--port",
        "0",
        "--store",
        str(tmp_path / "s.sqlite"),
    ]
    told = "rate=1.0,codes=503,retry-after=7.0"
    with subprocess.Popen([*command, "--faults", told], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split(" at ")[1].split()[0]
        assert process.stdout.readline().endswith(f": {told}\n")
        assert get(f"{url}/api/v2/ping")[0] == 503
        assert get(f"{url}/health")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_in_order(tmp_path: Path, how: signal.Signals) -> None:
    """Ctrl-C and a polite kill stop `serve` at once, without a traceback, and close the store."""
    script = "import sys; from listkit.server.serving import serve; serve(sys.argv[1], port=0)"
    path = tmp_path / "s.sqlite"
    command = [sys.executable, "-W", "error", "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        url = said.split(" at ")[1].split()[0]
        assert get(f"{url}/health")[0] == 200
        os.kill(process.pid, how)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert not Path(f"{path}-wal").exists()


def test_a_second_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    """After Ctrl-C a request of which half came is waited for; a second one ends that, and leaves with 130."""
    path = tmp_path / "s.sqlite"
    with closing(open_store(path)) as store:
        store.create_account("acme", sid="acme", username="acme", secrets={"textmagic": ("acme", "secret")})
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        where = urlsplit(process.stdout.readline().split(" at ")[1].split()[0])
        half = f"POST /api/v2/lists HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n{KEYS}expect: 100-continue\r\n\r\n"
        with socket.create_connection((where.hostname, where.port), timeout=10) as client:
            client.sendall(half.encode())
            assert client.recv(100).startswith(b"HTTP/1.1 100 ")  # now its body is waited for
            process.send_signal(signal.SIGINT)
            while is_listening(where):
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, "", "")


def is_listening(where: SplitResult) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((where.hostname, where.port), timeout=1).close()
    except OSError:
        return False
    return True


def test_without_the_server_extra_the_pip_line_is_told() -> None:
    """Each module that needs the extra says which one, when it is imported without it."""
    for missing, module in (("anyio", "app"), ("uvicorn", "running"), ("sqlalchemy", "running")):
        script = (
            f"import sys; sys.modules[{missing!r}] = None\n"
            f"from listkit.server.store import open_store\n"
            f"import listkit.server.{module}\n"
            f"open_store('/nowhere/at/all')"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert "pip install 'listkit[server]'" in done.stderr.splitlines()[-1], missing
    assert issubclass(MissingExtraError, ImportError)
