"""Take a CSV file in over HTTP, against writing the same file straight into the store's own tables."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import tempfile
import time
from base64 import b64encode
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

from listkit.server.store import open_store
from listkit.wire import multipart
from listkit.wire.exotel import CAPS
from tests.bench import ROUNDS, Row, at_least
from tests.bench.least import PRAGMAS
from tests.bench.serving import SID, USERNAME, new_store, numbers, served
from tests.contracts.cluster import Cluster, newest_binaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.bench import Goal
    from tests.bench.serving import Served

LAKH, MILLION = 100_000, 1_000_000
WAIT = 0.02
LIST = """
INSERT INTO lists (account_id, list_id, name, type, shared, folded_name, folded, members, next_position,
                   created_at, updated_at, owner, favorited, is_default)
VALUES (1, {block}, 'List {block}', 'static', FALSE, 'list {block}', '', {size}, {size}, 0, 0, 1, FALSE, FALSE)
"""
UPSERT = """
INSERT INTO contacts (account_id, contact_id, phone, first_name, folded, created_at, updated_at)
VALUES (1, ?, ?, ?, '', 0, 0)
ON CONFLICT (account_id, phone) DO UPDATE SET first_name = excluded.first_name
"""
JOIN = """
INSERT INTO members (account_id, list_id, contact_id, position, joined_at) SELECT 1, ?, contact_id, ?, 0 FROM contacts
WHERE account_id = 1 AND phone = ? ON CONFLICT DO NOTHING
"""
TAKE = "CREATE TEMPORARY TABLE taken (phone text, first_name text, place bigserial)"
MERGE = """
INSERT INTO contacts (account_id, contact_id, phone, first_name, folded, created_at, updated_at)
SELECT 1, %s + place, phone, first_name, '', 0, 0 FROM taken ORDER BY phone
ON CONFLICT (account_id, phone) DO UPDATE SET first_name = excluded.first_name
"""
JOIN_ALL = """
INSERT INTO members (account_id, list_id, contact_id, position, joined_at) SELECT 1, %s, contact_id, place, 0 FROM taken
JOIN contacts ON contacts.account_id = 1 AND contacts.phone = taken.phone ORDER BY contact_id
"""
COUNT = "SELECT count(*) FROM members WHERE account_id = 1 AND list_id = "


def bench() -> Iterator[Row]:
    """Take in numbers that nobody has sent before, each time into a new list; both stores grow alike."""
    yield from _against_upserts(LAKH, at_least(1.2))
    yield from _against_upserts(MILLION, at_least(1.7))
    binaries = newest_binaries()
    if binaries is not None:
        yield from _against_copies(binaries, at_least(0.9))


def _against_upserts(size: int, goal: Goal) -> Iterator[Row]:
    with _files(size) as files, served() as server, new_store() as path:
        ours, theirs = iter(files), iter(files)
        yield Row(
            what=f"CSV upload of {size:,}, HTTP and checks included",
            peer="csv + executemany upsert, no HTTP",
            goal=goal,
            ours=lambda: _by_upload(server, next(ours)),
            theirs=lambda: _by_upsert(path, next(theirs)),
        )


def _against_copies(binaries: Path, goal: Goal) -> Iterator[Row]:
    with _files(LAKH) as files, _databases(binaries) as (mine, other), served(store=mine) as server:
        ours, theirs = iter(files), iter(files)
        yield Row(
            what=f"the same of {LAKH:,} on PostgreSQL",
            peer="COPY + sorted ON CONFLICT, no HTTP",
            goal=goal,
            ours=lambda: _by_upload(server, next(ours)),
            theirs=lambda: _by_copy(other, next(theirs)),
        )


def _by_upload(server: Served, files: Sequence[Path]) -> list[int]:
    """Send the files one after another, and ask until all are taken in."""
    keys = {"authorization": f"Basic {b64encode(f'{server.key}:{server.token}'.encode()).decode()}"}
    with closing(HTTPConnection(urlsplit(server.url).netloc)) as connection:
        paths = [_send(connection, keys, file)["summary"]["url"] for file in files]
        while True:
            told = [_ask(connection, "GET", path, keys) for path in paths]
            if all(each["status"] == "completed" for each in told):
                return [each["stats"]["success"] for each in told]
            time.sleep(WAIT)


def _send(connection: HTTPConnection, keys: Mapping[str, str], file: Path) -> Any:
    part = multipart.FilePart(filename=file.name, content=file.read_bytes())
    kind, body = multipart.encode([("list_name", file.stem), ("type", "dynamic"), ("file_name", part)])
    path = f"/v2/accounts/{SID}/contacts/csv-upload"
    return _ask(connection, "POST", path, {**keys, "content-type": kind}, body)


def _ask(connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Any:
    connection.request(method, path, body, dict(headers))
    return json.loads(connection.getresponse().read())["response"]["data"]


def _by_upsert(path: Path, files: Sequence[Path]) -> list[int]:
    """Write one transaction: the peer checks nothing, folds nothing and resumes nothing."""
    joined = []
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        for file in files:
            with file.open(newline="") as text:
                _, *rows = csv.reader(text)
            block = _block_of(file)
            connection.execute(LIST.format(block=block, size=len(rows)))
            connection.executemany(UPSERT, ((block * MILLION + place, *row) for place, row in enumerate(rows)))
            connection.executemany(JOIN, ((block, place, phone) for place, (phone, _) in enumerate(rows)))
            joined += connection.execute(f"{COUNT}{block}").fetchone()
        connection.execute("COMMIT")
    return joined


def _by_copy(url: str, files: Sequence[Path]) -> list[int]:
    """Copy into a temporary table, and merge that into the store's in the order of their indexes."""
    joined = []
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for file in files:
            block = _block_of(file)
            cursor.execute(TAKE)
            with cursor.copy("COPY taken (phone, first_name) FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(file.read_bytes())
            cursor.execute(LIST.format(block=block, size=LAKH).encode())
            cursor.execute(MERGE.encode(), [block * MILLION])
            cursor.execute(JOIN_ALL.encode(), [block])
            joined += cursor.execute(f"{COUNT}{block}".encode()).fetchone() or ()
    return joined


def _block_of(file: Path) -> int:
    return int(file.stem.rpartition(" ")[2])


@contextmanager
def _files(size: int) -> Iterator[list[list[Path]]]:
    """Write what each round takes in, in no order of its numbers, as files come; a list has room for one file."""
    chance = random.Random(4)  # noqa: S311 - chance, no secret
    of_round = range(0, size, CAPS["dynamic"])
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as folder:
        files = []
        for block in range(1, len(of_round) * (ROUNDS + 1) + 1):
            files.append(Path(folder) / f"List {block}.csv")
            length = size // len(of_round)
            rows = [(number, f"Asha {place}") for place, number in enumerate(numbers(length, block=block))]
            with files[-1].open("w", newline="") as text:
                csv.writer(text).writerows([("number", "first_name"), *chance.sample(rows, length)])
        yield [files[first : first + len(of_round)] for first in range(0, len(files), len(of_round))]


@contextmanager
def _databases(binaries: Path) -> Iterator[list[str]]:
    """Start PostgreSQL as it comes, and make two stores with one account each."""
    cluster = Cluster(binaries)
    try:
        for name in ("ours", "theirs"):
            cluster.ask(f"CREATE DATABASE {name}")
        with closing(open_store(cluster.url("theirs"))) as store:
            store.create_account("peer", sid=SID, username=USERNAME, secrets={})
        yield [cluster.url(name) for name in ("ours", "theirs")]
    finally:
        cluster.stop()
