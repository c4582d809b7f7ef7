"""The providers by name: what connecting to each takes. A package of yours adds one by an entry point.

A row here, or an entry point of the group `listkit.providers`, names a `providers.base.Vendor`:
all that `listkit.connect` needs to know. The provider itself is one file here and one in `wire/`,
and is loaded by the first account that asks for it.
"""

from __future__ import annotations

from difflib import get_close_matches
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from listkit.errors import ListkitError
from listkit.providers.base import Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "listkit.providers"

PROVIDERS: Mapping[str, str] = {
    "exotel": "listkit.providers.exotel:VENDOR",
    "textmagic": "listkit.providers.textmagic:VENDOR",
}


def vendor(name: str) -> Vendor:
    """Find a provider by its name: one of listkit's own, or one that another package brings.

    >>> vendor("textmagic").settings
    ('username', 'key')
    """
    places = PROVIDERS if name in PROVIDERS else {**_entries(), **PROVIDERS}
    if name not in places:
        near = get_close_matches(name.lower(), sorted(places), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ListkitError(f"There is no provider {name!r}; there are {', '.join(sorted(places))}.{hint}")
    found = resolve_name(places[name])
    if isinstance(found, Vendor):
        return found
    raise ListkitError(f"The entry point {name!r} of {GROUP} does not name a listkit.providers.base.Vendor.")


def _entries() -> dict[str, str]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - only for a name that is not our own

    return {entry.name: entry.value for entry in entry_points(group=GROUP)}
