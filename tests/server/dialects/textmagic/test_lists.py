"""TextMagic's lists over the SQL store: every rule, asked as its clients ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.server.dialects.textmagic.caller import ASHA, BINA, JSON, refused

if TYPE_CHECKING:
    from tests.server.dialects.textmagic.caller import Caller


def test_list_is_made_and_read(tm: Caller) -> None:
    """A new list answers 201 and its link, and is there with nobody in it."""
    assert tm.form("POST", "lists", name=" Private list ", shared=0) == (201, {"id": 1, "href": "/api/v2/lists/1"})
    made = tm.get("lists/1")
    assert {
        "id": 1,
        "name": "Private list",
        "description": None,
        "shared": False,
        "membersCount": 0,
    }.items() <= made.items()


def test_list_is_made_from_json(tm: Caller) -> None:
    """The same endpoint takes JSON, a description, and flags."""
    fields = {"name": "VIP", "description": "The few", "shared": True, "favorited": False, "isDefault": False}
    _, link = tm.json("POST", "lists", **fields)
    made = tm.get(f"lists/{link['id']}")
    assert (made["name"], made["description"], made["shared"]) == ("VIP", "The few", True)


def test_names_of_lists_are_unique_whatever_their_case(tm: Caller) -> None:
    """A name that is taken is a 400 about `name`, at making and at renaming, but not by the list itself."""
    tm.make_list("VIP")
    other = tm.make_list("Other")
    assert refused(tm.form("POST", "lists", name="vip"), "name") == "List with this name already exists."
    assert refused(tm.form("PUT", f"lists/{other}", name="Vip"), "name") == "List with this name already exists."
    assert tm.form("PUT", f"lists/{other}", name="OTHER")[0] == 201


@pytest.mark.parametrize("name", ["", "   ", "x" * 256, "a\0b", None, ["a"], {"a": 1}])
def test_bad_names_of_lists(tm: Caller, name: object) -> None:
    """A name that is blank, too long or no text is refused by its field, and nothing is made."""
    refused(tm.json("POST", "lists", name=name), "name")
    assert tm.get("lists")["resources"] == []


def test_pages_of_lists(tm: Caller) -> None:
    """Pages hold 10 unless 1 to 100 is asked for, newest first, and say what they really are."""
    for number in range(1, 13):
        tm.make_list(f"L{number:02}")
    first = tm.get("lists", search=False, query="nothing", ids="715", id=715, _=1700000000000)
    assert (first["page"], first["limit"], first["pageCount"]) == (1, 10, 2)
    assert [kept["id"] for kept in first["resources"]] == list(range(12, 2, -1))
    second = tm.get("lists", page=2, limit=101)
    assert (second["page"], second["limit"], [kept["id"] for kept in second["resources"]]) == (2, 10, [2, 1])
    beyond = tm.get("lists", page=9, limit=5)
    assert (beyond["page"], beyond["pageCount"], beyond["resources"]) == (9, 3, [])
    oldest = tm.get("lists", orderBy="firstName", direction="asc", limit=1)
    assert oldest["resources"][0]["name"] == "L01"
    assert tm.get("lists", page="9" * 15, limit=100)["resources"] == []


def test_no_lists(tm: Caller) -> None:
    """An empty answer has no pages at all."""
    assert tm.get("lists") == {"page": 1, "limit": 10, "pageCount": 0, "resources": []}


def test_edit_of_a_list_replaces(tm: Caller) -> None:
    """An edit without `shared` ends the sharing; a description that is not named stays."""
    _, link = tm.json("POST", "lists", name="VIP", description="The few", shared=1)
    assert tm.form("PUT", "lists/1", name="VIPs") == (201, link)
    edited = tm.get("lists/1")
    assert (edited["name"], edited["shared"], edited["description"]) == ("VIPs", False, "The few")


def test_edit_of_a_list_that_is_not_there(tm: Caller) -> None:
    """An unknown list is a 404 before its values are judged, and an unreadable body a 400 before that."""
    assert tm.form("PUT", "lists/99")[0] == 404
    assert tm.ask("PUT", "lists/99", b"{", JSON) == (
        400,
        {"code": 400, "message": "Invalid request format", "errors": None},
    )


@pytest.mark.parametrize(
    "path", ["lists/99", "lists/abc", "lists/-1", "lists/99/contacts", "contacts/99", "contacts/x/lists"]
)
def test_unknown_ids_are_not_found(tm: Caller, path: str) -> None:
    """An id that nobody has, or that is none, is the vendor's 404."""
    assert tm.ask("GET", path) == (404, {"code": 404, "message": "Resource does not exist.", "errors": None})


def test_deleted_list_takes_its_own_contacts_along(tm: Caller) -> None:
    """Deleting a list deletes who is in no other; the second time there is nothing to delete."""
    one, other = tm.make_list("One"), tm.make_list("Other")
    tm.make(ASHA, one)
    tm.make(BINA, f"{one},{other}")
    assert tm.ask("DELETE", f"lists/{one}", kind=JSON) == (204, None)
    assert tm.phones("contacts") == [BINA]
    assert tm.ask("DELETE", f"lists/{one}")[0] == 404


def test_search_of_lists(tm: Caller) -> None:
    """Ids and text are both to be true, text is found in the description too, and odd ids match nothing."""
    tm.json("POST", "lists", name="News North", description="weekly")
    tm.json("POST", "lists", name="News South")
    tm.json("POST", "lists", name="Other", description="old NEWS")
    names = {
        json.dumps(query): [kept["name"] for kept in tm.get("lists/search", direction="asc", **query)["resources"]]
        for query in (
            {},
            {"query": "news"},
            {"query": "NEWS", "ids": "1,3"},
            {"ids": "2"},
            {"ids": "2,x"},
            {"query": "%"},
        )
    }
    assert list(names.values()) == [
        ["News North", "News South", "Other"],
        ["News North", "News South", "Other"],
        ["News North", "Other"],
        ["News South"],
        [],
        [],
    ]


def test_several_lists_are_deleted(tm: Caller) -> None:
    """Lists are deleted by their ids or all at once, with who was in no other; unknown ids are passed over."""
    one, two, three = (tm.make_list(name) for name in ("One", "Two", "Three"))
    tm.make(ASHA, one)
    assert tm.form("POST", "lists/delete", ids=f"{one},{two},99") == (204, None)
    assert [kept["id"] for kept in tm.get("lists")["resources"]] == [three]
    assert tm.phones("contacts") == []
    refused(tm.form("POST", "lists/delete"), "ids")
    assert tm.form("POST", "lists/delete", all=1) == (204, None)
    assert tm.get("lists")["resources"] == []


def test_favourites_and_the_default_list(tm: Caller) -> None:
    """Flags are kept, an edit that does not repeat them ends them, and a new default list is the only one."""
    one = tm.json("POST", "lists", name="One", favorited=True, isDefault=True)[1]["id"]
    two = tm.form("POST", "lists", name="Two", isDefault="True")[1]["id"]
    assert [(kept["isDefault"], kept["favorited"]) for kept in tm.get("lists")["resources"]] == [
        (True, False),
        (False, True),
    ]
    assert [kept["id"] for kept in tm.get("lists", favoriteOnly=1)["resources"]] == [one]
    assert [kept["id"] for kept in tm.get("lists/search", onlyDefault=1)["resources"]] == [two]
    tm.form("PUT", f"lists/{two}", name="Two")
    tm.form("PUT", f"lists/{one}", name="One")
    assert (
        tm.get("lists/search", onlyDefault="true")["pageCount"] == tm.get("lists", favoriteOnly="1")["pageCount"] == 0
    )


@pytest.mark.parametrize("name", ["shared", "favorited", "isDefault"])
def test_flags_that_are_none(tm: Caller, name: str) -> None:
    """A flag that is neither yes nor no is refused by its field."""
    refused(tm.form("POST", "lists", **{"name": "x", name: "maybe"}), name)


def test_a_list_says_whose_it_is(tm: Caller) -> None:
    """`user` is the account's own user, with every key and no null, because generated clients refuse that."""
    tm.make_list("VIP")
    user = tm.get("lists/1")["user"]
    assert (user["id"], user["username"], user["country"]) == (
        1,
        tm.account.username,
        {"id": "GB", "name": "United Kingdom"},
    )
    assert None not in user.values()
    assert tm.get("lists")["resources"][0]["user"] == user
