"""A provider in memory that fails on cue: what it holds afterwards is the truth a run is judged by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from listkit.contact import FIELDS, Contact, ContactList, Page, Receipt, Record, Upload
from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    InvalidError,
    NotFoundError,
    TooLargeError,
    TooManyError,
)
from listkit.providers.base import Limit, Operation
from listkit.server.clock import HandClock
from listkit.wire.tables import members, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

FAULTS: dict[str, tuple[bool, Callable[[], BaseException]]] = {
    "lost before": (False, lambda: AnswerLostError("no answer came back")),
    "lost after": (True, lambda: AnswerLostError("no answer came back")),
    "stopped before": (False, KeyboardInterrupt),
    "stopped after": (True, KeyboardInterrupt),
}
"""What can go wrong with a request: whether it was applied all the same, and what is raised."""


class Rehearsal:
    """A small provider; `cues` names the fault of each request in turn, None for none."""

    name = "rehearsal"
    account = "acme1"
    host = "127.0.0.1"
    carries = frozenset({"phone", "first_name", "email"})
    carries_custom = True
    upload_carries = frozenset({"phone", "first_name"})
    in_flight = 1
    settle = 60.0
    upload_carries_custom = False

    def __init__(
        self, *, joins: bool = False, bulk: str = "batches", cap: int | None = None, cues: Sequence[str | None] = ()
    ) -> None:
        self.joins_on_create, self.bulk = joins, bulk
        self.clock = HandClock(gait="hurries")
        numbers = {"contacts_per_request": 3, "members_per_request": 3, "members_per_page": 4, "upload_bytes": 400}
        numbers |= {"contacts_per_request": 1} if bulk == "file" else {}
        numbers |= {"contacts_updated_per_request": 3, "members_removed_per_request": 3}
        self.limits = {name: Limit(value, "rows", "made up") for name, value in numbers.items()}
        self.limits["members_per_static_list"] = Limit(cap, "members", "made up")
        self.operations = {"create_contacts": Operation("refused")}
        self.contacts: dict[str, Record] = {}
        self.kept: dict[str, ContactList] = {}
        self.joined: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.cues: Iterator[str | None] = iter(cues)
        self.dropped: set[str] = set()
        self.opted_out: list[str] = []
        self.most = 3
        self.too_large: int | None = None
        self.poisoned: set[str] = set()
        self.refused: Counter[str] = Counter()

    def _perform(self, operation: str, act: Callable[[], Any]) -> Any:
        self.asked.append(operation)
        cue = next(self.cues, None)
        if cue is None:
            return act()
        applied, error = FAULTS[cue]
        if applied:
            act()
        raise error()

    def ping(self) -> None:
        self._perform("ping", lambda: None)

    def lists(self, *, name: str | None = None, after: int | None = None) -> Page[list[ContactList]]:
        found = [key for key, item in self.kept.items() if (name or "").lower() in item.name.lower()]
        return Page(items=[self._list(key) for key in found])

    def lists_of(self, contact_id: str) -> list[str]:
        return self._perform("lists_of", lambda: [key for key, ids in self.joined.items() if contact_id in ids])

    def unsubscribers(self, *, after: int | None = None) -> Page[pa.Table]:
        return Page(items=members({"phone": self.opted_out}))

    def list(self, list_id: str) -> ContactList:
        return self._perform("list", lambda: self._list(list_id))

    def _list(self, list_id: str) -> ContactList:
        if list_id not in self.kept:
            raise NotFoundError("There is no such list.")
        return ContactList(name=self.kept[list_id].name, list_id=list_id, members=len(self.joined[list_id]))

    def create_list(self, new: ContactList) -> ContactList:
        def act() -> ContactList:
            if any(item.name == new.name for item in self.kept.values()):
                raise DuplicateError("taken", field="name")
            made = ContactList(name=new.name, list_id=f"L{len(self.kept) + 1}", members=0)
            self.kept[made.list_id], self.joined[made.list_id] = made, []
            return made

        return self._perform("create_list", act)

    def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
        start = after or 0
        ids = self.joined[list_id]
        page = [self.contacts[key] for key in ids[start : start + 4]]
        columns = {name: [getattr(record, name) for record in page] for name in (*FIELDS, "contact_id")}
        table = members({**columns, "custom": [[*(record.custom or {}).items()] for record in page]})
        return Page(items=table, total=len(ids), after=start + 4 if start + 4 < len(ids) else None)

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:
        def act() -> list[Receipt | None]:
            self._refuse("create_contacts", contacts.num_rows)
            if not self.poisoned.isdisjoint(contacts["phone"].to_pylist()):
                raise InvalidError("something is wrong with the batch")
            told = rows(contacts, [*FIELDS])
            return [self._create(list_id=list_id, **dict(zip(FIELDS, each, strict=True))) for each in told]

        return self._perform("create_contacts", act)

    def _refuse(self, operation: str, count: int) -> None:
        if count > self.most:
            raise TooManyError(f"takes at most {self.most} a request", limit=self.most)
        if self.too_large is not None and count > self.too_large:
            self.refused[operation] += 1
            raise TooLargeError("the request has too many bytes")

    def _create(self, phone: str, list_id: str, **fields: str | None) -> Receipt:
        known = self.find(phone)
        if known:
            return Receipt(status="exists", phone=phone, contact_id=None if self.joins_on_create else known.contact_id)
        record = Record(contact_id=f"C{len(self.contacts) + 1}", phone=phone, **fields)
        self.contacts[record.contact_id] = record
        if self.joins_on_create:
            self.joined[list_id].append(record.contact_id)
        return Receipt(status="done", phone=phone, contact_id=record.contact_id, joined=self.joins_on_create)

    def find(self, phone: str) -> Record | None:
        return next((record for record in self.contacts.values() if record.phone == phone), None)

    def find_contact(self, phone: str) -> Record | None:
        return self._perform("find_contact", lambda: self.find(phone))

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        def act() -> list[Receipt | None]:
            self._refuse("add_members", len(contact_ids))
            held = self.joined[list_id]
            receipts: list[Receipt | None] = []
            for key in contact_ids:
                there = key in held
                receipts.append(Receipt(status="exists" if there else "done", contact_id=key, joined=not there))
                if not there:
                    held.append(key)
            return receipts

        return self._perform("add_members", act)

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        def act() -> list[Receipt | None]:
            held = self.joined[list_id]
            told: list[Receipt | None] = []
            for key in contact_ids:
                there = key in held
                told.append(Receipt(status="done" if there else "gone", contact_id=key))
                if there:
                    held.remove(key)
            return told

        return self._perform("remove_members", act)

    def contact(self, contact_id: str) -> Record:
        return self._perform("contact", lambda: self.contacts[contact_id])

    def update_contacts(self, changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> Sequence[Receipt | None]:
        def act() -> list[Receipt | None]:
            for key, fields in changes:
                self.contacts[key] = msgspec.structs.replace(self.contacts[key], **fields)
            return [Receipt(status="done", contact_id=key) for key, _ in changes]

        return self._perform("update_contacts", act)

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:
        def act() -> ContactList:
            self.kept[list_id] = msgspec.structs.replace(self.kept[list_id], name=name)
            return self._list(list_id)

        return self._perform("update_list", act)

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        def act() -> Upload:
            for (phone,) in rows(contacts, ["phone"]):
                if phone in self.dropped:
                    continue
                known = self.find(phone) or Record(contact_id=f"C{len(self.contacts) + 1}", phone=phone)
                self.contacts[known.contact_id] = known
                if known.contact_id not in self.joined[to.list_id]:
                    self.joined[to.list_id].append(known.contact_id)
            return Upload(upload_id="U1", list_id=to.list_id)

        return self._perform("upload", act)

    def upload_status(self, upload: Upload) -> Upload:
        return self._perform("upload_status", lambda: Upload(upload_id=upload.upload_id, state="done"))

    def give(self, name: str, *contacts: Contact) -> ContactList:
        """Put a list with members there, as somebody else would have."""
        made = ContactList(name=name, list_id=f"L{len(self.kept) + 1}")
        self.kept[made.list_id], self.joined[made.list_id] = made, []
        for contact in contacts:
            self._give_one(contact, made.list_id)
        return made

    def _give_one(self, contact: Contact, list_id: str) -> None:
        key = f"C{len(self.contacts) + 1}"
        self.contacts[key] = Record(contact_id=key, **msgspec.structs.asdict(contact))
        self.joined[list_id].append(key)

    def phones(self, name: str) -> list[str]:
        """Return the numbers that a list holds, in order; nothing where there is no such list."""
        found = next((item for item in self.kept.values() if item.name == name), None)
        return [self.contacts[key].phone for key in self.joined[found.list_id]] if found else []
