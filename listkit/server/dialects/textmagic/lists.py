"""TextMagic's lists: each handler reads a call, asks the store, and answers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from listkit.contact import ContactList
from listkit.errors import NotFoundError
from listkit.server.dialects.textmagic.existing import all_lists, known_list, only, path_id
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.dialects import Call
    from listkit.server.store.base import ListSort
    from listkit.wire.message import Answer
    from listkit.wire.textmagic import Parameters

ORDERS: dict[str, ListSort] = {"name": "name", "firstName": "name", "lastName": "name"}
"""What a page may be ordered by, a contact's fields included; anything else is by id."""


def get_lists(call: Call) -> Answer:
    """Answer a page of all lists."""
    return _lists(call, wire.parameters(call.request))


def search_lists(call: Call) -> Answer:
    """Answer a page of the lists with these ids and this text in their name or description."""
    sent = wire.parameters(call.request)
    return _lists(call, sent, ids=sent.sought("ids"), search=sent.text("query"))


def get_list(call: Call) -> Answer:
    """Answer one list."""
    return wire.encode_list(call.store.list(call.account, path_id(call)))


def create_list(call: Call) -> Answer:
    """Make a list."""
    made = make_list(call, ContactList(**wire.decode_list_fields(wire.parameters(call.request))))
    return wire.encode_link("lists", str(made.list_id))


def update_list(call: Call) -> Answer:
    """Replace what a list is called and whether it is shared."""
    sent, list_id = wire.parameters(call.request), known_list(call)
    fields = wire.decode_list_fields(sent)
    only(call.store.update_lists(call.account, [(list_id, fields)], ignore_case=True))
    return wire.encode_link("lists", list_id)


def delete_list(call: Call) -> Answer:
    """Delete a list, and the contacts that are in no other."""
    call.store.delete_list(call.account, path_id(call), destroy_orphans=True)
    return wire.encode_done()


def delete_lists(call: Call) -> Answer:
    """Delete several lists like one; those that are not there are passed over."""
    list_ids = wire.parameters(call.request).ids_or_all("ids")
    if list_ids is None:
        list_ids = all_lists(call)
    for list_id in list_ids:
        with suppress(NotFoundError):
            call.store.delete_list(call.account, list_id, destroy_orphans=True)
    return wire.encode_done()


def make_list(call: Call, new: ContactList) -> ContactList:
    """Make a list, or raise DuplicateError where the name is taken in any case."""
    return only(call.store.create_lists(call.account, [new], ignore_case=True))


def _lists(call: Call, sent: Parameters, *, ids: Sequence[str] | None = None, search: str | None = None) -> Answer:
    paging = wire.decode_paging(sent)
    found = call.store.lists(
        call.account,
        ids=ids,
        search=search,
        offset=paging.offset,
        limit=paging.limit,
        sort=ORDERS.get(paging.order, "id"),
        direction=paging.direction,
    )
    return wire.encode_lists(found.items, paging, total=found.total)
