"""TextMagic's contacts over the SQL store: one a number, never without a list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, refused

if TYPE_CHECKING:
    from tests.server.dialects.textmagic.caller import Caller


def test_contact_is_made_and_read(tm: Caller) -> None:
    """A new contact answers 201 and its link, and is read by its id, by its number and among all."""
    vip = tm.make_list("VIP")
    fields = {"firstName": "Asha", "lastName": "Rao", "companyName": "Example Ltd.", "email": "asha@example.in"}
    status, link = tm.json("POST", "contacts/normalized", phone=f"+{ASHA}", lists=str(vip), **fields)
    assert (status, link["href"]) == (201, f"/api/v2/contacts/{link['id']}")
    made = tm.get(f"contacts/{link['id']}")
    assert fields.items() <= made.items()
    assert (made["phone"], made["country"], made["customFields"]) == (ASHA, {"id": "IN", "name": "India"}, [])
    assert [inside["id"] for inside in made["lists"]] == [vip]
    assert tm.get(f"contacts/phone/{ASHA}") == made
    assert tm.phones("contacts", query="nothing", listId=99, ids="99") == [ASHA]


def test_known_number_is_refused_with_the_text_that_integrations_wait_for(tm: Caller) -> None:
    """The number of a contact that is there is a 400 about `phone`, word for word, and nothing is changed."""
    vip, other = tm.make_list("VIP"), tm.make_list("Other")
    asha = tm.make(ASHA, vip, firstName="Asha")
    answer = tm.form("POST", "contacts", phone=ASHA, lists=other, firstName="Ada")
    assert refused(answer, "phone") == "Phone number already exists in your contacts."
    assert tm.get(f"contacts/{asha}")["firstName"] == "Asha"
    assert tm.get(f"lists/{other}")["membersCount"] == 0


def test_recovery_of_a_production_integration(tm: Caller) -> None:
    """After that refusal the contact is found by number, its lists are read, and it is edited with one more."""
    vip, other = tm.make_list("VIP"), tm.make_list("Other")
    tm.make(ASHA, vip)
    found = tm.get(f"contacts/phone/{ASHA}")
    lists = [kept["id"] for kept in tm.get(f"contacts/{found['id']}/lists")["resources"]]
    tm.form("PUT", f"contacts/{found['id']}", phone=ASHA, lists=",".join(map(str, [*lists, other])))
    assert tm.get(f"lists/{other}/contacts/ids") == tm.get(f"lists/{vip}/contacts/ids") == [found["id"]]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"lists": "1"}, "phone", "This value should not be blank."),
        ({"phone": "020 7946 0018", "lists": "1"}, "phone", "Phone number is not valid."),
        ({"phone": ASHA}, "lists", "This value should not be blank."),
        ({"phone": ASHA, "lists": ""}, "lists", "This value should not be blank."),
        ({"phone": ASHA, "lists": "1,99"}, "lists", "List 99 does not exist."),
        ({"phone": ASHA, "lists": "1", "email": "no"}, "email", "This value is not a valid email address."),
    ],
)
def test_bad_contacts_are_refused(tm: Caller, fields: dict[str, str], field: str, sentence: str) -> None:
    """What is missing or wrong is told by its field, and no contact is made."""
    tm.make_list("VIP")
    assert refused(tm.form("POST", "contacts", **fields), field) == sentence
    assert tm.phones("contacts") == []


def test_edit_of_a_contact_replaces(tm: Caller) -> None:
    """An edit empties what it does not name and replaces the lists where it names any."""
    vip, other = tm.make_list("VIP"), tm.make_list("Other")
    asha = tm.make(ASHA, vip, firstName="Asha", email="asha@example.in")
    assert tm.form("PUT", f"contacts/{asha}", phone=BINA, firstName="Ada")[0] == 201
    edited = tm.get(f"contacts/{asha}")
    assert (edited["phone"], edited["firstName"], edited["email"]) == (BINA, "Ada", None)
    assert [kept["id"] for kept in edited["lists"]] == [vip]
    assert tm.json("PUT", f"contacts/{asha}/normalized", phone=BINA, lists=str(other))[0] == 201
    assert [kept["id"] for kept in tm.get(f"contacts/{asha}/lists")["resources"]] == [other]


def test_edits_that_are_refused_change_nothing(tm: Caller) -> None:
    """A number that is taken, no list and an unknown list are refused, and the contact stays as it is."""
    vip = tm.make_list("VIP")
    asha = tm.make(ASHA, vip, firstName="Asha")
    tm.make(BINA, vip)
    before = tm.get(f"contacts/{asha}")
    assert refused(tm.form("PUT", f"contacts/{asha}", phone=BINA), "phone").startswith("Phone number already exists")
    refused(tm.form("PUT", f"contacts/{asha}", phone=ASHA, lists=""), "lists")
    refused(tm.form("PUT", f"contacts/{asha}", phone=ASHA, lists="99"), "lists")
    refused(tm.form("PUT", f"contacts/{asha}", firstName="Ada"), "phone")
    assert tm.get(f"contacts/{asha}") == before
    assert tm.form("PUT", "contacts/99", firstName="Ada")[0] == 404


@pytest.mark.parametrize("phone", [CARL, "020", "abc", "%"])
def test_number_that_nobody_has(tm: Caller, three: tuple[int, list[int]], phone: str) -> None:
    """Asking for a number that nobody has, or that is none, is a 404."""
    list_id, (_, _, carl) = three
    tm.form("DELETE", f"lists/{list_id}/contacts", contacts=carl)
    assert tm.ask("GET", f"contacts/phone/{phone}")[0] == 404


def test_search_of_contacts(tm: Caller) -> None:
    """Text is found in names, company, email and number without regard to case, or has to be equal; filters add up."""
    vip, other = tm.make_list("VIP"), tm.make_list("Other")
    asha = tm.make(ASHA, vip, firstName="Asha", companyName="Example Ltd.", email="asha@example.in")
    tm.make(BINA, other, firstName="Ashan", lastName="Bina")
    found = {
        query: tm.phones("contacts/search", direction="asc", **dict(json.loads(query)))
        for query in (
            "{}",
            '{"query": "ASHA"}',
            '{"query": "asha", "exactMatch": 1}',
            '{"query": "example ltd"}',
            '{"query": "9876"}',
            '{"query": "919876543210", "exactMatch": 1}',
            '{"query": "91987654321", "exactMatch": 1}',
            f'{{"listId": {other}}}',
            f'{{"query": "asha", "listId": {vip}, "ids": "{asha},7"}}',
            '{"listId": 99}',
            '{"ids": "1;2"}',
            '{"query": "_"}',
        )
    }
    assert list(found.values()) == [
        [ASHA, BINA],
        [ASHA, BINA],
        [ASHA],
        [ASHA],
        [ASHA],
        [ASHA],
        [],
        [BINA],
        [ASHA],
        [],
        [],
        [],
    ]


def test_contacts_by_name(tm: Caller) -> None:
    """Contacts are ordered by first or last name when asked, and by id otherwise."""
    vip = tm.make_list("VIP")
    tm.make(ASHA, vip, firstName="Zoe", lastName="A")
    tm.make(BINA, vip, firstName="Adam", lastName="Z")
    for path in ("contacts", f"lists/{vip}/contacts", "contacts/search"):
        assert tm.phones(path, orderBy="firstName", direction="asc") == [BINA, ASHA]
        assert tm.phones(path, orderBy="lastName", direction="asc") == [ASHA, BINA]
        assert tm.phones(path, orderBy="nonsense") == [BINA, ASHA]


def test_deleted_contact_is_gone_from_every_list(tm: Caller, three: tuple[int, list[int]]) -> None:
    """Deleting a contact takes it off all lists; several go by ids or all at once."""
    list_id, (asha, bina, _) = three
    assert tm.ask("DELETE", f"contacts/{asha}") == (204, None)
    assert tm.ask("DELETE", f"contacts/{asha}")[0] == 404
    assert tm.get(f"lists/{list_id}")["membersCount"] == 2
    assert tm.form("POST", "contacts/delete", ids=f"{bina},999") == (204, None)
    assert tm.phones("contacts") == [CARL]
    assert tm.form("POST", "contacts/delete", all="true") == (204, None)
    assert tm.phones("contacts") == []
