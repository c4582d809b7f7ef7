"""A store is copied whole from any engine to any engine, while it is written to."""

from __future__ import annotations

import stat
import threading
from itertools import product
from typing import TYPE_CHECKING

import pytest

from listkit.cli import main
from listkit.contact import Contact
from listkit.errors import ListkitError
from listkit.server.store import copy_store, open_store
from listkit.server.store.jobs import Job
from tests.contracts.engines import ENGINES, make_account, make_list, make_members, members_of, phones, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.server.store.base import Account, Store

PAIRS = list(product(ENGINES, repeat=2))


def everything(store: Store) -> list[object]:
    """Return all that a store tells of its accounts."""
    return [
        (
            account,
            store.contacts(account, limit=10_000),
            [(kept, store.members(account, str(kept.list_id), limit=10_000)) for kept in store.lists(account).items],
            store.authenticate("exotel", f"{account.name}-key", f"{account.name}-token"),
        )
        for account in store.accounts()
    ] + [store.unfinished_jobs()]


def fill(store: Store) -> Account:
    """Fill a store with two accounts, and an upload whose file waits in the folder beside it."""
    for name in ("acme", "other"):
        account = make_account(store, name)
        first, second = make_list(store, account, "a"), make_list(store, account, "Ä")
        make_members(store, account, first, *range(20))
        store.remove_members(account, first, ["3"])
        make_members(store, account, second, 5, 6, 25)
        store.create_contacts(account, [Contact(phone="+12025550199", first_name="Asha", custom={"ward": {"a": [1]}})])
    store.create_job(
        Job(upload_id="", account_id=account.account_id, api="exotel", list_id="1", path="f.csv", layout={0: "phone"})
    )
    store.folder.mkdir(parents=True)
    (store.folder / "f.csv").write_text("number\n+12025550177\n")
    (store.folder / "claim").write_text("of the server that runs")
    return account


def own(folder: Path, name: str) -> Path:
    """Make a folder for one side."""
    (folder / name).mkdir()
    return folder / name


@pytest.mark.parametrize(("kind", "target_kind"), PAIRS)
def test_a_copy_is_equal(kind: str, target_kind: str, tmp_path: Path) -> None:
    """Accounts with secrets, lists, members in order, contacts, unfinished uploads and their files come along."""
    url, target = ENGINES[kind](own(tmp_path, "old")), ENGINES[target_kind](own(tmp_path, "new"))
    old = open_store(url)
    fill(old)
    copied = copy_store(url, target)
    new = open_store(target)
    assert everything(new) == everything(old)
    assert (new.folder / "f.csv").read_bytes() == (old.folder / "f.csv").read_bytes()
    assert stat.S_IMODE((new.folder / "f.csv").stat().st_mode) == 0o600
    assert not (new.folder / "claim").exists()
    assert (copied.rows["accounts"], copied.rows["members"], copied.files) == (2, 44, 1)
    acme = new.accounts()[0]
    assert make_list(new, acme, "next") == "3"
    make_members(new, acme, "1", 90)
    assert members_of(new, acme, "1")[-1] == "+12025550090"
    old.close()
    new.close()


@pytest.mark.parametrize(("kind", "target_kind"), PAIRS)
def test_a_copy_shows_one_moment(kind: str, target_kind: str, tmp_path: Path) -> None:
    """While contacts join, two at a time, a copy has both of each pair or none, and counts that add up."""
    url, target = ENGINES[kind](own(tmp_path, "old")), ENGINES[target_kind](own(tmp_path, "new"))
    old = open_store(url)
    acme = make_account(old, "acme")
    list_id = make_list(old, acme)
    is_over, is_going = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            job = Job(
                upload_id="",
                account_id=acme.account_id,
                api="exotel",
                list_id=list_id,
                path="",
                layout={},
                state="done",
            )
            old.load_rows(old.create_job(job), rows_of(phones(number, number + 1)))
            number += 2
            is_going.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert is_going.wait(10)
    copy_store(url, target)
    is_over.set()
    writer.join()
    new = open_store(target)
    found = members_of(new, acme, list_id)
    assert found == [contact.phone for contact in phones(*range(len(found)))]
    assert len(found) % 2 == 0
    assert len(found) >= 2
    assert new.contacts(acme).total == len(found)
    old.close()
    new.close()


@pytest.mark.parametrize("kind", ENGINES)
def test_a_place_that_holds_something_is_refused(kind: str, tmp_path: Path) -> None:
    """A store with an account in it is no target, and stays as it is; a store that is not there is no source."""
    url, target = ENGINES[kind](own(tmp_path, "old")), ENGINES[kind](own(tmp_path, "new"))
    for each in (url, target):
        store = open_store(each)
        make_account(store, "acme")
        store.close()
    with pytest.raises(ListkitError, match="1 accounts already"):
        copy_store(url, target)
    with pytest.raises(ListkitError, match="1 accounts already"):
        copy_store(url, url)
    with pytest.raises(ListkitError, match="no store at"):
        copy_store(tmp_path / "none.sqlite", target)
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize(("kind", "target_kind"), PAIRS)
def test_backup_and_restore_are_commands(
    kind: str, target_kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`listkit backup` makes a private file of any store, `listkit restore` a store of it, and both say how much."""
    url, target = ENGINES[kind](own(tmp_path, "old")), ENGINES[target_kind](own(tmp_path, "new"))
    old = open_store(url)
    fill(old)
    backup = tmp_path / "backup.sqlite"
    assert main(["backup", "--store", url, str(backup)]) == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert main(["restore", str(backup), "--store", target]) == 0
    assert capsys.readouterr().out.count("2 accounts, 4 lists, 44 contacts, 44 members, 1 uploads, and 1 file") == 2
    new = open_store(target)
    assert everything(new) == everything(old)
    assert new.authenticate("textmagic", "acme", "acme-api-key") == old.authenticate(
        "textmagic", "acme", "acme-api-key"
    )
    assert main(["backup", "--store", url, str(backup)]) == 1
    assert "holds 2 accounts already" in capsys.readouterr().err
    old.close()
    new.close()
