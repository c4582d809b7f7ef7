"""Contacts as they are kept, read as records: by id, by number, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, null, select

from listkit.contact import FIELDS, Columns, Record
from listkit.errors import NotFoundError
from listkit.server.store.bulk import find
from listkit.server.store.moments import moment
from listkit.server.store.schema import contacts, within
from listkit.server.store.text import decode_custom, numbers_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


SHOWN = (
    contacts.c.contact_id,
    *(contacts.c[name] for name in (*FIELDS, "custom")),
    contacts.c.created_at,
    contacts.c.updated_at,
)
"""The columns that records are made of."""
_THEIRS = within(contacts, bindparam("account"))
_RECORDS = select(*SHOWN, null()).where(*_THEIRS)
_NUMBERS = select(contacts.c.contact_id, contacts.c.phone).where(*_THEIRS)


def find_contacts(connection: Connection, account_id: int, contact_ids: Iterable[str]) -> dict[str, Record]:
    """Return those of these contacts that exist, by id."""
    found = _find(connection, account_id, contacts.c.contact_id, numbers_of(contact_ids))
    return {record.contact_id: record for record in found}


def find_phones(connection: Connection, account_id: int, phones: Sequence[str]) -> dict[str, Record]:
    """Return those contacts that have these phones, by phone."""
    refuse_unstorable(phones)
    return {record.phone: record for record in _find(connection, account_id, contacts.c.phone, phones)}


def find_numbers(connection: Connection, account_id: int, phones: Sequence[str]) -> dict[str, int]:
    """Return the ids of those of these phones that somebody has."""
    refuse_unstorable(phones)
    numbers, found = find(connection, _NUMBERS, contacts.c.phone, phones, account=account_id)
    return dict(zip(found, numbers, strict=True))


def find_known(connection: Connection, account_id: int, numbers: Iterable[int]) -> set[int]:
    """Return those of these ids that a contact has."""
    return set(find(connection, _NUMBERS, contacts.c.contact_id, numbers, account=account_id)[0])


def get_contacts(connection: Connection, account_id: int, numbers: Sequence[int]) -> list[Record]:
    """Return contacts that exist, in the order of their ids as given."""
    found = _find(connection, account_id, contacts.c.contact_id, numbers)
    known = {record.contact_id: record for record in found}
    return [known[str(number)] for number in numbers]


def missing_contact(contact_id: str) -> NotFoundError:
    """Say that there is no such contact."""
    return NotFoundError(f"There is no contact with the id {contact_id!r} in this account.", field="contact_id")


def decode_contacts(found: Sequence[Sequence[Any]]) -> Columns[Record]:
    """Make records of the columns of `SHOWN` and of the contacts' own fields in a list, each of them or None."""
    numbers, *texts, customs, made, changed, own = found
    if any(customs) or any(own):
        customs = [*map(_merged, customs, own)]
    created = [*map(moment, made)]
    return records_of(numbers, texts, customs, created, created if changed == made else [*map(moment, changed)])


def records_of(
    numbers: Iterable[int],
    texts: Iterable[Sequence[str | None]],
    customs: Sequence[dict[str, Any] | None],
    created: Sequence[datetime],
    updated: Sequence[datetime],
) -> Columns[Record]:
    """Make records of columns; `texts` are those of `FIELDS`."""
    columns = {"contact_id": [*map(str, numbers)], **dict(zip(FIELDS, texts, strict=True))}
    return Columns(_record, columns | {"custom": customs, "created_at": created, "updated_at": updated})


def _record(*told: Any) -> Record:
    contact_id, phone, first, last, company, email, tag, custom, created, updated = told
    return Record(
        contact_id=contact_id,
        phone=phone,
        first_name=first,
        last_name=last,
        company=company,
        email=email,
        tag=tag,
        custom=custom,
        created_at=created,
        updated_at=updated,
    )


def _merged(custom: str | None, own: str | None) -> dict[str, Any] | None:
    """Lay the fields that a contact has in a list over those that it has everywhere."""
    if own is None:
        return decode_custom(custom)
    return {**(decode_custom(custom) or {}), **(decode_custom(own) or {})}


def _find(
    connection: Connection, account_id: int, column: ColumnElement[Any], values: Iterable[int] | Iterable[str]
) -> Columns[Record]:
    return decode_contacts(find(connection, _RECORDS, column, values, account=account_id))
