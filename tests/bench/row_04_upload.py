"""Take a CSV file in over HTTP, against writing the same file straight into SQLite."""

from __future__ import annotations

import csv
import io
import sqlite3
import time
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from listkit.contact import ContactList
from listkit.frame import records
from tests.bench import Row, at_least
from tests.bench.least import PRAGMAS
from tests.bench.serving import new_store, people, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from tests.bench.serving import Served

SIZE = 100_000
UPSERT = """INSERT INTO contacts VALUES (1, ?, ?, ?, NULL, NULL, NULL, NULL, NULL, '', 0, 0)
            ON CONFLICT (account_id, phone) DO UPDATE SET first_name = excluded.first_name"""
JOIN = """INSERT INTO members SELECT 1, ?, contact_id, contact_id, 0, NULL FROM contacts
          WHERE account_id = 1 AND phone = ? ON CONFLICT DO NOTHING"""
LIST = "INSERT INTO lists VALUES (1, ?, ?, NULL, NULL, 'static', 0, ?, '', 0, 1, 0, 0)"


def bench() -> Iterator[Row]:
    """Take in numbers that nobody has sent before, each time into a new list; both stores grow alike."""
    with served() as server, new_store() as path:
        ours, theirs = count(), count()
        yield Row(
            what="CSV upload of 100k, HTTP and checks included",
            peer="csv + executemany upsert, no HTTP",
            goal=at_least(1.2),
            ours=lambda: _by_upload(server, next(ours)),
            theirs=lambda: _by_upsert(path, next(theirs)),
        )


def _by_upload(server: Served, block: int) -> int:
    provider = server.exotel.provider
    taken = provider.upload(_contacts(block), to=ContactList(name=f"List {block}"))
    while taken.state == "running":
        time.sleep(0.02)
        taken = provider.upload_status(taken)
    return int(server.exotel.lists(f"List {block}")["members"].item())


def _by_upsert(path: Path, block: int) -> int:
    """Write one transaction: the peer checks nothing, folds nothing and resumes nothing."""
    table = _contacts(block)
    text = io.StringIO()
    csv.writer(text).writerows(zip(table["phone"].to_pylist(), table["first_name"].to_pylist(), strict=True))
    text.seek(0)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(LIST, (block + 1, f"List {block}", f"list {block}"))
        rows = list(csv.reader(text))
        first = block * SIZE + 1
        connection.executemany(UPSERT, ((number, *row) for number, row in enumerate(rows, first)))
        connection.executemany(JOIN, ((block + 1, phone) for phone, _ in rows))
        counted = connection.execute("SELECT count(*) FROM members WHERE account_id = 1 AND list_id = ?", (block + 1,))
        (members,) = counted.fetchone()
        connection.execute("COMMIT")
    return int(members)


def _contacts(block: int) -> pa.Table:
    return records.to_table(people(SIZE, block=block))
