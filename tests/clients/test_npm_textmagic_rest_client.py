"""The npm package textmagic-rest-client 1.0.11, the vendor's older one, unchanged, against `listkit serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clients.node.bridge import Bridge, Refused, bridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clients.conftest import Served

KEY = "a made-up key"
ASHA, BINA = "17025550109", "12025550123"


@pytest.fixture
def client(server: Served, request: pytest.FixtureRequest) -> Iterator[Bridge]:
    """Be a client of an empty account."""
    name = f"old-node-{request.node.name}"
    server.store.create_account(name, sid=name, username=name, secrets={"textmagic": (name, KEY)})
    with bridge("textmagic-rest-client", server.url, name, KEY) as client:
        yield client


def test_lists(client: Bridge) -> None:
    """Lists are made, listed, found, read, changed and deleted."""
    link = client("Lists.create", {"name": "test", "shared": True})
    assert link["href"] == f"/api/v2/lists/{link['id']}"
    assert client("Lists.update", {"id": link["id"], "name": "testChange"}) == link
    made = client("Lists.get", link["id"])
    assert (made["name"], made["shared"], made["membersCount"]) == ("testChange", False, 0)
    # The client repeats what it was given before: shared=true here, page=2&limit=1 below.
    second = client("Lists.create", {"name": "Other"})["id"]
    assert client("Lists.get", second)["shared"] is True
    page = client("Lists.list", {"page": 2, "limit": 1})
    assert ([kept["id"] for kept in page["resources"]], page["pageCount"]) == ([link["id"]], 2)
    assert client("Lists.list", {}) == page
    assert [kept["name"] for kept in client("Lists.find", {"query": "OTH"})["resources"]] == ["Other"]
    assert client("Lists.delete", second) == {}
    with pytest.raises(Refused, match=r"^Resource does not exist\.$"):
        client("Lists.get", second)


def test_contacts(client: Bridge) -> None:
    """The vendor's own example of contacts runs, and each step has its effect."""
    vip = client("Lists.create", {"name": "test"})["id"]
    given = {
        "firstName": "Jonn",
        "lastName": "Doe",
        "phone": f"+{ASHA}",
        "email": "jon@example.com",
        "companyName": "Company LLC",
        "country": "US",
        "lists": vip,
    }
    link = client("Contacts.create", given)
    found = client("Contacts.find", {"ids": link["id"], "limit": 1})
    assert [kept["id"] for kept in found["resources"]] == [link["id"]]
    assert [kept["id"] for kept in client("Contacts.contactLists", {"id": link["id"]})["resources"]] == [vip]
    assert client("Contacts.update", {**given, "id": link["id"], "firstName": "Jonny"}) == link
    made = client("Contacts.get", link["id"])
    assert (made["firstName"], made["phone"], made["country"]["id"]) == ("Jonny", ASHA, "US")
    assert [kept["id"] for kept in client("Contacts.list", {})["resources"]] == [link["id"]]
    assert client("Contacts.delete", link["id"]) == {}
    with pytest.raises(Refused, match=r"^Resource does not exist\.$"):
        client("Contacts.get", link["id"])


def test_members(client: Bridge) -> None:
    """Contacts join a list and leave it, by a DELETE whose arguments stand in its query."""
    vip, other = (client("Lists.create", {"name": name})["id"] for name in ("VIP", "Other"))
    asha, bina = (client("Contacts.create", {"phone": phone, "lists": vip})["id"] for phone in (ASHA, BINA))
    link = {"id": other, "href": f"/api/v2/lists/{other}"}
    assert client("Lists.assign", {"id": other, "contacts": asha}) == link
    assert client("Lists.assign", {"id": other, "contacts": f"{bina}"}) == link
    page = client("Lists.contactsByList", {"id": other, "limit": 1})
    assert ([kept["id"] for kept in page["resources"]], page["pageCount"]) == ([bina], 2)
    assert client("Lists.unassign", {"id": other, "contacts": f"{asha},{bina}"}) == link
    assert client("Lists.get", other)["membersCount"] == 0
    assert client("Lists.get", vip)["membersCount"] == 2


def test_custom_fields(client: Bridge) -> None:
    """Fields are made, listed, read, renamed, filled in for a contact, and deleted."""
    asha = client("Contacts.create", {"phone": ASHA, "lists": client("Lists.create", {"name": "VIP"})["id"]})["id"]
    field = client("Contacts.Customfields.create", {"name": "DOB"})["id"]
    assert [kept["id"] for kept in client("Contacts.Customfields.list", {})["resources"]] == [field]
    assert client("Contacts.Customfields.update", {"id": field, "name": "Birthday"})["id"] == field
    assert client("Contacts.Customfields.get", field)["name"] == "Birthday"
    filled = {"id": field, "contactId": asha, "value": "1983-08-31"}
    assert client("Contacts.Customfields.updateForContact", filled)["href"] == f"/api/v2/contacts/{asha}"
    (kept,) = client("Contacts.get", asha)["customFields"]
    assert (kept["name"], kept["value"]) == ("Birthday", "1983-08-31")
    assert client("Contacts.Customfields.delete", field) == {}
    assert client("Contacts.Customfields.list", {})["resources"] == []


def test_unsubscribers(client: Bridge) -> None:
    """A number opts out, and is listed and read; a good key is answered with a pong."""
    link = client("Contacts.Unsubscribers.create", {"phone": BINA})
    assert client("Contacts.Unsubscribers.get", link["id"])["phone"] == BINA
    assert [kept["id"] for kept in client("Contacts.Unsubscribers.list", {})["resources"]] == [link["id"]]
    assert client("ping", {})["ping"] == "pong"


def test_refusals(server: Served, client: Bridge) -> None:
    """A refusal is the vendor's sentence, with the fields beside it."""
    client("Lists.create", {"name": "VIP"})
    with pytest.raises(Refused, match=r"^Validation Failed$") as caught:
        client("Lists.create", {"name": "vip"})
    assert caught.value.body["errors"]["fields"] == {"name": ["List with this name already exists."]}
    with (
        bridge("textmagic-rest-client", server.url, "nobody", KEY) as stranger,
        pytest.raises(Refused, match=r"^Wrong username and token combination\.$"),
    ):
        stranger("Lists.list", {})
