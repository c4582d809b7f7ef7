"""Contacts join lists, one or many at a time, and are put in exactly some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import bindparam, insert, literal, select, update

from listkit.errors import ListFullError
from listkit.server.store.bulk import find, insert_columns, offer
from listkit.server.store.leaving import leave
from listkit.server.store.lists import decode_list, find_list, find_lists, missing_list
from listkit.server.store.moments import moment
from listkit.server.store.schema import lists, members, within
from listkit.server.store.stretches import count_joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import pyarrow as pa
    from sqlalchemy import Connection, Row

    from listkit.contact import ContactList
    from listkit.server.store.stretches import Numbers


_JOINED = select(members.c.contact_id, members.c.joined_at).where(
    *within(members, bindparam("account"), list_id=bindparam("list"))
)


def find_joined(connection: Connection, account_id: int, list_id: int, numbers: Iterable[int]) -> dict[int, datetime]:
    """Return since when those of these contacts are in a list that are in it."""
    found, since = find(connection, _JOINED, members.c.contact_id, numbers, account=account_id, list=list_id)
    return dict(zip(found, map(moment, since), strict=True))


def join(connection: Connection, held: Row[Any], numbers: Sequence[int], at: int) -> None:
    """Make contacts that are not in a list its newest members."""
    positions = range(held.next_position, held.next_position + len(numbers))
    account_ids, list_ids, times, customs = (
        [value] * len(numbers) for value in (held.account_id, held.list_id, at, None)
    )
    insert_columns(connection, members, [account_ids, list_ids, numbers, positions, times, customs])
    _count(connection, held, np.array(numbers, np.int64))


def join_all(connection: Connection, held: Row[Any], fresh: pa.Table, at: int) -> None:
    """Do as `join` does for very many: `fresh` has a column `contact_id`, and `custom` where there is any."""
    if not len(fresh):
        return
    offered = offer(connection, fresh)
    given = {
        "account_id": literal(held.account_id),
        "list_id": literal(held.list_id),
        "position": literal(held.next_position) + offered.c.place,
        "joined_at": literal(at),
        **{name: offered.c[name] for name in fresh.column_names},
    }
    connection.execute(insert(members).from_select(list(given), select(*given.values())))
    _count(connection, held, fresh["contact_id"].to_numpy())


def join_lists(
    connection: Connection, account_id: int, numbers: Sequence[int], list_ids: Iterable[str], at: int
) -> None:
    """Make contacts that are in none of these lists members of each; NotFoundError for an unknown list."""
    for list_id in dict.fromkeys(list_ids):
        join(connection, find_list(connection, account_id, list_id), numbers, at)


def put_in_lists(
    connection: Connection, account_id: int, number: int, list_ids: Sequence[str], at: int, *, owner: int | None
) -> None:
    """Make a contact a member of exactly these of all lists, or of all that `owner` has; NotFoundError."""
    wanted = find_lists(connection, account_id, list_ids)
    for list_id in list_ids:
        if list_id not in wanted:
            raise missing_list(list_id)
    before = {str(one.list_id): one for one in lists_with(connection, account_id, number)}
    for list_id, one in before.items():
        if list_id not in wanted and owner in {None, one.owner}:
            leave(connection, account_id, int(list_id), [number], destroy_orphans=False)
    join_lists(connection, account_id, [number], [one for one in list_ids if one not in before], at)


def lists_with(connection: Connection, account_id: int, number: int) -> list[ContactList]:
    """Return the lists that a contact is in, oldest first."""
    same = within(members, account_id, contact_id=number)
    mine = lists.c.list_id.in_(select(members.c.list_id).where(*same))
    rows = connection.execute(select(lists).where(*within(lists, account_id, mine)).order_by(lists.c.list_id))
    return [decode_list(row) for row in rows]


def _count(connection: Connection, held: Row[Any], joined: Numbers) -> None:
    """Count who joined a list just now, in the order in which they did."""
    if not len(joined):
        return
    positions = np.arange(held.next_position, held.next_position + len(joined))
    count_joined(connection, held.account_id, held.list_id, joined, positions)
    same = within(lists, held.account_id, list_id=held.list_id)
    grown = {"members": lists.c.members + len(joined), "next_position": lists.c.next_position + len(joined)}
    connection.execute(update(lists).where(*same).values(grown))


def full_list(name: str, cap: int) -> ListFullError:
    """Say that a list holds as many members as it may."""
    return ListFullError(f"The list {name!r} holds {cap:,} members, and no more fit; use another list.", limit=cap)
