"""Who is in TextMagic's lists; whoever leaves the last one is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import NotFoundError
from listkit.server.dialects.textmagic.contacts import ORDERS
from listkit.server.dialects.textmagic.existing import all_contacts, all_members, known_list, path_id, refuse_unknown
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.dialects import Call
    from listkit.wire.message import Answer


def get_members(call: Call) -> Answer:
    """Answer a page of the contacts in a list."""
    paging = wire.decode_paging(wire.parameters(call.request))
    found = call.store.members(
        call.account,
        path_id(call),
        offset=paging.offset,
        limit=paging.limit,
        sort=ORDERS.get(paging.order, "id"),
        direction=paging.direction,
    )
    return wire.encode_contacts(found.items, paging, total=found.total)


def get_member_ids(call: Call) -> Answer:
    """Answer the ids of all contacts in a list."""
    return wire.encode_member_ids(all_members(call, path_id(call)))


def add_members(call: Call) -> Answer:
    """Make contacts members of a list, beside those that are: all of them, or none where one is unknown."""
    sent, list_id = wire.parameters(call.request), known_list(call)
    _join(call, list_id, sent.ids("contacts"))
    return wire.encode_link("lists", list_id)


def reset_members(call: Call) -> Answer:
    """Make these contacts, and no others, the members of a list."""
    sent, list_id = wire.parameters(call.request), known_list(call)
    wanted = sent.ids_or_all("contacts")
    if wanted is None:
        wanted = all_contacts(call)
    _join(call, list_id, wanted)
    leaving = set(all_members(call, list_id)).difference(wanted)
    call.store.remove_members(call.account, list_id, list(leaving), destroy_orphans=True)
    return wire.encode_link("lists", list_id)


def remove_members(call: Call) -> Answer:
    """Take contacts off a list and delete those that are in no other; the answer is the list's link."""
    sent, list_id = wire.parameters(call.request), known_list(call)
    call.store.remove_members(call.account, list_id, sent.ids("contacts"), destroy_orphans=True)
    return wire.encode_link("lists", list_id, status=200)


def delete_members(call: Call) -> Answer:
    """Take contacts, or all, off a list like `remove_members`; the answer is empty."""
    sent, list_id = wire.parameters(call.request), known_list(call)
    leaving = sent.ids_or_all("ids")
    if leaving is None:
        leaving = all_members(call, list_id)
    call.store.remove_members(call.account, list_id, leaving, destroy_orphans=True)
    return wire.encode_done()


def _join(call: Call, list_id: str, contact_ids: Sequence[str]) -> None:
    try:
        call.store.add_members(call.account, list_id, contact_ids, all_or_nothing=True)
    except NotFoundError as error:
        known = call.store.contacts(call.account, ids=contact_ids, limit=len(contact_ids)).items
        refuse_unknown("Contact", contact_ids, (record.contact_id for record in known), field="contacts")
        raise error from None
