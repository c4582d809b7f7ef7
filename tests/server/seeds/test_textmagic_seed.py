"""Down TextMagic's document from top to bottom: each call it prints, by plain HTTP, does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.server.curl import Curl


def test_get_all_lists(textmagic: Curl) -> None:
    """Pages are of 10, from the first; page 3 of 25 says 3, 25 and 150; private and shared lists come alike."""
    first = textmagic("GET", "/lists").json
    assert (first["page"], first["limit"], first["pageCount"], len(first["resources"])) == (1, 10, 375, 10)
    third = textmagic("GET", "/lists", page=3, limit=25).json
    assert list(third) == ["page", "limit", "pageCount", "resources"]
    assert (third["page"], third["limit"], third["pageCount"], len(third["resources"])) == (3, 25, 150, 25)
    textmagic.form("PUT", "/lists/715", name="Private list", shared=1)
    found = textmagic("GET", "/lists/search", ids="714,715").json["resources"]
    assert {one["id"]: one["shared"] for one in found} == {714: False, 715: True}


def test_get_one_list(textmagic: Curl) -> None:
    """A list has the five fields that the document prints, with its values."""
    told = textmagic("GET", "/lists/715")
    assert told.status == 200
    assert {name: told.json[name] for name in ("id", "name", "description", "shared", "membersCount")} == {
        "id": 715,
        "name": "Private list",
        "description": "Private contacts of C. R. Conway",
        "shared": False,
        "membersCount": 311,
    }


def test_create_a_list(textmagic: Curl) -> None:
    """A list is made from a name, private by default, and answered with its link."""
    told = textmagic.form("POST", "/lists", name="New list")
    number = told.json["id"]
    assert (told.status, told.json) == (201, {"id": number, "href": f"/api/v2/lists/{number}"})
    assert textmagic("GET", f"/lists/{number}").json["shared"] is False
    told = textmagic.form("POST", "/lists", shared=0)
    assert (told.status, list(told.json["errors"]["fields"])) == (400, ["name"])
    assert textmagic("GET", f"/lists/{textmagic.form('POST', '/lists', name='Ours', shared=1).json['id']}").json[
        "shared"
    ]


def test_edit_a_list(textmagic: Curl) -> None:
    """A list's name and sharing are set, and what is not sent is the default again; the link comes back."""
    told = textmagic.form("PUT", "/lists/715", name="VIP", shared=1)
    assert (told.status, told.json) == (201, {"id": 715, "href": "/api/v2/lists/715"})
    assert textmagic.form("PUT", "/lists/715", name="VIP").status == 201
    kept = textmagic("GET", "/lists/715").json
    assert (kept["name"], kept["shared"], kept["membersCount"]) == ("VIP", False, 311)
    assert textmagic.form("PUT", "/lists/715", shared=1).status == 400


def test_delete_a_list(textmagic: Curl) -> None:
    """A list is deleted with its contacts, unless they were saved in another; the answer is 204 and empty."""
    textmagic.form("PUT", "/lists/714/contacts", contacts="30091")
    told = textmagic("DELETE", "/lists/715")
    assert (told.status, told.body) == (204, b"")
    assert [textmagic("GET", path).status for path in ("/contacts/30091", "/contacts/30090")] == [200, 404]
    assert textmagic("DELETE", "/lists/715").status == 404


def test_get_contacts_of_a_list(textmagic: Curl) -> None:
    """A list's contacts come in pages of 10, from the first, or as asked."""
    first = textmagic("GET", "/lists/715/contacts").json
    assert (first["page"], first["limit"], first["pageCount"], len(first["resources"])) == (1, 10, 32, 10)
    third = textmagic("GET", "/lists/715/contacts", page=3, limit=25).json
    assert (third["page"], third["limit"], third["pageCount"], len(third["resources"])) == (3, 25, 13, 25)


def test_assign_contacts(textmagic: Curl) -> None:
    """With 150, 151 and 152 in a list, to add 153 only 153 is submitted; 318, 454 and 30091 join in one request."""
    textmagic.form("PUT", "/lists/1/contacts", contacts="150,151,152")
    told = textmagic.form("PUT", "/lists/1/contacts", contacts="153")
    assert (told.status, told.json) == (201, {"id": 1, "href": "/api/v2/lists/1"})
    assert textmagic("GET", "/lists/1/contacts/ids").json == [150, 151, 152, 153]
    told = textmagic.form("PUT", "/lists/715/contacts", contacts="318,454,30091")
    assert (told.status, told.json) == (201, {"id": 715, "href": "/api/v2/lists/715"})
    assert textmagic("GET", "/lists/715").json["membersCount"] == 313


def test_remove_contacts(textmagic: Curl) -> None:
    """Contacts are removed and deleted for good, unless they are in another list; the answer is the link."""
    textmagic.form("PUT", "/lists/715/contacts", contacts="318,454,30091")
    textmagic.form("PUT", "/lists/714/contacts", contacts="454")
    told = textmagic.form("DELETE", "/lists/715/contacts", contacts="318,454,30091")
    assert (told.status, told.json) == (200, {"id": 715, "href": "/api/v2/lists/715"})
    found = {number: textmagic("GET", f"/contacts/{number}").status for number in (318, 454, 30_091)}
    assert found == {318: 404, 454: 200, 30_091: 404}
    assert textmagic("GET", "/lists/715").json["membersCount"] == 310
    assert textmagic("DELETE", "/lists/715/contacts").status == 400
