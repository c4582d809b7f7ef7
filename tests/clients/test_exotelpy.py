"""exotelpy, the public client of Exotel's Lists, unchanged, against `listkit serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from exotelpy import AuthenticationFailed, Exotel, NotFound, PermissionDenied, UniqueViolationError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clients.conftest import Served

A, B, C = "+919876543210", "+919876543211", "+12025550123"
NOBODY = "0" * 32


@pytest.fixture(scope="module", autouse=True)
def _acme(server: Served) -> None:
    server.store.create_account("acme", sid="acme1", username="acme", secrets={"exotel": ("key", "token")})


@pytest.fixture
def client(server: Served) -> Iterator[Exotel]:
    """Connect the client to an account without lists and contacts."""
    connected = Exotel("acme1", "key", "token", baseurl=server.url)
    yield connected
    for item in connected.get_bulk_lists(limit=500)["response"]:
        connected.delete_list(item["data"]["sid"])
    account = next(account for account in server.store.accounts() if account.name == "acme")
    server.store.delete_contacts(account, [one.contact_id for one in server.store.contacts(account, limit=500).items])


def test_a_list_is_made_once(client: Exotel) -> None:
    """A list is made with the client's own tag; the second of its name is its UniqueViolationError."""
    [item] = client.create_list("VIP")["response"]
    assert (item["data"]["name"], item["data"]["tag"]) == ("VIP", "demo")
    assert client.get_list_details(item["data"]["sid"])["response"]["data"] == item["data"]
    with pytest.raises(UniqueViolationError, match="Unable to create List with name VIP"):
        client.create_list("VIP")


def test_contacts_are_made_and_joined(client: Exotel) -> None:
    """Contacts are made, made once more, and joined; the client finds every id where it looks."""
    list_id = client.create_list("VIP")["response"][0]["data"]["sid"]
    first = [item["data"]["sid"] for item in client.create_contacts([A, B])["response"]]
    again = [item["data"]["sid"] for item in client.create_contacts([A, B, C])["response"]]
    assert again[:2] == first
    joined = client.add_contacts_to_list(again, list_id)
    assert joined["metadata"]["success"] == joined["metadata"]["total"] == 3
    assert client.add_contacts_to_list(first, list_id)["metadata"]["success"] == 0
    numbers = [item["data"]["number"] for item in client.get_list_contacts(list_id)["response"]]
    assert numbers == [A, B, C]
    page = client.get_list_contacts(list_id, limit=1, offset=2)
    assert [item["data"]["number"] for item in page["response"]] == [C]


def test_a_list_is_made_with_its_numbers(client: Exotel) -> None:
    """The client's one call for a list and its numbers makes three requests, in batches of 5,000, and adds up."""
    numbers = [f"+1202{number:07d}" for number in range(5_550_000, 5_555_001)]
    told = client.create_list("VIP", numbers=numbers)
    assert told["metadata"]["success"] == told["metadata"]["total"] == 5_001
    [found] = client.get_bulk_lists(name="vip")["response"]
    assert found["data"]["contact_count"] == 5_001
    assert found["data"]["sid"] == told["response"][0]["data"]["list_id"]


def test_lists_are_paged_searched_and_sorted(client: Exotel) -> None:
    """Offset, limit, name and order do what the document says."""
    for name in ("b list", "a list", "other"):
        client.create_list(name)
    told = client.get_bulk_lists(offset=1, limit=1, name="list", sort_by="name:asc")
    assert [item["data"]["name"] for item in told["response"]] == ["b list"]
    assert told["metadata"]["total"] == 2
    assert [item["data"]["name"] for item in client.get_bulk_lists()["response"]] == ["b list", "a list", "other"]


def test_things_are_deleted(client: Exotel) -> None:
    """Contacts and lists are deleted; what is gone is the client's NotFound."""
    list_id = client.create_list("VIP")["response"][0]["data"]["sid"]
    contacts = [item["data"]["sid"] for item in client.create_contacts([A, B, C])["response"]]
    assert client.get_contact_details(contacts[0])["response"]["data"]["number"] == A
    assert client.delete_contact(contacts[0])["http_code"] == 200
    assert [told["http_code"] for told in client.delete_contacts(contacts[1:])] == [200, 200]
    assert client.delete_list(list_id)["response"]["data"]["name"] == "VIP"
    for call in (client.delete_list, client.get_list_details, client.get_list_contacts, client.delete_contact):
        with pytest.raises(NotFound):
            call(NOBODY)
    with pytest.raises(NotFound):
        client.add_contacts_to_list(contacts, list_id)


def test_refusals_are_the_clients_own(server: Served, client: Exotel) -> None:
    """A wrong key, another account and a bad page are the errors that the client has for them."""
    with pytest.raises(AuthenticationFailed):
        Exotel("acme1", "key", "wrong", baseurl=server.url).get_bulk_lists()
    with pytest.raises(PermissionDenied):
        Exotel("acme2", "key", "token", baseurl=server.url).get_bulk_lists()
    with pytest.raises(ValidationError, match="Invalid limit"):
        client.get_bulk_lists(limit=0)
