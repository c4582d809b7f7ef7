"""The engines that every store test runs on, and how the tests fill a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from listkit.contact import FIELDS, Contact, ContactList
from tests.contracts.cluster import fresh_database

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from listkit.server.store.base import Account, Store

ENGINES: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'store.sqlite'}",
    "postgresql": lambda _: fresh_database(),
}
"""How to make the URL of an empty store in a folder; a new engine is one more row."""


def make_account(store: Store, name: str) -> Account:
    """Make an account whose logins and secrets follow from its name."""
    secrets = {"exotel": (f"{name}-key", f"{name}-token"), "textmagic": (name, f"{name}-api-key")}
    return store.create_account(name, sid=f"{name}1", username=name, secrets=secrets)


def make_list(store: Store, account: Account, name: str = "VIP") -> str:
    """Make a list and return its id."""
    (made,) = store.create_lists(account, [ContactList(name=name)])
    assert isinstance(made, ContactList)
    return str(made.list_id)


def phones(*numbers: int) -> list[Contact]:
    """Make contacts with made-up phones."""
    return [Contact(phone=f"+1202555{number:04d}") for number in numbers]


def rows_of(contacts: Sequence[Contact]) -> pa.Table:
    """Put contacts into the form in which an upload brings them; custom fields are texts."""
    own = sorted({name for contact in contacts for name in contact.custom or {}})
    columns = {name: [getattr(contact, name) for contact in contacts] for name in FIELDS}
    columns |= {f"custom.{name}": [(contact.custom or {}).get(name) for contact in contacts] for name in own}
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def make_members(store: Store, account: Account, list_id: str, *numbers: int) -> list[str]:
    """Make contacts that are members of a list, and return their ids."""
    ids = [kept.record.contact_id for kept in store.create_contacts(account, phones(*numbers))]
    store.add_members(account, list_id, ids)
    return ids


def members_of(store: Store, account: Account, list_id: str) -> list[str]:
    """Return the phones of a list's members, in order, and prove that the count is theirs."""
    found = store.members(account, list_id, limit=1000)
    assert found.total == len(found.items) == store.list(account, list_id).members
    return [record.phone for record in found.items]
