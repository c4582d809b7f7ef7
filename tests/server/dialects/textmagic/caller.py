"""A client of TextMagic's API over a store, with no socket and no slow key between them."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from listkit.server.answering import SETTINGS, Service
from listkit.server.dialects import textmagic
from listkit.server.store import base
from listkit.server.store.sql import SqlStore
from listkit.wire.message import Request
from tests.providers.scripted import authorized
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from listkit.server.dialects import Settings
    from listkit.server.store.base import Account, Api, Store

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ASHA, BINA, CARL = "919876543210", "12025550123", "442079460018"


class Trusting(SqlStore):
    """A store that takes any key for a username, because proving one is slow on purpose."""

    def authenticate(self, api: Api, login: str, secret: str, *, at_once: bool = False) -> base.Caller | None:
        """Return whose username it is."""
        users = ((account, user) for account in self.accounts() for user in self.users(account))
        return next(
            (base.Caller(account=one, user_id=who.user_id) for one, who in users if who.username == login), None
        )


class Caller:
    """One user's client: asks a path and returns the status and what was said."""

    def __init__(self, store: Store, account: Account, *, username: str = "", settings: Settings = SETTINGS) -> None:
        self.store, self.account, self.uploads = store, account, Shelf(store)
        service = Service(store, self.uploads, settings=settings)
        self.send = authorized(service.answer, {"X-TM-Username": username or account.username, "X-TM-Key": "any"})

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", **query: object) -> tuple[int, Any]:
        """Send a request and return the answer's status and its body."""
        request = Request(
            method=method,
            path=textmagic.PREFIX + path,
            query=tuple((name, str(value)) for name, value in query.items()),
            headers={"content-type": kind} if kind else {},
            body=body,
        )
        answer = self.send(request)
        return answer.status, json.loads(answer.body) if answer.body else None

    def get(self, path: str, **query: object) -> Any:
        """Return what a GET says."""
        status, said = self.ask("GET", path, **query)
        assert status == 200, said
        return said

    def form(self, method: str, path: str, **fields: object) -> tuple[int, Any]:
        """Send a form."""
        return self.ask(method, path, urlencode(fields).encode(), FORM)

    def json(self, method: str, path: str, **fields: object) -> tuple[int, Any]:
        """Send JSON."""
        return self.ask(method, path, json.dumps(fields).encode(), JSON)

    def make_list(self, name: str) -> int:
        """Make a list and return its id."""
        status, link = self.form("POST", "lists", name=name)
        assert status == 201, link
        return int(link["id"])

    def make(self, phone: str, lists: object, **fields: object) -> int:
        """Make a contact and return its id."""
        status, link = self.form("POST", "contacts", phone=phone, lists=lists, **fields)
        assert status == 201, link
        return int(link["id"])

    def phones(self, path: str, **query: object) -> list[str]:
        """Return the numbers on a page."""
        return [contact["phone"] for contact in self.get(path, **query)["resources"]]


def new_caller(store: SqlStore) -> Caller:
    """Add an account and return its client."""
    name = secrets.token_hex(8)
    return Caller(store, store.create_account(name, sid=name, username=name, secrets={}))


def refused(answer: tuple[int, Any], field: str) -> str:
    """Return the sentence about a field that a validation error names."""
    status, said = answer
    assert (status, said["code"], said["message"]) == (400, 400, "Validation Failed")
    assert list(said["errors"]["fields"]) == [field]
    (sentence,) = said["errors"]["fields"][field]
    return str(sentence)
