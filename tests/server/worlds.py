"""Two accounts in one store, of which one asks for all that is the other's, without a socket."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from listkit.contact import Contact, ContactList
from listkit.server.answering import Service
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from listkit.wire.multipart import FilePart
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.store.base import Account, Api, Store

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EXOTEL, TEXTMAGIC = "/v2/accounts/mallory/", "/api/v2/"
NOBODYS = "999999"
MANY = 30
"""Of everything Asha has so many, so that the last of each has an id that is nothing of Mallory's."""


class World:
    """Two accounts in one store: Mallory, who asks, and Asha, who has what is asked for."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(folder / "store.sqlite")
        self.mallory, self.asha = (_make_account(self.store, name) for name in ("mallory", "asha"))
        self.store.create_lists(self.mallory, [ContactList(name="x"), ContactList(name="y")])
        lists = self.store.create_lists(self.asha, [ContactList(name=f"Ward {number}") for number in range(MANY)])
        phones = [f"+1202555{number:04}" for number in range(100, 100 + MANY)]
        kept = self.store.create_contacts(self.asha, [Contact(phone=phone) for phone in phones])
        self.store.add_members(self.asha, str(MANY), [one.record.contact_id for one in kept])
        self.store.create_field(self.mallory, "x")
        for number in range(MANY):
            self.store.create_field(self.asha, f"Field {number}")
            self.store.unsubscribe(self.asha, phones[number])
        shelf = Shelf(self.store)
        apis: list[Api] = ["exotel", "textmagic"] * (MANY // 2)
        for api in apis:
            shelf.start(
                self.asha,
                api=api,
                to=lists[-1],
                file=FilePart(filename="x.csv", content=b""),
                layout={0: "phone"},
                cap=None,
            )
        self.service = Service(self.store, shelf)

    def ask(self, method: str, path: str, body: Any = None, kind: str = JSON, **query: str) -> Answer:
        """Ask as Mallory."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = Request(
            method=method, path=path, query=tuple(query.items()), headers={**KEYS, "content-type": kind}, body=sent
        )
        return self.service.answer(request)

    def asked_of(self, account: Account) -> object:
        """Return all that an account has, as the store tells it."""
        lists = self.store.lists(account, limit=1_000).items
        members = [self.store.members(account, str(kept.list_id), limit=1_000) for kept in lists]
        people = self.store.contacts(account, limit=1_000), self.store.unsubscribers(account, limit=1_000)
        return lists, members, people, self.store.fields(account)


def _make_account(store: Store, name: str) -> Account:
    return store.create_account(
        name, sid=name, username=name, secrets={"exotel": (name, "secret"), "textmagic": (name, "secret")}
    )


def keys_of(name: str) -> dict[str, str]:
    """Return the headers by which an account of this name proves itself to both APIs."""
    basic = base64.b64encode(f"{name}:secret".encode()).decode()
    return {"authorization": f"Basic {basic}", "x-tm-username": name, "x-tm-key": "secret"}


KEYS = keys_of("mallory")


@contextmanager
def two_accounts(folder: Path) -> Iterator[World]:
    """Make a world in a folder, whose secrets are cheap to prove."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        world = World(folder)
        yield world
        world.store.close()
