"""A store of an older listkit becomes today's, with every row that it held."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import inspect, select

from listkit.errors import ListkitError, ServerFailedError
from listkit.server.store import migrations, schema, stretches
from listkit.server.store.base import Caller
from listkit.server.store.jobs import Job
from listkit.server.store.schema import VERSION, metadata
from listkit.server.store.sql import SqlStore
from tests.contracts.cluster import fresh_database
from tests.contracts.engines import make_account

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD = Path(__file__).with_name("version_1.sql").read_text()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a store of version 1."""
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD)
    connection.close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    """Open it as today's."""
    store = SqlStore(path)
    yield store
    store.close()


def tables_of(path: Path) -> set[tuple[str, ...]]:
    """Return all that a file says of its tables and indexes, however it is spaced."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    connection.close()
    return {(*names, " ".join((sql or "").split())) for *names, sql in rows}


def rows_of(path: Path, table: str) -> list[dict[str, Any]]:
    """Return a table's rows, each with the names of its columns."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - a table of ours
    connection.close()
    return rows


def test_an_old_store_becomes_a_new_one(path: Path, tmp_path: Path) -> None:
    """Its tables are to the letter those of a store that is made today, and each old row is there with every value."""
    names = [name for kind, name, *_ in tables_of(path) if kind == "table"]
    before = {name: rows_of(path, name) for name in names if name not in {"schema_version", "sqlite_stat1"}}
    SqlStore(path).close()
    SqlStore(tmp_path / "new.sqlite").close()
    assert tables_of(path) == tables_of(tmp_path / "new.sqlite")
    for name, rows in before.items():
        after = rows_of(path, name)
        if name == "contacts":  # what is searched has one more border at its end
            rows = [row | {"folded": row["folded"] + "\n"} for row in rows]  # noqa: PLW2901 - the rows as they are to be
        assert [{**now, **row} for now, row in zip(after, rows, strict=True)] == after
    assert rows_of(path, "schema_version") == [{"version": VERSION}]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_an_old_store_goes_on(store: SqlStore) -> None:
    """Its secrets prove its accounts, its lists show their members, its uploads go on, and it takes new rows."""
    acme, other = store.accounts()
    assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
    assert [record.phone for record in store.members(acme, "1").items] == ["+12025550101", "+12025550103"]
    assert store.lists(other).items[0].description == "It's Straße"
    assert [job.upload_id for job in store.unfinished_jobs()] == ["1", "1"]
    assert isinstance(store.unfinished_jobs()[0], Job)
    make_account(store, "third")
    assert [outcome.contact_id for outcome in store.add_members(acme, "2", ["1"])] == ["1"]
    with pytest.raises(ServerFailedError), store._writing(acme.account_id) as connection:
        connection.exec_driver_sql("DELETE FROM lists")  # whose members still point to them


def test_old_members_are_counted(store: SqlStore) -> None:
    """Each list, and the address-book, has who was in it in its first stretch, in its every order: all are near."""
    with store._reading() as connection:
        counted = connection.execute(select(schema.stretches)).all()
        held = connection.execute(select(schema.lists).where(schema.lists.c.members > 0)).all()
        books = connection.execute(select(schema.accounts).where(schema.accounts.c.contacts > 0)).all()
    expected = {(row.account_id, row.list_id, place, 0, row.members) for row in held for place in stretches.PLACES}
    expected |= {(row.account_id, stretches.ADDRESS_BOOK, "contact_id", 0, row.contacts) for row in books}
    assert held
    assert books
    assert {tuple(row) for row in counted} == expected


def test_postgresql_takes_the_same_steps() -> None:
    """Tables of the first version, were they in PostgreSQL, become today's there by the same steps, with their rows."""
    url = fresh_database()
    with psycopg.connect(url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DROP TABLE {table.name}".encode())
        connection.execute(OLD.replace("WITHOUT ROWID", "").replace(" TEXT", ' TEXT COLLATE "C"').encode())
    store, new = SqlStore(url), SqlStore(fresh_database())
    forms = []
    for each in (store, new):
        with each._reading() as connection:
            seen = inspect(connection)
            forms.append({
                table.name: (
                    sorted((column["name"], repr(column["type"]), column["nullable"], column["default"])
                           for column in seen.get_columns(table.name)),
                    seen.get_pk_constraint(table.name)["constrained_columns"],
                    {index["name"]: index["column_names"] for index in seen.get_indexes(table.name)},
                )
                for table in metadata.sorted_tables
            })  # fmt: skip
    assert forms[0] == forms[1]
    acme, _ = store.accounts()
    assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
    assert [record.phone for record in store.members(acme, "1").items] == ["+12025550101", "+12025550103"]
    make_account(store, "third")
    store.close()
    new.close()


def test_every_new_column_has_a_value_for_old_rows() -> None:
    """A column that may not be null, and was not in version 1, says in a step what old rows hold."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(OLD)
    for table in metadata.sorted_tables:
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        new = {column.name for column in table.columns if not column.nullable} - there if there else set()
        said = {name for step in migrations.STEPS for name in step.values.get(table.name, {})}
        assert new <= said, f"{table.name}: say in migrations.STEPS what old rows hold in {new - said}"
    connection.close()
    assert migrations.STEPS[-1].version == VERSION


def test_what_fails_leaves_the_old_store(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that cannot be made is an error of ours, and the file stays what it was."""
    before = tables_of(path), rows_of(path, "credentials")
    broken = {**migrations.STEPS[0].values, "credentials": {"user_id": "no_such_column"}}
    monkeypatch.setattr(migrations, "STEPS", (migrations.Step(2, broken),))
    with pytest.raises(ServerFailedError, match="no_such_column"):
        SqlStore(path)
    assert (tables_of(path), rows_of(path, "credentials")) == before


def test_a_broken_key_is_not_carried_over(path: Path) -> None:
    """Rows that point to what is not there stop the step, instead of being kept as they are."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE credentials SET account_id = 9")
    connection.commit()
    connection.close()
    with pytest.raises(ListkitError, match="credentials point to what is not there"):
        SqlStore(path)
    assert rows_of(path, "schema_version") == [{"version": 1}]
