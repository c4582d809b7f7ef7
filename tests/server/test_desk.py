"""The server's own addresses: what they say, and to whom."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from listkit.errors import ServerFailedError
from listkit.server.answering import Service
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.store.base import Store

LOCKED = ["/", "/metrics", "/openapi", "/openapi/exotel", "/openapi/exotel.json", "/openapi/textmagic"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Open a store with one account."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "store.sqlite")
    store.create_account(
        "acme",
        sid="acme1",
        username="acme.user",
        secrets={"exotel": ("key", "token"), "textmagic": ("acme", "api-key")},
    )
    yield store
    store.close()


def ask(store: Store, path: str, login: str = "key:token", *, method: str = "GET") -> Answer:
    """Ask for one of the server's own addresses."""
    headers = {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    return Service(store, Shelf(store)).answer(Request(method=method, path=path, headers=headers))


def test_health_is_open_to_all(store: Store) -> None:
    """Whoever asks hears that the server can work, and at another address that it lives."""
    for path in ("/health", "/health/", "/health/live"):
        answer = ask(store, path, "")
        assert (answer.status, answer.body) == (200, b'{"status":"ok"}')


def test_health_says_that_the_store_does_not_answer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails makes the server unready, in a word that betrays nothing; it lives all the same."""

    def fail() -> None:
        raise ServerFailedError("The store failed: password authentication failed for user sentinel.")

    monkeypatch.setattr(store, "ping", fail)
    answer = ask(store, "/health", "")
    assert answer.status == 503
    assert json.loads(answer.body) == {"status": "unavailable", "reason": "The store does not answer."}
    assert ask(store, "/health/live", "").status == 200


@pytest.mark.parametrize("path", LOCKED)
def test_everything_else_takes_a_key_of_either_api(store: Store, path: str) -> None:
    """Exotel's and TextMagic's logins open it; a wrong one, or none, is asked for by Basic."""
    for login in ("key:token", "acme:api-key"):
        assert ask(store, path, login).status == 200
    for login in ("", "key:wrong", "acme:token", "nobody:token", "key"):
        answer = ask(store, path, login)
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", ["/health", *LOCKED])
def test_everything_is_only_read(store: Store, path: str) -> None:
    """HEAD is let by; any other method is refused with those there are."""
    assert ask(store, path, method="HEAD").status == 200
    for method in ("POST", "DELETE", "BREW"):
        answer = ask(store, path, method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["", "/healthy", "/openapi/other.json", "/v2", "/api"])
def test_what_is_nowhere_is_a_plain_404(store: Store, path: str) -> None:
    """A path that is neither vendor's nor the server's own is said to be nothing, with or without a key."""
    for login in ("", "key:token"):
        answer = ask(store, path, login)
        assert (answer.status, answer.headers["content-type"]) == (404, "application/json")


def test_the_document_is_the_apis_own(store: Store) -> None:
    """What is served is the description, as JSON."""
    answer = ask(store, "/openapi/exotel.json")
    assert answer.headers["content-type"] == "application/json"
    assert "/v2/accounts/{account}/lists" in json.loads(answer.body)["paths"]
