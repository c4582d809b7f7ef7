"""The address-book: contacts made, shown, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from listkit.contact import column
from listkit.errors import DuplicateError, NotFoundError, ProviderError
from listkit.server.dialects.exotel import sids
from listkit.server.dialects.exotel.items import each, id_of, known, known_change, not_found, worded
from listkit.server.dialects.exotel.lists import shown_list
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.contact import ContactList, Record
    from listkit.server.dialects import Call
    from listkit.server.store.base import ContactSort, Kept
    from listkit.wire.message import Answer

ORDERS: dict[str, ContactSort] = {"created": "created", "name": "first_name"}

_ALL_LISTS = 1_000
"""The most lists that are shown beside one contact."""


def create_contacts(call: Call) -> Answer:
    """Make contacts; one whose number is there already is refused and shown as it is."""
    items = each(
        wire.decode_create_contacts(call.request),
        lambda new: call.store.create_contacts(call.account, new),
        show=lambda kept: _made(call, kept),
        words=lambda _: {},
    )
    return wire.encode_bulk(call.request, items, always_multi=True)


def get_contacts(call: Call) -> Answer:
    """Show a page of the address-book, on request with the lists that each contact is in."""
    query = wire.decode_contacts_query(call.request)
    found = call.store.contacts(
        call.account,
        offset=query.paging.offset,
        limit=query.paging.limit,
        search=query.search,
        only_names=True,
        list_ids=_known_lists(call, query.list_ids),
        sort=ORDERS[query.paging.sort or "created"],
        direction=query.paging.direction,
    )
    shown: Sequence[wire.ContactData] = (
        [contact_data(call, one, lists=_lists_of(call, one)) for one in found.items]
        if query.shows_lists
        else contacts_data(call, found.items)
    )
    return wire.encode_page(call.request, wire.all_done(shown), query.paging, found.total)


def get_contact(call: Call) -> Answer:
    """Show one contact."""
    return wire.encode_one(call.request, contact_data(call, call.store.contact(call.account, id_of(call, "contact"))))


def update_contact(call: Call) -> Answer:
    """Change fields of one contact."""
    changes = wire.decode_update_contact(call.request)
    changed = call.store.update_contacts(call.account, [(id_of(call, "contact"), changes)])[0]
    if isinstance(changed, ProviderError):
        raise worded(changed, {DuplicateError: _number_taken(changes.get("phone"))})
    return wire.encode_one(call.request, contact_data(call, changed))


def update_contacts(call: Call) -> Answer:
    """Change several contacts, one after the other."""
    items = each(
        [known_change(call, "contact", change) for change in wire.decode_update_contacts(call.request)],
        lambda changes: call.store.update_contacts(call.account, changes),
        show=lambda changed: wire.all_done(contacts_data(call, changed)),
        words=lambda change: {
            NotFoundError: not_found(call, "contact", change[0]),
            DuplicateError: _number_taken(change[1].get("phone")),
        },
    )
    return wire.encode_bulk(call.request, items, always_multi=True)


def delete_contact(call: Call) -> Answer:
    """Delete a contact, from every list too, and show it as it was."""
    gone = call.store.delete_contacts(call.account, [id_of(call, "contact")])[0]
    if isinstance(gone, ProviderError):
        raise gone
    return wire.encode_one(call.request, contact_data(call, gone))


def contact_data(call: Call, kept: Record, *, lists: Sequence[ContactList] | None = None) -> wire.ContactData:
    """Show a contact of the store's as Exotel does, on request with all its lists."""
    sid = sids.encode(call.account, "contact", kept.contact_id)
    return wire.contact_data(call.account.sid, msgspec.structs.replace(kept, contact_id=sid), lists=lists)


def contacts_data(call: Call, kept: Sequence[Record], *, list_id: str | None = None) -> list[wire.ContactData]:
    """Show contacts of the store's as Exotel does, all of them as members of a list or none."""
    ids = sids.encode_all(call.account, "contact", column(kept, "contact_id"))
    return wire.contacts_data(call.account.sid, kept, ids, list_id=list_id)


def _known_lists(call: Call, list_ids: Sequence[str] | None) -> list[str] | None:
    if list_ids is None:
        return None
    return [number for number in (known(call, "list", sid) for sid in list_ids) if isinstance(number, str)]


def _lists_of(call: Call, kept: Record) -> list[ContactList]:
    found = call.store.lists_of(call.account, kept.contact_id, limit=_ALL_LISTS).items
    return [shown_list(call, one) for one in found]


def _made(call: Call, kept: Sequence[Kept]) -> Sequence[wire.Item[wire.ContactData]]:
    shown, are_new = contacts_data(call, column(kept, "record")), column(kept, "is_new")
    if call.settings.are_repeats_fine or all(are_new):
        return wire.all_done(shown)
    return [
        wire.done(data) if is_new else wire.refused(DuplicateError(_number_taken(data.number)), data)
        for is_new, data in zip(are_new, shown, strict=True)
    ]


def _number_taken(phone: str | None) -> str:
    return f"Contact with number {phone} already exists"
