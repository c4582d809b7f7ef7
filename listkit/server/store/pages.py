"""A page of a list's members: one statement that starts near it, wherever in the list it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from listkit.server.store import stretches
from listkit.server.store.bulk import read_columns
from listkit.server.store.contacts import BY_NAME
from listkit.server.store.records import SHOWN, decode_contacts
from listkit.server.store.schema import contacts, in_order, members, within

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select

    from listkit.contact import Columns, Record
    from listkit.server.store.base import ContactSort, Direction
    from listkit.server.store.stretches import Place

_ACCOUNT: BindParameter[int] = bindparam("account")
_LIST: BindParameter[int] = bindparam("list")
_PLACES: dict[ContactSort, Place] = {"joined": "position", "id": "contact_id", "created": "contact_id"}


def read_page(
    connection: Connection,
    account_id: int,
    held: Row[Any],
    *,
    offset: int,
    limit: int,
    sort: ContactSort,
    direction: Direction,
) -> Columns[Record]:
    """Return a list's members from `offset` on, with the fields that they have in this list."""
    given = {"account": account_id, "list": held.list_id, "limit": limit}
    is_far = sort in _PLACES and offset > stretches.SIZE
    if is_far:
        given["start"], offset = stretches.find_stretch(
            connection, account_id, held.list_id, _PLACES[sort], direction, offset=offset
        )
    page = _page(sort, direction, is_far=is_far)
    *shown, places = read_columns(connection, page, given | {"offset": offset})
    if sort in _PLACES:
        order = sorted(range(len(places)), key=places.__getitem__, reverse=direction == "desc")
        if order != list(range(len(places))):
            shown = [[column[at] for at in order] for column in shown]
    return decode_contacts(shown)


@cache
def _page(sort: ContactSort, direction: Direction, *, is_far: bool) -> Select[Any]:
    """Ask for a page in an order, its offset counted from the front or from a start.

    Which members it shows is told by an index alone, so that what an offset skips is not read.
    """
    place = members.c[_PLACES.get(sort, "contact_id")]
    chosen = select(members.c.contact_id, place.label("place")).where(*within(members, _ACCOUNT, list_id=_LIST))
    if sort in BY_NAME:
        chosen = chosen.join(contacts, and_(*within(contacts, members.c.account_id, contact_id=members.c.contact_id)))
    if is_far:
        chosen = chosen.where(place >= bindparam("start") if direction == "asc" else place <= bindparam("start"))
    chosen = chosen.order_by(*_in_order(sort, direction, place))
    page = chosen.limit(bindparam("limit")).offset(bindparam("offset")).subquery("page")
    shown = (
        select(*SHOWN, members.c.custom.label("own"), page.c.place)
        .join_from(page, members, and_(*within(members, _ACCOUNT, list_id=_LIST, contact_id=page.c.contact_id)))
        .join(contacts, and_(*within(contacts, _ACCOUNT, contact_id=page.c.contact_id)))
    )
    # By places they are put in order afterwards: an engine would sort whole rows where a glance shows that they are.
    return shown if sort in _PLACES else shown.order_by(*_in_order(sort, direction, page.c.place))


def _in_order(sort: ContactSort, direction: Direction, place: ColumnElement[int]) -> list[ColumnElement[Any]]:
    return in_order([BY_NAME[sort], place] if sort in BY_NAME else [place], direction)
