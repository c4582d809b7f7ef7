"""The public package textmagic 2.0.3, unchanged, against `listkit serve`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from textmagic.rest import TextmagicRestClient
from textmagic.rest.exceptions import TextmagicRestException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clients.conftest import Served

# The package leaves each connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

KEY = "a made-up key"
ASHA, BINA = "919876543210", "12025550123"


@pytest.fixture
def client(server: Served, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Be a client of an empty account, and leave no connection to the next test."""
    name = request.node.name
    server.store.create_account(name, sid=name, username=name, secrets={"textmagic": (name, KEY)})
    yield TextmagicRestClient(name, KEY, base=f"{server.url}/api/v2")
    gc.collect()


def test_lists(client: Any) -> None:
    """Lists are made, read, found, changed and deleted; the checks are those of the vendor's own example."""
    link = client.lists.create(name="Private list", shared=0)
    assert link.href == f"/api/v2/lists/{link.id}"
    made = client.lists.get(link.id)
    assert (made.name, made.membersCount, made.shared, made.description) == ("Private list", 0, 0, None)
    client.lists.create(name="Other", description="Old ones")
    page, pager = client.lists.list(limit=1, page=2)
    assert ([kept.id for kept in page], pager) == ([link.id], {"page": 2, "limit": 1, "pageCount": 2})
    found, _ = client.lists.list(search=True, query="OLD")
    assert [kept.name for kept in found] == ["Other"]
    assert client.lists.update(uid=link.id, name="VIP", shared=1).id == link.id
    assert (client.lists.get(link.id).name, client.lists.get(link.id).shared) == ("VIP", True)
    assert client.lists.delete(link.id) is True
    with pytest.raises(TextmagicRestException) as caught:
        client.lists.get(link.id)
    assert (caught.value.status, caught.value.msg, caught.value.errors) == (404, "Resource does not exist.", None)


def test_contacts(client: Any) -> None:
    """Contacts are made, read, listed, changed and deleted."""
    vip, other = (client.lists.create(name=name).id for name in ("VIP", "Other"))
    link = client.contacts.create(firstName="Asha", lastName="Rao", phone="999000000", lists=str(vip))
    made = client.contacts.get(link.id)
    assert (made.firstName, made.phone, made.customFields) == ("Asha", "999000000", [])
    assert isinstance(made.country, dict)
    assert [kept.id for kept in client.lists.contacts(uid=vip)[0]] == [link.id]
    client.contacts.update(uid=link.id, firstName="Ada", phone=ASHA, lists=f"{vip},{other}")
    (changed,), pager = client.contacts.list(search=True, query="ada")
    assert (changed.phone, changed.lastName, pager["pageCount"]) == (ASHA, None, 1)
    assert [kept.id for kept in client.contacts.lists(uid=link.id)[0]] == [vip, other]
    assert client.contacts.delete(link.id) is True
    assert client.contacts.list() == ([], {"page": 1, "limit": 10, "pageCount": 0})


def test_members(client: Any) -> None:
    """Contacts join a list beside those who are there, and leave it."""
    vip, other = (client.lists.create(name=name).id for name in ("VIP", "Other"))
    asha, bina = (client.contacts.create(phone=phone, lists=vip).id for phone in (ASHA, BINA))
    assert client.lists.put_contacts(uid=other, contacts=f"{asha}").id == other
    assert client.lists.put_contacts(uid=other, contacts=f"{asha},{bina}").id == other
    assert client.lists.get(other).membersCount == 2
    assert client.lists.delete(vip) is True
    # The documentation answers with a link, and the package takes only an empty answer for a yes.
    assert client.lists.delete_contacts(uid=other, contacts=f"{asha}") is False
    assert [kept.id for kept in client.lists.contacts(uid=other)[0]] == [bina]
    with pytest.raises(TextmagicRestException):
        client.contacts.get(asha)


def test_custom_fields(client: Any) -> None:
    """Fields are made, listed, read, renamed, filled in for a contact, and deleted."""
    asha = client.contacts.create(phone=ASHA, lists=client.lists.create(name="VIP").id).id
    field = client.custom_fields.create(name="DOB").id
    assert [kept.id for kept in client.custom_fields.list()[0]] == [field]
    assert client.custom_fields.update(uid=field, name="Birthday").id == field
    assert client.custom_fields.get(field).name == "Birthday"
    link = client.custom_fields.update_value(uid=field, contactId=asha, value="1983-08-31")
    assert (link.id, link.href) == (asha, f"/api/v2/contacts/{asha}")
    (filled,) = client.contacts.get(asha).customFields
    assert (filled["name"], filled["value"]) == ("Birthday", "1983-08-31")
    assert client.custom_fields.delete(field) is True
    assert client.custom_fields.list()[0] == []


def test_unsubscribers(client: Any) -> None:
    """A number opts out, and is listed and read."""
    client.contacts.create(phone=ASHA, firstName="Asha", lists=client.lists.create(name="VIP").id)
    link = client.unsubscribers.create(phone=ASHA)
    kept = client.unsubscribers.get(link.id)
    assert (kept.phone, kept.firstName) == (ASHA, "Asha")
    assert [one.id for one in client.unsubscribers.list()[0]] == [link.id]


def test_refusals(client: Any) -> None:
    """A taken name, a known number and an unknown contact are told with the field and its sentence."""
    vip = client.lists.create(name="VIP").id
    client.contacts.create(phone=ASHA, lists=vip)
    refusals = {
        "name": (client.lists.create, {"name": "vip"}),
        "phone": (client.contacts.create, {"phone": ASHA, "lists": vip}),
        "contacts": (client.lists.put_contacts, {"uid": vip, "contacts": "999"}),
    }
    sentences = {}
    for field, (call, arguments) in refusals.items():
        with pytest.raises(TextmagicRestException) as caught:
            call(**arguments)
        assert (caught.value.status, caught.value.msg) == (400, "Validation Failed")
        sentences[field] = caught.value.errors["fields"][field]
    assert sentences == {
        "name": ["List with this name already exists."],
        "phone": ["Phone number already exists in your contacts."],
        "contacts": ["Contact 999 does not exist."],
    }


def test_key(server: Served, client: Any) -> None:
    """The right key is answered with a pong, and a wrong one with the vendor's sentence."""
    assert client.util.ping()["ping"] == "pong"
    stranger = TextmagicRestClient("test_key", "wrong", base=f"{server.url}/api/v2")
    with pytest.raises(TextmagicRestException) as caught:
        stranger.lists.list()
    assert (caught.value.status, caught.value.msg) == (401, "Wrong username and token combination.")
