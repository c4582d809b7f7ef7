"""Where an offset of a list is, told without counting from the front.

Members stand in two orders, as they joined (`position`) and as they were made (`contact_id`), and
those who left leave holes in both. How many stand in each stretch of 4,096 numbers is kept with
every write; a page adds these counts up and looks for its first member in one stretch only.

The address-book is such a list too, in the one order in which contacts were made.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from sqlalchemy import bindparam, delete, func, select, text

from listkit.server.store.accounts import count_contacts
from listkit.server.store.bulk import among
from listkit.server.store.schema import contacts, members, stretches, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection, Select

    from listkit.server.store.base import Direction

    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

Place = Literal["position", "contact_id"]

SIZE = 4096
ADDRESS_BOOK = 0
"""The list of everybody in an account; no other has this id."""
PLACES: tuple[Place, ...] = ("position", "contact_id")

# One sentence for both engines, which their dialects would each write with a word of their own.
_COUNT = text(
    "INSERT INTO stretches (account_id, list_id, place, stretch, members)"
    " VALUES (:account, :list, :place, :stretch, :members)"
    " ON CONFLICT (account_id, list_id, place, stretch) DO UPDATE SET members = stretches.members + excluded.members"
)


def count_made(connection: Connection, account_id: int, contact_ids: Numbers) -> None:
    """Count contacts that were just made."""
    count_contacts(connection, account_id, len(contact_ids))
    _count(connection, account_id, _counted(ADDRESS_BOOK, "contact_id", contact_ids))


def count_deleted(connection: Connection, account_id: int, going: Iterable[ColumnElement[bool]]) -> None:
    """Count off contacts, those for whom these conditions hold, before they are deleted."""
    stretch = contacts.c.contact_id // SIZE
    gone = select(stretch, -func.count()).where(*going).group_by(stretch)
    counted: dict[tuple[int, Place, int], int] = {
        (ADDRESS_BOOK, "contact_id", number): count for number, count in connection.execute(gone)
    }
    count_contacts(connection, account_id, sum(counted.values()))
    _count_off(connection, account_id, counted)


def count_joined(
    connection: Connection, account_id: int, list_id: int, contact_ids: Numbers, positions: Numbers
) -> None:
    """Count new members, each by its contact's id and its position."""
    by_joining = _counted(list_id, "position", positions)
    _count(connection, account_id, by_joining | _counted(list_id, "contact_id", contact_ids))


def count_leaving(connection: Connection, account_id: int, leaving: Iterable[ColumnElement[bool]]) -> Mapping[int, int]:
    """Count off members, those for whom these conditions hold, before they are deleted; say how many of each list."""
    stretch = [members.c[place] // SIZE for place in PLACES]
    left = select(members.c.list_id, func.count(), *stretch).where(*leaving).group_by(members.c.list_id, *stretch)
    counted: Counter[tuple[int, Place, int]] = Counter()
    of_list: Counter[int] = Counter()
    for list_id, count, *numbers in connection.execute(left):
        counted.subtract({(list_id, place, number): count for place, number in zip(PLACES, numbers, strict=True)})
        of_list[list_id] += count
    _count_off(connection, account_id, counted)
    return of_list


def forget_list(connection: Connection, account_id: int, list_id: int) -> None:
    """Count off all members of a list."""
    connection.execute(delete(stretches).where(*within(stretches, account_id, list_id=list_id)))


def find_stretch(
    connection: Connection, account_id: int, list_id: int, place: Place, direction: Direction, *, offset: int
) -> tuple[int, int]:
    """Return the first number of the stretch where an offset is, as one goes, and how many of it to skip."""
    given = {"account": account_id, "list": list_id, "place": place, "offset": offset}
    found = connection.execute(_BEFORE[direction], given).first()
    stretch, before = (0, 0) if found is None else (found.stretch, found.before)
    return (stretch * SIZE if direction == "asc" else stretch * SIZE + SIZE - 1), offset - before


def _counted(list_id: int, place: Place, numbers: Numbers) -> dict[tuple[int, Place, int], int]:
    found = np.unique(numbers // SIZE, return_counts=True)
    return {(list_id, place, int(stretch)): int(count) for stretch, count in zip(*found, strict=True)}


def _count_off(connection: Connection, account_id: int, counted: Mapping[tuple[int, Place, int], int]) -> None:
    _count(connection, account_id, counted)
    emptied = among(stretches.c.list_id, {list_id for list_id, _, _ in counted})
    connection.execute(delete(stretches).where(*within(stretches, account_id, emptied, members=0)))


def _count(connection: Connection, account_id: int, counted: Mapping[tuple[int, Place, int], int]) -> None:
    rows = [
        {"account": account_id, "list": list_id, "place": place, "stretch": stretch, "members": count}
        for (list_id, place, stretch), count in counted.items()
    ]
    if rows:
        connection.execute(_COUNT, rows)


def _before(direction: Direction) -> Select[tuple[int, int]]:
    """Ask for the last stretch that begins at an offset or before it, and how many members stand before it."""
    order = stretches.c.stretch.desc() if direction == "desc" else stretches.c.stretch
    before = (func.sum(stretches.c.members).over(order_by=order) - stretches.c.members).label("before")
    same = within(stretches, bindparam("account"), list_id=bindparam("list"), place=bindparam("place"))
    summed = select(stretches.c.stretch, before).where(*same).subquery()
    reached = select(summed.c.stretch, summed.c.before).where(summed.c.before <= bindparam("offset"))
    return reached.order_by(summed.c.before.desc()).limit(1)


_BEFORE: dict[Direction, Select[tuple[int, int]]] = {"asc": _before("asc"), "desc": _before("desc")}
