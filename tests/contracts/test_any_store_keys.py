"""Keys beside keys: added, told apart by scope, listed without their secrets, and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.errors import DuplicateError, NotFoundError, TooManyError
from listkit.server.store.accounts import MOST_KEYS
from listkit.server.store.base import Caller
from tests.contracts.engines import make_account

if TYPE_CHECKING:
    from listkit.server.store.base import Account, Store

STRONG = "0123456789abcdef" * 2


def test_a_new_key_works_beside_the_old_until_that_is_revoked(store: Store, acme: Account) -> None:
    """With another login or with the same one, both secrets are good; a revoked one is refused at once."""
    for login in ("acme-key", "acme-key-2"):
        key = store.add_key(acme, "exotel", login, STRONG)
        assert store.authenticate("exotel", login, STRONG) == Caller(account=acme)
        assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
        assert store.revoke_key(acme, key.key_id) == key
        assert store.authenticate("exotel", login, STRONG) is None
    assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)


def test_a_key_that_may_only_read_says_so(store: Store, acme: Account) -> None:
    """The scope belongs to the key, also where one login has keys of both kinds."""
    store.add_key(acme, "textmagic", "acme", STRONG, scope="read")
    assert store.authenticate("textmagic", "acme", STRONG) == Caller(account=acme, scope="read")
    assert store.authenticate("textmagic", "acme", "acme-api-key") == Caller(account=acme, scope="write")


def test_keys_are_told_without_their_secrets(store: Store, acme: Account) -> None:
    """Each key is told with what it is for, and whether it could be guessed; no secret and no hash is in it."""
    other = make_account(store, "other")
    store.add_key(acme, "exotel", "reader", STRONG, scope="read")
    told = [(key.api, key.login, key.scope, key.is_guessable) for key in store.keys_of(acme)]
    assert sorted(told[:2]) == [("exotel", "acme-key", "write", True), ("textmagic", "acme", "write", True)]
    assert told[2:] == [("exotel", "reader", "read", False)]
    assert [key.account.name for key in store.keys_of()] == ["acme"] * 3 + ["other"] * 2
    assert len({(key.account.name, key.key_id) for key in store.keys_of()}) == 5
    assert {key.created_at is None for key in store.keys_of(other)} == {False}
    assert not any(word in repr(store.keys_of()) for word in (STRONG, "acme-token", "scrypt", "sha256"))


def test_a_login_is_one_users_of_one_account(store: Store, acme: Account) -> None:
    """Another account's login, or another user's, takes no key; nor does one that has as many as it may."""
    other = make_account(store, "other")
    for account, user_id in ((other, 1), (acme, 2)):
        with pytest.raises(DuplicateError):
            store.add_key(account, "exotel", "acme-key", STRONG, user_id=user_id)
    for number in range(MOST_KEYS - 1):
        store.add_key(acme, "exotel", "acme-key", f"{STRONG}{number}")
    with pytest.raises(TooManyError):
        store.add_key(acme, "exotel", "acme-key", STRONG)
    assert all(store.authenticate("exotel", "acme-key", f"{STRONG}{number}") for number in range(MOST_KEYS - 1))


def test_only_a_key_of_ones_own_is_revoked(store: Store, acme: Account) -> None:
    """A key of another account, one that is gone and one that never was are not found, and all others stay."""
    other = make_account(store, "other")
    third = store.add_key(acme, "exotel", "third", STRONG)
    store.revoke_key(acme, third.key_id)
    for account, key_id in ((other, third.key_id), (acme, third.key_id), (acme, "99"), (acme, "x"), (acme, "")):
        with pytest.raises(NotFoundError):
            store.revoke_key(account, key_id)
    assert len(store.keys_of()) == 4


def test_in_haste_only_what_costs_nothing_is_known(store: Store, acme: Account) -> None:
    """A strong secret is known at once, a weak one only after it was proven; neither lets a wrong one in."""
    store.add_key(acme, "exotel", "strong", STRONG)
    assert store.authenticate("exotel", "strong", STRONG, at_once=True) == Caller(account=acme)
    assert store.authenticate("exotel", "acme-key", "acme-token", at_once=True) is None
    assert store.authenticate("exotel", "acme-key", "acme-token") == Caller(account=acme)
    assert store.authenticate("exotel", "acme-key", "acme-token", at_once=True) == Caller(account=acme)
    for login in ("strong", "acme-key", "nobody"):
        assert store.authenticate("exotel", login, "wrong", at_once=True) is None
