"""What the server takes for a request, against the least that must be done for the same bytes."""

from __future__ import annotations

import http.client
import sqlite3
from base64 import b64encode
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tests.bench import Row, at_most
from tests.bench.row_04_upload import PRAGMAS
from tests.bench.serving import SID, new_store, numbers, people, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bench.serving import Served

BATCH, MANY, PAGE = 5_000, 100_000, 500
INSERT = "INSERT INTO contacts VALUES (1, ?, ?, ?, NULL, NULL, NULL, NULL, NULL, '', 0, 0)"


class _New(msgspec.Struct):
    number: str
    first_name: str


class _Body(msgspec.Struct):
    contacts: list[_New]


def bench() -> Iterator[Row]:
    """Post a full batch, and read pages from the front and from deep inside a list."""
    with served() as server, new_store() as path:
        fresh, again = count(), count()
        yield Row(
            what="POST of 5,000 contacts, 5,000 answers",
            peer="msgspec echo + executemany, no HTTP",
            goal=at_most(1.5),
            ours=lambda: _post(server, next(fresh)),
            theirs=lambda: _echo(path, next(again)),
            rounds=9,
        )
        list_id = people(MANY, block=90).listkit.push("Everyone", to=server.exotel).list_id or ""
        deep = MANY - 20 * PAGE
        yield Row(
            what="10 pages of 500 that follow one another, deep",
            peer="the first 10",
            goal=at_most(2),
            ours=lambda: _pages(server, list_id, deep),
            theirs=lambda: _pages(server, list_id, 0),
        )


def _post(server: Served, block: int) -> int:
    body = _encoded(block)
    answer = _ask(server, "POST", f"/v2/accounts/{SID}/contacts", body)
    return len(answer["response"])


def _echo(path: Path, block: int) -> int:
    """Read the batch, keep it on disk under the same indexes, and write an answer of a like shape."""
    contacts = msgspec.json.decode(_encoded(block), type=_Body).contacts
    rows = [(block * BATCH + at, one.number, one.first_name) for at, one in enumerate(contacts)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows)
        connection.execute("COMMIT")
    answer = msgspec.json.encode([{"code": 200, "status": "success", "data": one} for one in contacts])
    return len(msgspec.json.decode(answer))


def _pages(server: Served, list_id: str, start: int) -> int:
    path = f"/v2/accounts/{SID}/lists/{list_id}/contacts"
    offsets = range(start, start + 10 * PAGE, PAGE)
    return sum(len(_ask(server, "GET", f"{path}?limit={PAGE}&offset={offset}")["response"]) for offset in offsets)


def _encoded(block: int) -> bytes:
    return msgspec.json.encode(
        {"contacts": [{"number": number, "first_name": "Asha"} for number in numbers(BATCH, block=block)]}
    )


def _ask(server: Served, method: str, path: str, body: bytes = b"") -> dict[str, list[object]]:
    proof = b64encode(f"{server.key}:{server.token}".encode()).decode()
    headers = {"authorization": f"Basic {proof}", "content-type": "application/json"}
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc)) as connection:
        connection.request(method, path, body or None, headers)
        found: dict[str, list[object]] = msgspec.json.decode(connection.getresponse().read())
    return found
