"""Each operation is sent twice to the server, and what is there afterwards is what the table says of it."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from listkit import providers
from listkit.contact import ContactList, Receipt
from listkit.errors import DuplicateError, ProviderError
from listkit.server.answering import Service
from listkit.server.importing import Importer
from listkit.server.store import open_store
from tests.providers.scripted import authorized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.providers.base import Provider
    from listkit.server.store.base import Api
    from listkit.wire.message import Answer, Request

VENDORS: list[Api] = ["exotel", "textmagic"]
SETTINGS = {"sid": "acme1", "username": "acme1", "key": "acme1", "token": "secret"}
LOGINS: dict[Api, tuple[str, str]] = {"exotel": ("acme1", "secret"), "textmagic": ("acme1", "acme1")}
A, B, C, NEW = "+12025550101", "+12025550102", "+12025550103", "+12025550104"


class World:
    """An account with A in two lists, B in one and C in the other, seen through one of its APIs."""

    def __init__(self, api: Api, folder: Path) -> None:
        self.store = open_store(folder / "store.sqlite")
        self.store.create_account("acme1", sid="acme1", username="acme1", secrets=LOGINS)
        self.uploads = Importer(self.store, folder / "uploads")
        self.asked: list[Request] = []
        self.vendor = providers.vendor(api)
        self.service = Service(self.store, self.uploads)
        send = authorized(self.answer, self.vendor.headers(SETTINGS))
        self.provider: Provider = self.vendor.make(send, account="acme1")
        self.first, self.other = (self._list(name) for name in ("VIP", "Other"))
        self.ids = {phone: self._person(phone, self.other if phone == C else self.first) for phone in (A, B, C)}
        self.provider.add_members(self.other, [self.ids[A]])
        self.asked.clear()

    def answer(self, request: Request) -> Answer:
        """Answer as the server does, and remember what was asked."""
        self.asked.append(request)
        return self.service.answer(request)

    def _list(self, name: str) -> str:
        return str(self.provider.create_list(ContactList(name=name)).list_id)

    def _person(self, phone: str, list_id: str) -> str:
        (made,) = self.provider.create_contacts(people(phone), list_id=list_id)
        assert made is not None
        if not made.joined:
            self.provider.add_members(list_id, [str(made.contact_id)])
        return str(made.contact_id)

    def state(self) -> dict[str, Any]:
        """Return all that is there: lists with their members, and the address-book."""
        while self.store.unfinished_jobs():
            time.sleep(0.001)
        lists = {kept.name: kept for kept in self.provider.lists().items}
        return {
            "contacts": self.provider.contacts().items.sort_by("phone").to_pylist(),
            "lists": {
                name: (kept.tag, kept.description, kept.shared, self._members(str(kept.list_id)))
                for name, kept in lists.items()
            },
        }

    def _members(self, list_id: str) -> list[str]:
        return sorted(self.provider.members(list_id).items["phone"].to_pylist())

    def close(self) -> None:
        """Let go of it."""
        self.uploads.close()
        self.store.close()


def people(*phones: str, **columns: list[str]) -> pa.Table:
    """Make contacts to be sent."""
    return pa.table({"phone": list(phones), **columns})


def vip(world: World) -> ContactList:
    """Name the list that a file goes to."""
    return ContactList(name="VIP", list_id=world.first)


SENT: dict[str, Callable[[World], object]] = {
    "ping": lambda world: world.provider.ping(),
    "lists": lambda world: world.provider.lists(),
    "list": lambda world: world.provider.list(world.first),
    "members": lambda world: world.provider.members(world.first),
    "find_contact": lambda world: world.provider.find_contact(A),
    "contact": lambda world: world.provider.contact(world.ids[A]),
    "contacts": lambda world: world.provider.contacts(),
    "lists_of": lambda world: world.provider.lists_of(world.ids[A]),
    "custom_fields": lambda world: fresh(world).upload(people(NEW, **{"custom.city": ["Goa"]}), to=vip(world)),
    "unsubscribers": lambda world: world.provider.unsubscribers(),
    "upload_status": lambda world: world.provider.upload_status(world.provider.upload(people(NEW), to=vip(world))),
    "create_lists": lambda world: world.provider.create_lists([ContactList(name="New")]),
    "update_list": lambda world: world.provider.update_list(world.first, name="Gold", tag="t"),
    "update_lists": lambda world: world.provider.update_lists([(world.first, {"name": "Gold"})]),
    "delete_list": lambda world: world.provider.delete_list(world.first),
    "create_contacts": lambda world: world.provider.create_contacts(people(NEW), list_id=world.first),
    "update_contacts": lambda world: world.provider.update_contacts(
        [(world.ids[A], {"first_name": "Asha", "custom.city": "Goa"})]
    ),
    "delete_contact": lambda world: world.provider.delete_contact(world.ids[A]),
    "create_custom_field": lambda world: fresh(world).create_contacts(
        people(NEW, **{"custom.city": ["Goa"]}), list_id=world.first
    ),
    "add_members": lambda world: world.provider.add_members(world.first, [world.ids[C]]),
    "remove_members": lambda world: world.provider.remove_members(world.first, [world.ids[B]]),
    "upload": lambda world: world.provider.upload(people(NEW, A), to=vip(world)),
}
"""How each operation is sent; those that take away take B away from its only list."""


def fresh(world: World) -> Provider:
    """Return a provider that remembers nothing, as another process would."""
    return world.vendor.make(authorized(world.answer, world.vendor.headers(SETTINGS)), account="acme1")


@pytest.fixture
def open_world(tmp_path: Path) -> Iterator[Callable[[Api], World]]:
    """Open worlds that are closed with the test."""
    opened: list[World] = []

    def open_one(api: Api) -> World:
        opened.append(World(api, tmp_path))
        return opened[-1]

    yield open_one
    for world in opened:
        with closing(world):
            pass


def send(world: World, operation: str) -> tuple[str, list[str]]:
    """Send an operation; return what became of it in one word, and the operations that were asked."""
    world.asked.clear()
    try:
        answer: Any = SENT[operation](world)
    except ProviderError as error:
        answer = error
    first = answer[0] if isinstance(answer, list) else answer
    if isinstance(first, ProviderError):
        outcome = "refused" if isinstance(first, DuplicateError) else first.code
    else:
        outcome = first.status if isinstance(first, Receipt) else "done"
    return outcome, [request.operation for request in world.asked]


@pytest.mark.parametrize("api", VENDORS)
def test_every_operation_is_sent(api: Api) -> None:
    """No operation of the table is left out of these tests."""
    assert set(providers.vendor(api).operations) <= set(SENT)


@pytest.mark.parametrize(
    ("api", "operation"), [(api, operation) for api in VENDORS for operation in providers.vendor(api).operations]
)
def test_an_operation_sent_twice(api: Api, operation: str, open_world: Callable[[Api], World]) -> None:
    """The second changes nothing, is refused, or finds nothing; only what is said to destroy loses a contact."""
    world = open_world(api)
    row = world.vendor.operations[operation]
    before = world.state()
    outcome, asked = send(world, operation)
    assert (outcome, operation in asked) == ("done", True)
    once = world.state()
    again, _ = send(world, operation)
    assert world.state() == once
    if row.repeat == "harmless":
        assert again in {"done", "gone", "not_found"}
    else:
        assert again in {"refused", "exists", "done"}
        assert row.repeat == "unproven" or again in {"refused", "exists"}
    lost = {one["phone"] for one in before["contacts"]} - {one["phone"] for one in once["contacts"]}
    assert bool(lost) == row.destroys


@pytest.mark.parametrize("api", VENDORS)
def test_what_limits_an_operation_is_known(api: Api) -> None:
    """Each operation names limits that its provider has, says why, and where that is written."""
    kept = providers.vendor(api)
    for operation, row in kept.operations.items():
        assert {row.rate, row.most or row.rate} <= kept.limits.keys(), operation
        assert row.why, operation
        assert row.source, operation
