"""`listkit login` and `listkit logout`: an account's key, in the system's keyring and nowhere else."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from listkit.cli.addresses import account
from listkit.cli.telling import note
from listkit.errors import CredentialsError, ListkitError, NotReachedError
from listkit.providers import keyrings, vendor
from listkit.providers.credentials import called

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from listkit.cli.addresses import Address
    from listkit.cli.arguments import Commands

HIDDEN = frozenset({"key", "token"})
"""Settings that nobody should see over a shoulder."""


def add_to(commands: Commands) -> None:
    """Add the commands that keep a key and forget it."""
    login = commands.add_parser(
        "login",
        help="keep an account's key in the system's keyring",
        description="Ask for an account's settings, try them, and keep them in the system's keyring. They are typed, "
        "or read from standard input, a line each: never a part of the command.",
    )
    login.add_argument("account", type=account, metavar="PROVIDER[/PROFILE]", help="as exotel, or exotel/north")
    login.add_argument("--base-url", metavar="URL", help="where the account is, if not at the provider's usual address")
    login.set_defaults(run=_login)
    logout = commands.add_parser("logout", help="take an account's key out of the system's keyring")
    logout.add_argument("account", type=account, metavar="PROVIDER[/PROFILE]")
    logout.set_defaults(run=_logout)


def _login(options: argparse.Namespace) -> None:
    where: Address = options.account
    settings = {name: _ask(where, name) for name in vendor(where.provider).settings}
    tried = _try(where, settings, options.base_url)
    keyrings.keep(where.provider, where.profile, settings, base_url=options.base_url)
    print(f"The key of {called(*where)} {tried}and is kept in the system's keyring.")


def _ask(where: Address, name: str) -> str:
    """Read one setting, unseen where it is a secret; without a terminal, from the next line of standard input."""
    if not sys.stdin.isatty():
        text = sys.stdin.readline()
    elif name in HIDDEN:
        text = getpass(f"{name} of {called(*where)} (it is not shown): ")
    else:
        note(f"{name} of {called(*where)}:")
        text = sys.stdin.readline()
    if not text.strip():
        raise CredentialsError(f"No {name} was given; nothing is kept.")
    return text.strip()


def _try(where: Address, settings: Mapping[str, Any], base_url: str | None) -> str:
    """Ask the provider something harmless; a key that it refuses is not worth keeping."""
    from listkit.connecting import connect  # noqa: PLC0415 - it brings pandas, which --help does without

    try:
        connect(where.provider, where.profile, base_url=base_url, **settings).ping()
    except NotReachedError as error:
        note(f"The key was not tried: {error}")
        return ""
    return "was accepted "


def _logout(options: argparse.Namespace) -> None:
    where: Address = options.account
    if not keyrings.forget(where.provider, where.profile, vendor(where.provider).settings):
        raise ListkitError(f"The system's keyring holds no key of {called(*where)}.")
    print(f"The key of {called(*where)} is out of the system's keyring.")
