"""A page of a list's members: one statement, which starts at a known place wherever that can be told.

Whoever reads page after page is not made to wait for all that was read before: where a page
ended is remembered, and the next one starts there instead of counting from the front.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, bindparam, select

from listkit.server.store.contacts import BY_NAME, decode_contact
from listkit.server.store.schema import contacts, in_order, members, within
from listkit.server.store.text import decode_custom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select

    from listkit.contact import Record
    from listkit.server.store.base import ContactSort, Direction

_REMEMBERED = 4096
_ACCOUNT: BindParameter[int] = bindparam("account")
_LIST: BindParameter[int] = bindparam("list")
_PLACES: dict[ContactSort, ColumnElement[int]] = {"joined": members.c.position, "id": members.c.contact_id}
_PLACES["created"] = _PLACES["id"]


class Pages:
    """Pages of members, and where the last ones ended; safe to share between threads."""

    def __init__(self) -> None:
        self._ends: dict[tuple[object, ...], int] = {}

    def read(
        self,
        connection: Connection,
        account_id: int,
        held: Row[Any],
        *,
        offset: int,
        limit: int,
        sort: ContactSort,
        direction: Direction,
    ) -> list[Record]:
        """Return a list's members from `offset` on, with the fields that they have in this list."""
        # Joining moves the one number and leaving the other: no two states of a list have both alike.
        version = (account_id, held.list_id, held.next_position, held.members, sort, direction)
        after = _counted(held, sort, direction, offset) if offset else None
        if after is None:
            after = self._ends.get((*version, offset))
        given = {"account": account_id, "list": held.list_id, "limit": limit}
        start = {"offset": offset} if after is None else {"after": after}
        rows = connection.execute(_page(sort, direction, is_after=after is not None), given | start).all()
        if rows and sort in _PLACES:
            self._remember((*version, offset + len(rows)), rows[-1].place)
        return [_decode(row) for row in rows]

    def _remember(self, end: tuple[object, ...], place: int) -> None:
        if len(self._ends) >= _REMEMBERED:
            self._ends.clear()
        self._ends[end] = place


def _counted(held: Row[Any], sort: ContactSort, direction: Direction, offset: int) -> int | None:
    """Tell the place before an offset where nobody ever left: there a member's position is its place."""
    if sort != "joined" or held.next_position != held.members + 1:
        return None
    return offset if direction == "asc" else held.next_position - offset


@cache
def _page(sort: ContactSort, direction: Direction, *, is_after: bool) -> Select[Any]:
    """Ask for a page in an order, after a place or from an offset.

    Which members it shows is told by an index alone, so that what an offset skips is not read.
    """
    place = _PLACES.get(sort, members.c.contact_id)
    chosen = select(members.c.contact_id, place.label("place")).where(*within(members, _ACCOUNT, list_id=_LIST))
    if sort in BY_NAME:
        chosen = chosen.join(contacts, and_(*within(contacts, members.c.account_id, contact_id=members.c.contact_id)))
    if is_after:
        chosen = chosen.where(place > bindparam("after") if direction == "asc" else place < bindparam("after"))
    else:
        chosen = chosen.offset(bindparam("offset"))
    page = chosen.order_by(*_in_order(sort, direction, place)).limit(bindparam("limit")).subquery("page")
    return (
        select(contacts, members.c.custom.label("own"), page.c.place)
        .join_from(page, members, and_(*within(members, _ACCOUNT, list_id=_LIST, contact_id=page.c.contact_id)))
        .join(contacts, and_(*within(contacts, _ACCOUNT, contact_id=page.c.contact_id)))
        .order_by(*_in_order(sort, direction, page.c.place))
    )


def _in_order(sort: ContactSort, direction: Direction, place: ColumnElement[int]) -> list[ColumnElement[Any]]:
    return in_order([BY_NAME[sort], place] if sort in BY_NAME else [place], direction)


def _decode(row: Sequence[Any]) -> Record:
    """Make a member of a row, with the fields of this list laid over those that it has everywhere."""
    *kept, own, _ = row
    record = decode_contact(kept)
    if own is None:
        return record
    return msgspec.structs.replace(record, custom={**(record.custom or {}), **(decode_custom(own) or {})})
