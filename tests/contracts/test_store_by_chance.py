"""A store and a dict are asked the same things in any order, and must always say the same."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from listkit.contact import Contact, ContactList, Record
from listkit.errors import DuplicateError, ListFullError, NotFoundError
from listkit.server.store import credentials, open_store, stretches
from listkit.server.store.base import ContactSort, Direction, Joined
from listkit.server.store.jobs import Job
from tests.contracts.engines import ENGINES, make_account, rows_of

FEW = st.integers(1, 7)
SOME = st.lists(FEW, max_size=6)
ORDERS: tuple[ContactSort, ...] = ("joined", "id", "created")
NAMES = st.lists(st.sampled_from("abAB"), min_size=1, max_size=3)


def phone(number: int) -> str:
    """Make a phone of a small number."""
    return f"+1202555{number:04d}"


class Comparing(RuleBasedStateMachine):
    """One account in a store beside the same account in dicts; ids are small, so that they meet."""

    engine = ""

    def __init__(self) -> None:
        """Open an empty store beside an empty model; a second account must stay as it is."""
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = open_store(ENGINES[self.engine](self.folder))
        self.other = make_account(self.store, "other")
        self.store.create_lists(self.other, [ContactList(name="a")])
        self.store.create_contacts(self.other, [Contact(phone=phone(1))])
        self.store.add_members(self.other, "1", ["1"])
        self.account = make_account(self.store, "acme")
        self.lists: dict[str, tuple[str, list[str]]] = {}  # list_id: name, members as they joined
        self.contacts: dict[str, str] = {}  # contact_id: phone
        self.given: Counter[str] = Counter()  # ids that were given

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.store.close()
        shutil.rmtree(self.folder)

    # the model's own steps -------------------------------------------------------------------
    def give(self, kind: str) -> str:
        """Give the next id."""
        self.given[kind] += 1
        return str(self.given[kind])

    def holder(self, number: str) -> str | None:
        """Say who has a phone."""
        return next((contact_id for contact_id, held in self.contacts.items() if held == number), None)

    def drop(self, contact_ids: set[str]) -> None:
        """Forget contacts everywhere."""
        for contact_id in contact_ids:
            del self.contacts[contact_id]
        for _, members in self.lists.values():
            members[:] = [member for member in members if member not in contact_ids]

    def orphans(self, contact_ids: set[str]) -> set[str]:
        """Say who is in no list."""
        return {at for at in contact_ids if not any(at in members for _, members in self.lists.values())}

    # what is asked ---------------------------------------------------------------------------
    @rule(names=NAMES, ignore_case=st.booleans())
    def create_lists(self, names: list[str], *, ignore_case: bool) -> None:
        """Make lists, some with names that are taken."""
        made = self.store.create_lists(
            self.account, [ContactList(name=name) for name in names], ignore_case=ignore_case
        )
        for name, item in zip(names, made, strict=True):
            taken = {held.lower() if ignore_case else held for held, _ in self.lists.values()}
            if (name.lower() if ignore_case else name) in taken:
                assert isinstance(item, DuplicateError)
            else:
                assert isinstance(item, ContactList)
                self.lists[self.give("list")] = (name, [])
                assert item.list_id == str(self.given["list"])

    @rule(list_id=FEW.map(str), name=st.sampled_from("abAB"))
    def rename_list(self, list_id: str, name: str) -> None:
        """Give a list another name."""
        (outcome,) = self.store.update_lists(self.account, [(list_id, {"name": name})])
        if list_id not in self.lists:
            assert isinstance(outcome, NotFoundError)
        elif any(held == name for at, (held, _) in self.lists.items() if at != list_id):
            assert isinstance(outcome, DuplicateError)
        else:
            self.lists[list_id] = (name, self.lists[list_id][1])

    @rule(list_id=FEW.map(str), destroy=st.booleans())
    def delete_list(self, list_id: str, *, destroy: bool) -> None:
        """Delete a list, with its orphans or without."""
        try:
            deleted = self.store.delete_list(self.account, list_id, destroy_orphans=destroy)
        except NotFoundError:
            assert list_id not in self.lists
            return
        name, members = self.lists.pop(list_id)
        assert (deleted.name, deleted.members) == (name, len(members))
        if destroy:
            self.drop(self.orphans(set(members)))

    @rule(numbers=SOME)
    def create_contacts(self, numbers: list[int]) -> None:
        """Make contacts, some with numbers that are there."""
        for number, kept in zip(
            numbers, self.store.create_contacts(self.account, [Contact(phone=phone(n)) for n in numbers]), strict=True
        ):
            assert kept.is_new == (self.holder(phone(number)) is None)
            if kept.is_new:
                self.contacts[self.give("contact")] = phone(number)
            assert kept.record.contact_id == self.holder(phone(number))

    @rule(changes=st.lists(st.tuples(FEW.map(str), FEW), max_size=4))
    def renumber(self, changes: list[tuple[str, int]]) -> None:
        """Give contacts other numbers."""
        outcomes = self.store.update_contacts(self.account, [(at, {"phone": phone(n)}) for at, n in changes])
        for (contact_id, number), outcome in zip(changes, outcomes, strict=True):
            if contact_id not in self.contacts:
                assert isinstance(outcome, NotFoundError)
            elif self.holder(phone(number)) not in {None, contact_id}:
                assert isinstance(outcome, DuplicateError)
            else:
                assert isinstance(outcome, Record)
                self.contacts[contact_id] = phone(number)

    @rule(contact_ids=SOME)
    def delete_contacts(self, contact_ids: list[int]) -> None:
        """Delete contacts, some of them not there."""
        for contact_id, outcome in zip(
            map(str, contact_ids), self.store.delete_contacts(self.account, [*map(str, contact_ids)]), strict=True
        ):
            assert isinstance(outcome, Record) == (contact_id in self.contacts)
            self.drop({contact_id} & set(self.contacts))

    @rule(list_id=FEW.map(str), contact_ids=SOME, cap=st.none() | FEW, whole=st.booleans())
    def add_members(self, list_id: str, contact_ids: list[int], cap: int | None, *, whole: bool) -> None:
        """Join contacts to a list, as far as it has room."""
        members = list(self.lists.get(list_id, ("", []))[1])
        expected: list[type] = []
        for contact_id in map(str, contact_ids):
            if contact_id not in self.contacts:
                expected.append(NotFoundError)
            elif contact_id in members:
                expected.append(Joined)
            elif cap is not None and len(members) >= cap:
                expected.append(ListFullError)
            else:
                members.append(contact_id)
                expected.append(Joined)
        refusals = [NotFoundError] if list_id not in self.lists else [kind for kind in expected if kind is not Joined]
        asked = (self.account, list_id, [*map(str, contact_ids)])
        if list_id not in self.lists or (whole and refusals):
            with pytest.raises(refusals[0]):
                self.store.add_members(*asked, cap=cap, all_or_nothing=whole)
            return
        outcomes = self.store.add_members(*asked, cap=cap, all_or_nothing=whole)
        assert [type(outcome) for outcome in outcomes] == expected
        self.lists[list_id] = (self.lists[list_id][0], members)

    @rule(list_id=FEW.map(str), contact_ids=SOME, destroy=st.booleans())
    def remove_members(self, list_id: str, contact_ids: list[int], *, destroy: bool) -> None:
        """Take contacts off a list, with orphans or without."""
        if list_id not in self.lists:
            with pytest.raises(NotFoundError):
                self.store.remove_members(self.account, list_id, [])
            return
        asked = [*map(str, contact_ids)]
        members = self.lists[list_id][1]
        left = set(asked) & set(members)
        outcomes = self.store.remove_members(self.account, list_id, asked, destroy_orphans=destroy)
        assert sum(outcomes) == len(left)
        members[:] = [member for member in members if member not in left]
        if destroy:
            self.drop(self.orphans(left))

    @rule(contact_id=FEW.map(str), list_ids=SOME)
    def set_lists_of(self, contact_id: str, list_ids: list[int]) -> None:
        """Put a contact in exactly some lists."""
        wanted = [*map(str, list_ids)]
        try:
            (outcome,) = self.store.update_contacts(self.account, [(contact_id, {})], list_ids=wanted)
        except NotFoundError:
            assert not set(wanted) <= set(self.lists)
            return
        if contact_id not in self.contacts:
            assert isinstance(outcome, NotFoundError)
            return
        for list_id, (_, members) in self.lists.items():
            if list_id in wanted and contact_id not in members:
                members.append(contact_id)
            elif list_id not in wanted and contact_id in members:
                members.remove(contact_id)

    @rule(list_id=FEW.map(str), contact_ids=SOME, every=st.booleans(), destroy=st.booleans())
    def set_members(self, list_id: str, contact_ids: list[int], *, every: bool, destroy: bool) -> None:
        """Make some contacts, or all, the members of a list."""
        wanted = list(self.contacts) if every else [*map(str, contact_ids)]
        try:
            self.store.set_members(self.account, list_id, None if every else wanted, destroy_orphans=destroy)
        except NotFoundError:
            assert list_id not in self.lists or not set(wanted) <= set(self.contacts)
            return
        members = self.lists[list_id][1]
        left = set(members) - set(wanted)
        members[:] = [member for member in members if member not in left]
        members += [member for member in dict.fromkeys(wanted) if member not in members]
        if destroy:
            self.drop(self.orphans(left))

    @rule(list_id=FEW.map(str), numbers=SOME, cap=st.none() | FEW)
    def load_rows(self, list_id: str, numbers: list[int], cap: int | None) -> None:
        """Take rows of a file into a list."""
        new = Job(upload_id="", account_id=self.account.account_id, api="exotel", list_id=list_id, path="", layout={})
        job = self.store.create_job(msgspec.structs.replace(new, cap=cap))
        rows = [Contact(phone=phone(number)) for number in dict.fromkeys(numbers)]
        if rows and list_id not in self.lists:
            with pytest.raises(NotFoundError):
                self.store.load_rows(job, rows_of(rows))
            return
        loaded = self.store.load_rows(job, rows_of(rows))
        members = self.lists[list_id][1] if rows else []
        counts = Counter[str]()
        room = len(rows) if cap is None else max(cap - len(members), 0)
        # Where all fit, a number that somebody has uses an id up; where not all may, those that are members do not.
        joining = [row for row in rows if room >= len(rows) or self.holder(row.phone) not in members]
        ids = {row.phone: self.give("contact") for row in joining[:room]}
        for row in rows:
            contact_id = self.holder(row.phone)
            if contact_id in members:
                counts["duplicate"] += 1
            elif row.phone not in ids:
                counts["failed"] += 1
            else:
                if contact_id is None:
                    contact_id = ids[row.phone]
                    self.contacts[contact_id] = row.phone
                members.append(contact_id)
                counts["added"] += 1
        assert (loaded.added, loaded.duplicate, loaded.failed) == tuple(
            counts[name] for name in ("added", "duplicate", "failed")
        )

    @rule(list_id=FEW.map(str), limit=st.integers(1, 4), sort=st.sampled_from(ORDERS), backwards=st.booleans())
    def read_pages(self, list_id: str, limit: int, sort: ContactSort, *, backwards: bool) -> None:
        """Read a list page after page: no member is missed, and none is shown twice."""
        if list_id not in self.lists:
            return
        members = self.lists[list_id][1]
        expected = members if sort == "joined" else sorted(members, key=int)
        direction: Direction = "desc" if backwards else "asc"
        pages = [
            self.store.members(self.account, list_id, offset=at, limit=limit, sort=sort, direction=direction)
            for at in range(0, len(members) + limit, limit)
        ]
        shown = [record.contact_id for page in pages for record in page.items]
        assert shown == (expected[::-1] if backwards else expected)

    # what must always hold -------------------------------------------------------------------
    @invariant()
    def says_the_same(self) -> None:
        """Compare lists, counts, members in order, contacts, and the lists that each is in."""
        found = self.store.lists(self.account, limit=100, sort="id")
        expected: list[Any] = [(at, name, len(members)) for at, (name, members) in self.lists.items()]
        assert [(item.list_id, item.name, item.members) for item in found.items] == expected
        assert found.total == len(self.lists)
        for list_id, (_, members) in self.lists.items():
            page = self.store.members(self.account, list_id, limit=100)
            assert ([record.contact_id for record in page.items], page.total) == (members, len(members))
            second = self.store.members(self.account, list_id, offset=1, limit=2, direction="desc")
            assert [record.contact_id for record in second.items] == members[::-1][1:3]
        every = self.store.contacts(self.account, limit=100)
        assert {record.contact_id: record.phone for record in every.items} == self.contacts
        assert every.total == len(self.contacts)
        for contact_id in self.contacts:
            held = [at for at, (_, members) in self.lists.items() if contact_id in members]
            assert [item.list_id for item in self.store.lists_of(self.account, contact_id).items] == held
        assert self.store.members(self.other, "1").items == self.store.contacts(self.other).items
        assert self.store.lists(self.other).items[0].members == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_says_what_a_dict_says(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked in whatever order, every count, order and refusal is the model's."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(Comparing, "engine", engine)
    # As short as here, a list of seven has several: pages that jump are met as well as those that count.
    monkeypatch.setattr(stretches, "SIZE", 2)
    run_state_machine_as_test(
        Comparing, settings=settings(max_examples=settings.default.max_examples // 12, stateful_step_count=25)
    )
