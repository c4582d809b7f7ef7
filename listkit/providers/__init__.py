"""The providers by name: what connecting to each takes. A package of yours adds one by an entry point.

A row here, or a `Vendor` under the entry point group `listkit.providers`, is all that
`listkit.connect` needs to know; the provider itself is one file here and one in `wire/`.
"""

from __future__ import annotations

from base64 import b64encode
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import msgspec

from listkit.errors import ListkitError
from listkit.providers import exotel, textmagic
from listkit.providers.base import value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from listkit.providers.base import Limit, Operation, Provider

GROUP = "listkit.providers"


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """How an account of one provider is made.

    `settings` are what the user gives; the first of them names the account. `headers` makes
    of them what proves who we are. `root` is where the API's own addresses begin, so that a
    base address that ends in it means the same as one that does not.
    """

    title: str
    make: Callable[..., Provider]
    settings: tuple[str, ...]
    headers: Callable[[Mapping[str, str]], dict[str, str]]
    base_url: str
    root: str
    limits: Mapping[str, Limit]
    operations: Mapping[str, Operation]

    @property
    def rate(self) -> float:
        """How many requests a second the provider documents as welcome."""
        return value(self.limits, "requests_per_second")


def _basic(settings: Mapping[str, str]) -> dict[str, str]:
    pair = f"{settings['key']}:{settings['token']}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _pair(settings: Mapping[str, str]) -> dict[str, str]:
    return {"x-tm-username": settings["username"], "x-tm-key": settings["key"]}


PROVIDERS: Mapping[str, Vendor] = {
    "exotel": Vendor(
        title="Exotel",
        make=exotel.Exotel,
        settings=("sid", "key", "token"),
        headers=_basic,
        base_url="https://api.exotel.com",
        root="/v2/accounts",
        limits=exotel.LIMITS,
        operations=exotel.OPERATIONS,
    ),
    "textmagic": Vendor(
        title="TextMagic",
        make=textmagic.TextMagic,
        settings=("username", "key"),
        headers=_pair,
        base_url="https://rest.textmagic.com",
        root="/api/v2",
        limits=textmagic.LIMITS,
        operations=textmagic.OPERATIONS,
    ),
}


def vendor(name: str) -> Vendor:
    """Find a provider by its name: one of listkit's own, or one that another package brings.

    >>> vendor("textmagic").settings
    ('username', 'key')
    """
    if name in PROVIDERS:
        return PROVIDERS[name]
    others = entry_points(group=GROUP)
    if name in others.names:
        found = others[name].load()
        if isinstance(found, Vendor):
            return found
        raise ListkitError(f"The entry point {name!r} of {GROUP} does not name a listkit.providers.Vendor.")
    names = sorted({*PROVIDERS, *others.names})
    near = get_close_matches(name.lower(), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ListkitError(f"There is no provider {name!r}; there are {', '.join(names)}.{hint}")
