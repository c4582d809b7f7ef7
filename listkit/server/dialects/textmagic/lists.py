"""TextMagic's lists: each handler reads a call, asks the store, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listkit.contact import ContactList
from listkit.server.dialects.textmagic.existing import only, own_list, owners_of, seen_list
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from listkit.server.dialects import Call
    from listkit.server.store.base import ListSort
    from listkit.wire.message import Answer

ORDERS: dict[str, ListSort] = {"name": "name", "firstName": "name", "lastName": "name"}
"""What a page may be ordered by, a contact's fields included; anything else is by id."""


def get_lists(call: Call) -> Answer:
    """Answer a page of all lists."""
    asked = wire.parameters(call.request).read(wire.ListsAsked)
    return _lists(call, asked, only_mine=asked.only_mine, only_favorited=asked.favorite_only)


def search_lists(call: Call) -> Answer:
    """Answer a page of the lists with these ids and this text in their name or description."""
    asked = wire.parameters(call.request).read(wire.ListsSought)
    return _lists(
        call, asked, only_mine=asked.only_mine, ids=asked.ids, search=asked.query, only_default=asked.only_default
    )


def get_list(call: Call) -> Answer:
    """Answer one list."""
    return wire.encode_list(seen_list(call), owners_of(call))


def create_list(call: Call) -> Answer:
    """Make a list."""
    made = make_list(call, ContactList(**wire.decode_list_fields(wire.parameters(call.request))))
    return wire.encode_link("lists", str(made.list_id))


def update_list(call: Call) -> Answer:
    """Replace what a list is called, whether it is shared, a favourite, and the default one."""
    sent, list_id = wire.parameters(call.request), own_list(call)
    fields = wire.decode_list_fields(sent)
    changed = call.store.update_lists(call.account, [(list_id, fields)], ignore_case=True, owner=call.caller.user_id)
    only(changed)
    return wire.encode_link("lists", list_id)


def delete_list(call: Call) -> Answer:
    """Delete a list, and the contacts that are in no other."""
    call.store.delete_list(call.account, own_list(call), destroy_orphans=True)
    return wire.encode_done()


def delete_lists(call: Call) -> Answer:
    """Delete several lists like one; those that are not there, or not the caller's, are passed over."""
    chosen = wire.parameters(call.request).read(wire.Chosen)
    call.store.delete_lists(call.account, chosen.ids, owner=call.caller.user_id, destroy_orphans=True)
    return wire.encode_done()


def make_list(call: Call, new: ContactList) -> ContactList:
    """Make a list of the caller's, or raise DuplicateError where the name is taken in any case."""
    return only(call.store.create_lists(call.account, [new], ignore_case=True, owner=call.caller.user_id))


def _lists(call: Call, asked: wire.Paging, *, only_mine: bool, **narrowed: Any) -> Answer:
    whose = "owner" if only_mine else "seen_by"
    found = call.store.lists(
        call.account,
        offset=asked.offset,
        limit=asked.limit,
        sort=ORDERS.get(asked.order, "id"),
        direction=asked.direction,
        **{whose: call.caller.user_id, **narrowed},
    )
    return wire.encode_lists(found.items, asked, total=found.total, owners=owners_of(call))
