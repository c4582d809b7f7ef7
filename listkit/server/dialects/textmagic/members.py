"""Who is in TextMagic's lists; whoever leaves the last one is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import NotFoundError
from listkit.server.dialects.textmagic.existing import own_list, refuse_unseen, seen_list
from listkit.server.dialects.textmagic.showing import ORDERS, shown_contacts
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from listkit.server.dialects import Call
    from listkit.wire.message import Answer


def get_members(call: Call) -> Answer:
    """Answer a page of the contacts in a list."""
    paging = wire.decode_paging(wire.parameters(call.request))
    found = call.store.members(
        call.account,
        str(seen_list(call).list_id),
        offset=paging.offset,
        limit=paging.limit,
        sort=ORDERS.get(paging.order, "id"),
        direction=paging.direction,
    )
    return wire.encode_contacts(shown_contacts(call, found.items), paging, total=found.total)


def get_member_ids(call: Call) -> Answer:
    """Answer the ids of all contacts in a list."""
    return wire.encode_member_ids(call.store.member_ids(call.account, str(seen_list(call).list_id)))


def add_members(call: Call) -> Answer:
    """Make contacts members of a list, beside those that are: all of them, or none where one is unknown."""
    sent, list_id = wire.parameters(call.request), own_list(call)
    joining = sent.read(wire.Members).contacts
    refuse_unseen(call, joining, field="contacts")
    try:
        call.store.add_members(call.account, list_id, joining, all_or_nothing=True)
    except NotFoundError:
        refuse_unseen(call, joining, field="contacts")
        raise
    return wire.encode_link("lists", list_id)


def reset_members(call: Call) -> Answer:
    """Make these contacts, or all of the caller's, and no others, the members of a list."""
    sent, list_id = wire.parameters(call.request), own_list(call)
    wanted = sent.read(wire.AllMembers).contacts
    if wanted is not None:
        refuse_unseen(call, wanted, field="contacts")
    call.store.set_members(call.account, list_id, wanted, owner=call.caller.user_id, destroy_orphans=True)
    return wire.encode_link("lists", list_id)


def remove_members(call: Call) -> Answer:
    """Take contacts off a list and delete those that are in no other; the answer is the list's link."""
    sent, list_id = wire.parameters(call.request), own_list(call)
    leaving = sent.read(wire.Members).contacts
    call.store.remove_members(call.account, list_id, leaving, destroy_orphans=True)
    return wire.encode_done() if call.settings.is_unassign_empty else wire.encode_link("lists", list_id, status=200)


def delete_members(call: Call) -> Answer:
    """Take contacts, or all, off a list like `remove_members`; the answer is empty."""
    sent, list_id = wire.parameters(call.request), own_list(call)
    leaving = sent.read(wire.Chosen).ids
    if leaving is None:
        call.store.set_members(call.account, list_id, [], destroy_orphans=True)
    else:
        call.store.remove_members(call.account, list_id, leaving, destroy_orphans=True)
    return wire.encode_done()
