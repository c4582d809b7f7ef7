"""Contacts to be made: asked for, read, and what became of each, in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from listkit.contact import FIELDS, Columns, Contact, column
from listkit.wire import tables
from listkit.wire.exotel.bodies import SEVERAL, asked, at_most, decode_items, read_batch, read_each, read_json
from listkit.wire.exotel.contacts import ContactData, canonical
from listkit.wire.exotel.fields import (
    Company,
    Email,
    FirstName,
    LastName,
    Number,
    Tag,
    are_e164,
    read_custom,
    read_email,
    read_number,
    read_tag,
)
from listkit.wire.exotel.receipts import matched, receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from listkit.contact import Receipt
    from listkit.errors import ProviderError
    from listkit.wire.exotel.envelope import Item
    from listkit.wire.message import Answer, Request


_NAMES = {"first_name": "first_name", "last_name": "last_name", "company": "company_name"}


class NewContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A contact to be made; `custom` is another spelling of `custom_field`."""

    number: Number | None = None
    first_name: FirstName | None = None
    last_name: LastName | None = None
    company_name: Company | None = None
    email: Email | None = None
    tag: Tag | None = None
    custom_field: dict[str, Any] | None = None
    custom: dict[str, Any] | None = None


class NewContactsBody(msgspec.Struct, frozen=True):
    """The body that makes contacts."""

    contacts: Annotated[list[NewContact] | None, SEVERAL] = None


# asking ------------------------------------------------------------------------------------
def create_contacts_request(account: str, contacts: pa.Table) -> Request:
    """Ask for contacts to be made, 5,000 at most."""
    at_most(contacts, "contacts")
    body = NewContactsBody(
        [
            NewContact(
                number=number,
                first_name=first,
                last_name=last,
                company_name=company,
                email=email,
                tag=tag,
                custom_field=custom,
            )
            for (number, first, last, company, email, tag), custom in zip(
                tables.rows(contacts, FIELDS), tables.customs(contacts), strict=True
            )
        ]
    )
    return asked("create_contacts", "POST", account, "contacts", body=body)


# being asked -------------------------------------------------------------------------------
def decode_create_contacts(request: Request) -> Sequence[Contact | ProviderError]:
    """Read the contacts to make; one that cannot be is the error in its place."""
    given = read_batch(read_json(request, NewContactsBody).contacts, "contacts")
    numbers = column(given, "number")
    if not are_e164(numbers):
        return read_each(given, _mended_contact)
    nothing = [None] * len(given)
    if any(column(given, name) != nothing for name in ("email", "tag", "custom", "custom_field")):
        return read_each(given, _new_contact)
    # Most have but a number and names, in which nothing can be wrong.
    texts = {ours: [text or None for text in column(given, name)] for ours, name in _NAMES.items()}
    return Columns(_named_contact, {"phone": numbers, **texts, **dict.fromkeys(("email", "tag", "custom"), nothing)})


def _named_contact(*told: Any) -> Contact:
    return Contact(**dict(zip((*FIELDS, "custom"), told, strict=True)))


def _mended_contact(given: NewContact) -> Contact:
    return _new_contact(msgspec.structs.replace(given, number=read_number(given.number)))


def _new_contact(given: NewContact) -> Contact:
    """Read a contact whose number is E.164 already."""
    custom = given.custom if given.custom_field is None else given.custom_field
    return Contact(
        phone=given.number or "",
        first_name=given.first_name or None,
        last_name=given.last_name or None,
        company=given.company_name or None,
        email=read_email(given.email) if given.email else None,
        tag=read_tag(given.tag) if given.tag else None,
        custom=read_custom(custom) if custom else custom,
    )


# being answered ----------------------------------------------------------------------------
def decode_created_contacts(answer: Answer, phones: Sequence[str]) -> list[Receipt | None]:
    """Read what became of each number that was sent; None where the answer proves nothing of one."""
    items, _ = decode_items(answer, ContactData)
    found = matched(answer, items, phones, canonical)
    return [_receipt(item, phone) for item, phone in zip(found, phones, strict=True)]


def _receipt(item: Item[ContactData] | None, sent: str) -> Receipt | None:
    data = item.data if item else None
    sid, phone = (data.sid, data.number and sent) if data else (None, None)
    if item and not sid and not item.failed:
        # Without its id nothing can be done with the contact, so its making is not proven.
        return None
    return receipt(item, phone=phone, contact_id=sid)
