"""The users of an account: the one it was made with, and its sub-accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, insert, select

from listkit.server.store.accounts import Accounts, keep_logins
from listkit.server.store.credentials import hash_secret
from listkit.server.store.database import count_write
from listkit.server.store.engines import EVERY_ACCOUNT
from listkit.server.store.people import FIRST_USER, User
from listkit.server.store.schema import users, within
from listkit.server.store.text import refuse_unstorable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from listkit.server.store.base import Account


class Users(Accounts):
    """The users of a store's accounts."""

    def create_user(self, account: Account, username: str, *, secret: str) -> User:
        """Add a sub-account, whose TextMagic login is its username; DuplicateError if that is taken."""
        refuse_unstorable([username])
        hashed = hash_secret(secret)
        newest = select(func.coalesce(func.max(users.c.user_id), FIRST_USER)).where(*within(users, account.account_id))
        with self._writing(EVERY_ACCOUNT) as connection:
            user = User(user_id=connection.execute(newest).scalar_one() + 1, username=username)
            keep_logins(connection, account.account_id, {"textmagic": (username, hashed)}, user_id=user.user_id)
            row = {"account_id": account.account_id, "user_id": user.user_id, "username": username}
            connection.execute(insert(users).values(row))
            # Who has a list is shown beside it.
            count_write(connection, account.account_id)
        return user

    def users(self, account: Account) -> list[User]:
        """Return the users of an account, the one it was made with first."""
        others = select(users).where(*within(users, account.account_id)).order_by(users.c.user_id)
        with self._reading() as connection:
            rows = connection.execute(others).all()
        first = User(user_id=FIRST_USER, username=account.username)
        return [first, *(User(user_id=row.user_id, username=row.username) for row in rows)]


def has_sub_accounts(connection: Connection, account_id: int) -> bool:
    """Whether there is anybody in an account but its first user, who else has everything."""
    return bool(connection.execute(select(exists().where(*within(users, account_id)))).scalar_one())
