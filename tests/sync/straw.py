"""What everybody writes first: send each batch, and send it again where it fails. A straw man."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from listkit.contact import ContactList
from listkit.errors import ProviderError
from listkit.providers.base import value as limit
from listkit.sync.pages import pulling
from listkit.wire.tables import members

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.providers.base import Provider

T = TypeVar("T")

TRIES = 6


def push(provider: Provider, name: str, phones: Sequence[str], first_name: str) -> set[str]:
    """Push numbers to a list, and return those that it believes to be in it."""
    found = _again(lambda: pulling.find_lists(provider, name))
    made = found[0] if found else _again(lambda: provider.create_list(ContactList(name=name)))
    list_id, added = str(made.list_id), set[str]()
    size = int(limit(provider.limits, "contacts_per_request"))
    for start in range(0, len(phones), size):
        batch = phones[start : start + size]
        table = members({"phone": batch, "first_name": [first_name] * len(batch)})
        receipts = _again(lambda table=table: provider.create_contacts(table, list_id=list_id))
        fresh = [receipt for receipt in receipts if receipt and receipt.status == "done" and receipt.contact_id]
        if not provider.joins_on_create and fresh:
            ids = [str(receipt.contact_id) for receipt in fresh]
            _again(lambda ids=ids: provider.add_members(list_id, ids))
        added.update(phone for phone, receipt in zip(batch, receipts, strict=True) if receipt in fresh)
    return added


def _again(ask: Callable[[], T]) -> T:
    for _ in range(TRIES - 1):
        try:
            return ask()
        except ProviderError:
            continue
    return ask()
