"""A provider's server that does what a test says, byte by byte, a clock that never waits, and a session for both."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

from listkit.providers.base import Operation
from listkit.providers.session import Session
from listkit.wire.message import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from listkit.wire.message import Send

CERTIFICATE = Path(__file__).with_name("loopback.pem")
"""Made up for 127.0.0.1, with its key; nobody trusts it but a test that says so."""


SECRET = "Basic c2VudGluZWw="
OPERATIONS = {
    "add": Operation("harmless"),
    "create": Operation("unproven"),
    "make": Operation("refused"),
}
GET = Request(method="GET", path="/lists")
ADD = Request(method="PUT", path="/lists/7/contacts", body=b"contacts=1", operation="add")
CREATE = Request(method="POST", path="/contacts", body=b"{}", operation="create")
MAKE = Request(method="POST", path="/lists", body=b"{}", operation="make")


class FakeClock:
    """A clock whose sleeping is instant and remembered."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the time that was slept so far."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.time += seconds


def answer(status: int, body: bytes = b"{}", **headers: str) -> bytes:
    """Write an HTTP answer that closes its connection."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Scripted:
    """A socket on loopback that gives one prepared reply a connection and keeps what it heard.

    After the last reply nothing listens any more.
    A reply is the bytes to write before the connection is closed, or a function of the
    connection for anything else.
    """

    def __init__(self, *replies: bytes | Callable[[socket.socket], None], tls: bool = False) -> None:
        self.replies = list(replies)
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if tls else None
        if self._context:
            self._context.load_cert_chain(CERTIFICATE)
        self._listener.settimeout(0.02)
        self._is_over = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join(5)

    def _serve(self) -> None:
        with self._listener:
            while self.replies and not self._is_over:
                try:
                    connection, _ = self._listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    self._reply(connection, self.replies.pop(0))

    def _reply(self, connection: socket.socket, reply: bytes | Callable[[socket.socket], None]) -> None:
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
        except (ssl.SSLError, OSError):
            return
        if callable(reply):
            reply(connection)
        else:
            self.heard.append(read_request(connection))
            connection.sendall(reply)
        if self._context:
            connection.close()


def read_request(connection: socket.socket) -> bytes:
    """Read one whole request, its body included."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    sizes = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(sizes[0] if sizes else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def connected(url: str, clock: FakeClock | None = None, **options: object) -> Session:
    """Make a session whose backoff is always the longest and never really waited for."""
    return Session(
        url,
        {"authorization": SECRET},
        title="Exotel",
        operations=OPERATIONS,
        clock=clock or FakeClock(),
        chance=lambda: 1.0,
        **options,
    )


def closed_port() -> str:
    """Return an address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def cut(connection: socket.socket) -> None:
    """Take the whole request and say nothing."""
    read_request(connection)


def authorized(send: Send, headers: Mapping[str, str]) -> Send:
    """Put an account's key on every request of a `Send` that needs no network."""
    return lambda request: send(
        Request(
            method=request.method,
            path=request.path,
            query=request.query,
            headers={**request.headers, **{name.lower(): value for name, value in headers.items()}},
            body=request.body,
            operation=request.operation,
        )
    )
