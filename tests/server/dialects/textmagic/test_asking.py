"""Who may ask TextMagic's API, and what is said to those who may not."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from listkit.server.answering import Service
from listkit.server.dialects import textmagic
from listkit.wire.message import Request
from tests.server.dialects.shelf import Shelf
from tests.server.dialects.textmagic.caller import ASHA, JSON, Caller, new_caller, refused

if TYPE_CHECKING:
    from listkit.server.store.sql import SqlStore


BASIC = "Basic " + base64.b64encode(b"basic:its:key").decode()


@pytest.mark.parametrize(
    ("headers", "login"),
    [
        ({"x-tm-username": "charles", "x-tm-key": "k"}, ("charles", "k")),
        ({"authorization": BASIC}, ("basic", "its:key")),
        ({"authorization": BASIC.replace("Basic", "basic")}, ("basic", "its:key")),
        ({"x-tm-username": "charles", "x-tm-key": "k", "authorization": BASIC}, ("charles", "k")),
        ({"x-tm-username": "charles", "authorization": BASIC}, ("basic", "its:key")),
        ({"x-tm-username": "charles", "x-tm-key": "", "authorization": BASIC}, ("basic", "its:key")),
        ({"x-tm-username": "charles"}, None),
        ({"authorization": "Bearer abc"}, None),
        ({"authorization": "Basic !"}, None),
        ({"authorization": "Basic /w=="}, None),
        ({"authorization": "Basic Y2hhcmxlcw=="}, None),
        ({}, None),
    ],
)
def test_who_asks(headers: dict[str, str], login: tuple[str, str] | None) -> None:
    """The pair of headers wins over Basic, and half a pair does not count."""
    assert textmagic.login_of(Request(method="GET", path="/api/v2/ping", headers=headers)) == login


def test_ping(tm: Caller) -> None:
    """A ping says whose key it is and the time in UTC."""
    said = tm.get("ping")
    assert (said["userId"], said["ping"]) == (1, "pong")
    assert said["utcDateTime"].endswith("+0000")


def test_paths_and_methods_that_are_not_there(tm: Caller) -> None:
    """An unknown path is a 404, a known one with another method a 405, both in the vendor's envelope."""
    assert tm.ask("GET", "messages") == (404, {"code": 404, "message": "Resource does not exist.", "errors": None})
    assert tm.ask("DELETE", "lists") == (405, {"code": 405, "message": "Method Not Allowed", "errors": None})


def test_nobody_is_refused(store: SqlStore) -> None:
    """A request without a key is the vendor's 401, whatever path it asks."""
    answer = Service(store, Shelf(store)).answer(Request(method="GET", path="/api/v2/messages"))
    assert (answer.status, json.loads(answer.body)["message"]) == (401, "Wrong username and token combination.")


def test_other_accounts_are_not_there(store: SqlStore) -> None:
    """Another account's ids answer byte for byte like ids that nobody has, and cannot be joined."""
    one, other = new_caller(store), new_caller(store)
    vip = one.make_list("VIP")
    asha = one.make(ASHA, vip)
    for path in (f"lists/{vip}", f"lists/{vip}/contacts", f"contacts/{asha}", f"contacts/phone/{ASHA}"):
        assert other.ask("GET", path) == other.ask("GET", "lists/999")
    mine = other.make_list("VIP")
    assert mine == vip
    assert refused(other.form("PUT", f"lists/{mine}/contacts", contacts=asha), "contacts")


def test_what_is_checked_first(tm: Caller, store: SqlStore) -> None:
    """Who asks, then the path, then whether the body can be read, then what it is about, and at last its values."""
    nobody = Caller(store, tm.account, username="nobody")
    steps = [
        nobody.ask("PUT", "nowhere", b"{", JSON),
        tm.ask("PUT", "nowhere", b"{", JSON),
        tm.ask("PATCH", "lists/99", b"{", JSON),
        tm.ask("PUT", "lists/99", b"{", JSON),
        tm.json("PUT", "lists/99", name=""),
    ]
    assert [status for status, _ in steps] == [401, 404, 405, 400, 404]
    assert all(said["errors"] is None and said["code"] == status for status, said in steps)
    assert refused(tm.json("PUT", f"lists/{tm.make_list('x')}", name=""), "name") == "This value should not be blank."
