"""Uploads answer at once, add up, and lose and double nothing however they are stopped."""

from __future__ import annotations

import shutil
import stat
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import ListkitError, NotFoundError, ServerFailedError, UnavailableError
from listkit.server import cutting, importing
from listkit.server.importing import Importer, Inbox
from listkit.server.store import credentials, open_store
from listkit.wire.multipart import FilePart
from tests.contracts.engines import make_account, make_list, make_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.server.store.base import Account, Api, Store
    from listkit.server.store.jobs import Job

LAYOUT = {0: "phone", 1: "first_name"}
HEADING = b"number,first_name\n"


@pytest.fixture(autouse=True)
def _small_and_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files in small pieces, and hash secrets quickly."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(cutting, "BLOCK", 100 * len(rows(1)[len(HEADING) :]))
    monkeypatch.setattr(importing, "FIRST_WAIT", 0.01)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open an empty store."""
    store = open_store(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def acme(store: Store) -> Account:
    """Make an account with one list."""
    account = make_account(store, "acme")
    make_list(store, account)
    return account


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name the folder of an importer."""
    return tmp_path / "uploads"


@pytest.fixture
def importer(store: Store, folder: Path) -> Iterator[Importer]:
    """Make an importer."""
    importer = Importer(store, folder)
    yield importer
    importer.close()


def rows(*numbers: int) -> bytes:
    """Write a file of phones."""
    return HEADING + b"".join(b"+1202%07d,Asha\n" % number for number in numbers)


def start(importer: Inbox, store: Store, account: Account, content: bytes, **how: Any) -> Job:
    """Start an upload to the first list."""
    given = {"api": "exotel", "layout": LAYOUT, "cap": None, **how}
    return importer.start(
        account, to=store.list(account, "1"), file=FilePart(filename="f.csv", content=content), **given
    )


def wait(store: Store, account: Account, job: Job, *, until: Callable[[Job], bool] | None = None) -> Job:
    """Wait until an upload ended, or is as asked, and prove that its counts only grow."""
    before = job
    for _ in range(3000):
        now = store.job(account, job.upload_id, api=job.api)
        for name in ("at", "total", "added", "duplicate", "failed"):
            assert getattr(now, name) >= getattr(before, name)
        done = now.added + now.duplicate + now.failed
        assert now.total in ({done} if now.state in {"done", "failed"} else {0, before.total or now.total})
        assert now.total == 0 or done <= now.total
        if until(now) if until else now.state in {"done", "failed"}:
            return now
        before = now
        time.sleep(0.005)
    raise AssertionError(before)


def test_an_upload_is_answered_for_at_once_and_adds_up(importer: Importer, store: Store, acme: Account) -> None:
    """A job that waits is returned; at its end total = added + duplicate + failed, and the list holds those added."""
    make_members(store, acme, "1", 1)
    content = rows(*range(500), 7, 8) + b"nonsense,\n\n+12025550001,\n"
    job = start(importer, store, acme, content)
    assert (job.state, job.total, job.upload_id) == ("waiting", 0, "1")
    ended = wait(store, acme, job)
    assert (ended.state, ended.total, ended.added, ended.duplicate, ended.failed) == ("done", 504, 500, 3, 1)
    assert ended.at == len(content)
    assert store.list(acme, "1").members == 501


def test_the_cap_is_kept(importer: Importer, store: Store, acme: Account) -> None:
    """Rows past the cap fail, over as many pieces as they go."""
    ended = wait(store, acme, start(importer, store, acme, rows(*range(450)), cap=250))
    assert (ended.state, ended.added, ended.failed) == ("done", 250, 200)
    assert store.list(acme, "1").members == store.contacts(acme).total == 250


def test_several_go_on_at_the_same_time(
    importer: Importer, store: Store, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploads of one account go on side by side, and each of their rows is counted once."""
    order: list[str] = []
    load_rows = store.load_rows

    def load_and_note(job: Job, *rest: Any) -> Job:
        order.append(job.upload_id)
        return load_rows(job, *rest)

    monkeypatch.setattr(store, "load_rows", load_and_note)
    with importer._turns.changing:
        jobs = [start(importer, store, acme, rows(*range(at, at + 1000))) for at in (0, 500, 1000)]
    ended = [wait(store, acme, job) for job in jobs]
    assert [job.state for job in ended] == ["done"] * 3
    assert sum(job.added for job in ended) == store.list(acme, "1").members == 2000
    assert sum(job.duplicate for job in ended) == 1000
    assert len(set(order[:8])) == 3


def test_a_small_upload_of_another_account_does_not_wait_for_a_large_one(
    importer: Importer, store: Store, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files one account sends, the next one's file has its turn among their first pieces."""
    other = make_account(store, "other")
    make_list(store, other)
    order: list[int] = []
    load_rows = store.load_rows

    def load_and_note(job: Job, *rest: Any) -> Job:
        order.append(job.account_id)
        return load_rows(job, *rest)

    monkeypatch.setattr(store, "load_rows", load_and_note)
    with importer._turns.changing:
        large = [start(importer, store, acme, rows(*range(2000))) for _ in range(8)]
        small = start(importer, store, other, rows(1))
    assert wait(store, other, small).added == 1
    assert all(wait(store, acme, job).state == "done" for job in large)
    assert max(at for at, account_id in enumerate(order) if account_id == other.account_id) <= 8


def test_the_file_is_private_and_goes_when_it_is_read(
    importer: Importer, store: Store, acme: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is needed the file has mode 0600 in a folder 0700, and then it is gone."""
    go_on = threading.Event()
    load_rows = store.load_rows
    monkeypatch.setattr(store, "load_rows", lambda *given: go_on.wait(10) and load_rows(*given))
    job = start(importer, store, acme, rows(1))
    (file,) = folder.glob("*.csv")
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)
    assert file.read_bytes() == rows(1)
    go_on.set()
    wait(store, acme, job)
    importer.close()
    assert not list(folder.glob("*.csv"))


@pytest.mark.parametrize("broken", [b"\xff\n", b'"open\n', b'"a"b\n'], ids=["not UTF-8", "open quote", "quote inside"])
def test_a_broken_file_fails_and_keeps_what_was_done(
    importer: Importer, store: Store, acme: Account, broken: bytes
) -> None:
    """The rows before the broken place are in, and the counts say so."""
    ended = wait(store, acme, start(importer, store, acme, rows(*range(150)) + broken + rows(*range(200, 300))))
    assert (ended.state, ended.total, ended.added) == ("failed", 150, 150)
    assert store.list(acme, "1").members == 150


@pytest.mark.parametrize(
    ("api", "content", "state"),
    [
        ("exotel", b"number\nx\ny\n", "done"),
        ("textmagic", b"phone\nx\ny\n", "failed"),
        ("textmagic", b"phone\nx\n+12025550101\n", "done"),
        ("textmagic", b"phone\n", "done"),
        ("exotel", b"number\n", "done"),
    ],
)
def test_how_it_ends_without_a_good_row(
    importer: Importer, store: Store, acme: Account, *, api: Api, content: bytes, state: str
) -> None:
    """At Exotel a file of bad rows is done; at TextMagic it failed."""
    ended = wait(store, acme, start(importer, store, acme, content, api=api, layout={0: "phone"}))
    assert ended.state == state
    assert ended.total == ended.added + ended.failed


def test_a_list_deleted_meanwhile_fails_the_upload(
    importer: Importer, store: Store, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its list an upload fails, and the server goes on."""
    load_rows = store.load_rows

    def delete_in_between(job: Job, *rest: Any) -> Job:
        if job.added > 200:
            monkeypatch.setattr(store, "load_rows", load_rows)
            store.delete_list(acme, "1")
        return load_rows(job, *rest)

    monkeypatch.setattr(store, "load_rows", delete_in_between)
    ended = wait(store, acme, start(importer, store, acme, rows(*range(500))))
    assert ended.state == "failed"
    assert 200 < ended.added < 500
    assert ended.added + ended.failed == ended.total <= 500
    assert ended.total in {500, ended.added}
    (said,) = store.rejects(ended)
    assert (
        said
        == f'"{ended.added + 2}","","list_gone","From here on nothing was taken in: the list was deleted."\n'.encode()
    )


def test_a_store_that_is_busy_is_waited_for(
    importer: Importer, store: Store, acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece that the store could not take now is given again, and nothing is lost or doubled."""
    load_rows = store.load_rows
    refusals = iter([UnavailableError("Busy."), ServerFailedError("Full."), None] * 5)

    def load_sometimes(*given: Any) -> Job:
        if (error := next(refusals, None)) is not None:
            raise error
        return load_rows(*given)

    monkeypatch.setattr(store, "load_rows", load_sometimes)
    ended = wait(store, acme, start(importer, store, acme, rows(*range(250))))
    assert (ended.state, ended.total, ended.added) == ("done", 250, 250)


@pytest.mark.parametrize("piece", range(6))
@pytest.mark.parametrize("is_kept", [True, False], ids=["after the commit", "before the commit"])
def test_a_restart_goes_on_at_the_next_unread_row(
    store: Store, acme: Account, folder: Path, monkeypatch: pytest.MonkeyPatch, piece: int, *, is_kept: bool
) -> None:
    """A stop at any piece, just before or after it was kept, loses and doubles nothing."""
    calls = iter(range(100))
    load_rows = store.load_rows
    stopped = threading.Event()

    def load_and_crash(*given: Any) -> Job:
        if next(calls) != piece:
            return load_rows(*given)
        if is_kept:
            load_rows(*given)
        stopped.set()
        raise RuntimeError("the power went")

    monkeypatch.setattr(store, "load_rows", load_and_crash)
    first = Importer(store, folder)
    content = rows(*range(450), *range(50)) + b"bad\n"
    job = start(first, store, acme, content)
    assert stopped.wait(10)
    first.close()
    monkeypatch.setattr(store, "load_rows", load_rows)
    second = Importer(store, folder)
    second.resume()
    ended = wait(store, acme, job)
    second.close()
    assert (ended.state, ended.total, ended.added, ended.duplicate, ended.failed) == ("done", 501, 450, 50, 1)
    assert store.list(acme, "1").members == store.contacts(acme).total == 450
    assert not list(folder.glob("*.csv"))


def test_closing_stops_between_two_pieces(
    store: Store, acme: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """close() does not wait for the end of a file: the upload stays running, and a restart ends it."""
    load_rows = store.load_rows
    reached, go_on = threading.Event(), threading.Event()

    def load_slowly(job: Job, *rest: Any) -> Job:
        if job.added + job.duplicate >= 200:
            reached.set()
            go_on.wait(10)
        return load_rows(job, *rest)

    monkeypatch.setattr(store, "load_rows", load_slowly)
    first = Importer(store, folder)
    jobs = [start(first, store, acme, rows(*range(1000))) for _ in range(6)]
    assert reached.wait(10)
    closing = threading.Thread(target=first.close)
    closing.start()
    go_on.set()
    closing.join(10)
    assert not closing.is_alive()
    assert {job.state for job in store.unfinished_jobs()} == {"waiting", "running"}
    assert all(job.added + job.duplicate < 1000 for job in store.unfinished_jobs())
    monkeypatch.setattr(store, "load_rows", load_rows)
    second = Importer(store, folder)
    second.resume()
    ended = [wait(store, acme, job) for job in jobs]
    second.close()
    assert {(job.state, job.total, job.added + job.duplicate) for job in ended} == {("done", 1000, 1000)}
    assert store.list(acme, "1").members == 1000


def test_what_nobody_needs_is_dropped_and_what_is_missing_fails(store: Store, acme: Account, folder: Path) -> None:
    """A restart drops files without a job, and fails a job without a file."""
    job = start(Inbox(store, folder), store, acme, rows(1))
    for file in folder.glob("*.csv"):
        file.unlink()
    (folder / "left over.csv").write_bytes(b"x")
    second = Importer(store, folder)
    second.resume()
    assert wait(store, acme, job).state == "failed"
    second.close()
    assert not list(folder.glob("*.csv"))


def test_a_folder_has_one_importer(store: Store, folder: Path) -> None:
    """A second server over the same files is refused in a sentence, and may begin when the first has stopped."""
    first = Importer(store, folder)
    with pytest.raises(ListkitError, match="Another server"):
        Importer(store, folder)
    first.close()
    Importer(store, folder).close()


def test_an_upload_that_cannot_be_recorded_leaves_no_file(
    importer: Importer, store: Store, acme: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the job cannot be recorded, the error comes out and the file is gone."""

    def refuse(_job: Job) -> Job:
        raise NotFoundError("No.")

    monkeypatch.setattr(store, "create_job", refuse)
    with pytest.raises(NotFoundError):
        start(importer, store, acme, rows(1))
    assert not list(folder.glob("*.csv"))


def test_a_full_disk_is_one_sentence(importer: Importer, store: Store, acme: Account, folder: Path) -> None:
    """A file that cannot be kept is ServerFailedError, and no job is recorded."""
    shutil.rmtree(folder)
    with pytest.raises(ServerFailedError, match="cannot be kept"):
        start(importer, store, acme, rows(1))
    assert store.unfinished_jobs() == []
    folder.mkdir()
