"""What is said about TextMagic's contacts: favoured, blocked, tagged, of a kind and of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, Caller, refused

if TYPE_CHECKING:
    from listkit.server.store.sql import SqlStore


def test_marks_are_given_and_stay(tm: Caller) -> None:
    """A contact is favoured and blocked at making or editing; an edit that does not say so leaves it."""
    asha = tm.make(ASHA, tm.make_list("VIP"), favorited=1, blocked="true")
    assert tm.form("PUT", f"contacts/{asha}", phone=ASHA)[0] == 201
    shown = tm.get(f"contacts/{asha}")
    assert (shown["favorited"], shown["blocked"], shown["tags"], shown["owner"]) == (True, True, [], None)
    tm.json("PUT", f"contacts/{asha}", phone=ASHA, favorited=False, blocked=0)
    shown = tm.get(f"contacts/{asha}")
    assert (shown["favorited"], shown["blocked"]) == (False, False)


def test_blocked_contacts_are_not_found(tm: Caller, three: tuple[int, list[int]]) -> None:
    """A search leaves the blocked ones out unless they are asked for; a page of all contacts shows them."""
    list_id, (asha, *_) = three
    tm.form("PUT", f"contacts/{asha}", phone=ASHA, blocked=1)
    assert tm.phones("contacts/search", listId=list_id) == [CARL, BINA]
    assert tm.phones("contacts/search", includeBlocked=1, query=ASHA[2:]) == [ASHA]
    assert tm.phones("contacts") == [CARL, BINA, ASHA]


@pytest.mark.parametrize("way", ["json", "brackets", "commas"])
def test_tags_are_hung_on_contacts(tm: Caller, way: str) -> None:
    """Tags are words; each has an id from the first time on, and contacts are found by it."""
    vip = tm.make_list("VIP")
    if way == "json":
        tm.json("POST", "contacts", phone=ASHA, lists=vip, tags=["gold", " new ", "gold"])
    elif way == "brackets":
        tm.form("POST", "contacts", phone=ASHA, lists=vip, **{"tags[0]": "gold", "tags[1]": "new"})
    else:
        tm.form("POST", "contacts", phone=ASHA, lists=vip, tags="gold,new")
    tm.make(BINA, vip, tags="new")
    tags = {tag["title"]: tag["id"] for tag in tm.get(f"contacts/phone/{ASHA}")["tags"]}
    assert set(tags) == {"gold", "new"}
    assert tm.phones("contacts/search", tagIds=tags["gold"]) == [ASHA]
    assert tm.phones("contacts/search", tagIds=f"{tags['gold']},{tags['new']}") == [BINA, ASHA]
    assert tm.phones("contacts/search", tagIds="x") == []


def test_a_kind_of_number_is_told_or_said(tm: Caller) -> None:
    """`phoneType` is told from the number; `type` overrules it, and -1 takes that back."""
    asha = tm.make("447860021130", tm.make_list("VIP"))
    kinds = [tm.get(f"contacts/{asha}")["phoneType"]]
    for said in (0, -1):
        tm.form("PUT", f"contacts/{asha}", phone="447860021130", type=said)
        kinds.append(tm.get(f"contacts/{asha}")["phoneType"])
    assert kinds == ["1", "0", "1"]
    refused(tm.form("PUT", f"contacts/{asha}", phone=ASHA, type=7), "type")


def test_national_numbers(tm: Caller) -> None:
    """With `local` a number is read as in `country`, or as in the account's; without, a national one is refused."""
    vip = tm.make_list("VIP")
    made = tm.make("020 7946 0018", vip, local=1)
    assert tm.get(f"contacts/{made}")["phone"] == CARL
    assert tm.get(f"contacts/{tm.make('(202) 555-0123', vip, local='true', country='us')}")["phone"] == BINA
    refused(tm.form("POST", "contacts", phone="020 7946 0018", lists=vip), "phone")
    refused(tm.form("POST", "contacts", phone="12", lists=vip, local=1), "phone")
    refused(tm.form("POST", "contacts", phone=ASHA, lists=vip, local=1, country="United Kingdom"), "country")
    assert tm.phones("contacts/search", query="020 7946 0018", local=1) == [CARL]
    assert tm.phones("contacts/search", query="2025550123", local=1, country="US", exactMatch=1) == [BINA]
    assert tm.phones("contacts/search", query="020 7946 0018") == []


def test_a_country_is_never_null(store: SqlStore) -> None:
    """A prefix that is no country's gets the account's own, wherever that is."""
    account = store.create_account("in-marks", sid="in-marks", username="in-marks", secrets={}, country="IN")
    tm = Caller(store, account)
    made = tm.make("999000000", tm.make_list("VIP"))
    assert tm.get(f"contacts/{made}")["country"] == {"id": "IN", "name": "India"}
    assert tm.get(f"contacts/{tm.make('98765 43210', '1', local=1)}")["phone"] == ASHA


def test_all_contacts_are_deleted(tm: Caller, three: tuple[int, list[int]]) -> None:
    """The path with the singular deletes all contacts, and the lists stay, empty."""
    list_id, _ = three
    assert tm.ask("DELETE", "contact/all") == (204, None)
    assert (tm.phones("contacts"), tm.get(f"lists/{list_id}")["membersCount"]) == ([], 0)
    assert tm.ask("DELETE", "contact/all") == (204, None)
