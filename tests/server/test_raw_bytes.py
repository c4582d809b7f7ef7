"""Whatever bytes come, the server answers no 5xx, keeps nobody waiting, grows no more than it may, and goes on."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.server.sockets import BASIC, KEYS, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Figure

AT_ONCE, LONGEST_WAIT, MOST_GROWTH = 24, 5.0, 50.0
WARM_UP = 100
SERVER = """
import sys
from listkit.server.memory import leave_pandas_out, spare_memory
from listkit.server.running import Running
leave_pandas_out()
spare_memory()
with Running(sys.argv[1]) as server:
    logins = dict.fromkeys(("exotel", "textmagic"), ("acme", "secret"))
    server.store.create_account("acme", sid="acme1", username="acme", secrets=logins)
    print(server.url, flush=True)
    sys.stdin.read()
"""

METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "", "G T", "get", "\0", "é"]
TARGETS = [
    "/v2/accounts/acme1/lists", "/v2/accounts/acme1/contacts", "/v2/accounts/acme1/contacts/csv-upload",
    "/api/v2/lists",
    "/api/v2/contacts/import/normalized?listName=x&column=0:phone", "/api/v2/lists/1/contacts", "/health", "/", "*",
    "http://x/api/v2/lists", "//", "/%00", "/%ff%fe", "/api/v2/" + "a" * 9_000, "/api/v2/lists?" + "a=b&" * 9_000,
    "/v2/accounts/%2e%2e/lists", "/api/v2/lists?limit=%", "x:443", "", "/\0", "/ ", "/\xff", "/api/v2/lists#x",
]  # fmt: skip
VERSIONS = [" HTTP/1.1"] * 6 + [" HTTP/1.0", " HTTP/2.0", " HTTP/9.9", " http/1.1", " HTTP/1.1 ", "", " HTTP/1.1\0"]
HEADERS = [
    "host: x", "host: x", "host:", "host: x\r\nhost: y", "connection: close", "connection: keep-alive, upgrade",
    "upgrade: websocket", "upgrade: h2c", "expect: 100-continue", "expect: 200-maybe", "content-length: 0",
    "content-length: 7", "content-length: 4294967296", "content-length: -1", "content-length: 1e3",
    "content-length: 7, 7",
    "content-length: 7\r\ncontent-length: 8", "transfer-encoding: chunked", "transfer-encoding: chunked, chunked",
    "transfer-encoding: identity", "transfer-encoding: chunked\r\ncontent-length: 3", "transfer-encoding:\tchunked",
    "content-type: application/json", "content-type: application/x-www-form-urlencoded", "content-type: \xff",
    "content-type: multipart/form-data; boundary=b", "content-type: multipart/form-data", "content-encoding: gzip",
    "authorization: Basic \xff", "authorization: Basic AAAA", "authorization: Bearer x", "x-tm-username: \0",
    "x: y" * 400,
    "range: bytes=0-", "te: trailers", "x-request-id: \r\n injected", "cookie: " + "c" * 5_000, "no colon", "a b: c",
    "\0: x", "x: \x7f", ": x", "x-forwarded-for: 127.0.0.1", "max-forwards: 0", "proxy-connection: x",
]  # fmt: skip
BODIES = [
    b"", b"{}", b'{"lists": [{"name": "x"}]}', b"name=x&shared=1", b"[" * 3_000, b"\0" * 50, b"\x1f\x8b\x08\0",
    b"x" * 90_000,
    b'--b\r\ncontent-disposition: form-data; name="file_name"; filename="x"\r\n\r\nnumber\n1\r\n--b--\r\n',
    b"--b\r\n\r\n",
    b"2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}\r\n0\r\nx: y\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"0x2\r\n{}\r\n",
    b"2;a=b\r\n{}",
    b"2\n{}\n0\n\n", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
]  # fmt: skip


class Served:
    """A server in a process of its own, whose memory is its own too."""

    def __init__(self, url: str, pid: int) -> None:
        self.where = (urlsplit(url).hostname, urlsplit(url).port)
        self._status = Path(f"/proc/{pid}/status")

    @property
    def memory(self) -> int:
        """KiB that it takes."""
        found = re.search(r"VmRSS:\s+(\d+) kB", self._status.read_text())
        assert found
        return int(found[1])

    def answer(self, sent: bytes, *, half_closed: bool) -> tuple[bytes, float]:
        """Send bytes; return the first that comes back, or nothing where it hangs up, and how long that took."""
        with socket.create_connection(self.where, timeout=2 * LONGEST_WAIT) as connection:
            begun = time.monotonic()
            try:
                connection.sendall(sent)
                if half_closed:
                    connection.shutdown(socket.SHUT_WR)
                return connection.recv(1 << 20), time.monotonic() - begun
            except ConnectionError:
                return b"", time.monotonic() - begun


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Run a server with one account."""
    command = [sys.executable, "-c", SERVER, str(tmp_path / "store.sqlite")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Served(process.stdout.readline().strip(), process.pid)
        process.communicate("", timeout=30)
    assert process.returncode == 0


def write(chance: random.Random) -> bytes:
    """Write a request of parts that do not belong together, and often break it."""
    lines = [chance.choice(METHODS) + " " + chance.choice(TARGETS) + chance.choice(VERSIONS)]
    lines += chance.choices(HEADERS, k=chance.randrange(7))
    if chance.random() < 0.7:
        lines.append(chance.choice([KEYS, BASIC]).strip())
    end = chance.choice(["\r\n"] * 8 + ["\n", "\r"])
    sent = (end.join(lines) + end * chance.choice([2, 2, 2, 2, 1, 0, 3])).encode("latin-1") + chance.choice(BODIES)
    way = chance.randrange(8)
    if way == 0:
        sent = sent[: chance.randrange(len(sent) + 1)]
    elif way == 1:
        for _ in range(chance.randrange(1, 20)):
            place = chance.randrange(len(sent))
            sent = sent[:place] + bytes([chance.randrange(256)]) + sent[place + chance.randrange(2) :]
    elif way == 2:
        sent = chance.randbytes(chance.randrange(1, 3_000))
    elif way == 3:
        sent *= chance.randrange(2, 30)
    return sent


def batter(served: Served, times: int) -> float:
    """Send so many, and a valid request now and then, which must be answered; returns the megabytes of growth."""
    seed = random.getrandbits(32)
    valid = f"GET /api/v2/lists HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{KEYS}\r\n".encode()

    def strike(number: int) -> None:
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - the same for the same seed
        sent = write(chance)
        answer, seconds = served.answer(sent, half_closed=chance.random() < 0.8)
        assert seconds < LONGEST_WAIT, (seed, number, sent[:200])
        assert all(found < 500 for found in statuses(answer)), (seed, number, sent[:200], answer[:200])
        if number % 20 == 0:
            assert statuses(served.answer(valid, half_closed=False)[0]) == [200], (seed, number)

    assert statuses(served.answer(valid, half_closed=False)[0]) == [200]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(strike, range(WARM_UP)))
        before = served.memory
        list(pool.map(strike, range(WARM_UP, WARM_UP + times)))
    return (served.memory - before) / 1024


def test_whatever_bytes_come_it_goes_on(served: Served) -> None:
    """Five hundred requests of any bytes: no 5xx, no wait over 5 s, at most 50 MB more, and others are answered."""
    assert batter(served, 500) < MOST_GROWTH


@pytest.mark.torture
def test_whatever_bytes_come_for_long_it_goes_on(served: Served, figure: Figure) -> None:
    """Five thousand requests of any bytes: no 5xx, no wait over 5 s, at most 50 MB more, and others are answered."""
    grown = batter(served, 5_000)
    figure("5,000 requests", f"no 5xx, none over 5 s, memory {grown:+.1f} MB", promised="< +50 MB")
    assert grown < MOST_GROWTH
