"""Bytes sent to a server as they are, and what comes back, on sockets of one's own."""

from __future__ import annotations

import contextlib
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.running import Running

KEYS = "x-tm-username: acme\r\nx-tm-key: secret\r\n"
BASIC = "authorization: Basic YWNtZTpzZWNyZXQ=\r\n"
_ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) ")


@contextlib.contextmanager
def connected(server: Running, *, patience: float = 5) -> Iterator[socket.socket]:
    """Connect to a server."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port), timeout=patience) as connection:
        yield connection


def hear(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes, or nothing came for a while."""
    received = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


def talk(server: Running, *sent: bytes, patience: float = 5) -> bytes:
    """Send bytes and return all that comes back."""
    received = b""
    with contextlib.suppress(ConnectionError, TimeoutError), connected(server, patience=patience) as connection:
        with contextlib.suppress(ConnectionError, TimeoutError):
            for part in sent:
                connection.sendall(part)
        received = hear(connection)
    return received


def ask(server: Running, head: str, body: bytes = b"", *, headers: str = "") -> bytes:
    """Send one well-formed request on a connection of its own."""
    length = f"content-length: {len(body)}\r\n" if body else ""
    return talk(server, f"{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{length}{headers}\r\n".encode() + body)


def status(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer.split(b" ", 2)[1])


def statuses(answers: bytes) -> list[int]:
    """Return the status of each of several answers, one after the other."""
    return [int(found) for found in _ANSWER.findall(answers)]
