"""Contacts leave lists, and with the last one the store, where it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, select, update

from listkit.server.store.bulk import among
from listkit.server.store.schema import contacts, lists, members, within
from listkit.server.store.stretches import count_deleted, count_leaving, forget_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Select


def leave(
    connection: Connection,
    account_id: int,
    list_id: int,
    contact_ids: Iterable[int] | None = None,
    *,
    destroy_orphans: bool,
) -> None:
    """Take contacts, or all of them, off a list; with `destroy_orphans` delete those in no other list."""
    leaving = within(members, account_id, list_id=list_id)
    if contact_ids is not None:
        leaving.append(among(members.c.contact_id, contact_ids))
    if destroy_orphans:
        _destroy_orphans(connection, account_id, list_id, select(members.c.contact_id).where(*leaving))
    if contact_ids is None:
        forget_list(connection, account_id, list_id)
    else:
        count_leaving(connection, account_id, leaving)
    _shrink(connection, account_id, list_id, connection.execute(delete(members).where(*leaving)).rowcount)


def leave_every_list(connection: Connection, account_id: int, contact_ids: Sequence[int]) -> None:
    """Take contacts off all the lists that they are in."""
    leaving = within(members, account_id, among(members.c.contact_id, contact_ids))
    for list_id, left in count_leaving(connection, account_id, leaving).items():
        _shrink(connection, account_id, list_id, left)
    connection.execute(delete(members).where(*leaving))


def _shrink(connection: Connection, account_id: int, list_id: int, by: int) -> None:
    same = within(lists, account_id, list_id=list_id)
    connection.execute(update(lists).where(*same).values(members=lists.c.members - by))


def _destroy_orphans(connection: Connection, account_id: int, list_id: int, leaving: Select[Any]) -> None:
    elsewhere = exists().where(
        members.c.account_id == account_id,
        members.c.contact_id == contacts.c.contact_id,
        members.c.list_id != list_id,
    )
    orphans = within(contacts, account_id, contacts.c.contact_id.in_(leaving), ~elsewhere)
    count_deleted(connection, account_id, orphans)
    connection.execute(delete(contacts).where(*orphans))
