"""The least that a server can do for the same bytes: a bare ASGI application under the same uvicorn.

`python -m tests.bench.least STORE PORT`: a POST of contacts is read as types, written by one bare
`executemany` into the store's own tables, and answered in full; what is PUT at a path is kept in
memory, and GET sends it back.
"""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ACCOUNT = "acme1"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-65536")
"""The settings of the store's own connections."""
INSERT = """
INSERT INTO contacts (account_id, contact_id, phone, first_name, folded, created_at, updated_at)
VALUES (1, ?, ?, ?, ?, 0, 0)
"""


class _New(msgspec.Struct, gc=False):
    number: str
    first_name: str


class _Body(msgspec.Struct):
    contacts: list[_New]


class _Data(msgspec.Struct, gc=False):
    sid: str
    account_sid: str
    number: str
    first_name: str
    date_created: datetime
    date_updated: datetime
    last_name: None = None
    company_name: None = None
    email: None = None
    tag: None = None
    custom_field: None = None


class _Item(msgspec.Struct, gc=False):
    data: _Data
    code: int = 200
    error_data: None = None
    status: str = "success"


class Least:
    """One connection, opened once and written to as durably as the store's own, and what is kept in memory."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._read = msgspec.json.Decoder(_Body).decode
        self._next = 1
        self._kept: dict[str, bytes] = {}

    async def __call__(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Answer a request."""
        answer = self._answer(scope["method"], scope["path"], await _read(receive))
        size = str(len(answer)).encode()
        headers = [(b"content-length", size), (b"content-type", b"application/json; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, method: str, path: str, body: bytes) -> bytes:
        if method == "POST":
            return self._keep(body)
        if method == "PUT":
            self._kept[path] = body
        return self._kept.get(path, b"{}")

    def _keep(self, body: bytes) -> bytes:
        new = self._read(body).contacts
        first, self._next = self._next, self._next + len(new)
        rows = [
            (number, one.number, one.first_name, f"\n{one.number}\n{one.first_name.lower()}\n")
            for number, one in enumerate(new, first)
        ]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(INSERT, rows)
        self._connection.execute("COMMIT")
        at = datetime.now(UTC).replace(microsecond=0)
        items = [
            _Item(_Data(f"{number:032x}", ACCOUNT, one.number, one.first_name, at, at))
            for number, one in enumerate(new, first)
        ]
        return msgspec.json.encode({"response": items})


async def _read(receive: Callable[[], Awaitable[Any]]) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


if __name__ == "__main__":
    uvicorn.run(
        Least(sys.argv[1]),
        port=int(sys.argv[2]),
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
    )
