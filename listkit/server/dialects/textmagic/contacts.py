"""TextMagic's contacts: each handler reads a call, asks the store, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.contact import Contact
from listkit.errors import DuplicateError, NotFoundError
from listkit.server.dialects.textmagic.existing import MOST_AT_ONCE, all_contacts, known_lists, only, path_id
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.contact import Record
    from listkit.server.dialects import Call
    from listkit.server.store.base import ContactSort
    from listkit.wire.message import Answer
    from listkit.wire.textmagic import Parameters

ORDERS: dict[str, ContactSort] = {"firstName": "first_name", "lastName": "last_name"}
"""What a page may be ordered by; anything else is by id."""


def get_contacts(call: Call) -> Answer:
    """Answer a page of all contacts."""
    return _contacts(call, wire.parameters(call.request))


def search_contacts(call: Call) -> Answer:
    """Answer a page of the contacts that every filter lets through."""
    sent = wire.parameters(call.request)
    return _contacts(
        call,
        sent,
        ids=sent.sought("ids"),
        list_ids=sent.sought("listId"),
        search=sent.text("query"),
        exact=sent.flag("exactMatch"),
    )


def get_contact(call: Call) -> Answer:
    """Answer one contact."""
    return _contact(call, call.store.contact(call.account, path_id(call)))


def find_contact(call: Call) -> Answer:
    """Answer the contact with a number."""
    phone = wire.read_phone(call.params["phone"])
    found = call.store.find_contact(call.account, phone) if phone else None
    if found is None:
        raise NotFoundError("No contact has this number.")
    return _contact(call, found)


def get_lists_of(call: Call) -> Answer:
    """Answer a page of the lists that a contact is in."""
    paging = wire.decode_paging(wire.parameters(call.request))
    found = call.store.lists_of(call.account, path_id(call), offset=paging.offset, limit=paging.limit)
    return wire.encode_lists(found.items, paging, total=found.total)


def create_contact(call: Call) -> Answer:
    """Make a contact in one list or more; a number that is there already is refused."""
    sent = wire.parameters(call.request)
    new = Contact(**wire.decode_contact_fields(sent))
    list_ids = known_lists(call, sent.ids("lists"))
    (kept,) = call.store.create_contacts(call.account, [new])
    if not kept.is_new:
        raise DuplicateError("This number is in the account already.", field="phone")
    call.store.set_lists_of(call.account, kept.record.contact_id, list_ids)
    return wire.encode_link("contacts", kept.record.contact_id)


def update_contact(call: Call) -> Answer:
    """Replace the fields of a contact, and the lists it is in where any are named."""
    sent = wire.parameters(call.request)
    contact_id = call.store.contact(call.account, path_id(call)).contact_id
    fields = wire.decode_contact_fields(sent)
    list_ids = known_lists(call, sent.ids("lists")) if "lists" in sent else None
    only(call.store.update_contacts(call.account, [(contact_id, fields)]))
    if list_ids is not None:
        call.store.set_lists_of(call.account, contact_id, list_ids)
    return wire.encode_link("contacts", contact_id)


def delete_contact(call: Call) -> Answer:
    """Delete a contact, which leaves every list."""
    only(call.store.delete_contacts(call.account, [path_id(call)]))
    return wire.encode_done()


def delete_contacts(call: Call) -> Answer:
    """Delete several contacts, or all; those that are not there are passed over."""
    contact_ids = wire.parameters(call.request).ids_or_all("ids")
    call.store.delete_contacts(call.account, all_contacts(call) if contact_ids is None else contact_ids)
    return wire.encode_done()


def _contacts(
    call: Call,
    sent: Parameters,
    *,
    ids: Sequence[str] | None = None,
    list_ids: Sequence[str] | None = None,
    search: str | None = None,
    exact: bool = False,
) -> Answer:
    paging = wire.decode_paging(sent)
    found = call.store.contacts(
        call.account,
        ids=ids,
        list_ids=list_ids,
        search=search,
        exact=exact,
        offset=paging.offset,
        limit=paging.limit,
        sort=ORDERS.get(paging.order, "id"),
        direction=paging.direction,
    )
    return wire.encode_contacts(found.items, paging, total=found.total)


def _contact(call: Call, record: Record) -> Answer:
    lists = call.store.lists_of(call.account, record.contact_id, limit=MOST_AT_ONCE)
    return wire.encode_contact(record, lists.items)
