"""Who is in which list: joined, shown and taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.contact import column
from listkit.errors import DuplicateError, ListFullError, NotFoundError
from listkit.server.dialects.exotel import sids
from listkit.server.dialects.exotel.contacts import ORDERS, contacts_data
from listkit.server.dialects.exotel.items import each, id_of, known, not_found
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.dialects import Call
    from listkit.server.store.base import Joined
    from listkit.wire.message import Answer


def add_members(call: Call) -> Answer:
    """Join contacts to a list; one that is in it already is refused and shown."""
    sent = wire.decode_add_members(call.request)
    into = call.store.list(call.account, id_of(call, "list"))
    items = each(
        [known(call, "contact", sid) for sid in sent],
        lambda ids: call.store.add_members(call.account, into.list_id or "", ids, cap=wire.CAPS[into.type]),
        show=lambda joined: _joined(call, joined),
        words=lambda number: {
            NotFoundError: not_found(call, "contact", number),
            ListFullError: "List contact limit reached",
        },
    )
    return wire.encode_bulk(call.request, items)


def get_members(call: Call) -> Answer:
    """Show a page of a list's members, in the order in which they joined."""
    paging = wire.decode_paging(call.request)
    found = call.store.members(
        call.account,
        id_of(call, "list"),
        offset=paging.offset,
        limit=paging.limit,
        sort="joined" if paging.sort is None else ORDERS[paging.sort],
        direction=paging.direction,
    )
    items = wire.all_done(contacts_data(call, found.items, list_id=call.params["list_id"]))
    return wire.encode_page(call.request, items, paging, found.total)


def remove_member(call: Call) -> Answer:
    """Take one contact off one list; it stays in the address-book."""
    list_id, contact_id = id_of(call, "list"), id_of(call, "contact")
    if not call.store.remove_members(call.account, list_id, [contact_id])[0]:
        raise sids.missing("contact", call.params["contact_id"])
    return wire.encode_one(call.request, wire.member_data(call.params["list_id"], call.params["contact_id"]))


def _joined(call: Call, joined: Sequence[Joined]) -> list[wire.Item[wire.MemberData]]:
    ids, are_new = sids.encode_all(call.account, "contact", column(joined, "contact_id")), column(joined, "is_new")
    shown = wire.members_data(call.params["list_id"], ids, column(joined, "joined_at"))
    if call.settings.are_repeats_fine or all(are_new):
        return wire.all_done(shown)
    return [
        wire.done(data) if is_new else wire.refused(DuplicateError("Contact already exists in the list"), data)
        for is_new, data in zip(are_new, shown, strict=True)
    ]
