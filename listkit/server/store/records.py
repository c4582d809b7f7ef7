"""Contacts as they are kept, read as records: by id, by number, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, null, select

from listkit.contact import FIELDS, Record
from listkit.errors import NotFoundError
from listkit.server.store.bulk import find
from listkit.server.store.moments import moment
from listkit.server.store.schema import contacts, within
from listkit.server.store.text import decode_custom, numbers_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from listkit.contact import Contact

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
    return {phone: number for number, phone in find(connection, _NUMBERS, contacts.c.phone, phones, account=account_id)}


def find_known(connection: Connection, account_id: int, numbers: Iterable[int]) -> set[int]:
    """Return those of these ids that a contact has."""
    known = find(connection, _NUMBERS, contacts.c.contact_id, numbers, account=account_id)
    return {number for number, _ in known}


def get_contacts(connection: Connection, account_id: int, numbers: Sequence[int]) -> list[Record]:
    """Return contacts that exist, in the order of their ids as given."""
    found = _find(connection, account_id, contacts.c.contact_id, numbers)
    known = {record.contact_id: record for record in found}
    return [known[str(number)] for number in numbers]


def missing_contact(contact_id: str) -> NotFoundError:
    """Say that there is no such contact."""
    return NotFoundError(f"There is no contact with the id {contact_id!r} in this account.", field="contact_id")


def decode_contacts(rows: Iterable[Sequence[Any]]) -> list[Record]:
    """Make records of rows that begin with the columns of `SHOWN` and the contact's own fields in a list, or None."""
    return [
        Record(
            contact_id=str(contact_id),
            phone=phone,
            first_name=first_name,
            last_name=last_name,
            company=company,
            email=email,
            tag=tag,
            custom=_merged(custom, own) if custom or own else None,
            created_at=(at := moment(made)),
            updated_at=at if changed == made else moment(changed),
        )
        for contact_id, phone, first_name, last_name, company, email, tag, custom, made, changed, own, *_ in rows
    ]


def number_contacts(made: Iterable[Contact], first: int, at: datetime) -> list[Record]:
    """Make records of contacts that were just made; their ids follow one another from `first`."""
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


def _merged(custom: str | None, own: str | None) -> dict[str, Any] | None:
    """Lay the fields that a contact has in a list over those that it has everywhere."""
    if own is None:
        return decode_custom(custom)
    return {**(decode_custom(custom) or {}), **(decode_custom(own) or {})}


def _find(
    connection: Connection, account_id: int, column: ColumnElement[Any], values: Iterable[int] | Iterable[str]
) -> list[Record]:
    return decode_contacts(find(connection, _RECORDS, column, values, account=account_id))
