"""The figures at /metrics: true, in Prometheus' own format, and nothing in them that is another account's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from listkit.contact import Contact, ContactList
from listkit.server.answering import Service
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.store.base import Store


RIGHT = "token"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve two accounts, of which the first has something."""
    monkeypatch.setattr(credentials, "COST", 2)
    store: Store = open_store(tmp_path / "store.sqlite")
    for name in ("asha", "bina"):
        store.create_account(name, sid=name, username=name, secrets={"exotel": (name, RIGHT)})
    asha = store.accounts()[0]
    store.create_lists(asha, [ContactList(name="Sentinel list")])
    store.create_contacts(asha, [Contact(phone="+12025550123"), Contact(phone="+12025550124")])
    yield Service(store, Shelf(store))
    store.close()


def ask(
    service: Service, path: str, name: str, *, method: str = "GET", body: bytes = b"", secret: str = RIGHT
) -> Answer:
    """Ask as one of the accounts."""
    key = base64.b64encode(f"{name}:{secret}".encode()).decode()
    headers = {"authorization": f"Basic {key}", "content-type": "application/json"}
    return service.answer(Request(method=method, path=path, headers=headers, body=body))


def figures(service: Service, name: str) -> dict[tuple[str, ...], float]:
    """Read an account's figures as Prometheus does, by name and the values of the labels in their names' order."""
    answer = ask(service, "/metrics", name)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_an_account_sees_its_requests_and_what_it_keeps(service: Service) -> None:
    """Requests are counted by template, method and status, with their bytes and times; lists and contacts too."""
    for phone in ("1", "2"):
        ask(service, f"/v2/accounts/asha/contacts/{phone}", "asha")
    ask(service, "/v2/accounts/asha/lists", "asha", method="POST", body=b'{"lists": [{"name": "VIP"}]}')
    ask(service, "/v2/accounts/asha/nowhere", "asha", method="SENTINEL")
    seen = figures(service, "asha")
    contact = "/v2/accounts/{account}/contacts/{contact_id}"
    assert seen["listkit_requests_total", "exotel", "GET", contact, "404"] == 2
    assert seen["listkit_requests_total", "exotel", "POST", "/v2/accounts/{account}/lists", "200"] == 1
    assert seen["listkit_requests_total", "exotel", "OTHER", "none", "404"] == 1
    assert seen["listkit_request_seconds_count", "exotel", "GET", contact] == 2
    assert seen["listkit_received_bytes_total", "exotel"] == 28
    assert seen["listkit_sent_bytes_total", "exotel"] > 100
    assert (seen["listkit_lists",], seen["listkit_contacts",], seen["listkit_uploads_running",]) == (2, 2, 0)


def test_an_account_sees_nothing_of_another(service: Service) -> None:
    """What one account asks moves no figure of another's; only refused logins are the server's, and name nobody."""
    figures(service, "bina")
    before = figures(service, "bina")
    ask(service, "/v2/accounts/asha/contacts", "asha")
    ask(service, "/v2/accounts/asha/lists", "asha", method="POST", body=b'{"lists": [{"name": "Sentinel"}]}')
    ask(service, "/v2/accounts/asha/lists", "asha", secret="wrong")
    ask(service, "/metrics", "nobody")
    after = figures(service, "bina")
    assert after["listkit_refused_logins_total",] == before["listkit_refused_logins_total",] + 2
    moved = {
        name[0]
        for name, value in after.items()
        if value != before.get(name) and not name[0].startswith("process_") and "server" not in name
    }
    assert moved == {"listkit_refused_logins_total"}
    told = ask(service, "/metrics", "bina").body
    for foreign in (b"asha", b"entinel", b"exotel", b"account="):
        assert foreign not in told
