"""Memberships: which contacts are in which list, in the order in which they joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from listkit.contact import Columns
from listkit.errors import ProviderError
from listkit.server.store.base import Joined, Slice
from listkit.server.store.contacts import list_contacts
from listkit.server.store.database import Database
from listkit.server.store.joining import find_joined, full_list, join, lists_with
from listkit.server.store.leaving import leave
from listkit.server.store.lists import find_list
from listkit.server.store.moments import moment, now
from listkit.server.store.pages import read_page
from listkit.server.store.records import find_contacts, find_known, missing_contact
from listkit.server.store.schema import members, within
from listkit.server.store.text import number_of, numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from listkit.contact import ContactList, Record
    from listkit.server.store.base import Account, ContactSort, Direction


class Members(Database):
    """The memberships of a store."""

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
            records = read_page(
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
    ) -> Sequence[Joined | ProviderError]:
        """Join contacts to a list; NotFoundError for an unknown contact, ListFullError past `cap`."""
        at = now()
        since = moment(at)
        outcomes: list[Joined | ProviderError] = []
        fresh: list[int] = []
        with self._writing(account.account_id) as connection:
            held = find_list(connection, account.account_id, list_id)
            numbers = [number_of(contact_id) or 0 for contact_id in contact_ids]
            joined = find_joined(connection, account.account_id, held.list_id, numbers)
            known = find_known(connection, account.account_id, numbers)
            if not joined and len(known) == len(numbers) and (cap is None or held.members + len(numbers) <= cap):
                join(connection, held, numbers, at)
                told = {"contact_id": contact_ids, "joined_at": [since] * len(numbers), "is_new": [True] * len(numbers)}
                return Columns(Joined, told)
            for contact_id, number in zip(contact_ids, numbers, strict=True):
                if number not in known:
                    outcomes.append(missing_contact(contact_id))
                elif number in joined:
                    outcomes.append(Joined(contact_id, joined[number], is_new=False))
                elif cap is not None and held.members + len(fresh) >= cap:
                    outcomes.append(full_list(held.name, cap))
                else:
                    fresh.append(number)
                    joined[number] = since
                    outcomes.append(Joined(contact_id, since, is_new=True))
                if all_or_nothing and isinstance(outcomes[-1], ProviderError):
                    raise outcomes[-1]
            join(connection, held, fresh, at)
        return outcomes

    def set_members(
        self,
        account: Account,
        list_id: str,
        contact_ids: Sequence[str] | None,
        *,
        owner: int | None = None,
        destroy_orphans: bool = False,
    ) -> None:
        """Make these contacts, or all that `owner` has, the members of a list, and nobody else."""
        with self._writing(account.account_id) as connection:
            held = find_list(connection, account.account_id, list_id)
            if contact_ids is None:
                wanted = list_contacts(connection, account.account_id, owner)
            else:
                wanted = list(dict.fromkeys(numbers_of(contact_ids)))
                known = find_known(connection, account.account_id, wanted)
                for contact_id in contact_ids:
                    if number_of(contact_id) not in known:
                        raise missing_contact(contact_id)
            before = _all_members(connection, account.account_id, held.list_id)
            leaving = set(before).difference(wanted)
            leave(connection, account.account_id, held.list_id, leaving, destroy_orphans=destroy_orphans)
            there = set(before)
            join(connection, held, [number for number in wanted if number not in there], now())

    def member_ids(self, account: Account, list_id: str) -> list[str]:
        """Return the ids of everybody in a list, in their order; NotFoundError for an unknown list."""
        with self._reading() as connection:
            held = find_list(connection, account.account_id, list_id)
            return [*map(str, _all_members(connection, account.account_id, held.list_id))]

    def remove_members(
        self, account: Account, list_id: str, contact_ids: Sequence[str], *, destroy_orphans: bool = False
    ) -> list[bool]:
        """Take contacts off a list; says for each whether it was a member."""
        with self._writing(account.account_id) as connection:
            held = find_list(connection, account.account_id, list_id)
            joined = find_joined(connection, account.account_id, held.list_id, numbers_of(contact_ids))
            leave(connection, account.account_id, held.list_id, list(joined), destroy_orphans=destroy_orphans)
        return [joined.pop(number_of(contact_id) or 0, None) is not None for contact_id in contact_ids]

    def lists_of(
        self, account: Account, contact_id: str, *, offset: int = 0, limit: int = 20, seen_by: int | None = None
    ) -> Slice[ContactList]:
        """Return the lists that a contact is in, oldest first."""
        with self._reading() as connection:
            if not find_contacts(connection, account.account_id, [contact_id]):
                raise missing_contact(contact_id)
            found = lists_with(connection, account.account_id, int(contact_id))
        seen = [one for one in found if seen_by in {None, one.owner} or one.shared]
        return Slice(seen[offset : offset + limit], len(seen))


def _all_members(connection: Connection, account_id: int, list_id: int) -> Sequence[int]:
    same = within(members, account_id, list_id=list_id)
    return connection.execute(select(members.c.contact_id).where(*same).order_by(members.c.contact_id)).scalars().all()
