"""TextMagic's contacts: what is asked, what is answered, both ways; numbers are digits only on this wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - msgspec reads the annotations at run time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from listkit.contact import ContactList, Page, Receipt, Record
from listkit.errors import DuplicateError, InvalidError
from listkit.wire.tables import customs, members, rows
from listkit.wire.text import is_email
from listkit.wire.textmagic.countries import HOME, Country, country_of
from listkit.wire.textmagic.errors import decode_error
from listkit.wire.textmagic.fields import FieldBody  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.wire.textmagic.lists import WholeList, whole_list
from listkit.wire.textmagic.phones import phone_type, read_local, read_phone
from listkit.wire.textmagic.shapes import SPELLED, Avatar, Resources, build, decode, decode_link, encode, encode_page
from listkit.wire.textmagic.users import UserBody  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from listkit.wire.message import Answer, Request
    from listkit.wire.textmagic.asking import ContactEdit, Paging


class _Named(msgspec.Struct):
    name: str | None = None
    id: int | str | None = None


class CustomField(msgspec.Struct, rename="camel"):
    """A field of the user's own: flat in the oldest and the newest answers, nested in those between."""

    value: Any = None
    name: str | None = None
    id: int | str | None = None
    user_custom_field_id: int | str | None = None
    user_custom_field: _Named | None = None

    @property
    def field_id(self) -> str:
        """The id of the field itself, which in old answers is the only one; empty where none is told."""
        nested = self.user_custom_field.id if self.user_custom_field else None
        return str(self.user_custom_field_id or nested or self.id or "")

    @property
    def pair(self) -> tuple[str, str | None]:
        """Its name and its value as text."""
        name = self.name or (self.user_custom_field.name if self.user_custom_field else None)
        return name or "", None if self.value is None else str(self.value)


class ContactTexts(msgspec.Struct, rename="camel", kw_only=True):
    """The keys of a contact that hold a text of its own."""

    id: int | str
    phone: str | int
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None


class ContactBody(ContactTexts, rename="camel", kw_only=True):
    """The keys of a contact that a reader of lists wants."""

    custom_fields: list[CustomField] = []


class WholeField(msgspec.Struct, rename="camel", kw_only=True):
    """A field of the user's own, flat, with all the keys that it had over the years."""

    id: int
    user_custom_field_id: int
    name: str
    value: str | None
    created_at: str


class TagBody(msgspec.Struct, frozen=True):
    """A word that is hung on contacts."""

    id: int
    title: str


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a contact beside its record; `fields` are all that its `custom` may name.

    `phone_type` is given where it was said; else the number tells it.
    """

    home: str = HOME
    lists: Sequence[ContactList] = ()
    owner: UserBody | None = None
    favorited: bool = False
    blocked: bool = False
    phone_type: str | None = None
    tags: Sequence[TagBody] = ()
    fields: Mapping[str, FieldBody] = MappingProxyType({})


class WholeContact(ContactTexts, rename="camel", kw_only=True):
    """A contact with every key that TextMagic names; those that nothing here sets are as for a fresh contact."""

    custom_fields: list[WholeField]
    country: Country
    lists: list[WholeList]
    favorited: bool = False
    blocked: bool = False
    owner: UserBody | None = None
    tags: list[TagBody] = []
    phone_type: str
    avatar: Avatar = Avatar("avatars/dummy_contact.png")
    notes: list[str] = []
    user: None = None
    whatsapp_phone: None = None


NOTHING = Beside()
"""Nothing is told beside a contact."""

_CONTACT = msgspec.json.Decoder(ContactBody)
_CONTACTS = msgspec.json.Decoder(Resources[ContactBody])


# what a client asks, and reads ---------------------------------------------------------------
def create_contact_request(
    contacts: pa.Table, *, list_id: str, field_ids: Mapping[str, str] = MappingProxyType({})
) -> Request:
    """Ask for the one contact of a table to be made, in a list: TextMagic takes no more at a time.

    `field_ids` are the ids of its custom fields by name.
    """
    (row,), (custom,) = rows(contacts, SPELLED), customs(contacts)
    body: dict[str, Any] = {name: value for name, value in zip(SPELLED.values(), row, strict=True) if value is not None}
    body |= {"phone": _digits(body["phone"]), "lists": list_id}
    if custom:
        body["customFieldValues"] = [{"id": field_ids[name], "value": value} for name, value in custom.items()]
    return build("POST", "contacts", "create_contacts", body=body)


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
    return Page(items=table, after=page.after, pages=page.page_count)


def _digits(phone: str) -> str:
    return phone.removeprefix("+")


def _canonical(phone: str | int) -> str:
    return f"+{str(phone).removeprefix('+')}"


# what a server reads, and answers ------------------------------------------------------------
def decode_contact_form(form: ContactEdit, *, home: str = HOME) -> dict[str, Any]:
    """Read a contact to make or edit as fields of ours: an absent text is empty, an absent mark is not there.

    `home` is where a national number is read that names no country. Own fields, lists and the
    owner are left to who knows them.
    """
    phone = read_local(form.phone, form.country or home) if form.local else read_phone(form.phone)
    if phone is None:
        raise InvalidError("Phone number is not valid.", field="phone")
    if form.email is not None and not is_email(form.email):
        raise InvalidError("This value is not a valid email address.", field="email")
    texts = {ours: getattr(form, ours) for ours in ("first_name", "last_name", "email")}
    marks = {"favorited": form.favorited, "blocked": form.blocked, "phone_type": form.type, "tags": form.tags}
    said = {name: value for name, value in marks.items() if value is not msgspec.UNSET}
    return {"phone": phone, "company": form.company_name, **texts, **said}


def encode_contact(record: Record, beside: Beside = NOTHING) -> Answer:
    """Answer one contact, with what is told beside it."""
    return encode(_whole_contact(record, beside))


def encode_contacts(shown: Iterable[tuple[Record, Beside]], paging: Paging, *, total: int) -> Answer:
    """Answer a page of contacts, each with what is told beside it.

    `lists` is empty in a page: no known caller reads it there, and whoever wants the lists
    of a contact asks for them or for the contact alone.
    """
    return encode_page(paging, total, [_whole_contact(record, beside) for record, beside in shown])


def _whole_contact(record: Record, beside: Beside) -> WholeContact:
    return WholeContact(
        id=int(record.contact_id),
        phone=_digits(record.phone),
        first_name=record.first_name,
        last_name=record.last_name,
        company_name=record.company,
        email=record.email,
        custom_fields=[
            _whole_field(beside.fields[name], value)
            for name, value in (record.custom or {}).items()
            if name in beside.fields
        ],
        country=country_of(record.phone, beside.home),
        lists=[whole_list(kept) for kept in beside.lists],
        favorited=beside.favorited,
        blocked=beside.blocked,
        owner=beside.owner,
        tags=list(beside.tags),
        phone_type=beside.phone_type or phone_type(record.phone),
    )


def _whole_field(body: FieldBody, value: object) -> WholeField:
    """Write what a contact has in a field; what is no text, which only others can write, is JSON here."""
    text = value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()
    return WholeField(id=body.id, user_custom_field_id=body.id, name=body.name, value=text, created_at=body.created_at)
