"""`listkit accounts`: who a server lets in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from listkit.cli.arguments import PORT, STORE, name

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands
    from listkit.server.store.base import Api


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
    add.set_defaults(run=_add)


def _add(options: argparse.Namespace) -> None:
    from listkit.server.store import open_store  # noqa: PLC0415 - it brings the server

    sid = options.sid or options.name
    username = options.username or options.name
    key, token, api_key = (
        given or secrets.token_urlsafe(24) for given in (options.key, options.token, options.api_key)
    )
    store = open_store(options.store)
    try:
        logins: dict[Api, tuple[str, str]] = {"exotel": (key, token), "textmagic": (username, api_key)}
        store.create_account(options.name, sid=sid, username=username, secrets=logins)
    finally:
        store.close()
    print(f"Account {options.name!r} is in {store.place}. These are shown this once; keep them safe:")
    here = f"http://127.0.0.1:{PORT}"
    for variable, value in (
        ("EXOTEL_BASE_URL", here),
        ("EXOTEL_SID", sid),
        ("EXOTEL_KEY", key),
        ("EXOTEL_TOKEN", token),
        ("TEXTMAGIC_BASE_URL", here),
        ("TEXTMAGIC_USERNAME", username),
        ("TEXTMAGIC_KEY", api_key),
    ):
        print(f"  LISTKIT_{variable}={value}")
