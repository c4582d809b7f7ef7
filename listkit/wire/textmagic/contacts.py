"""TextMagic's contacts: what is asked, what is answered, both ways; numbers are digits only on this wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from listkit.contact import Page, Receipt, Record
from listkit.errors import DuplicateError, InvalidError, MissingFieldError
from listkit.wire.tables import members, rows
from listkit.wire.text import is_email
from listkit.wire.textmagic.countries import Country, country_of
from listkit.wire.textmagic.errors import decode_error
from listkit.wire.textmagic.lists import Avatar, WholeList, whole_list
from listkit.wire.textmagic.shapes import SPELLED, Resources, build, decode, decode_link, encode, encode_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from listkit.contact import ContactList
    from listkit.wire.message import Answer, Request
    from listkit.wire.textmagic.parameters import Parameters
    from listkit.wire.textmagic.shapes import Paging

_PHONE = re.compile(r"\+?([1-9][0-9]{6,14})")


class _Named(msgspec.Struct):
    name: str | None = None


class CustomField(msgspec.Struct, rename="camel"):
    """A field of the user's own: flat in the oldest and the newest answers, nested in those between."""

    value: Any = None
    name: str | None = None
    user_custom_field: _Named | None = None

    @property
    def pair(self) -> tuple[str, str | None]:
        """Its name and its value as text."""
        name = self.name or (self.user_custom_field.name if self.user_custom_field else None)
        return name or "", None if self.value is None else str(self.value)


class ContactBody(msgspec.Struct, rename="camel", kw_only=True):
    """The keys of a contact that a reader of lists wants."""

    id: int | str
    phone: str | int
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    custom_fields: list[CustomField] = []


class WholeContact(ContactBody, rename="camel", kw_only=True):
    """A contact with every key that TextMagic names; those that nothing here sets are as for a fresh contact."""

    country: Country
    lists: list[WholeList]
    favorited: bool = False
    blocked: bool = False
    owner: None = None
    tags: list[str] = []
    phone_type: str = "1"
    avatar: Avatar = Avatar("avatars/dummy_contact.png")
    notes: list[str] = []
    user: None = None
    whatsapp_phone: None = None


_CONTACT = msgspec.json.Decoder(ContactBody)
_CONTACTS = msgspec.json.Decoder(Resources[ContactBody])


def read_phone(text: str) -> str | None:
    """Read a number as TextMagic takes it, 7 to 15 digits with or without a plus; None for anything else.

    No national number passes: none of the world's calling codes starts with 0.

    >>> read_phone("442079460018"), read_phone("+12025550123"), read_phone("020 7946 0018")
    ('+442079460018', '+12025550123', None)
    """
    found = _PHONE.fullmatch(text)
    return f"+{found[1]}" if found else None


# what a client asks, and reads ---------------------------------------------------------------
def create_contact_request(contacts: pa.Table, *, list_id: str) -> Request:
    """Ask for the one contact of a table to be made, in a list: TextMagic takes no more at a time."""
    (row,) = rows(contacts, SPELLED)
    body = {name: value for name, value in zip(SPELLED.values(), row, strict=True) if value is not None}
    return build("POST", "contacts", "create_contact", body=body | {"phone": _digits(body["phone"]), "lists": list_id})


def find_contact_request(phone: str) -> Request:
    """Ask for the contact with a number."""
    return build("GET", f"contacts/phone/{_digits(phone)}", "find_contact")


def decode_created_contact(answer: Answer) -> Receipt:
    """Read what became of the one contact that was sent.

    A number that is known answers as a refusal that does not say whose it is. Raises any
    error that is not about the contact itself, an unknown list included.
    """
    if answer.status < 300:  # noqa: PLR2004 - 200 and 201 are both in use
        return Receipt(status="done", contact_id=decode_link(answer), joined=True)
    error = decode_error(answer)
    if isinstance(error, DuplicateError):
        return Receipt(status="exists", code=error.code, reason=str(error))
    if isinstance(error, InvalidError) and error.field in SPELLED:
        return Receipt(status="refused", code=error.code, reason=str(error))
    raise error


def decode_contact(answer: Answer) -> Record:
    """Read one contact."""
    body = decode(answer, _CONTACT)
    return Record(
        contact_id=str(body.id),
        phone=_canonical(body.phone),
        first_name=body.first_name or None,
        last_name=body.last_name or None,
        company=body.company_name or None,
        email=body.email or None,
        custom=dict(field.pair for field in body.custom_fields) or None,
    )


def decode_members(answer: Answer) -> Page[pa.Table]:
    """Read a page of contacts straight into columns."""
    page = decode(answer, _CONTACTS)
    people = page.resources
    table = members(
        {
            "phone": [_canonical(body.phone) for body in people],
            "first_name": [body.first_name or None for body in people],
            "last_name": [body.last_name or None for body in people],
            "company": [body.company_name or None for body in people],
            "email": [body.email or None for body in people],
            "contact_id": [str(body.id) for body in people],
            "custom": [[field.pair for field in body.custom_fields] for body in people],
        }
    )
    return Page(items=table, after=page.after)


def _digits(phone: str) -> str:
    return phone.removeprefix("+")


def _canonical(phone: str | int) -> str:
    return f"+{str(phone).removeprefix('+')}"


# what a server reads, and answers ------------------------------------------------------------
def decode_contact_fields(sent: Parameters) -> dict[str, Any]:
    """Read every field of a contact to make or edit: an absent one is empty, the number is mandatory."""
    fields = {ours: sent.text(theirs) for ours, theirs in SPELLED.items()}
    if fields["phone"] is None:
        raise MissingFieldError("This value should not be blank.", field="phone")
    phone, email = read_phone(fields["phone"]), fields["email"]
    if phone is None:
        raise InvalidError("Phone number is not valid.", field="phone")
    if email is not None and not is_email(email):
        raise InvalidError("This value is not a valid email address.", field="email")
    return fields | {"phone": phone}


def encode_contact(record: Record, lists: Iterable[ContactList]) -> Answer:
    """Answer one contact with the lists it is in."""
    return encode(_whole_contact(record, lists))


def encode_contacts(records: Iterable[Record], paging: Paging, *, total: int) -> Answer:
    """Answer a page of contacts.

    `lists` is empty in a page: no known caller reads it there, and whoever wants the lists
    of a contact asks for them or for the contact alone.
    """
    return encode_page(paging, total, [_whole_contact(record) for record in records])


def _whole_contact(record: Record, lists: Iterable[ContactList] = ()) -> WholeContact:
    return WholeContact(
        id=int(record.contact_id),
        phone=_digits(record.phone),
        first_name=record.first_name,
        last_name=record.last_name,
        company_name=record.company,
        email=record.email,
        country=country_of(record.phone),
        lists=[whole_list(kept) for kept in lists],
    )
