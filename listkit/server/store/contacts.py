"""Contacts: one a number in an account, whatever lists they are in."""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, func, or_, select

from listkit.contact import FIELDS, Contact, Record
from listkit.errors import DuplicateError, NotFoundError, ProviderError
from listkit.server.store.accounts import count_contacts, take_ids
from listkit.server.store.base import Kept, Slice
from listkit.server.store.bulk import KEY, among, insert_rows, update_rows
from listkit.server.store.database import Database
from listkit.server.store.leaving import leave_every_list
from listkit.server.store.schema import accounts, contacts, in_order, members, moment, now, within
from listkit.server.store.text import (
    BORDER,
    decode_custom,
    encode_custom,
    fold,
    fold_all,
    fold_each,
    numbers_of,
    refusal_of,
    refuse_unstorable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from listkit.server.store.base import Account, ContactSort, Direction

BY_NAME: dict[str, ColumnElement[Any]] = {"first_name": contacts.c.first_name, "last_name": contacts.c.last_name}

_texts: Callable[[Contact], tuple[str | None, ...]] = attrgetter(*FIELDS)
_KEPT = (*FIELDS, "custom", "folded")


class Contacts(Database):
    """The contacts of a store."""

    def create_contacts(self, account: Account, new: Sequence[Contact]) -> list[Kept]:
        """Make contacts; one whose number is there already (or earlier in `new`) is returned as it is."""
        fresh: dict[str, Contact] = {}
        with self._writing(account.account_id) as connection:
            known = _find_phones(connection, account.account_id, [item.phone for item in new])
            for item in new:
                if item.phone not in known:
                    fresh.setdefault(item.phone, item)
            at = now()
            first = insert_contacts(connection, account.account_id, list(fresh.values()), at)
        made = dict(zip(fresh, _records(fresh.values(), first, moment(at)), strict=True))
        known |= made
        # The first item of a number made it; a later one finds it there.
        return [Kept(known[item.phone], made.pop(item.phone, None) is not None) for item in new]

    def contact(self, account: Account, contact_id: str) -> Record:
        """Return a contact, or raise NotFoundError."""
        with self._reading() as connection:
            found = find_contacts(connection, account.account_id, [contact_id])
        if not found:
            raise missing_contact(contact_id)
        return found[contact_id]

    def find_contact(self, account: Account, phone: str) -> Record | None:
        """Return the contact with exactly this number, or None."""
        with self._reading() as connection:
            return _find_phones(connection, account.account_id, [phone]).get(phone)

    def contacts(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        search: str | None = None,
        exact: bool = False,
        ids: Sequence[str] | None = None,
        list_ids: Sequence[str] | None = None,
        sort: ContactSort = "created",
        direction: Direction = "asc",
    ) -> Slice[Record]:
        """Return contacts in a stable total order; `search` is a caseless part of name, company, email or number."""
        narrowed = [
            *([_holds(search, exact=exact)] if search else []),
            *([among(contacts.c.contact_id, numbers_of(ids))] if ids is not None else []),
            *([_is_in_one_of(account.account_id, list_ids)] if list_ids is not None else []),
        ]
        wanted = within(contacts, account.account_id, *narrowed)
        order = in_order([*([BY_NAME[sort]] if sort in BY_NAME else []), contacts.c.contact_id], direction)
        page = select(contacts.c.contact_id).where(*wanted).order_by(*order).limit(limit).offset(offset)
        total = (
            select(func.count()).select_from(contacts).where(*wanted)
            if narrowed
            else select(accounts.c.contacts).where(accounts.c.account_id == account.account_id)
        )
        with self._reading() as connection:
            found = get_contacts(connection, account.account_id, connection.execute(page).scalars().all())
            return Slice(found, connection.execute(total).scalar_one())

    def update_contacts(
        self, account: Account, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> list[Record | ProviderError]:
        """Change fields of contacts in order; absent fields stay; DuplicateError when a number is taken."""
        at = now()
        outcomes: list[Record | ProviderError] = []
        rows: list[dict[str, Any]] = []
        with self._writing(account.account_id) as connection:
            known = find_contacts(connection, account.account_id, [contact_id for contact_id, _ in changes])
            wanted = [fields["phone"] for _, fields in changes if "phone" in fields]
            storable = [phone for phone in wanted if refusal_of([phone]) is None]
            numbers = find_numbers(connection, account.account_id, storable)
            holders = {phone: str(number) for phone, number in numbers.items()}
            for contact_id, fields in changes:
                try:
                    if contact_id not in known:
                        raise missing_contact(contact_id)
                    after = msgspec.structs.replace(known[contact_id], **fields, updated_at=moment(at))
                    refuse_unstorable(_texts(after))
                    row = {KEY: int(contact_id), **dict(zip(_KEPT, _kept(after), strict=True)), "updated_at": at}
                    _take_phone(holders, after, instead_of=known[contact_id].phone)
                except ProviderError as error:
                    outcomes.append(error)
                else:
                    rows.append(row)
                    outcomes.append(after)
                    known[contact_id] = after
            update_rows(connection, contacts, account.account_id, "contact_id", rows)
        return outcomes

    def delete_contacts(self, account: Account, contact_ids: Sequence[str]) -> list[Record | ProviderError]:
        """Delete contacts with all their memberships and return them as they were."""
        with self._writing(account.account_id) as connection:
            known = find_contacts(connection, account.account_id, contact_ids)
            gone = numbers_of(known)
            leave_every_list(connection, account.account_id, gone)
            same = within(contacts, account.account_id, among(contacts.c.contact_id, gone))
            connection.execute(delete(contacts).where(*same))
            count_contacts(connection, account.account_id, -len(gone))
        return [
            known.pop(contact_id) if contact_id in known else missing_contact(contact_id) for contact_id in contact_ids
        ]


def find_contacts(connection: Connection, account_id: int, contact_ids: Iterable[str]) -> dict[str, Record]:
    """Return those of these contacts that exist, by id."""
    return {record.contact_id: record for record in _find(connection, account_id, numbers_of(contact_ids)).values()}


def get_contacts(connection: Connection, account_id: int, numbers: Sequence[int]) -> list[Record]:
    """Return contacts that exist, in the order of their ids as given."""
    known = _find(connection, account_id, numbers)
    return [known[number] for number in numbers]


def find_numbers(connection: Connection, account_id: int, phones: Sequence[str]) -> dict[str, int]:
    """Return the ids of those of these phones that somebody has."""
    refuse_unstorable(phones)
    same = within(contacts, account_id, among(contacts.c.phone, phones))
    rows = connection.execute(select(contacts.c.phone, contacts.c.contact_id).where(*same)).all()
    return {phone: contact_id for phone, contact_id in rows}  # noqa: C416 - a Row is no tuple for dict()


def insert_contacts(connection: Connection, account_id: int, new: Sequence[Contact], at: int) -> int:
    """Keep contacts whose phones nobody has yet, each once; their ids follow one another from the one returned."""
    texts = [[getattr(item, name) for item in new] for name in FIELDS]
    refuse_unstorable(chain.from_iterable(texts))
    first = take_ids(connection, account_id, "contact", len(new))
    same, ids, times = [account_id] * len(new), range(first, first + len(new)), [at] * len(new)
    customs = [encode_custom(item.custom) for item in new]
    rows = list(zip(same, ids, *texts, customs, fold_each(*texts[:-1]), times, times, strict=True))
    insert_rows(connection, contacts, rows)
    count_contacts(connection, account_id, len(new))
    return first


def missing_contact(contact_id: str) -> NotFoundError:
    """Say that there is no such contact."""
    return NotFoundError(f"There is no contact with the id {contact_id!r} in this account.", field="contact_id")


def decode_contact(row: Sequence[Any]) -> Record:
    """Make a record of a row that has the columns of the table, in their order."""
    _, contact_id, phone, first_name, last_name, company, email, tag, custom, _, created_at, updated_at = row
    return Record(
        contact_id=str(contact_id),
        phone=phone,
        first_name=first_name,
        last_name=last_name,
        company=company,
        email=email,
        tag=tag,
        custom=decode_custom(custom),
        created_at=moment(created_at),
        updated_at=moment(updated_at),
    )


def _find(connection: Connection, account_id: int, numbers: Iterable[int]) -> dict[int, Record]:
    same = within(contacts, account_id, among(contacts.c.contact_id, numbers))
    return {row.contact_id: decode_contact(row) for row in connection.execute(select(contacts).where(*same)).all()}


def _find_phones(connection: Connection, account_id: int, phones: Sequence[str]) -> dict[str, Record]:
    refuse_unstorable(phones)
    same = within(contacts, account_id, among(contacts.c.phone, phones))
    return {row.phone: decode_contact(row) for row in connection.execute(select(contacts).where(*same)).all()}


def _holds(search: str, *, exact: bool) -> ColumnElement[bool]:
    refuse_unstorable([search])
    if not exact:
        return contacts.c.folded.contains(fold(search), autoescape=True)
    whole = contacts.c.folded.contains(BORDER + fold(search) + BORDER, autoescape=True)
    return or_(whole, contacts.c.phone == f"+{search}")


def _is_in_one_of(account_id: int, list_ids: Sequence[str]) -> ColumnElement[bool]:
    same = within(members, account_id, among(members.c.list_id, numbers_of(list_ids)))
    return contacts.c.contact_id.in_(select(members.c.contact_id).where(*same))


def _take_phone(holders: dict[str, str], contact: Record, *, instead_of: str) -> None:
    if holders.get(contact.phone, contact.contact_id) != contact.contact_id:
        message = f"The number {contact.phone} belongs to another contact; a number is kept once."
        raise DuplicateError(message, field="phone")
    holders.pop(instead_of, None)
    holders[contact.phone] = contact.contact_id


def _kept(item: Contact) -> tuple[str | None, ...]:
    """Return what is kept of a contact, in the order of `_KEPT`."""
    texts = _texts(item)
    return *texts, encode_custom(item.custom), fold_all(texts[:-1])


def _records(made: Iterable[Contact], first: int, at: datetime) -> list[Record]:
    return [
        Record(
            contact_id=str(number),
            phone=item.phone,
            first_name=item.first_name,
            last_name=item.last_name,
            company=item.company,
            email=item.email,
            tag=item.tag,
            custom=item.custom,
            created_at=at,
            updated_at=at,
        )
        for number, item in enumerate(made, first)
    ]
