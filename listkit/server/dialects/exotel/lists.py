"""Lists: made, shown, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from listkit.errors import DuplicateError, NotFoundError, ProviderError
from listkit.server.dialects.exotel import sids
from listkit.server.dialects.exotel.items import each, id_of, known_change, not_found, worded
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from listkit.contact import ContactList
    from listkit.server.dialects import Call
    from listkit.wire.message import Answer


def create_lists(call: Call) -> Answer:
    """Make lists; a name that is taken is refused in its place."""
    items = each(
        wire.decode_create_lists(call.request),
        lambda new: call.store.create_lists(call.account, new),
        show=lambda made: [wire.done(list_data(call, one)) for one in made],
        words=lambda new: {DuplicateError: f"Unable to create List with name {new.name}"},
    )
    return wire.encode_bulk(call.request, items)


def get_lists(call: Call) -> Answer:
    """Show a page of lists."""
    paging = wire.decode_paging(call.request)
    found = call.store.lists(
        call.account,
        offset=paging.offset,
        limit=paging.limit,
        search=wire.decode_search(call.request),
        sort=paging.sort or "created",
        direction=paging.direction,
    )
    items = [wire.done(list_data(call, one)) for one in found.items]
    return wire.encode_page(call.request, items, paging, found.total)


def get_list(call: Call) -> Answer:
    """Show one list."""
    return wire.encode_one(call.request, list_data(call, call.store.list(call.account, id_of(call, "list"))))


def update_list(call: Call) -> Answer:
    """Change a list's name or tag."""
    changes = wire.decode_update_list(call.request)
    changed = call.store.update_lists(call.account, [(id_of(call, "list"), changes)])[0]
    if isinstance(changed, ProviderError):
        raise worded(changed, {DuplicateError: f"Unable to update List with name {changes.get('name')}"})
    return wire.encode_one(call.request, list_data(call, changed))


def update_lists(call: Call) -> Answer:
    """Change several lists, one after the other."""
    items = each(
        [known_change(call, "list", change) for change in wire.decode_update_lists(call.request)],
        lambda changes: call.store.update_lists(call.account, changes),
        show=lambda changed: [wire.done(list_data(call, one)) for one in changed],
        words=lambda change: {
            NotFoundError: not_found(call, "list", change[0]),
            DuplicateError: f"Unable to update List with name {change[1].get('name')}",
        },
    )
    return wire.encode_bulk(call.request, items)


def delete_list(call: Call) -> Answer:
    """Delete a list and show it as it was; its contacts stay."""
    list_id = id_of(call, "list")
    if call.settings.campaign_lists and call.store.list(call.account, list_id).name in call.settings.campaign_lists:
        raise DuplicateError("List is attached to an active campaign")
    return wire.encode_one(call.request, list_data(call, call.store.delete_list(call.account, list_id)))


def shown_list(call: Call, kept: ContactList) -> ContactList:
    """Give a list of the store's the id that callers know."""
    return msgspec.structs.replace(kept, list_id=sids.encode(call.account, "list", kept.list_id or ""))


def list_data(call: Call, kept: ContactList) -> wire.ListData:
    """Show a list of the store's as Exotel does."""
    return wire.list_data(call.account.sid, shown_list(call, kept))
