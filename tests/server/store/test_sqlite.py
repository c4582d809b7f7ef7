"""What is peculiar to the SQLite engine: the file, its neighbours, and that nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from listkit.contact import Contact, ContactList
from listkit.errors import ListkitError, ServerFailedError, UnavailableError
from listkit.server.store import credentials, engines, open_store, sqlite
from listkit.server.store.base import Caller
from listkit.server.store.sql import SqlStore
from tests.contracts.engines import make_account, make_list, make_members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly: what is tested here is not how slow a guess is."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file for a store."""
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    """Open an empty store in the file."""
    store = SqlStore(path)
    yield store
    store.close()


def test_only_the_owner_can_read_the_files(store: SqlStore, path: Path) -> None:
    """The store and its side files have mode 0600, and the side files go when it is closed."""
    make_account(store, "acme")
    files = [path, path.with_name("store.sqlite-wal"), path.with_name("store.sqlite-shm")]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    store.close()
    assert [file.exists() for file in files] == [True, False, False]


def test_a_file_that_others_could_read_is_made_private(path: Path) -> None:
    """An existing file is made 0600 when it is opened."""
    path.touch(0o644)
    SqlStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_store_is_found_again(path: Path) -> None:
    """Path and URL name the same store, and it holds what it held."""
    first = open_store(path)
    account = make_account(first, "acme")
    make_list(first, account)
    first.close()
    second = open_store(f"sqlite:///{path}")
    assert second.accounts() == [account]
    assert second.list(account, "1").name == "VIP"
    assert second.authenticate("exotel", "acme-key", "acme-token") == Caller(account=account, writes=1)
    second.close()


@pytest.mark.parametrize(
    "url", ["sqlite://", "mysql://root:hidden@db/x", "://", "sqlite:///no/such/folder/store.sqlite", "nosuchkind://x"]
)
def test_what_is_no_store_is_refused_in_one_sentence(url: str) -> None:
    """A URL of no store, or a file that cannot be made, is a ListkitError without a secret in it."""
    with pytest.raises(ListkitError, match="store") as refused:
        open_store(url)
    assert "hidden" not in str(refused.value)


def test_a_file_of_something_else_is_refused_and_kept(path: Path) -> None:
    """A file that is no database is an error of ours, and stays as it was."""
    path.write_text("phone,name\n" * 1000)
    with pytest.raises(ServerFailedError, match="not a database"):
        open_store(path)
    assert path.read_text() == "phone,name\n" * 1000


def test_a_store_of_a_newer_listkit_is_refused(store: SqlStore, path: Path) -> None:
    """Another schema is named with both numbers, not guessed at."""
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(ListkitError, match="schema 99"):
        open_store(path)


def test_a_writer_elsewhere_is_waited_for_and_then_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process writes, reads go on and a write is UnavailableError, to be tried again."""
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    store = SqlStore(path)
    account = make_account(store, "acme")
    elsewhere = sqlite3.connect(path, isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError) as busy:
        make_list(store, account)
    assert busy.value.retry_after == 1
    assert store.lists(account).total == 0
    elsewhere.execute("ROLLBACK")
    elsewhere.close()
    make_list(store, account)
    store.close()


def test_a_writer_here_is_waited_for_and_then_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers of one process take turns; one whose turn does not come is UnavailableError."""
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    store = SqlStore(path)
    account = make_account(store, "acme")
    refused: list[Exception] = []

    def write() -> None:
        try:
            make_list(store, account)
        except UnavailableError as error:
            refused.append(error)

    with store._writing(account.account_id):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(refused) == 1
    store.close()


def test_no_lookup_walks_through_a_whole_account(store: SqlStore) -> None:
    """The plan of every statement that is not a page or a search goes by the whole of a key, in an empty store too."""
    plans: dict[str, list[str]] = {}

    def explain(_c: object, cursor: Any, statement: str, parameters: Any, _x: object, many: bool) -> None:
        if not many and statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"}:
            explained = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans[statement] = [row[3] for row in explained]

    account = make_account(store, "acme")
    for engine in (store._reader, store._writer):
        event.listen(engine, "before_cursor_execute", explain)
    lists = [make_list(store, account, name) for name in "ab"]
    make_members(store, account, lists[0], 1, 2, 3)
    store.update_lists(account, [(lists[0], {"name": "c"})])
    store.update_contacts(account, [("1", {"phone": "+12025550199"})])
    store.find_contact(account, "+12025550199")
    store.contacts(account, ids=["1"])
    store.lists(account, name="c")
    store.members(account, lists[0])
    store.update_contacts(account, [("1", {})], list_ids=lists)
    store.remove_members(account, lists[0], ["1", "2"], destroy_orphans=True)
    store.delete_contacts(account, ["3"])
    store.authenticate("exotel", "acme-key", "acme-token")
    store.delete_list(account, lists[1], destroy_orphans=True)
    walks = {
        (statement, step)
        for statement, plan in plans.items()
        for step in plan
        if ("(account_id=?)" in step and "SEARCH accounts" not in step)
        or ("SCAN" in step and "VIRTUAL" not in step and step != "SCAN page")  # a page was cut before it is walked
    }
    assert len(plans) > 20
    assert walks == set()


WRITING = """
import sys
from listkit.contact import Contact, ContactList
from listkit.server.store import credentials, open_store
credentials.COST = 2
store = open_store(sys.argv[1])
account = store.create_account("acme", sid="acme", username="acme", secrets={})
store.create_lists(account, [ContactList(name="VIP")])
for number in range(1_000_000):
    (kept,) = store.create_contacts(account, [Contact(phone=f"+1202{number:07d}")])
    store.add_members(account, "1", [kept.record.contact_id])
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    """After SIGKILL under a writer every acknowledged row is there, and the file is whole."""
    writer = subprocess.Popen([sys.executable, "-c", WRITING, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged >= 30:
            break
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read().split("\n")
    writer.stdout.close()
    writer.wait()
    acknowledged += sum(1 for line in rest if line)
    store = open_store(path)
    (account,) = store.accounts()
    found = store.members(account, "1", limit=100_000)
    assert found.total == len(found.items) in {acknowledged + 1, acknowledged + 2}
    assert store.contacts(account).total in {found.total, found.total + 1}
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_thousands_go_in_at_once(store: SqlStore) -> None:
    """A call of 5,000 needs a handful of statements, not one a row."""
    statements: list[str] = []
    event.listen(store._writer, "before_cursor_execute", lambda *given: statements.append(given[2]))
    account = make_account(store, "acme")
    (held,) = store.create_lists(account, [ContactList(name="VIP")])
    del statements[:]
    kept = store.create_contacts(account, [Contact(phone=f"+1202{at:07d}") for at in range(5000)])
    joined = store.add_members(account, str(held.list_id), [item.record.contact_id for item in kept])
    removed = store.remove_members(account, str(held.list_id), [item.record.contact_id for item in kept])
    assert len(joined) == sum(removed) == 5000
    assert len(statements) < 25


@pytest.mark.parametrize("count", [1, 2, sqlite._TOGETHER, sqlite._TOGETHER + 1, 2 * sqlite._TOGETHER + 3])
@pytest.mark.parametrize("differs", [0, 1, 2, 3])
def test_what_all_rows_have_is_told_once(store: SqlStore, count: int, differs: int) -> None:
    """However many go in, and whatever of them is alike, missing or empty, each comes back as it was."""
    account = make_account(store, "acme")
    names = ("first_name", "last_name", "company", "email")
    own = [{name: f"{name} {at}" if at % 2 else None for name in names[:differs]} for at in range(count)]
    new = [Contact(phone=f"+1202{at:07d}", tag="alike", **fields) for at, fields in enumerate(own)]
    made = [item.record for item in store.create_contacts(account, new)]
    assert store.contacts(account, limit=count).items == made
    assert [(one.phone, one.first_name, one.last_name, one.company, one.tag) for one in made] == [
        (one.phone, one.first_name, one.last_name, one.company, one.tag) for one in new
    ]


def test_another_process_leaves_the_log_of_this_one_alone(path: Path) -> None:
    """A command beside a server writes and ends; the server goes on with its log, and sees what was written."""
    with closing(open_store(path)) as store, closing(open_store(path)):
        make_account(store, "here")
        command = f"from listkit.server.store import open_store; open_store({str(path)!r}).close()"
        subprocess.run([sys.executable, "-c", command], check=True)
        assert path.with_name("store.sqlite-wal").exists()
        assert [account.name for account in store.accounts()] == ["here"]
        make_account(store, "there")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (2,)
