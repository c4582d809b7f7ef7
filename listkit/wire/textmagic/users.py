"""TextMagic's users: whose a list or a contact is."""

from __future__ import annotations

import msgspec

from listkit.wire.textmagic.countries import Country, country_named
from listkit.wire.textmagic.shapes import Avatar


class Currency(msgspec.Struct, frozen=True, rename="camel"):
    """What a balance is counted in."""

    id: str = "GBP"
    unicode_symbol: str = "£"
    html_symbol: str = "&pound;"


class Timezone(msgspec.Struct, frozen=True):
    """Where a user's clock stands; this server has one time for everybody."""

    id: int = 1
    area: str = "UTC"
    dst: int = 0
    offset: int = 0
    timezone: str = "UTC"


class UserBody(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A user with every key that TextMagic names.

    A user here is an id and a username: the texts of a person are empty, and there is no money. None of them
    is null, because the models of the generated clients refuse that.
    """

    id: int
    username: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    status: str = "A"
    balance: float = 0.0
    phone: str = ""
    company: str = ""
    currency: Currency = Currency()
    country: Country
    timezone: Timezone = Timezone()
    subaccount_type: str
    email_accepted: bool = False
    phone_accepted: bool = False
    display_time_format: str = "24h"
    avatar: Avatar = Avatar("avatars/dummy_user.png")


def user_body(user_id: int, username: str, *, is_parent: bool, home: str) -> UserBody:
    """Write a user of an account that is at home in a country."""
    kind = "P" if is_parent else "U"
    return UserBody(id=user_id, username=username, country=country_named(home), subaccount_type=kind)
