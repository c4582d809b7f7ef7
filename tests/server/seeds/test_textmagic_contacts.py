"""What TextMagic's lists need and its other pages tell, by plain HTTP: contacts, fields, opt-outs, imports."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.curl import Curl

ASHA, BINA = "12025550101", "442079460010"


def make(ask: Curl, path: str, **fields: object) -> int:
    """Make a thing and return its id."""
    told = ask.form("POST", path, **fields)
    assert told.status == 201, told
    return int(told.json["id"])


def ids(ask: Curl, path: str, **query: object) -> list[int]:
    """Return the ids on a page."""
    return [kept["id"] for kept in ask("GET", path, **query).json["resources"]]


def test_search_lists(textmagic: Curl) -> None:
    """Lists are found by ids, and by a part of their name or description."""
    assert ids(textmagic, "/lists/search", ids="715,1") == [715, 1]
    assert ids(textmagic, "/lists/search", query="c. r. conway") == [715]


def test_delete_lists(textmagic: Curl) -> None:
    """Several lists are deleted at once, with the contacts that are in no other."""
    assert textmagic.form("POST", "/lists/delete", ids="714,715,999999").status == 204
    assert ids(textmagic, "/lists/search", ids="713,714,715") == [713]
    assert textmagic("GET", "/contacts/30091").status == 404


def test_reset_members(textmagic: Curl) -> None:
    """A list is set to exactly these contacts; who is then in no list is gone."""
    told = textmagic.form("POST", "/lists/715/contacts", contacts="30091,150")
    assert (told.status, told.json["href"]) == (201, "/api/v2/lists/715")
    assert textmagic("GET", "/lists/715/contacts/ids").json == [150, 30_091]
    assert textmagic("GET", "/contacts/30090").status == 404


def test_ids_of_members(textmagic: Curl) -> None:
    """All ids of a list's members come in one array, ascending."""
    assert textmagic("GET", "/lists/715/contacts/ids").json == list(range(30_091 - 310, 30_092))


def test_delete_members(textmagic: Curl) -> None:
    """Some members, or all, are taken off a list and deleted."""
    assert textmagic.form("POST", "/lists/715/contacts/delete", ids="30091").status == 204
    assert textmagic("GET", "/lists/715").json["membersCount"] == 310
    assert textmagic.form("POST", "/lists/715/contacts/delete", all=1).status == 204
    assert textmagic("GET", "/lists/715").json["membersCount"] == 0


@pytest.mark.parametrize("twin", ["", "/normalized"], ids=["plain", "normalized"])
def test_create_a_contact(textmagic: Curl, twin: str) -> None:
    """A contact is made in a list, and answered with its link; a known number is told in the words clients wait for."""
    told = textmagic.form("POST", f"/contacts{twin}", phone=ASHA, firstName="Asha", lists="715")
    assert (told.status, told.json["href"]) == (201, f"/api/v2/contacts/{told.json['id']}")
    kept = textmagic("GET", f"/contacts/{told.json['id']}").json
    assert (kept["phone"], kept["firstName"], kept["country"]["id"]) == (ASHA, "Asha", "US")
    again = textmagic.form("POST", f"/contacts{twin}", phone=ASHA, lists="715")
    assert again.json["errors"]["fields"]["phone"] == ["Phone number already exists in your contacts."]


@pytest.mark.parametrize("twin", ["", "/normalized"], ids=["plain", "normalized"])
def test_edit_a_contact(textmagic: Curl, twin: str) -> None:
    """A contact's fields are replaced, and its lists where any are sent."""
    number = make(textmagic, "/contacts", phone=ASHA, firstName="Asha", lists="1")
    told = textmagic.form("PUT", f"/contacts/{number}{twin}", phone=BINA, lastName="Das", lists="2,3")
    assert (told.status, told.json["id"]) == (201, number)
    kept = textmagic("GET", f"/contacts/{number}").json
    assert (kept["phone"], kept["firstName"], kept["lastName"]) == (BINA, None, "Das")
    assert sorted(ids(textmagic, f"/contacts/{number}/lists")) == [2, 3]


def test_get_a_contact(textmagic: Curl) -> None:
    """A contact is read by its id, and by its number."""
    number = make(textmagic, "/contacts", phone=ASHA, lists="1")
    assert textmagic("GET", f"/contacts/phone/{ASHA}").json == textmagic("GET", f"/contacts/{number}").json
    assert textmagic("GET", f"/contacts/phone/{BINA}").status == 404


def test_get_contacts(textmagic: Curl) -> None:
    """All contacts come in pages of 10, the newest first."""
    assert ids(textmagic, "/contacts") == list(range(30_091, 30_081, -1))


def test_search_contacts(textmagic: Curl) -> None:
    """Contacts are found by words, ids and list, all of which must hold."""
    number = make(textmagic, "/contacts", phone=ASHA, firstName="Zubaida", lists="1")
    for asked in ({"query": "ubaid"}, {"query": ASHA, "exactMatch": 1}, {"ids": number}, {"listId": 1}):
        assert ids(textmagic, "/contacts/search", **asked) == [number]
    assert ids(textmagic, "/contacts/search", query="Zubaida", listId=2) == []


def test_lists_of_a_contact(textmagic: Curl) -> None:
    """The lists that a contact is in come in pages."""
    number = make(textmagic, "/contacts", phone=ASHA, lists="1,2")
    assert sorted(ids(textmagic, f"/contacts/{number}/lists")) == [1, 2]


def test_delete_contacts(textmagic: Curl) -> None:
    """One contact is deleted, several are, and all are."""
    textmagic.form("PUT", "/lists/1/contacts", contacts="1,2,3,4")
    assert textmagic("DELETE", "/contacts/1").status == 204
    assert textmagic.form("POST", "/contacts/delete", ids="2,3").status == 204
    assert textmagic("GET", "/lists/1/contacts/ids").json == [4]
    assert textmagic("DELETE", "/contact/all").status == 204
    assert ids(textmagic, "/contacts") == []


def test_import_contacts(textmagic: Curl) -> None:
    """A file is taken in, its columns named in the address; its progress ends at 5 with the rows that were stored."""
    file = 'Content-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
    rows = f"Asha,{ASHA}\nBina,{BINA}\nNobody,12\n"
    body = f"--cut\r\n{file}{rows}\r\n--cut--\r\n".encode()
    kind, columns = "multipart/form-data; boundary=cut", "0:firstName;1:phone"
    told = textmagic("POST", "/contacts/import/normalized", body, kind=kind, column=columns, listId=715)
    assert told.status == 201
    path = f"/contacts/import/progress/{told.json['id']}"
    while (progress := textmagic("GET", path).json)["status"] in {1, 3}:
        time.sleep(0.01)
    assert progress == {"status": 5, "processed": 2}
    assert textmagic("GET", f"{path}/rejects").status == 200
    assert textmagic("GET", "/lists/715").json["membersCount"] == 313


def test_custom_fields(textmagic: Curl) -> None:
    """A field is made, listed, read, renamed, filled in for a contact, and deleted with its values."""
    contact = make(textmagic, "/contacts", phone=ASHA, lists="1")
    field = make(textmagic, "/customfields", name="DOB")
    assert ids(textmagic, "/customfields") == [field]
    assert textmagic.form("PUT", f"/customfields/{field}", name="Birthday").status == 201
    assert textmagic("GET", f"/customfields/{field}").json["name"] == "Birthday"
    told = textmagic.form("PUT", f"/customfields/{field}/update", contactId=contact, value="1983-08-31")
    assert told.json["href"] == f"/api/v2/contacts/{contact}"
    (filled,) = textmagic("GET", f"/contacts/{contact}").json["customFields"]
    assert (filled["name"], filled["value"], filled["userCustomFieldId"]) == ("Birthday", "1983-08-31", field)
    assert textmagic("DELETE", f"/customfields/{field}").status == 204
    assert textmagic("GET", f"/contacts/{contact}").json["customFields"] == []


def test_unsubscribers(textmagic: Curl) -> None:
    """A number opts out and is listed and read; whose it is stays in its lists."""
    contact = make(textmagic, "/contacts", phone=ASHA, firstName="Asha", lists="1")
    number = make(textmagic, "/unsubscribers", phone=ASHA)
    assert ids(textmagic, "/unsubscribers") == [number]
    kept = textmagic("GET", f"/unsubscribers/{number}").json
    assert (kept["phone"], kept["firstName"]) == (ASHA, "Asha")
    assert textmagic("GET", "/lists/1/contacts/ids").json == [contact]


def test_ping(textmagic: Curl) -> None:
    """A good key is answered with a pong."""
    assert textmagic("GET", "/ping").json["ping"] == "pong"
