"""How the tests of any provider ask it: as many things in a request as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from listkit.contact import FIELDS, ContactList
from listkit.providers.base import value as limit
from listkit.sync.pages import pulling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.contact import Receipt
    from listkit.providers.base import Provider

ASHA, BO, CEM = (f"+1202555010{n}" for n in range(3))
NOBODY = {"exotel": "0" * 32, "textmagic": "999999999"}
"""An id that nobody has, where it has to look like one."""


def contacts(*phones: str, **columns: list[str | None]) -> pa.Table:
    """Make contacts to be sent."""
    given = {"phone": list(phones), **columns}
    return pa.table({name: pa.array(given.get(name, [None] * len(phones)), pa.string()) for name in FIELDS})


def create(provider: Provider, table: pa.Table, list_id: str) -> list[Receipt | None]:
    """Make contacts, as many in a request as the provider takes."""
    size = int(min(limit(provider.limits, "contacts_per_request"), len(table)))
    parts = [table.slice(start, size) for start in range(0, len(table), size)]
    return [receipt for part in parts for receipt in provider.create_contacts(part, list_id=list_id)]


def in_parts(provider: Provider, name: str, things: Sequence[Any], ask: Callable[[Any], Sequence[Any]]) -> list[Any]:
    """Ask for some things, as many in a request as the provider takes."""
    size = int(min(limit(provider.limits, name), len(things)))
    return [one for start in range(0, len(things), size) for one in ask(things[start : start + size])]


def make_list(provider: Provider, name: str = "VIP") -> str:
    """Make a list and return its id."""
    return str(provider.create_list(ContactList(name=name)).list_id)


def fill(provider: Provider, list_id: str, *phones: str) -> list[str]:
    """Make contacts that are members of a list, and return their ids."""
    ids = [str(receipt.contact_id) for receipt in create(provider, contacts(*phones), list_id) if receipt]
    in_parts(provider, "members_per_request", ids, lambda part: provider.add_members(list_id, part))
    return ids


def phones(provider: Provider, list_id: str) -> list[str]:
    """Read the numbers of a list, as often as they are in it."""
    return pulling.pull(provider, list_id).table["phone"].to_pylist()
