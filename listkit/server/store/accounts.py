"""Whose data it is, and how callers prove that they may see it."""

from __future__ import annotations

import secrets as randomness
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from listkit.errors import DuplicateError, NotFoundError, TooManyError
from listkit.server.store.base import Account, Caller
from listkit.server.store.credentials import SLOW, Proofs, hash_secret, is_slow
from listkit.server.store.database import Database
from listkit.server.store.engines import EVERY_ACCOUNT
from listkit.server.store.keys import DEFAULT_COUNTRY, Key
from listkit.server.store.moments import moment, now
from listkit.server.store.people import FIRST_USER
from listkit.server.store.schema import accounts, credentials, within
from listkit.server.store.text import number_of, refusal_of, refuse_unstorable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection, Row
    from sqlalchemy.sql.dml import ReturningUpdate

    from listkit.server.store.base import Api, Scope

MOST_KEYS = 8
"""Of one login: enough to hand out new ones before the old are revoked."""

Counted = Literal["list", "contact", "upload", "field", "tag", "unsubscriber"]

_SALT_BITS = 127
_NEWEST_FIRST = credentials.c.key_id.desc()
_ACCOUNT = [accounts.c[name] for name in ("account_id", "name", "sid", "username", "salt", "country")]
_HOLDERS = (
    select(credentials.c.hashed, credentials.c.user_id, credentials.c.scope, accounts.c.writes, *_ACCOUNT)
    .join_from(credentials, accounts)
    .where(credentials.c.api == bindparam("api"), credentials.c.login == bindparam("login"))
    .order_by(_NEWEST_FIRST)
)
_KEYS = select(credentials, *(column for column in accounts.columns if column.name != "account_id")).join_from(
    credentials, accounts
)
_ANY_SLOW = select(credentials.c.key_id).where(credentials.c.hashed.like(f"{SLOW}$%")).limit(1)
_COUNTING = (
    update(accounts)
    .where(accounts.c.account_id == bindparam("account"))
    .values(contacts=accounts.c.contacts + bindparam("change"))
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
                    writes=0,
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

    def add_key(
        self, account: Account, api: Api, login: str, secret: str, *, scope: Scope = "write", user_id: int = FIRST_USER
    ) -> Key:
        """Let one more secret in, beside those that are there, until it is revoked."""
        refuse_unstorable([login])
        hashed = hash_secret(secret)
        with self._writing(EVERY_ACCOUNT) as connection:
            key_id = _keep_key(connection, account.account_id, api, login, hashed, scope=scope, user_id=user_id)
            kept = connection.execute(_KEYS.where(*within(credentials, account.account_id, key_id=key_id))).one()
        return _key(kept)

    def keys_of(self, account: Account | None = None) -> list[Key]:
        """Return the keys of an account, or of all, oldest first."""
        found = _KEYS.order_by(credentials.c.account_id, credentials.c.key_id)
        if account is not None:
            found = found.where(*within(credentials, account.account_id))
        with self._reading() as connection:
            return [_key(row) for row in connection.execute(found)]

    def revoke_key(self, account: Account, key_id: str) -> Key:
        """Refuse a key from now on, and return what it was."""
        theirs = within(credentials, account.account_id, key_id=number_of(key_id))
        with self._writing(EVERY_ACCOUNT) as connection:
            row = connection.execute(_KEYS.where(*theirs)).first()
            if row is None:
                raise NotFoundError(f"The account {account.name!r} has no key {key_id!r}; `accounts keys` lists them.")
            connection.execute(delete(credentials).where(*theirs))
        return _key(row)

    def accounts(self) -> list[Account]:
        """Return all accounts, oldest first."""
        with self._reading() as connection:
            return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.account_id))]

    def authenticate(self, api: Api, login: str, secret: str, *, at_once: bool = False) -> Caller | None:
        """Return whose login and secret these are, or None; takes the same time for both."""
        # A login that no engine could keep is nobody's: it is not even asked for.
        rows = self._ask(_HOLDERS, api=api, login=login) if refusal_of([login]) is None else ()
        holders = [_Holder(*row) for row in rows]
        right = next((holder for holder in holders if self._proofs.knows(secret, holder.hashed)), None)
        if right is None and not at_once:
            right = self._prove_slowly(secret, holders)
        if right is None:
            return None
        return Caller(account=_account(right), user_id=right.user_id, scope=right.scope, writes=right.writes)

    def _prove_slowly(self, secret: str, holders: Sequence[_Holder]) -> _Holder | None:
        """Compare with what is slow to compare with; where there is nothing, one hash is made all the same.

        A store in which no secret could be guessed needs none: then every login is looked at in a moment.
        """
        slow = [holder for holder in holders if is_slow(holder.hashed)]
        if not slow:
            with self._reading() as connection:
                is_any_slow = connection.execute(_ANY_SLOW).first() is not None
            if is_any_slow:
                self._proofs.proves(secret, None)
        return next((holder for holder in slow if self._proofs.proves(secret, holder.hashed)), None)


class _Holder(NamedTuple):
    """Whose a login is: what stands in the columns of `_HOLDERS`, in their order."""

    hashed: str
    user_id: int
    scope: Scope
    writes: int
    account_id: int
    name: str
    sid: str
    username: str
    salt: str
    country: str


def take_ids(connection: Connection, account_id: int, kind: Counted, count: int) -> int:
    """Set aside `count` ids that follow one another, and return the first."""
    after: int = connection.execute(_taking(kind), {"account": account_id, "count": count}).scalar_one()
    return after - count


def count_contacts(connection: Connection, account_id: int, change: int) -> None:
    """Move the account's number of contacts."""
    connection.execute(_COUNTING, {"account": account_id, "change": change})


@cache
def _taking(kind: Counted) -> ReturningUpdate[int]:
    counter = accounts.c[f"next_{kind}"]
    mine = accounts.c.account_id == bindparam("account")
    return update(accounts).where(mine).values({counter: counter + bindparam("count")}).returning(counter)


def keep_logins(
    connection: Connection, account_id: int, hashed: Mapping[Api, tuple[str, str]], *, user_id: int = FIRST_USER
) -> None:
    """Keep a user's logins, with their hashed secrets; DuplicateError for one that is taken."""
    for api, (login, secret) in hashed.items():
        _keep_key(connection, account_id, api, login, secret, scope="write", user_id=user_id)


def _keep_key(
    connection: Connection, account_id: int, api: Api, login: str, hashed: str, *, scope: Scope, user_id: int
) -> int:
    """Keep a key and return its number; a login is one user's of one account."""
    same = connection.execute(
        select(credentials.c.account_id, credentials.c.user_id).where(
            credentials.c.api == api, credentials.c.login == login
        )
    ).all()
    if any((row.account_id, row.user_id) != (account_id, user_id) for row in same):
        message = f"The {api} login {login!r} belongs to somebody else; choose another."
        raise DuplicateError(message, field="login")
    if len(same) >= MOST_KEYS:
        message = f"The {api} login {login!r} has {len(same)} keys, and {MOST_KEYS} is the most; revoke one first."
        raise TooManyError(message, field="login", limit=MOST_KEYS)
    newest = select(func.coalesce(func.max(credentials.c.key_id), 0)).where(*within(credentials, account_id))
    key_id: int = connection.execute(newest).scalar_one() + 1
    kept = {"account_id": account_id, "api": api, "login": login, "user_id": user_id, "scope": scope}
    connection.execute(insert(credentials).values(**kept, key_id=key_id, hashed=hashed, created_at=now()))
    return key_id


def _key(row: Row[Any]) -> Key:
    return Key(
        key_id=str(row.key_id),
        account=_account(row),
        api=row.api,
        login=row.login,
        user_id=row.user_id,
        scope=row.scope,
        is_guessable=is_slow(row.hashed),
        created_at=None if row.created_at is None else moment(row.created_at),
    )


def _account(row: Row[Any] | _Holder) -> Account:
    return Account(
        account_id=row.account_id,
        name=row.name,
        sid=row.sid,
        username=row.username,
        salt=int(row.salt, 16),
        country=row.country,
    )
