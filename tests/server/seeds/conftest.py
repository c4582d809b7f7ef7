"""The account of the documents' own examples, served, and its two callers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from listkit.contact import Contact, ContactList
from listkit.server.running import Running
from listkit.server.store import credentials, open_store
from tests.contracts.endpoints import ENDPOINTS
from tests.server import curl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.curl import Curl

SID, KEY, TOKEN, USERNAME = "acme1", "key", "token", "charles.conway"


@pytest.fixture(scope="module", autouse=True)
def _cheap_secrets() -> Iterator[None]:
    """Hash secrets quickly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        yield


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the account of the documents' examples: 150 pages of 25 lists, list 715 with 311 members, contact 30091."""
    path = tmp_path_factory.mktemp("printed") / "lists.sqlite"
    store = open_store(path)
    account = store.create_account(
        "acme", sid=SID, username=USERNAME, secrets={"exotel": (KEY, TOKEN), "textmagic": (USERNAME, TOKEN)}
    )
    lists = [ContactList(name=f"List {number}") for number in range(1, 3_751)]
    lists[714] = ContactList(name="Private list", description="Private contacts of C. R. Conway")
    store.create_lists(account, lists)
    store.create_contacts(account, [Contact(phone=f"+1204{number:07}") for number in range(30_091)])
    store.add_members(account, "715", [str(number) for number in range(30_091 - 310, 30_092)])
    store.close()
    return path


@pytest.fixture
def server(printed: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """Serve a copy of it; whatever endpoint names the test was asked, and answered well, when the test is over."""
    with Running(shutil.copy(printed, tmp_path / "lists.sqlite")) as server:
        yield server
        answered = [(asked.method, asked.path) for asked in server.requests if asked.status in range(200, 300)]
    named = [endpoint for endpoint in ENDPOINTS if endpoint.test == request.node.nodeid]
    assert [endpoint for endpoint in named if not any(endpoint.takes(*asked) for asked in answered)] == []


@pytest.fixture
def exotel(server: Running) -> Curl:
    """Be the account's caller of Exotel's API."""
    return curl.exotel(server.url, SID, KEY, TOKEN)


@pytest.fixture
def textmagic(server: Running) -> Curl:
    """Be the account's caller of TextMagic's API."""
    return curl.textmagic(server.url, USERNAME, TOKEN)
