"""Whose data it is, and how callers prove that they may see it."""

from __future__ import annotations

import secrets as randomness
from typing import TYPE_CHECKING, Literal

from sqlalchemy import bindparam, delete, func, insert, select, update

from listkit.errors import DuplicateError
from listkit.server.store.base import DEFAULT_COUNTRY, Account, Caller
from listkit.server.store.credentials import Proofs, hash_secret
from listkit.server.store.database import Database
from listkit.server.store.engines import EVERY_ACCOUNT
from listkit.server.store.people import FIRST_USER
from listkit.server.store.schema import accounts, credentials, within
from listkit.server.store.text import refusal_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Row

    from listkit.server.store.base import Api

Counted = Literal["list", "contact", "upload", "field", "tag", "unsubscriber"]

_SALT_BITS = 127
_HOLDER = (
    select(credentials.c.hashed, credentials.c.user_id, credentials.c.scope, accounts)
    .join_from(credentials, accounts)
    .where(credentials.c.api == bindparam("api"), credentials.c.login == bindparam("login"))
)


class Accounts(Database):
    """The accounts of a store, and their logins."""

    def __init__(self, url: str | Path) -> None:
        """Open the store."""
        super().__init__(url)
        self._proofs = Proofs()

    def create_account(
        self,
        name: str,
        *,
        sid: str,
        username: str,
        secrets: Mapping[Api, tuple[str, str]],
        country: str = DEFAULT_COUNTRY,
    ) -> Account:
        """Add an account; DuplicateError if its name, sid, username or a login is taken."""
        refuse_unstorable([name, sid, username, *(login for login, _ in secrets.values())])
        hashed = {api: (login, hash_secret(secret)) for api, (login, secret) in secrets.items()}
        salt = randomness.randbits(_SALT_BITS)
        with self._writing(EVERY_ACCOUNT) as connection:
            for field, value in (("name", name), ("sid", sid), ("username", username)):
                if connection.execute(select(accounts.c.account_id).where(accounts.c[field] == value)).first():
                    message = f"An account with the {field} {value!r} is there already; choose another."
                    raise DuplicateError(message, field=field)
            newest = connection.execute(select(func.coalesce(func.max(accounts.c.account_id), 0))).scalar_one()
            account = Account(account_id=newest + 1, name=name, sid=sid, username=username, salt=salt, country=country)
            connection.execute(
                insert(accounts).values(
                    account_id=account.account_id,
                    name=name,
                    sid=sid,
                    username=username,
                    salt=f"{salt:x}",
                    next_list=1,
                    next_contact=1,
                    next_upload=1,
                    contacts=0,
                    country=country,
                    next_field=1,
                    next_tag=1,
                    next_unsubscriber=1,
                )
            )
            keep_logins(connection, account.account_id, hashed)
        return account

    def set_secrets(self, account: Account, secrets: Mapping[Api, tuple[str, str]]) -> None:
        """Replace the logins and secrets of an account for these APIs; the old ones are refused from now on."""
        refuse_unstorable(login for login, _ in secrets.values())
        hashed = {api: (login, hash_secret(secret)) for api, (login, secret) in secrets.items()}
        with self._writing(EVERY_ACCOUNT) as connection:
            theirs = within(credentials, account.account_id, user_id=FIRST_USER, scope="write")
            connection.execute(delete(credentials).where(*theirs, credentials.c.api.in_(list(secrets))))
            keep_logins(connection, account.account_id, hashed)

    def accounts(self) -> list[Account]:
        """Return all accounts, oldest first."""
        with self._reading() as connection:
            return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.account_id))]

    def authenticate(self, api: Api, login: str, secret: str) -> Caller | None:
        """Return whose login and secret these are, or None; takes the same time for both."""
        found = None
        # A login that no engine could keep is nobody's: it is not even asked for.
        if refusal_of([login]) is None:
            with self._reading() as connection:
                found = connection.execute(_HOLDER, {"api": api, "login": login}).first()
        proven = self._proofs.holds(secret, found.hashed if found else None)
        return Caller(account=_account(found), user_id=found.user_id, scope=found.scope) if found and proven else None


def take_ids(connection: Connection, account_id: int, kind: Counted, count: int) -> int:
    """Set aside `count` ids that follow one another, and return the first."""
    counter = accounts.c[f"next_{kind}"]
    mine = accounts.c.account_id == account_id
    connection.execute(update(accounts).where(mine).values({counter: counter + count}))
    after: int = connection.execute(select(counter).where(mine)).scalar_one()
    return after - count


def count_contacts(connection: Connection, account_id: int, change: int) -> None:
    """Move the account's number of contacts."""
    mine = accounts.c.account_id == account_id
    connection.execute(update(accounts).where(mine).values(contacts=accounts.c.contacts + change))


def keep_logins(
    connection: Connection, account_id: int, hashed: Mapping[Api, tuple[str, str]], *, user_id: int = FIRST_USER
) -> None:
    """Keep a user's logins, with their hashed secrets; DuplicateError for one that is taken."""
    for api, (login, secret) in hashed.items():
        same = (credentials.c.api == api, credentials.c.login == login)
        if connection.execute(select(credentials.c.login).where(*same)).first():
            message = f"The {api} login {login!r} belongs to another account; choose another."
            raise DuplicateError(message, field="login")
        kept = {"api": api, "login": login, "account_id": account_id, "user_id": user_id, "scope": "write"}
        connection.execute(insert(credentials).values(**kept, hashed=secret))


def _account(row: Row[Any]) -> Account:
    return Account(
        account_id=row.account_id,
        name=row.name,
        sid=row.sid,
        username=row.username,
        salt=int(row.salt, 16),
        country=row.country,
    )
