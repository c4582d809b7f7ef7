"""TextMagic's opt-outs: kept for good; whoever opted out stays visible in the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import InvalidError, NotFoundError
from listkit.server.dialects.textmagic.existing import path_id
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from listkit.server.dialects import Call
    from listkit.server.store.people import Unsubscriber
    from listkit.wire.message import Answer


def get_unsubscribers(call: Call) -> Answer:
    """Answer a page of those who opted out."""
    paging = wire.decode_paging(wire.parameters(call.request))
    found = call.store.unsubscribers(call.account, offset=paging.offset, limit=paging.limit, direction=paging.direction)
    return wire.encode_unsubscribers(map(_body, found.items), paging, total=found.total)


def get_unsubscriber(call: Call) -> Answer:
    """Answer one opt-out."""
    found = call.store.unsubscribers(call.account, ids=[path_id(call)]).items
    if not found:
        raise NotFoundError("Nobody who opted out has this id.")
    return wire.encode_unsubscriber(_body(found[0]))


def unsubscribe(call: Call) -> Answer:
    """Keep that a number opted out; once more is no mistake and changes nothing."""
    phone = wire.read_phone(wire.parameters(call.request).read(wire.UnsubscriberForm).phone)
    if phone is None:
        raise InvalidError("Phone number is not valid.", field="phone")
    return wire.encode_link("unsubscribers", call.store.unsubscribe(call.account, phone).unsubscriber_id)


def _body(one: Unsubscriber) -> wire.UnsubscriberBody:
    return wire.unsubscriber_body(
        one.unsubscriber_id, one.phone, one.unsubscribed_at, first_name=one.first_name, last_name=one.last_name
    )
