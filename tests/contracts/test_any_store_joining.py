"""What every store does with memberships and uploads, also when all come at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from listkit.contact import Contact
from listkit.errors import ListFullError, NotFoundError
from listkit.server.store.jobs import Job, Loaded
from tests.contracts.engines import make_account, make_list, make_members, members_of, phones, rows_of

if TYPE_CHECKING:
    from listkit.server.store.base import Account, Store


class TestMembers:
    """Which contacts are in which list."""

    def test_each_contact_joins_once(self, store: Store, acme: Account) -> None:
        """Who is a member already, or was earlier in the call, is told since when; an unknown id is refused."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, phones(1, 2))
        outcomes = store.add_members(acme, list_id, ["2", "9", "2", "x"])
        assert [getattr(item, "is_new", type(item)) for item in outcomes] == [True, NotFoundError, False, NotFoundError]
        (later,) = store.add_members(acme, list_id, ["2"])
        assert (later.is_new, later.joined_at) == (False, outcomes[0].joined_at)
        assert members_of(store, acme, list_id) == ["+12025550002"]

    def test_the_cap_is_kept(self, store: Store, acme: Account) -> None:
        """Past the cap each newcomer is refused, and who is a member already is not."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, phones(1, 2, 3))
        outcomes = store.add_members(acme, list_id, ["1", "2", "1", "3"], cap=2)
        assert [getattr(item, "is_new", type(item)) for item in outcomes] == [True, True, False, ListFullError]
        assert outcomes[3].limit == 2
        assert store.list(acme, list_id).members == 2

    def test_all_or_nothing(self, store: Store, acme: Account) -> None:
        """With all_or_nothing the first error is raised and nobody joins."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, phones(1))
        with pytest.raises(NotFoundError, match="'9'"):
            store.add_members(acme, list_id, ["1", "9"], all_or_nothing=True)
        assert members_of(store, acme, list_id) == []

    def test_members_come_as_they_joined(self, store: Store, acme: Account) -> None:
        """The order is that of joining, also after some left and came back, forwards, backwards and in pages."""
        list_id = make_list(store, acme)
        ids = make_members(store, acme, list_id, 4, 3, 2, 1)

        def walk(direction: str) -> str:
            pages = [
                store.members(acme, list_id, offset=at, limit=2, direction=direction).items for at in range(0, 6, 2)
            ]
            return "".join(record.phone[-1] for page in pages for record in page)

        assert (walk("asc"), walk("desc")) == ("4321", "1234")
        store.remove_members(acme, list_id, [ids[0]])
        assert (walk("asc"), walk("desc")) == ("321", "123")
        store.add_members(acme, list_id, [ids[0]])
        assert (walk("asc"), walk("desc")) == ("3214", "4123")

    def test_leaving_destroys_only_orphans_and_only_when_asked(self, store: Store, acme: Account) -> None:
        """Who leaves the last list is destroyed if asked; who was not a member is left alone."""
        first, second = make_list(store, acme, "a"), make_list(store, acme, "b")
        make_members(store, acme, first, 1, 2, 3)
        make_members(store, acme, second, 2)
        store.create_contacts(acme, phones(4))
        assert store.remove_members(acme, first, ["1"]) == [True]
        asked = ["2", "3", "4", "3", "x"]
        assert store.remove_members(acme, first, asked, destroy_orphans=True) == [True, True, False, False, False]
        assert [record.contact_id for record in store.contacts(acme).items] == ["1", "2", "4"]
        assert store.contacts(acme).total == 3
        assert members_of(store, acme, first) == []
        assert members_of(store, acme, second) == ["+12025550002"]

    def test_a_contact_is_in_exactly_the_lists_that_were_set(self, store: Store, acme: Account) -> None:
        """An update with lists joins, leaves and keeps; an unknown list leaves everything as it was."""
        a, b, c = (make_list(store, acme, name) for name in "abc")
        (contact_id,) = make_members(store, acme, a, 1)
        store.update_contacts(acme, [(contact_id, {})], list_ids=[b, a, b])
        store.update_contacts(acme, [(contact_id, {})], list_ids=[c, b])
        with pytest.raises(NotFoundError):
            store.update_contacts(acme, [(contact_id, {"tag": "x"})], list_ids=[a, "9"])
        found = store.lists_of(acme, contact_id)
        assert ([item.name for item in found.items], found.total) == (["b", "c"], 2)
        assert [item.name for item in store.lists_of(acme, contact_id, offset=1, limit=5).items] == ["c"]
        assert [members_of(store, acme, list_id) for list_id in (a, b, c)] == [[], ["+12025550001"], ["+12025550001"]]


class TestUploads:
    """Rows and counts move together."""

    def start(self, store: Store, account: Account, list_id: str, cap: int | None = None) -> Job:
        """Record an upload of phones."""
        layout = {0: "phone", 2: "custom.city"}
        new = Job(upload_id="", account_id=1, api="exotel", list_id=list_id, path="f.csv", layout=layout, cap=cap)
        return store.create_job(msgspec.structs.replace(new, account_id=account.account_id))

    def test_a_job_is_found_by_its_own_api_and_account(self, store: Store, acme: Account) -> None:
        """A job comes back as it was recorded; through the other API, or another account, it is not there."""
        job = self.start(store, acme, make_list(store, acme))
        assert store.job(acme, job.upload_id, api="exotel") == job
        for account, upload_id, api in (
            (acme, job.upload_id, "textmagic"), (acme, "x", "exotel"), (make_account(store, "b"), "1", "exotel"),
        ):  # fmt: skip
            with pytest.raises(NotFoundError):
                store.job(account, upload_id, api=api)

    def test_each_row_becomes_one_thing(self, store: Store, acme: Account) -> None:
        """A row is added, a duplicate, or past the cap; known contacts are not touched, own fields are the list's."""
        list_id = make_list(store, acme)
        store.create_contacts(acme, [Contact(phone="+12025550002", first_name="Asha", custom={"city": "Pune", "n": 1})])
        make_members(store, acme, list_id, 1)
        job = self.start(store, acme, list_id, cap=3)
        rows = [
            Contact(phone=f"+1202555000{number}", first_name="New", custom={"city": "Goa"}) for number in (1, 2, 3, 4)
        ]
        told: list[Loaded] = []

        def name(loaded: Loaded) -> bytes:
            told.append(loaded)
            return b"two rows\n"

        going = msgspec.structs.replace(job, state="running", at=99, total=5, failed=1)
        moved = store.load_rows(going, rows_of(rows), name)
        assert (moved.total, moved.added, moved.duplicate, moved.failed) == (5, 2, 1, 2)
        assert store.job(acme, job.upload_id, api="exotel") == moved
        assert [(loaded.already.tolist(), loaded.past_cap.tolist()) for loaded in told] == [([0], [3])]
        assert list(store.rejects(moved)) == [b"two rows\n"]
        assert members_of(store, acme, list_id) == ["+12025550001", "+12025550002", "+12025550003"]
        assert [record.custom for record in store.members(acme, list_id).items] == [
            None, {"city": "Goa", "n": 1}, {"city": "Goa"},
        ]  # fmt: skip
        assert store.contact(acme, "1").custom == {"city": "Pune", "n": 1}
        assert store.contact(acme, "1").first_name == "Asha"
        new = store.find_contact(acme, "+12025550003")
        assert new is not None
        assert new.custom is None
        assert store.contacts(acme).total == 3

    def test_only_what_has_not_ended_is_unfinished(self, store: Store, acme: Account) -> None:
        """Waiting and running jobs of all accounts are unfinished, oldest first."""
        other = make_account(store, "other")
        lists = {account.account_id: make_list(store, account) for account in (acme, other)}
        jobs = [self.start(store, account, lists[account.account_id]) for account in (acme, acme, acme, acme, other)]
        for job, state in zip(jobs, ("waiting", "running", "done", "failed", "running"), strict=True):
            store.load_rows(msgspec.structs.replace(job, state=state))
        assert [(job.account_id, job.upload_id) for job in store.unfinished_jobs()] == [(1, "1"), (1, "2"), (2, "1")]

    def test_a_list_that_is_gone_takes_no_rows(self, store: Store, acme: Account) -> None:
        """Rows for a deleted list are NotFoundError and change nothing; the state can still be recorded."""
        list_id = make_list(store, acme)
        job = self.start(store, acme, list_id)
        store.delete_list(acme, list_id)
        with pytest.raises(NotFoundError):
            store.load_rows(msgspec.structs.replace(job, at=5, total=1), rows_of(phones(1)))
        assert store.job(acme, job.upload_id, api="exotel") == job
        assert store.contacts(acme).total == 0
        assert store.load_rows(msgspec.structs.replace(job, state="failed")).state == "failed"


def test_threads_share_a_store(store: Store, acme: Account) -> None:
    """Writers and readers at once: every acknowledged contact is there, once, and no read is torn."""
    list_id = make_list(store, acme)
    torn: list[tuple[int, int]] = []

    def write(start: int) -> None:
        for at in range(start, start + 10):
            make_members(store, acme, list_id, at, at % 7)

    def read() -> None:
        for _ in range(20):
            found = store.members(acme, list_id, limit=1000)
            if found.total != len(found.items):
                torn.append((found.total, len(found.items)))

    threads = [threading.Thread(target=write, args=(100 * at,)) for at in range(1, 4)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not torn
    numbers = {100 * writer + at for writer in range(1, 4) for at in range(10)}
    wanted = {f"+1202555{number:04d}" for number in numbers | {number % 7 for number in numbers}}
    assert sorted(members_of(store, acme, list_id)) == sorted(wanted)
