"""Who opted out: numbers that nothing may be sent to any more, kept for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select

from listkit.server.store.accounts import take_ids
from listkit.server.store.base import Slice
from listkit.server.store.bulk import among
from listkit.server.store.database import Database
from listkit.server.store.moments import moment, now
from listkit.server.store.people import Unsubscriber
from listkit.server.store.schema import contacts, unsubscribers, within
from listkit.server.store.text import numbers_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from listkit.server.store.base import Account, Direction


class Unsubscribers(Database):
    """Who opted out, in a store's accounts."""

    def unsubscribe(self, account: Account, phone: str) -> Unsubscriber:
        """Keep that nothing may be sent to a number any more, for good; once more changes nothing."""
        refuse_unstorable([phone])
        same = _read(within(unsubscribers, account.account_id, phone=phone))
        with self._writing(account.account_id) as connection:
            row = connection.execute(same).first()
            if row is None:
                _keep(connection, account.account_id, phone)
                row = connection.execute(same).one()
        return _unsubscriber(row)

    def unsubscribers(
        self,
        account: Account,
        *,
        offset: int = 0,
        limit: int = 20,
        ids: Sequence[str] | None = None,
        direction: Direction = "asc",
    ) -> Slice[Unsubscriber]:
        """Return who opted out, in the order in which they did."""
        wanted = within(unsubscribers, account.account_id)
        if ids is not None:
            wanted.append(among(unsubscribers.c.unsubscriber_id, numbers_of(ids)))
        order = unsubscribers.c.unsubscriber_id
        page = _read(wanted).order_by(order.desc() if direction == "desc" else order).limit(limit).offset(offset)
        with self._reading() as connection:
            total = connection.execute(select(func.count()).select_from(unsubscribers).where(*wanted)).scalar_one()
            return Slice([_unsubscriber(row) for row in connection.execute(page)], total)


def _read(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Read opt-outs with the name of the contact that has the number now."""
    same = within(contacts, unsubscribers.c.account_id, contacts.c.phone == unsubscribers.c.phone)
    return (
        select(unsubscribers, contacts.c.first_name, contacts.c.last_name)
        .join_from(unsubscribers, contacts, and_(*same), isouter=True)
        .where(*wanted)
    )


def _keep(connection: Connection, account_id: int, phone: str) -> None:
    number = take_ids(connection, account_id, "unsubscriber", 1)
    row = {"account_id": account_id, "unsubscriber_id": number, "phone": phone, "unsubscribed_at": now()}
    connection.execute(insert(unsubscribers).values(row))


def _unsubscriber(row: Row[Any]) -> Unsubscriber:
    return Unsubscriber(
        unsubscriber_id=str(row.unsubscriber_id),
        phone=row.phone,
        unsubscribed_at=moment(row.unsubscribed_at),
        first_name=row.first_name,
        last_name=row.last_name,
    )
