"""Accounts and the keys that open them."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TYPE_CHECKING, Protocol

import msgspec

from listkit.server.store.people import FIRST_USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.store.base import Account, Api, Caller, Scope

DEFAULT_COUNTRY = "GB"
"""Where an account is at home, unless it is said."""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key of an account, without its secret; `is_guessable` where that has fewer than 128 bits."""

    key_id: str
    account: Account
    api: Api
    login: str
    user_id: int
    scope: Scope
    is_guessable: bool
    created_at: datetime | None


class Keys(Protocol):
    """The accounts of a store, and who may act for them."""

    def create_account(
        self,
        name: str,
        *,
        sid: str,
        username: str,
        secrets: Mapping[Api, tuple[str, str]],
        country: str = DEFAULT_COUNTRY,
    ) -> Account:
        """Add an account; `secrets` gives (login, secret) for each API. DuplicateError if a login is taken."""

    def set_secrets(self, account: Account, secrets: Mapping[Api, tuple[str, str]]) -> None:
        """Replace the account's logins for these APIs; DuplicateError if one is another account's."""

    def add_key(
        self, account: Account, api: Api, login: str, secret: str, *, scope: Scope = "write", user_id: int = FIRST_USER
    ) -> Key:
        """Let one more secret in, beside those that are there, until it is revoked.

        DuplicateError if the login is another account's or another user's, TooManyError for
        more than a login may have.
        """

    def keys_of(self, account: Account | None = None) -> Sequence[Key]:
        """Return the keys of an account, or of all, oldest first."""

    def revoke_key(self, account: Account, key_id: str) -> Key:
        """Refuse a key from now on, and return what it was; NotFoundError where there is none."""

    def accounts(self) -> Sequence[Account]:
        """Return all accounts, oldest first."""

    def authenticate(self, api: Api, login: str, secret: str, *, at_once: bool = False) -> Caller | None:
        """Return whose login and secret these are, or None; takes the same time for both.

        With `at_once` no slow hash is made: a secret of fewer than 128 bits is known only where
        it was proven before. Without, RateLimitedError says that too many wait for theirs.
        """
