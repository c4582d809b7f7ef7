"""Memberships: which contacts are in which list, in the order in which they joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from listkit.errors import ListFullError, ProviderError
from listkit.server.store.base import Joined, Slice
from listkit.server.store.bulk import among, insert_rows
from listkit.server.store.contacts import find_contacts, missing_contact
from listkit.server.store.database import Database
from listkit.server.store.leaving import leave
from listkit.server.store.lists import decode_list, find_list, find_lists, missing_list
from listkit.server.store.pages import Pages
from listkit.server.store.schema import contacts, lists, members, moment, now, within
from listkit.server.store.text import number_of, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Row

    from listkit.contact import ContactList, Record
    from listkit.server.store.base import Account, ContactSort, Direction


class Members(Database):
    """The memberships of a store."""

    def __init__(self, url: str | Path) -> None:
        """Open the store."""
        super().__init__(url)
        self._pages = Pages()

    def members(
        self,
        account: Account,
        list_id: str,
        *,
        offset: int = 0,
        limit: int = 20,
        sort: ContactSort = "joined",
        direction: Direction = "asc",
    ) -> Slice[Record]:
        """Return a list's members in a stable total order; NotFoundError for an unknown list."""
        with self._reading() as connection:
            held = find_list(connection, account.account_id, list_id)
            records = self._pages.read(
                connection, account.account_id, held, offset=offset, limit=limit, sort=sort, direction=direction
            )
            return Slice(records, held.members)

    def add_members(
        self,
        account: Account,
        list_id: str,
        contact_ids: Sequence[str],
        *,
        cap: int | None = None,
        all_or_nothing: bool = False,
    ) -> list[Joined | ProviderError]:
        """Join contacts to a list; NotFoundError for an unknown contact, ListFullError past `cap`."""
        at = now()
        outcomes: list[Joined | ProviderError] = []
        fresh: list[int] = []
        with self._writing(account.account_id) as connection:
            held = find_list(connection, account.account_id, list_id)
            numbers = numbers_of(contact_ids)
            joined = find_joined(connection, account.account_id, held.list_id, numbers)
            known = _find_known(connection, account.account_id, numbers)
            for contact_id in contact_ids:
                number = number_of(contact_id)
                if number is None or number not in known:
                    outcomes.append(missing_contact(contact_id))
                elif number in joined:
                    outcomes.append(Joined(contact_id, joined[number], is_new=False))
                elif cap is not None and held.members + len(fresh) >= cap:
                    outcomes.append(full_list(held.name, cap))
                else:
                    fresh.append(number)
                    joined[number] = moment(at)
                    outcomes.append(Joined(contact_id, joined[number], is_new=True))
                if all_or_nothing and isinstance(outcomes[-1], ProviderError):
                    raise outcomes[-1]
            join(connection, account.account_id, held, [(number, None) for number in fresh], at)
        return outcomes

    def remove_members(
        self, account: Account, list_id: str, contact_ids: Sequence[str], *, destroy_orphans: bool = False
    ) -> list[bool]:
        """Take contacts off a list; says for each whether it was a member."""
        with self._writing(account.account_id) as connection:
            held = find_list(connection, account.account_id, list_id)
            joined = find_joined(connection, account.account_id, held.list_id, numbers_of(contact_ids))
            leave(connection, account.account_id, held.list_id, list(joined), destroy_orphans=destroy_orphans)
        return [joined.pop(number_of(contact_id) or 0, None) is not None for contact_id in contact_ids]

    def lists_of(self, account: Account, contact_id: str, *, offset: int = 0, limit: int = 20) -> Slice[ContactList]:
        """Return the lists that a contact is in, oldest first."""
        with self._reading() as connection:
            found = _lists_with(connection, account.account_id, contact_id)
        return Slice(found[offset : offset + limit], len(found))

    def set_lists_of(self, account: Account, contact_id: str, list_ids: Sequence[str]) -> None:
        """Make a contact a member of exactly these lists; NotFoundError for an unknown list, nothing applied."""
        at = now()
        with self._writing(account.account_id) as connection:
            before = {str(item.list_id) for item in _lists_with(connection, account.account_id, contact_id)}
            wanted = find_lists(connection, account.account_id, list_ids)
            for list_id in list_ids:
                if list_id not in wanted:
                    raise missing_list(list_id)
            for list_id in before - set(wanted):
                leave(connection, account.account_id, int(list_id), [int(contact_id)], destroy_orphans=False)
            for list_id in set(wanted) - before:
                held = find_list(connection, account.account_id, list_id)
                join(connection, account.account_id, held, [(int(contact_id), None)], at)


def find_joined(connection: Connection, account_id: int, list_id: int, numbers: Iterable[int]) -> dict[int, datetime]:
    """Return since when those of these contacts are in a list that are in it."""
    same = within(members, account_id, among(members.c.contact_id, numbers), list_id=list_id)
    rows = connection.execute(select(members.c.contact_id, members.c.joined_at).where(*same)).all()
    return {number: moment(at) for number, at in rows}


def join(
    connection: Connection, account_id: int, held: Row[Any], fresh: Sequence[tuple[int, str | None]], at: int
) -> None:
    """Make contacts that are not in a list its newest members, each with its own fields as JSON, or None."""
    rows = [
        (account_id, held.list_id, number, position, at, custom)
        for position, (number, custom) in enumerate(fresh, held.next_position)
    ]
    insert_rows(connection, members, rows)
    same = within(lists, account_id, list_id=held.list_id)
    grown = {"members": lists.c.members + len(rows), "next_position": lists.c.next_position + len(rows)}
    connection.execute(update(lists).where(*same).values(grown))


def full_list(name: str, cap: int) -> ListFullError:
    """Say that a list holds as many members as it may."""
    return ListFullError(f"The list {name!r} holds {cap:,} members, and no more fit; use another list.", limit=cap)


def _find_known(connection: Connection, account_id: int, numbers: Iterable[int]) -> set[int]:
    same = within(contacts, account_id, among(contacts.c.contact_id, numbers))
    return set(connection.execute(select(contacts.c.contact_id).where(*same)).scalars())


def _lists_with(connection: Connection, account_id: int, contact_id: str) -> list[ContactList]:
    if not find_contacts(connection, account_id, [contact_id]):
        raise missing_contact(contact_id)
    same = within(members, account_id, contact_id=number_of(contact_id))
    mine = lists.c.list_id.in_(select(members.c.list_id).where(*same))
    rows = connection.execute(select(lists).where(*within(lists, account_id, mine)).order_by(lists.c.list_id))
    return [decode_list(row) for row in rows]
