"""Contacts: one a number in an account, whatever lists they are in."""

from __future__ import annotations

from itertools import chain
from operator import add, attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
from sqlalchemy import delete, func, select

from listkit.contact import CUSTOM_PREFIX, FIELDS, TEXT_FIELDS, Columns, Contact, column
from listkit.errors import DuplicateError, ProviderError
from listkit.server.store import stretches
from listkit.server.store.accounts import take_ids
from listkit.server.store.base import Kept, Slice
from listkit.server.store.bulk import KEY, among, insert_columns, update_columns, update_rows
from listkit.server.store.database import Database
from listkit.server.store.fields import know_fields
from listkit.server.store.finding import narrow
from listkit.server.store.joining import join_lists, put_in_lists
from listkit.server.store.leaving import leave_every_list
from listkit.server.store.marks import MARKS, write_marks
from listkit.server.store.moments import moment, now
from listkit.server.store.records import (
    find_contacts,
    find_numbers,
    find_phones,
    get_contacts,
    missing_contact,
    records_of,
)
from listkit.server.store.schema import accounts, contacts, in_order, within
from listkit.server.store.stretches import count_deleted, count_made
from listkit.server.store.text import encode_custom, fold_each, numbers_of, refusal_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from listkit.contact import Record
    from listkit.server.store.base import Account, ContactSort, Direction

BY_NAME: dict[str, ColumnElement[Any]] = {"first_name": contacts.c.first_name, "last_name": contacts.c.last_name}

_FIELDS = frozenset(Contact.__struct_fields__)
NAMES = 3
"""The number and the names: they are searched alone, too."""
_texts: Callable[[Contact], tuple[str | None, ...]] = attrgetter(*FIELDS)


class Contacts(Database):
    """The contacts of a store."""

    def create_contacts(
        self,
        account: Account,
        new: Sequence[Contact],
        *,
        list_ids: Sequence[str] = (),
        marks: Mapping[str, Any] | None = None,
    ) -> Sequence[Kept]:
        """Make contacts; one whose number is there already (or earlier in `new`) is returned as it is."""
        phones = column(new, "phone")
        fresh = new
        with self._writing(account.account_id) as connection:
            known = find_phones(connection, account.account_id, phones)
            if known or len(set(phones)) < len(phones):
                firsts: dict[str, int] = {}
                for place, phone in enumerate(phones):
                    firsts.setdefault(phone, place)
                fresh = [new[place] for phone, place in firsts.items() if phone not in known]
            at = now()
            records = insert_contacts(connection, account.account_id, fresh, at)
            if list_ids or marks:
                numbers = numbers_of(column(records, "contact_id"))
                join_lists(connection, account.account_id, numbers, list_ids, at)
                write_marks(connection, account.account_id, dict.fromkeys(numbers, marks or {}))
        if len(records) == len(new):
            return Columns(Kept, {"record": records, "is_new": [True] * len(new)})
        made = dict(zip(column(records, "phone"), records, strict=True))
        known |= made
        # The first item of a number made it; a later one finds it there.
        return [Kept(known[phone], made.pop(phone, None) is not None) for phone in phones]

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
            return find_phones(connection, account.account_id, [phone]).get(phone)

    def contacts(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        search: str | None = None,
        exact: bool = False,
        only_names: bool = False,
        ids: Sequence[str] | None = None,
        list_ids: Sequence[str] | None = None,
        tag_ids: Sequence[str] | None = None,
        owner: int | None = None,
        seen_by: int | None = None,
        with_blocked: bool = True,
        sort: ContactSort = "created",
        direction: Direction = "asc",
    ) -> Slice[Record]:
        """Return contacts in a stable total order; `search` is a caseless part of name, company, email or number."""
        order = in_order([*([BY_NAME[sort]] if sort in BY_NAME else []), contacts.c.contact_id], direction)
        with self._reading() as connection:
            narrowed = narrow(
                connection,
                account.account_id,
                search=search,
                exact=exact,
                only_names=only_names,
                ids=ids,
                list_ids=list_ids,
                tag_ids=tag_ids,
                owner=owner,
                seen_by=seen_by,
                with_blocked=with_blocked,
            )
            wanted = within(contacts, account.account_id, *narrowed)
            if not narrowed and sort not in BY_NAME and offset > stretches.SIZE:
                start, offset = stretches.find_stretch(
                    connection, account.account_id, stretches.ADDRESS_BOOK, "contact_id", direction, offset=offset
                )
                place = contacts.c.contact_id
                wanted.append(place >= start if direction == "asc" else place <= start)
            page = select(contacts.c.contact_id).where(*wanted).order_by(*order).limit(limit).offset(offset)
            total = (
                select(func.count()).select_from(contacts).where(*wanted)
                if narrowed
                else select(accounts.c.contacts).where(accounts.c.account_id == account.account_id)
            )
            found = get_contacts(connection, account.account_id, connection.execute(page).scalars().all())
            return Slice(found, connection.execute(total).scalar_one())

    def update_contacts(
        self,
        account: Account,
        changes: Sequence[tuple[str, Mapping[str, Any]]],
        *,
        list_ids: Sequence[str] | None = None,
        owner: int | None = None,
    ) -> list[Record | ProviderError]:
        """Change fields of contacts in order; absent fields stay; DuplicateError when a number is taken."""
        at = now()
        outcomes: list[Record | ProviderError] = []
        renumbered: list[dict[str, Any]] = []
        marked: dict[int, dict[str, Any]] = {}
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
                    before, after = known[contact_id], _changed(known[contact_id], fields, moment(at))
                    refuse_unstorable(_texts(after))
                    encode_custom(after.custom)
                    _take_phone(holders, after, instead_of=before.phone)
                except ProviderError as error:
                    outcomes.append(error)
                else:
                    number = int(contact_id)
                    if after.phone != before.phone:
                        renumbered.append({KEY: number, "phone": after.phone})
                    said = {name: value for name, value in fields.items() if name in MARKS}
                    marked[number] = marked.get(number, {}) | said
                    outcomes.append(after)
                    known[contact_id] = after
            # One may take the number that another has just given up.
            update_rows(connection, contacts, account.account_id, "contact_id", renumbered)
            touched = {name.partition(".")[0] for _, fields in changes for name in fields}
            _rewrite(connection, account.account_id, [known[str(number)] for number in marked], touched, at)
            write_marks(connection, account.account_id, {number: said for number, said in marked.items() if said})
            for number in marked if list_ids is not None else ():
                put_in_lists(connection, account.account_id, number, list_ids or (), at, owner=owner)
        return outcomes

    def delete_contacts(self, account: Account, contact_ids: Sequence[str]) -> list[Record | ProviderError]:
        """Delete contacts with all their memberships and return them as they were."""
        with self._writing(account.account_id) as connection:
            known = find_contacts(connection, account.account_id, contact_ids)
            _delete(connection, account.account_id, numbers_of(known))
        return [
            known.pop(contact_id) if contact_id in known else missing_contact(contact_id) for contact_id in contact_ids
        ]

    def delete_every_contact(self, account: Account, *, owner: int) -> None:
        """Delete all contacts of a user with all their memberships."""
        with self._writing(account.account_id) as connection:
            _delete(connection, account.account_id, list_contacts(connection, account.account_id, owner))


def list_contacts(connection: Connection, account_id: int, owner: int | None) -> Sequence[int]:
    """Return the ids of all contacts of an account, or of one of its users, in their order."""
    wanted = within(contacts, account_id, *narrow(connection, account_id, owner=owner))
    return (
        connection.execute(select(contacts.c.contact_id).where(*wanted).order_by(contacts.c.contact_id)).scalars().all()
    )


def insert_contacts(connection: Connection, account_id: int, new: Sequence[Contact], at: int) -> Columns[Record]:
    """Keep contacts whose phones were looked for in vain, each once."""
    texts = {name: column(new, name) for name in FIELDS}
    refuse_unstorable(chain.from_iterable(texts[name] for name in TEXT_FIELDS))
    first = take_ids(connection, account_id, "contact", len(new))
    same, ids, times = [account_id] * len(new), range(first, first + len(new)), [at] * len(new)
    customs = column(new, "custom")
    written = customs if customs.count(None) == len(new) else [*map(encode_custom, customs)]
    insert_columns(connection, contacts, [same, ids, *texts.values(), written, _folded(texts), times, times])
    know_fields(connection, account_id, _names(customs), at)
    count_made(connection, account_id, np.arange(first, first + len(new)))
    made = [moment(at)] * len(new)
    return records_of(ids, texts.values(), customs, made, made)


def _rewrite(
    connection: Connection, account_id: int, changed: Sequence[Record], touched: Collection[str], at: int
) -> None:
    """Write what was touched of contacts, but their numbers, which have been written."""
    if not changed:
        return
    texts = {name: column(changed, name) for name in FIELDS}
    kept = {name: texts[name] for name in TEXT_FIELDS if name in touched} | {"folded": _folded(texts)}
    if "custom" in touched:
        customs = column(changed, "custom")
        kept["custom"] = [*map(encode_custom, customs)]
        know_fields(connection, account_id, _names(customs), at)
    rows = pa.table({name: pa.array(values, pa.string()) for name, values in kept.items()})
    ids = pa.array([*map(int, column(changed, "contact_id"))], pa.int64())
    update_columns(connection, contacts, account_id, rows.append_column("contact_id", ids), updated_at=at)


def _folded(texts: Mapping[str, Sequence[str | None]]) -> list[str]:
    """Fold what is searched of each contact: number and names first, as they are searched alone, too, and no tag."""
    columns = [texts[name] for name in FIELDS]
    return [*map(add, fold_each(*columns[:NAMES]), fold_each(*columns[NAMES:-1]))]


def _delete(connection: Connection, account_id: int, numbers: Sequence[int]) -> None:
    leave_every_list(connection, account_id, numbers)
    going = within(contacts, account_id, among(contacts.c.contact_id, numbers))
    count_deleted(connection, account_id, going)
    connection.execute(delete(contacts).where(*going))


def _names(customs: Iterable[Mapping[str, Any] | None]) -> Iterator[str]:
    return chain.from_iterable(custom for custom in customs if custom)


def _changed(before: Record, fields: Mapping[str, Any], at: datetime) -> Record:
    """Change the fields of a contact; `custom.<name>` is one of its own, which None takes away."""
    whole = {name: value for name, value in fields.items() if name in _FIELDS}
    own = {name.removeprefix(CUSTOM_PREFIX): fields[name] for name in fields if name.startswith(CUSTOM_PREFIX)}
    if own:
        custom = {**(whole.get("custom", before.custom) or {}), **own}
        kept = {name: value for name, value in custom.items() if value is not None or name not in own}
        whole["custom"] = kept or None
    return msgspec.structs.replace(before, **whole, updated_at=at)


def _take_phone(holders: dict[str, str], contact: Record, *, instead_of: str) -> None:
    if holders.get(contact.phone, contact.contact_id) != contact.contact_id:
        message = f"The number {contact.phone} belongs to another contact; a number is kept once."
        raise DuplicateError(message, field="phone")
    holders.pop(instead_of, None)
    holders[contact.phone] = contact.contact_id
