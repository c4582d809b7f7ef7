"""Who is in which list: joining, reading and leaving, in both directions."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import UNSET, UnsetType

from listkit.wire.exotel.bodies import SEVERAL, asked, at_most, decode_items, read_batch, read_each, read_json
from listkit.wire.exotel.fields import Moment, Sid, read_sid, whole_seconds
from listkit.wire.exotel.paging import LONGEST_PAGE
from listkit.wire.exotel.receipts import matched, receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from listkit.contact import Receipt
    from listkit.errors import ProviderError
    from listkit.wire.message import Answer, Request


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A contact that is to join a list."""

    contact_sid: Sid | None = None


class ReferencesBody(msgspec.Struct, frozen=True):
    """The body that joins contacts to a list."""

    contact_references: Annotated[list[Reference] | None, SEVERAL] = None


class MemberData(msgspec.Struct, frozen=True, gc=False):
    """A membership as Exotel shows it; it names both its sides twice, because clients read either."""

    sid: Sid | None = None
    contact_sid: Sid | None = None
    list_id: Sid | None = None
    list_sid: Sid | None = None
    date_created: Moment | UnsetType = UNSET


# asking ------------------------------------------------------------------------------------
def members_request(account: str, list_id: str, *, offset: int = 0, limit: int = LONGEST_PAGE) -> Request:
    """Ask for a page of a list's members."""
    return asked("members", "GET", account, "lists", list_id, "contacts", offset=offset, limit=limit)


def add_members_request(account: str, list_id: str, contact_ids: Sequence[str]) -> Request:
    """Ask for contacts that exist to join a list, 5,000 at most."""
    body = ReferencesBody([Reference(contact_id) for contact_id in at_most(contact_ids, "contacts")])
    return asked("add_members", "POST", account, "lists", list_id, "contacts", body=body)


def remove_member_request(account: str, list_id: str, contact_id: str) -> Request:
    """Ask for one contact to leave a list; it stays in the address-book."""
    return asked("remove_members", "DELETE", account, "lists", list_id, "contacts", contact_id)


# being asked -------------------------------------------------------------------------------
def decode_add_members(request: Request) -> list[str | ProviderError]:
    """Read the ids of the contacts that are to join; one that is missing is the error in its place."""
    return read_each(read_batch(read_json(request, ReferencesBody).contact_references, "contact_references"), _named)


def _named(reference: Reference) -> str:
    return read_sid(reference.contact_sid, "contact_sid")


# answering ---------------------------------------------------------------------------------
def member_data(list_id: str, contact_id: str, joined_at: datetime | None = None) -> MemberData:
    """Show a membership as Exotel does; without its date when it has just ended."""
    return members_data(list_id, [contact_id], [joined_at])[0]


def members_data(list_id: str, ids: Sequence[str], joined_at: Iterable[datetime | None]) -> list[MemberData]:
    """Show memberships of one list as Exotel does."""
    joined = (whole_seconds(at) or UNSET for at in joined_at)
    return list(map(MemberData, ids, ids, repeat(list_id), repeat(list_id), joined))


# being answered ----------------------------------------------------------------------------
def decode_joined(answer: Answer, contact_ids: Sequence[str]) -> list[Receipt | None]:
    """Read what became of each contact that was to join; None where the answer proves nothing of one."""
    items, _ = decode_items(answer, MemberData)
    return [
        receipt(item, contact_id=_contact_of(item.data) if item and item.data else None, joins=True)
        for item in matched(answer, items, contact_ids, _contact_of)
    ]


def _contact_of(data: MemberData) -> str | None:
    return data.contact_sid or data.sid
