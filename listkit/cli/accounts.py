"""`listkit accounts`: who a server lets in."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from listkit.cli.arguments import PORT, STORE, country, name
from listkit.errors import ListkitError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from listkit.cli.arguments import Commands
    from listkit.server.store.base import Account, Api, Store


def add_to(commands: Commands) -> None:
    """Add the commands about accounts."""
    accounts = commands.add_parser("accounts", help="the accounts of a store").add_subparsers(required=True, metavar="")
    add = accounts.add_parser("add", help="add an account; what is left out is made up and shown this once")
    add.add_argument("name", type=name)
    add.add_argument("--store", **STORE)
    for option, what in (
        ("--sid", "Exotel account sid"),
        ("--key", "Exotel API key"),
        ("--token", "Exotel API token"),
        ("--username", "TextMagic username"),
        ("--api-key", "TextMagic API key"),
    ):
        add.add_argument(option, type=name, help=what)
    add.add_argument("--country", type=country, default="GB", help="where it reads national numbers (default: GB)")
    add.set_defaults(run=_add)

    user = accounts.add_parser("user", help="the users of an account").add_subparsers(required=True, metavar="")
    sub = user.add_parser("add", help="add a TextMagic sub-account; a key that is left out is made up and shown once")
    sub.add_argument("name", type=name, help="the account")
    sub.add_argument("username", type=name, help="the sub-account's TextMagic username")
    sub.add_argument("--store", **STORE)
    sub.add_argument("--api-key", type=name, help="its TextMagic API key")
    sub.set_defaults(run=_add_user)

    key = accounts.add_parser("key", help="make one more key, shown this once; the others stay good until revoked")
    key.add_argument("name", type=name)
    key.add_argument("--scope", choices=("read", "write"), default="write", help="a key of scope read changes nothing")
    key.add_argument("--api", choices=("exotel", "textmagic"), action="append", help="only for this API")
    key.add_argument("--store", **STORE)
    key.set_defaults(run=_make_keys)

    keys = accounts.add_parser("keys", help="list keys, without their secrets")
    keys.add_argument("name", type=name, nargs="?", help="of this account only")
    keys.add_argument("--store", **STORE)
    keys.set_defaults(run=_list_keys)

    revoke = accounts.add_parser("revoke", help="refuse a key from now on")
    revoke.add_argument("name", type=name)
    revoke.add_argument("key", help="its number in the list of keys")
    revoke.add_argument("--store", **STORE)
    revoke.set_defaults(run=_revoke)


def _add(options: argparse.Namespace) -> None:
    sid = options.sid or options.name
    username = options.username or options.name
    key, token, api_key = (given or _make_secret() for given in (options.key, options.token, options.api_key))
    with _opened(options.store) as store:
        logins: dict[Api, tuple[str, str]] = {"exotel": (key, token), "textmagic": (username, api_key)}
        store.create_account(options.name, sid=sid, username=username, secrets=logins, country=options.country)
    print(f"Account {options.name!r} is in {store.place}. These are shown this once; keep them safe:")
    here = f"http://127.0.0.1:{PORT}"
    _show(
        EXOTEL_BASE_URL=here,
        EXOTEL_SID=sid,
        EXOTEL_KEY=key,
        EXOTEL_TOKEN=token,
        TEXTMAGIC_BASE_URL=here,
        TEXTMAGIC_USERNAME=username,
        TEXTMAGIC_KEY=api_key,
    )


def _add_user(options: argparse.Namespace) -> None:
    key = options.api_key or _make_secret()
    with _opened(options.store) as store:
        store.create_user(_account(store, options.name), options.username, secret=key)
    print(f"User {options.username!r} of account {options.name!r}. These are shown this once; keep them safe:")
    here = f"http://127.0.0.1:{PORT}"
    _show(TEXTMAGIC_BASE_URL=here, TEXTMAGIC_USERNAME=options.username, TEXTMAGIC_KEY=key)


def _make_keys(options: argparse.Namespace) -> None:
    with _opened(options.store) as store:
        account = _account(store, options.name)
        made: dict[str, str] = {}
        numbers = []
        for api in options.api or ("exotel", "textmagic"):
            login = _make_secret() if api == "exotel" else account.username
            secret = _make_secret()
            numbers.append(store.add_key(account, api, login, secret, scope=options.scope).key_id)
            names = ("EXOTEL_KEY", "EXOTEL_TOKEN") if api == "exotel" else ("TEXTMAGIC_USERNAME", "TEXTMAGIC_KEY")
            made |= dict(zip(names, (login, secret), strict=True))
    what = "may only read" if options.scope == "read" else "may read and write"
    print(f"Made {_numbered(numbers)} of {account.name!r}, which {what}. Shown this once; keep it safe:")
    _show(**made)


def _list_keys(options: argparse.Namespace) -> None:
    with _opened(options.store) as store:
        keys = store.keys_of(_account(store, options.name) if options.name else None)
    print(f"{'account':<16} {'key':>4}  {'api':<9}  {'login':<34}  {'scope':<5}  made")
    for key in keys:
        made = "earlier" if key.created_at is None else f"{key.created_at:%Y-%m-%d}"
        weak = "  (could be guessed)" if key.is_guessable else ""
        print(f"{key.account.name:<16} {key.key_id:>4}  {key.api:<9}  {key.login:<34}  {key.scope:<5}  {made}{weak}")


def _revoke(options: argparse.Namespace) -> None:
    with _opened(options.store) as store:
        key = store.revoke_key(_account(store, options.name), options.key)
    print(f"Key {key.key_id} of {options.name!r} ({key.api}, {key.login}) is refused from now on.")


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    from listkit.server.store import open_store  # noqa: PLC0415 - it brings the server

    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def _account(store: Store, wanted: str) -> Account:
    for account in store.accounts():
        if account.name == wanted:
            return account
    there = ", ".join(account.name for account in store.accounts()) or "none"
    raise ListkitError(f"There is no account {wanted!r} in {store.place}; there are: {there}.")


def _make_secret() -> str:
    return secrets.token_urlsafe(24)


def _numbered(numbers: list[str]) -> str:
    return f"key {numbers[0]}" if len(numbers) == 1 else f"the keys {' and '.join(numbers)}"


def _show(**variables: str) -> None:
    for variable, value in variables.items():
        print(f"  LISTKIT_{variable}={value}")
