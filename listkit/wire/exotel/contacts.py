"""Contacts of the address-book: what is asked about them and what is answered, in both directions."""

from __future__ import annotations

from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from listkit.contact import CUSTOM_PREFIX, FIELDS, Page, Record, column
from listkit.errors import MissingFieldError
from listkit.wire import tables
from listkit.wire.exotel.bodies import (
    SEVERAL,
    asked,
    at_most,
    decode_items,
    decode_one,
    decode_page,
    not_understood,
    read_batch,
    read_each,
    read_json,
)
from listkit.wire.exotel.fields import (
    SPELLED,
    AccountSid,
    Company,
    Custom,
    Email,
    FirstName,
    KeptEmail,
    KeptNumber,
    KeptTag,
    LastName,
    Moment,
    Name,
    Number,
    Sid,
    Tag,
    read_custom,
    read_email,
    read_number,
    read_phone,
    read_sid,
    read_tag,
    whole_seconds,
)
from listkit.wire.exotel.paging import LONGEST_CONTACTS_PAGE, Paging, decode_paging, decode_search, next_offset
from listkit.wire.exotel.receipts import matched, receipt
from listkit.wire.text import read_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Receipt
    from listkit.errors import ProviderError
    from listkit.wire.message import Answer, Request

_SHOW_LIST = "show_list"


class ContactFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change of a contact; what is absent stays as it is."""

    sid: Sid | None = None
    number: Number | UnsetType | None = UNSET
    first_name: FirstName | UnsetType | None = UNSET
    last_name: LastName | UnsetType | None = UNSET
    company_name: Company | UnsetType | None = UNSET
    email: Email | UnsetType | None = UNSET
    tag: Tag | UnsetType | None = UNSET
    custom_field: dict[str, Any] | UnsetType | None = UNSET
    custom: dict[str, Any] | UnsetType | None = UNSET


class ContactsBody(msgspec.Struct, frozen=True):
    """The body that changes contacts."""

    contacts: Annotated[list[ContactFields] | None, SEVERAL] = None


class ListName(msgspec.Struct, frozen=True):
    """A list that a contact is in."""

    sid: Sid | None = None
    name: Name | None = None


class ContactData(msgspec.Struct, frozen=True, gc=False):
    """A contact as Exotel shows it; as a member with its list, on request with all its lists."""

    sid: Sid | None = None
    account_sid: AccountSid | None = None
    number: KeptNumber | None = None
    first_name: FirstName | None = None
    last_name: LastName | None = None
    company_name: Company | None = None
    email: KeptEmail | None = None
    tag: KeptTag | None = None
    custom_field: Custom = None
    date_created: Moment = None
    date_updated: Moment = None
    list_sid: Sid | UnsetType | None = UNSET
    lists: list[ListName] | UnsetType | None = UNSET


class _Shown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a table keeps of a contact that is shown, in the order of `MEMBERS`."""

    number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    tag: str | None = None
    sid: str | None = None
    custom_field: Any = None


class ContactsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts of the address-book a caller wishes to see; `list_ids` is None for all."""

    paging: Paging
    search: str | None
    list_ids: list[str] | None
    shows_lists: bool


# asking ------------------------------------------------------------------------------------
def update_contacts_request(account: str, changes: Sequence[tuple[str, Mapping[str, Any]]]) -> Request:
    """Ask for several contacts to be changed, 5,000 at most; the fields have our names."""
    contacts = [
        ContactFields(sid=contact_id, **_spelled(fields)) for contact_id, fields in at_most(changes, "contacts")
    ]
    return asked("update_contacts", "PUT", account, "contacts", body=ContactsBody(contacts))


def contact_request(account: str, contact_id: str) -> Request:
    """Ask for one contact."""
    return asked("contact", "GET", account, "contacts", contact_id)


def contacts_request(account: str, *, offset: int = 0, limit: int = LONGEST_CONTACTS_PAGE) -> Request:
    """Ask for a page of the address-book."""
    return asked("contacts", "GET", account, "contacts", offset=offset, limit=limit)


def delete_contact_request(account: str, contact_id: str) -> Request:
    """Ask for a contact to be deleted, and with it its place in every list."""
    return asked("delete_contact", "DELETE", account, "contacts", contact_id)


def changes_custom(fields: Mapping[str, Any]) -> bool:
    """Whether a custom field is among those that are to be changed."""
    return any(name.startswith(CUSTOM_PREFIX) for name in fields)


def with_custom(fields: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Put the custom fields that are to be changed among those that a contact has: they are one value to Exotel.

    >>> with_custom({"custom.city": "Pune", "custom.age": None}, {"age": 7})
    {'custom': {'city': 'Pune'}}
    """
    plain = {name: value for name, value in fields.items() if not name.startswith(CUSTOM_PREFIX)}
    own = {name.removeprefix(CUSTOM_PREFIX): value for name, value in fields.items() if name not in plain}
    whole = {name: value for name, value in {**kept, **own}.items() if value is not None}
    return {**plain, "custom": whole or None}


def _spelled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {SPELLED.get(name, name): value for name, value in fields.items()}


# being asked -------------------------------------------------------------------------------
def decode_update_contacts(request: Request) -> list[tuple[str, dict[str, Any]] | ProviderError]:
    """Read what to change of which contacts; one that cannot be is the error in its place."""
    return read_each(read_batch(read_json(request, ContactsBody).contacts, "contacts"), _named_changes)


def decode_update_contact(request: Request) -> dict[str, Any]:
    """Read what to change of the contact that the path names."""
    changes = _changes(read_json(request, ContactFields))
    if not changes:
        raise MissingFieldError("Number is mandatory", field="phone")
    return changes


def decode_contacts_query(request: Request) -> ContactsQuery:
    """Read which contacts of the address-book are wished."""
    lists = request.argument("list_sids")
    return ContactsQuery(
        paging=decode_paging(request, longest=LONGEST_CONTACTS_PAGE),
        search=decode_search(request),
        list_ids=lists.split(",") if lists else None,
        shows_lists=request.argument("filter") == _SHOW_LIST,
    )


def _named_changes(fields: ContactFields) -> tuple[str, dict[str, Any]]:
    return read_sid(fields.sid), _changes(fields)


def _changes(fields: ContactFields) -> dict[str, Any]:
    """Read what is to be changed, in our names; an empty text clears."""
    told = {name: getattr(fields, SPELLED.get(name, name)) for name in (*FIELDS, "custom")}
    if told["custom"] is UNSET:
        told["custom"] = fields.custom
    return {
        name: _READING[name](value) if name in _READING else value or None
        for name, value in told.items()
        if value is not UNSET
    }


_READING: dict[str, Callable[[Any], Any]] = {
    "phone": read_number,
    "email": read_email,
    "tag": read_tag,
    "custom": read_custom,
}


# answering ---------------------------------------------------------------------------------
def contact_data(
    account: str, kept: Record, *, list_id: str | None = None, lists: Sequence[ContactList] | None = None
) -> ContactData:
    """Show a contact as Exotel does; with the list it is shown as a member of, or with all its lists."""
    data = contacts_data(account, [kept], [kept.contact_id], list_id=list_id)[0]
    if lists is None:
        return data
    return msgspec.structs.replace(data, lists=[ListName(each.list_id, each.name) for each in lists])


def contacts_data(
    account: str, kept: Sequence[Record], ids: Sequence[str], *, list_id: str | None = None
) -> list[ContactData]:
    """Show contacts as Exotel does, each by the id that callers know it by."""
    texts = [column(kept, name) for name in (*FIELDS, "custom")]
    moments = [map(whole_seconds, column(kept, name)) for name in ("created_at", "updated_at")]
    return list(map(ContactData, ids, repeat(account), *texts, *moments, repeat(list_id or UNSET)))


# being answered ----------------------------------------------------------------------------
def decode_contact(answer: Answer) -> Record:
    """Read one contact."""
    data = decode_one(answer, ContactData)
    if not (data.sid and data.number):
        raise not_understood(answer)
    return _kept(data)


def decode_contacts(answer: Answer, *, offset: int) -> Page[pa.Table]:
    """Read a page of contacts, of a list or of the address-book, that was asked for from `offset` on."""
    shown, total = decode_page(answer, _Shown, needed=("sid", "number"))
    columns = dict(zip(tables.MEMBERS.names, zip(*map(astuple, shown), strict=True), strict=False))
    if {*map(itemgetter(0), columns.get("phone", ()))} - {"+"}:
        columns["phone"] = tuple(map(_with_plus, columns["phone"]))
    columns["custom"] = [_texts(custom) if custom else None for custom in columns.get("custom", ())]
    return Page(items=tables.members(columns), total=total, after=next_offset(offset, len(shown), total))


def decode_customs(answer: Answer, *, offset: int) -> Page[Sequence[tuple[str, dict[str, Any]]]]:
    """Read of a page of contacts the custom fields of each alone, by its id, with values that need be no texts."""
    shown, total = decode_page(answer, _Shown, needed=("sid", "number"))
    customs = [(str(each.sid), each.custom_field if isinstance(each.custom_field, dict) else {}) for each in shown]
    return Page(items=customs, total=total, after=next_offset(offset, len(shown), total))


def decode_updated_contacts(answer: Answer, contact_ids: Sequence[str]) -> list[Receipt | None]:
    """Read what became of each contact that was to be changed; None where the answer proves nothing of one.

    A number that is taken is a refusal here, whoever has it.
    """
    items, _ = decode_items(answer, ContactData)
    found = [receipt(item) for item in matched(answer, items, contact_ids, lambda data: data.sid)]
    return [
        said and msgspec.structs.replace(said, status="done" if said.status == "done" else "refused", contact_id=sent)
        for said, sent in zip(found, contact_ids, strict=True)
    ]


def canonical(data: ContactData) -> str | None:
    """Return a contact's number with its plus, whichever way Exotel shows it."""
    number = data.number
    return number if not number or number[0] == "+" else _with_plus(number)


def _with_plus(number: str) -> str:
    return number if number[0] == "+" else read_phone(number) or number


def _kept(data: ContactData) -> Record:
    return Record(
        contact_id=data.sid or "",
        phone=canonical(data) or "",
        first_name=data.first_name,
        last_name=data.last_name,
        company=data.company_name,
        email=data.email,
        tag=data.tag,
        custom=data.custom_field if isinstance(data.custom_field, dict) else None,
        created_at=read_moment(data.date_created),
        updated_at=read_moment(data.date_updated),
    )


def _texts(custom: object) -> dict[str, str] | None:
    """Make a custom field a map of texts: what is not text becomes its JSON."""
    if not isinstance(custom, dict):
        return None
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in custom.items()
    }
