"""The server behind the fault dial, in this process: what it holds afterwards is the truth a run is judged by."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from listkit import providers
from listkit.contact import Contact, ContactList
from listkit.errors import AnswerLostError
from listkit.providers.base import Limit
from listkit.providers.base import value as limit
from listkit.providers.retrying import Heard
from listkit.providers.session import Session
from listkit.server.answering import Service
from listkit.server.clock import HandClock
from listkit.server.dial import Dial
from listkit.server.importing import Importer
from listkit.server.store import open_store
from tests.providers.scripted import authorized

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from listkit.providers.base import Provider
    from listkit.server.store.base import Account, Api
    from listkit.wire.message import Answer, Request, Send

PATIENCE = 30.0
"""Seconds after which a client takes an answer for lost, as a session does."""
SMALL = {"contacts_per_request": 3, "members_per_request": 3, "upload_bytes": 400}
"""Limits of a provider's, so small that a short frame takes several requests."""


def make_small(provider: Provider) -> Provider:
    """Let a provider send little at a time."""
    numbers = {name: min(number, limit(provider.limits, name)) for name, number in SMALL.items()}
    provider.limits = {**provider.limits, **{name: Limit(number, "", "") for name, number in numbers.items()}}
    return provider


class Served:
    """An account of one API's, behind a dial, on a clock that nobody waits for."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(gait="hurries")
        self.dial = Dial(clock=self.clock)
        self.store = open_store(folder / "store.sqlite")
        self.uploads = Importer(self.store, folder / "uploads")
        self.service = Service(self.dial.tearing(self.store), self.uploads)
        self.stops: list[str | None] = []
        self.accounts = 0

    def open(self, api: Api) -> Provider:
        """Make an account of its own, and return its provider, whose requests meet the dial's faults."""
        self.accounts += 1
        name = f"account{self.accounts}"
        settings = {"sid": name, "username": name, "key": name, "token": "secret"}
        logins: dict[Api, tuple[str, str]] = {"exotel": (name, "secret"), "textmagic": (name, name)}
        self.account: Account = self.store.create_account(name, sid=name, username=name, secrets=logins)
        vendor = providers.vendor(api)
        session = Straight(
            authorized(self._send, vendor.headers(settings)), vendor.title, vendor.operations, clock=self.clock
        )
        made = make_small(vendor.make(session, account=name, host="127.0.0.1"))
        made.clock, made.settle = Patient(self), 2 * PATIENCE
        return made

    def _send(self, request: Request) -> Answer:
        stop = self.stops.pop(0) if self.stops else None
        if stop == "before":
            raise KeyboardInterrupt
        answer = self.dial.meet(request, self.service.answer)
        if stop == "after":
            raise KeyboardInterrupt
        return answer.heard()

    def give(self, name: str, phones: Iterable[str], first_name: str | None = None) -> None:
        """Put a list with members there, as somebody else would have."""
        (kept,) = self.store.create_lists(self.account, [ContactList(name=name)])
        people = [Contact(phone=phone, first_name=first_name) for phone in phones]
        made = self.store.create_contacts(self.account, people)
        self.store.add_members(self.account, kept.list_id, [one.record.contact_id for one in made])

    def phones(self, name: str) -> list[str]:
        """Return the numbers that a list really holds, once every upload is taken in."""
        return [phone for phone, _ in self.people(name)]

    def people(self, name: str) -> list[tuple[str, str | None]]:
        """Return who a list really holds, by number and first name, once every upload is taken in."""
        while self.store.unfinished_jobs():
            time.sleep(0.001)
        return [
            (record.phone, record.first_name)
            for kept in self.store.lists(self.account, name=name).items
            if kept.name == name
            for record in self.store.members(self.account, kept.list_id, limit=10_000).items
        ]

    def close(self) -> None:
        """Let go of it."""
        self.uploads.close()
        self.store.close()


class Patient:
    """The clock of who is served: by the time that somebody has waited, every upload is taken in."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self.now = served.clock.now

    def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self._served.clock.sleep(seconds)
        while self._served.store.unfinished_jobs():
            time.sleep(0.0005)


class Straight(Session):
    """A session that asks a `Send` of this process in the place of the network, and retries as ever."""

    def __init__(self, send: Send, title: str, operations: Any, *, clock: HandClock) -> None:
        super().__init__("http://127.0.0.1", {}, title=title, operations=operations, clock=clock, chance=lambda: 1.0)
        self._send = send

    def _try(self, request: Request) -> Heard:
        began = self._clock.now()
        try:
            answer = self._send(request)
        except AnswerLostError as error:
            return Heard(why=str(error), may_pass=True)
        if self._clock.now() - began > PATIENCE:
            return Heard(why="silent for too long", may_pass=True)
        return Heard.of(answer)
