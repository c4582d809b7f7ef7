"""How an account and a list of it are named in a shell: `exotel`, `exotel/north`, `exotel/north:VIP`."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NamedTuple

from listkit.errors import ListkitError
from listkit.providers import vendor

if TYPE_CHECKING:
    from listkit.account import Account


class Address(NamedTuple):
    """Where an account is kept: its provider, and its profile where it has one."""

    provider: str
    profile: str | None = None

    def connect(self) -> Account:
        """Open the account; nothing is sent."""
        from listkit.connecting import connect  # noqa: PLC0415 - it brings pandas, which --help does without

        return connect(self.provider, self.profile)


class ListAddress(NamedTuple):
    """A list of an account, by its name."""

    account: Address
    name: str


def account(text: str) -> Address:
    """Read an account's address.

    >>> account("exotel/north")
    Address(provider='exotel', profile='north')
    """
    provider, slash, profile = text.partition("/")
    if ":" in profile or (slash and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", profile)):
        raise argparse.ArgumentTypeError(f"{text!r} is no account: write PROVIDER or PROVIDER/PROFILE, as exotel/north")
    try:
        vendor(provider)
    except ListkitError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return Address(provider, profile or None)


def of_list(text: str) -> ListAddress:
    """Read a list's address; everything behind the first colon is the list's name.

    >>> of_list("textmagic:Guests: north")
    ListAddress(account=Address(provider='textmagic', profile=None), name='Guests: north')
    """
    where, colon, name = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is no list: write PROVIDER[/PROFILE]:LIST, as exotel/north:VIP")
    return ListAddress(account(where), name.strip())
