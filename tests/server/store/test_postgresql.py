"""What is peculiar to the PostgreSQL engine: turns of processes, snapshots, errors in our words, passwords."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, make_url

from listkit.contact import Contact, ContactList
from listkit.errors import ListkitError, MissingExtraError, ServerFailedError, UnavailableError
from listkit.server.store import credentials, engines, open_store, postgresql
from listkit.server.store.base import Caller
from listkit.server.store.sql import SqlStore
from tests.contracts.cluster import Cluster, find_binaries, fresh_database, shared_cluster
from tests.contracts.engines import make_account, make_list, phones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly: what is tested here is not how slow a guess is."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.fixture
def url() -> str:
    """Name a database that holds an empty store."""
    return fresh_database()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """Open it."""
    store = SqlStore(url)
    yield store
    store.close()


def name_of(url: str) -> str:
    """Return the database's name."""
    return str(make_url(url).database)


def cut_off(url: str) -> None:
    """End every connection to a database."""
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    shared_cluster().ask(f"{ending}'{name_of(url)}'")


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """Start a server that tests may stop, whose writes are on disk."""
    cluster = Cluster(find_binaries())
    yield cluster
    cluster.stop()


# where it is -------------------------------------------------------------------------------
def test_a_store_is_found_again(url: str) -> None:
    """Each way of writing the URL names the same store, and it holds what it held."""
    first = open_store(url)
    account = make_account(first, "acme")
    first.close()
    for scheme in ("postgres", "postgresql+psycopg"):
        store = open_store(url.replace("postgresql", scheme, 1))
        assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=account)
        store.close()


def test_the_driver_finds_what_a_url_leaves_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Host, user and database come from PGHOST and the like, and a password from PGPASSWORD, as everywhere else."""
    monkeypatch.setenv("PGHOST", str(shared_cluster().folder))
    monkeypatch.setenv("PGUSER", "listkit")
    monkeypatch.setenv("PGDATABASE", name_of(url))
    monkeypatch.setenv("PGPASSWORD", "hidden")
    store = open_store("postgresql://")
    assert store.accounts() == []
    assert "hidden" not in repr(vars(store))
    store.close()


@pytest.mark.parametrize(
    "form",
    [
        "postgresql://listkit:hidden@/{name}?host={folder}",
        "postgresql://listkit@/{name}?host={folder}&password=hidden",
        "postgresql://listkit:hidden@/no_such_database?host={folder}",
        "postgresql://listkit:hidden@127.0.0.1:1/lists",
        "postgresql://listkit:hidden@nowhere.invalid/lists",
        "postgresql://listkit:hidden@127.0.0.1:port/lists",
        "postgresql://listkit:hidden@/{name}?host={folder}&no_such_option=1",
        "postgresql://listkit:hidden@/{name}?host={folder}&sslpassword=hidden",
    ],
)
def test_no_password_is_ever_shown(form: str, url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whether it opens or not, what is said, logged, shown or chained to an error has no password in it."""
    url = form.format(name=name_of(url), folder=shared_cluster().folder)
    shown: list[object] = []
    try:
        store = open_store(url)
    except ListkitError as error:
        chain: BaseException | None = error
        while chain is not None:
            shown += [chain, repr(chain)]
            chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    else:
        shown += [store, repr(store), store.place, store.folder, *map(repr, vars(store).values())]
        store.close()
    assert shown
    assert "hidden" not in " ".join(map(str, [*shown, caplog.text]))


def test_uploads_are_kept_in_the_users_own_folder(store: SqlStore, home: Path) -> None:
    """A store that is no file has its uploads' files in listkit's home, in a folder named after the database."""
    assert store.folder.parent == home / "uploads"
    assert "store_" in store.folder.name
    assert "/" not in store.folder.name


def test_without_psycopg_the_pip_line_is_told(tmp_path: Path) -> None:
    """A PostgreSQL URL without the extra is one sentence with the line to type; SQLite needs none."""
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from listkit.server.store import open_store\n"
        "open_store(sys.argv[1]).close()\n"
        "open_store('postgresql://nowhere.invalid/x')"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "store.sqlite")]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert "pip install 'listkit[postgres]'" in told.splitlines()[-1]
    assert (tmp_path / "store.sqlite").exists()
    assert issubclass(MissingExtraError, ImportError)


def test_a_database_that_cannot_keep_every_text_is_refused() -> None:
    """A database in another encoding is refused when it is opened, with what to do."""
    cluster = shared_cluster()
    cluster.ask("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(ListkitError, match="LATIN1"):
        open_store(cluster.url("latin"))


# turns and moments -------------------------------------------------------------------------
def test_one_account_waits_and_another_does_not(store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a process writes to an account, another's write to it waits, and is told when it takes too long."""
    acme, other = make_account(store, "acme"), make_account(store, "other")
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.1)
    elsewhere = SqlStore(url)
    with elsewhere._writing(acme.account_id):
        make_list(store, other)
        assert store.lists(acme).total == 0
        second = SqlStore(url)
        with pytest.raises(UnavailableError) as busy:
            make_list(second, acme)
        assert busy.value.retry_after == 1
        second.close()
    make_list(store, acme)
    elsewhere.close()


def test_what_was_looked_at_holds(url: str) -> None:
    """Of writers in several processes that all look first, one takes a name, a number, a login and the last place."""
    stores = [SqlStore(url) for _ in range(4)]
    acme = make_account(stores[0], "acme")
    list_id = make_list(stores[0], acme)
    stores[0].create_contacts(acme, phones(*range(8)))
    outcomes: list[Any] = []

    def write(at: int, store: SqlStore) -> None:
        outcomes.extend(store.create_lists(acme, [ContactList(name="one")]))
        outcomes.extend(store.create_contacts(acme, phones(99)))
        outcomes.extend(store.add_members(acme, list_id, [str(2 * at + 1), str(2 * at + 2)], cap=3))
        try:
            outcomes.append(make_account(store, "rival"))
        except ListkitError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "Account": 1, "ContactList": 1, "DuplicateError": 6, "Joined": 3, "Kept": 4, "ListFullError": 5,
    }  # fmt: skip
    assert sum(outcome.is_new for outcome in outcomes if type(outcome).__name__ == "Kept") == 1
    assert stores[1].list(acme, list_id).members == 3
    for store in stores:
        store.close()


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    """What is written while a block reads is not seen in it, and a reader cannot write."""
    acme = make_account(store, "acme")
    with store._reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM lists").scalar_one()
        make_list(store, acme)
        assert connection.exec_driver_sql("SELECT count(*) FROM lists").scalar_one() == before
    assert store.lists(acme).total == 1
    with pytest.raises(ServerFailedError, match="takes no writes"), store._reading() as connection:
        connection.exec_driver_sql("DELETE FROM lists")


def test_a_server_that_was_just_killed_is_waited_for(store: SqlStore, url: str) -> None:
    """Who comes while PostgreSQL still holds a dead server's claim gets it a moment later."""
    claim = store.claim_uploads()
    letting_go = threading.Timer(0.3, claim.close)
    letting_go.start()
    other = SqlStore(url)
    other.claim_uploads().close()
    letting_go.join()
    other.close()


def test_one_server_takes_in_uploads(store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The uploads of a store are one process's, whatever its folder; they are free when it ends."""
    monkeypatch.setattr(postgresql, "CLAIM_SECONDS", 0.1)
    claim = store.claim_uploads()
    other = SqlStore(url)
    with pytest.raises(ListkitError, match="Another server"):
        other.claim_uploads()
    claim.close()
    other.claim_uploads().close()
    other.close()


# what goes wrong ---------------------------------------------------------------------------
def test_what_takes_too_long_is_stopped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement, and a writer that does nothing, are ended after their time, so that nobody waits for them."""
    monkeypatch.setitem(postgresql._STATEMENT_SECONDS, "reading", 0.05)
    monkeypatch.setattr(postgresql, "_IDLE_SECONDS", 0.05)
    store = SqlStore(url)
    with pytest.raises(UnavailableError, match="too long"), store._reading() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(5)")
    acme = make_account(store, "acme")

    def dawdle() -> None:
        with store._writing(acme.account_id) as connection:
            threading.Event().wait(0.3)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(UnavailableError):
        dawdle()
    make_list(store, acme)
    store.close()


def test_a_lost_connection_is_told_and_made_again(store: SqlStore, url: str) -> None:
    """A connection that is cut under a write is an UnavailableError with nothing applied; the next call has another."""
    acme = make_account(store, "acme")

    def write() -> None:
        with store._writing(acme.account_id) as connection:
            connection.exec_driver_sql("DELETE FROM credentials")
            cut_off(url)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(UnavailableError):
        write()
    assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
    make_list(store, acme)


def test_a_cut_in_the_middle_of_a_load_is_ours(store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is cut while rows are loaded is an UnavailableError too, and no row of them is there."""
    acme = make_account(store, "acme")
    loading = postgresql._loading
    monkeypatch.setattr(postgresql, "_loading", lambda table: cut_off(url) or loading(table))
    with pytest.raises(UnavailableError):
        store.create_contacts(acme, phones(1, 2))
    monkeypatch.undo()
    assert store.contacts(acme).total == 0


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("53100", ServerFailedError, "disk is full"),
        ("53300", UnavailableError, "cannot serve now"),
        ("40P01", UnavailableError, "busy"),
        ("40001", UnavailableError, "busy"),
        ("55P03", UnavailableError, "busy"),
        ("57P01", UnavailableError, "cannot serve now"),
        ("25006", ServerFailedError, "takes no writes"),
        ("XX000", ServerFailedError, "XX000"),
    ],
)
def test_its_codes_have_a_sentence(store: SqlStore, code: str, kind: type[Exception], said: str) -> None:
    """What PostgreSQL reports by a code is an error of ours with a sentence, and what it quotes is not repeated."""
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'it' USING ERRCODE = '{code}', DETAIL = '+12025550123'; END $$"
    with pytest.raises(ServerFailedError, match=said) as failed, store._reading() as connection:
        connection.exec_driver_sql(raising)
    assert type(failed.value) is kind
    assert "12025550123" not in str(failed.value)
    assert failed.value.__suppress_context__


def test_a_server_that_stops_and_comes_back(own_cluster: Cluster) -> None:
    """While it is down calls are UnavailableError at once, and when it is back they go on with the same store."""
    store = SqlStore(own_cluster.url("postgres"))
    acme = make_account(store, "acme")
    own_cluster.halt()
    for _ in range(2):
        with pytest.raises(UnavailableError):
            store.lists(acme)
        with pytest.raises(UnavailableError):
            make_list(store, acme)
    own_cluster.start()
    make_list(store, acme)
    assert store.lists(acme).total == 1
    store.close()


WRITING = """
import sys
from listkit.contact import Contact, ContactList
from listkit.server.store import credentials, open_store
credentials.COST = 2
store = open_store(sys.argv[1])
account = store.create_account("killed", sid="killed", username="killed", secrets={})
store.create_lists(account, [ContactList(name="VIP")])
for number in range(1_000_000):
    (kept,) = store.create_contacts(account, [Contact(phone=f"+1202{number:07d}")])
    store.add_members(account, "1", [kept.record.contact_id])
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill_of_the_database(own_cluster: Cluster) -> None:
    """After SIGKILL of PostgreSQL itself under a writer, every acknowledged row is there when it is started again."""
    url = own_cluster.url("postgres")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITING, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = -1
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged >= 15:
            break
    own_cluster.halt(signal.SIGKILL)
    rest, told = writer.communicate()
    acknowledged += rest.count("\n")
    assert "UnavailableError" in told.splitlines()[-1]
    own_cluster.start()
    store = open_store(url)
    account = next(one for one in store.accounts() if one.name == "killed")
    found = store.members(account, "1", limit=100_000)
    assert found.total == len(found.items) in {acknowledged + 1, acknowledged + 2}
    store.close()


# how fast ----------------------------------------------------------------------------------
def test_thousands_go_in_at_once(store: SqlStore) -> None:
    """A call of 5,000 needs a handful of statements, not one a row."""
    statements: list[str] = []
    event.listen(store._writer, "before_cursor_execute", lambda *given: statements.append(given[2]))
    account = make_account(store, "acme")
    list_id = make_list(store, account)
    del statements[:]
    kept = store.create_contacts(account, [Contact(phone=f"+1202{at:07d}") for at in range(5000)])
    joined = store.add_members(account, list_id, [item.record.contact_id for item in kept])
    removed = store.remove_members(account, list_id, [item.record.contact_id for item in kept])
    assert len(joined) == sum(removed) == 5000
    assert len(statements) < 30


def test_a_list_that_was_just_filled_is_read_by_its_index(store: SqlStore) -> None:
    """A page of a list that grew from nothing a moment ago is no sort of the whole list, which nobody measured yet."""
    account = make_account(store, "acme")
    list_id = make_list(store, account)
    kept = store.create_contacts(account, [Contact(phone=f"+1202{at:07d}") for at in range(5000)])
    store.add_members(account, list_id, [item.record.contact_id for item in kept])
    plans: list[str] = []

    def explain(_c: object, cursor: Any, statement: str, parameters: Any, _x: object, _many: object) -> None:
        plan = cursor.connection.execute(f"EXPLAIN {statement}", parameters).fetchall()
        plans.append("\n".join(step for (step,) in plan))

    event.listen(store._reader, "before_cursor_execute", explain)
    assert len(store.members(account, list_id, limit=20).items) == 20
    assert len(store.contacts(account, limit=20).items) == 20
    assert any("members_by_position" in plan for plan in plans)
    assert not any("Sort" in plan for plan in plans)
