"""The contacts that Exotel's lists need, by plain HTTP: each call of the address-book does what the vendor says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from listkit.wire import multipart

if TYPE_CHECKING:
    from tests.server.curl import Curl

NUMBER, OTHER = "+12025550101", "+12025550102"


def make_contact(ask: Curl, number: str = NUMBER, **fields: Any) -> str:
    """Make a contact and return its sid."""
    (item,) = ask("POST", "/contacts", {"contacts": [{"number": number, **fields}]}).json["response"]
    return str(item["data"]["sid"])


def test_post_contacts(exotel: Curl) -> None:
    """Contacts are made, always with a 207: a known number is refused and shows whose it is, a bad one is refused."""
    new = {"number": NUMBER, "first_name": "Asha", "custom_field": {"ward": "3"}}
    told = exotel("POST", "/contacts", {"contacts": [new, {"number": NUMBER}, {"number": "12"}]})
    assert (told.status, told.json["metadata"]) == (207, {"total": 3, "success": 1, "failed": 2})
    made, known, bad = told.json["response"]
    assert [made["code"], known["code"], bad["code"]] == [200, 409, 400]
    assert known["data"] == made["data"]
    assert (made["data"]["first_name"], made["data"]["custom_field"]) == ("Asha", {"ward": "3"})


def test_put_contacts(exotel: Curl) -> None:
    """Several contacts are changed in part, each by its sid, always with a 207."""
    sid = make_contact(exotel, first_name="Asha", tag="Member")
    told = exotel("PUT", "/contacts", {"contacts": [{"sid": sid, "first_name": "Ada"}, {"first_name": "Nobody"}]})
    assert (told.status, [item["code"] for item in told.json["response"]]) == (207, [200, 400])
    kept = exotel("GET", f"/contacts/{sid}").json["response"]["data"]
    assert (kept["first_name"], kept["tag"]) == ("Ada", "Member")


def test_put_contact(exotel: Curl) -> None:
    """One contact is changed in part; its number may change, but not to one that is taken."""
    sid, other = make_contact(exotel), make_contact(exotel, OTHER)
    assert exotel("PUT", f"/contacts/{sid}", {"first_name": "XYZ"}).json["response"]["data"]["first_name"] == "XYZ"
    told = exotel("PUT", f"/contacts/{other}", {"number": NUMBER})
    assert (told.status, told.json["response"]["error_data"]["code"]) == (409, 1008)
    assert exotel("PUT", f"/contacts/{other}", {"number": "+12025550103"}).status == 200


def test_get_contact(exotel: Curl) -> None:
    """One contact is fetched by its sid."""
    told = exotel("GET", f"/contacts/{make_contact(exotel)}")
    assert (told.status, told.json["response"]["data"]["number"]) == (200, NUMBER)
    assert exotel("GET", f"/contacts/{'0' * 32}").status == 404


def test_get_contacts(exotel: Curl) -> None:
    """The address-book comes in pages of 20 at the most, is searched by name and number, and can show lists."""
    sid = make_contact(exotel, first_name="Zubaida")
    (vip,) = exotel("POST", "/lists", {"lists": [{"name": "VIP"}]}).json["response"]
    exotel("POST", f"/lists/{vip['data']['sid']}/contacts", {"contact_references": [{"contact_sid": sid}]})
    page = exotel("GET", "/contacts", limit=1_000).json
    assert (page["metadata"]["limit"], len(page["response"])) == (20, 20)
    for asked in ({"name": "zubaida"}, {"name": NUMBER[1:]}, {"list_sids": vip["data"]["sid"]}):
        (item,) = exotel("GET", "/contacts", filter="show_list", **asked).json["response"]
        assert item["data"]["sid"] == sid
        assert item["data"]["lists"] == [{"sid": vip["data"]["sid"], "name": "VIP"}]


def test_delete_contact(exotel: Curl) -> None:
    """A deleted contact is shown once more, and is gone from every list."""
    sid = make_contact(exotel)
    (vip,) = exotel("POST", "/lists", {"lists": [{"name": "VIP"}]}).json["response"]
    exotel("POST", f"/lists/{vip['data']['sid']}/contacts", {"contact_references": [{"contact_sid": sid}]})
    assert exotel("DELETE", f"/contacts/{sid}").json["response"]["data"]["number"] == NUMBER
    assert exotel("GET", f"/contacts/{sid}").status == 404
    assert exotel("GET", f"/lists/{vip['data']['sid']}").json["response"]["data"]["contact_count"] == 0


def test_csv_of_a_known_list(exotel: Curl) -> None:
    """A file goes to a list by its sid, which the answer shows, and the list's columns can be asked for."""
    (made,) = exotel("POST", "/lists", {"lists": [{"name": "Known"}]}).json["response"]
    path = f"/contacts/csv-upload/{made['data']['sid']}"
    part = multipart.FilePart(filename="a.csv", content=b"number\n+12025550101\n", content_type="text/csv")
    kind, body = multipart.encode([("file_name", part)])
    told = exotel("PUT", path, body, kind=kind)
    assert (told.status, told.json["response"]["data"]["list"]["sid"]) == (200, made["data"]["sid"])
    columns = exotel("GET", path, type="static").json["response"]["data"]["columns"]
    assert columns == ["number", "first_name", "last_name", "company_name", "email", "tag"]
    assert exotel("GET", path, type="dynamic").status == 400
