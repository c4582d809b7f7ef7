"""Down Exotel's document from top to bottom: each call it prints, by plain HTTP, does what it says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.server.curl import Curl, Told

LAKH = 100_000


def codes(told: Told) -> list[int]:
    """Return the codes of a bulk answer's items."""
    return [item["code"] for item in told.json["response"]]


def items(told: Told, name: str) -> list[Any]:
    """Return one field of each thing in an answer of Exotel's."""
    return [item["data"][name] for item in told.json["response"]]


def make_lists(ask: Curl, *names: str) -> list[str]:
    """Make lists and return their sids."""
    return items(ask("POST", "/lists", {"lists": [{"name": name} for name in names]}), "sid")


def make_contacts(ask: Curl, *numbers: str) -> list[str]:
    """Make contacts and return their sids."""
    return items(ask("POST", "/contacts", {"contacts": [{"number": number} for number in numbers]}), "sid")


def upload(ask: Curl, content: str, **fields: str) -> Told:
    """Send a CSV file and the other parts of its form."""
    parts = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    file = 'Content-Disposition: form-data; name="file_name"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = f"{parts}--cut\r\n{file}{content}\r\n--cut--\r\n".encode()
    return ask("POST", "/contacts/csv-upload", body, kind="multipart/form-data; boundary=cut")


def stats(ask: Curl, told: Told) -> dict[str, int]:
    """Ask at the address in an upload's summary until it is over, and return its counts."""
    anywhere = ask._replace(root="")
    while True:
        data = anywhere("GET", told.json["response"]["data"]["summary"]["url"]).json["response"]["data"]
        if data["status"] == "completed":
            return dict(data["stats"])
        assert data["status"] == "in-progress"
        time.sleep(0.01)


def test_post_lists(exotel: Curl) -> None:
    """One or more lists are made, a tag is optional, and a name is unique within the account."""
    told = exotel("POST", "/lists", {"lists": [{"name": "list123", "tag": "demo"}, {"name": "VIP"}]})
    assert (told.status, items(told, "name"), items(told, "tag")) == (200, ["list123", "VIP"], ["demo", None])
    told = exotel("POST", "/lists", {"lists": [{"name": "list123"}, {"tag": "no name"}, {"name": "Third"}]})
    assert (told.status, codes(told)) == (207, [409, 400, 200])


def test_post_list_contacts(exotel: Curl) -> None:
    """Contacts that exist are added, 5,000 in one request and no more; one that does not exist is told apart."""
    (vip,) = make_lists(exotel, "VIP")
    sids = make_contacts(exotel, *(f"+1203{number:07}" for number in range(5_550_000, 5_555_000)))
    references = [{"contact_sid": sid} for sid in sids]
    told = exotel("POST", f"/lists/{vip}/contacts", {"contact_references": [*references, references[0]]})
    assert (told.status, told.json["response"]["error_data"]["code"]) == (400, 1002)
    assert exotel("GET", f"/lists/{vip}").json["response"]["data"]["contact_count"] == 0
    told = exotel("POST", f"/lists/{vip}/contacts", {"contact_references": references})
    assert (told.status, told.json["metadata"]) == (200, {"total": 5_000, "success": 5_000, "failed": 0})
    told = exotel("POST", f"/lists/{vip}/contacts", {"contact_references": [{"contact_sid": "0" * 32}, references[7]]})
    assert (told.status, codes(told)) == (207, [404, 409])


def test_post_csv_upload(exotel: Curl) -> None:
    """A CSV makes its list or extends it; only `number` is mandatory; a custom field is not allowed."""
    everything = "number,first_name,last_name,company_name,email,tag\n+12025550101,Asha,Rao,Example,a@example.com,vip\n"
    told = upload(exotel, everything, list_name="February_Promo")
    assert told.status == 200
    assert stats(exotel, told) == {"total": 1, "success": 1, "duplicate": 0, "failed": 0}
    (vip,) = items(exotel("GET", "/lists", name="february"), "sid")
    (asha,) = exotel("GET", f"/lists/{vip}/contacts").json["response"]
    told_of = [asha["data"][name] for name in ("number", "first_name", "last_name", "company_name", "email", "tag")]
    assert told_of == ["+12025550101", "Asha", "Rao", "Example", "a@example.com", "vip"]
    more = upload(exotel, "number\n+12025550102\n+12025550101\n12\n", list_name="February_Promo", type="static")
    assert stats(exotel, more) == {"total": 3, "success": 1, "duplicate": 1, "failed": 1}
    assert exotel("GET", f"/csv-status/{more.json['response']['data']['upload_id']}/rejects").status == 200
    assert items(exotel("GET", f"/lists/{vip}/contacts"), "number") == ["+12025550101", "+12025550102"]
    refused = {
        "a custom field": upload(exotel, "number,city\n+12025550103,Pune\n", list_name="February_Promo"),
        "no number": upload(exotel, "first_name\nAsha\n", list_name="February_Promo"),
        "no list": upload(exotel, everything),
        "a path in JSON": exotel("POST", "/contacts/csv-upload", {"list_name": "A", "file_name": "people.csv"}),
    }
    assert {what: told.status for what, told in refused.items()} == {
        "a custom field": 400,
        "no number": 400,
        "no list": 400,
        "a path in JSON": 415,
    }


def test_one_lakh(exotel: Curl) -> None:
    """A list takes one lakh of contacts and not one more, whether they come by CSV or by sid."""
    rows = "".join(f"+1203{number:07}\n" for number in range(LAKH - 2))
    assert stats(exotel, upload(exotel, f"number\n{rows}", list_name="Lakh"))["success"] == LAKH - 2
    three = "".join(f"+1205{number:07}\n" for number in range(3))
    assert stats(exotel, upload(exotel, f"number\n+12030000000\n{three}", list_name="Lakh")) == {
        "total": 4,
        "success": 2,
        "duplicate": 1,
        "failed": 1,
    }
    ((lakh, count),) = [
        (item["data"]["sid"], item["data"]["contact_count"])
        for item in exotel("GET", "/lists", name="Lakh").json["response"]
    ]
    assert count == LAKH
    (late,) = make_contacts(exotel, "+12025550199")
    (item,) = exotel("POST", f"/lists/{lakh}/contacts", {"contact_references": [{"contact_sid": late}]}).json[
        "response"
    ]
    assert (item["code"], item["error_data"]["description"]) == (400, "List contact limit reached")


def test_put_list(exotel: Curl) -> None:
    """Name and tag of a list are updated."""
    (sid,) = make_lists(exotel, "list123")
    told = exotel("PUT", f"/lists/{sid}", {"name": "listXYZ", "tag": "demo"})
    assert told.status == 200
    kept = exotel("GET", f"/lists/{sid}").json["response"]["data"]
    assert (kept["name"], kept["tag"]) == ("listXYZ", "demo")


def test_put_lists(exotel: Curl) -> None:
    """Names and tags of 5,000 lists are updated in one request, and no more; `sid` is mandatory."""
    sids = make_lists(exotel, *(f"New {number}" for number in range(5_000)))
    wanted = [{"sid": sid, "name": f"Newer {number}", "tag": "t"} for number, sid in enumerate(sids)]
    told = exotel("PUT", "/lists", {"lists": wanted})
    assert (told.status, told.json["metadata"]["success"]) == (200, 5_000)
    assert exotel("GET", f"/lists/{sids[4_999]}").json["response"]["data"]["name"] == "Newer 4999"
    told = exotel("PUT", "/lists", {"lists": [*wanted, wanted[0]]})
    assert (told.status, told.json["response"]["error_data"]["code"]) == (400, 1002)
    told = exotel("PUT", "/lists", {"lists": [{"name": "No sid"}, {"sid": sids[0], "tag": "only"}]})
    assert (told.status, codes(told)) == (207, [400, 200])


def test_delete_list(exotel: Curl) -> None:
    """A list is deleted from the address-book, and its contacts stay there."""
    (sid,) = make_lists(exotel, "list123")
    (asha,) = make_contacts(exotel, "+12025550101")
    exotel("POST", f"/lists/{sid}/contacts", {"contact_references": [{"contact_sid": asha}]})
    assert exotel("DELETE", f"/lists/{sid}").json["response"]["data"]["contact_count"] == 1
    assert exotel("GET", f"/lists/{sid}").status == exotel("DELETE", f"/lists/{sid}").status == 404
    assert exotel("GET", f"/contacts/{asha}").status == 200


def test_get_list(exotel: Curl) -> None:
    """The details of a list are fetched by its id."""
    (sid,) = make_lists(exotel, "list123")
    told = exotel("GET", f"/lists/{sid}")
    assert (told.status, told.json["response"]["data"]["name"]) == (200, "list123")


def test_get_lists(exotel: Curl) -> None:
    """Pages are of 20, the 10th record is at offset 9, the order is of making or of names, and names are searched."""
    assert items(exotel("GET", "/lists"), "name") == [f"List {number}" for number in range(1, 21)]
    assert items(exotel("GET", "/lists", limit=1, offset=9), "name") == ["List 10"]
    assert items(exotel("GET", "/lists", limit=3, sort_by="name:asc"), "name") == ["List 1", "List 10", "List 100"]
    assert items(exotel("GET", "/lists", name="Private", sort_by="date_created:asc"), "name") == ["Private list"]
    assert exotel("GET", "/lists", name="nothing like it").json["response"] == []


def test_get_list_contacts(exotel: Curl) -> None:
    """All contacts of a list come in pages of 20, of 500 at the most, from a zero-based offset."""
    (vip,) = make_lists(exotel, "VIP")
    numbers = [f"+1203{number:07}" for number in range(501)]
    references = [{"contact_sid": sid} for sid in make_contacts(exotel, *numbers)]
    exotel("POST", f"/lists/{vip}/contacts", {"contact_references": references})
    path = f"/lists/{vip}/contacts"
    assert items(exotel("GET", path), "number") == numbers[:20]
    assert items(exotel("GET", path, limit=501), "number") == numbers[:500]
    assert items(exotel("GET", path, limit=2, offset=9), "number") == numbers[9:11]


def test_delete_list_contact(exotel: Curl) -> None:
    """One contact is taken off one list, and stays in the address-book and in other lists."""
    vip, other = make_lists(exotel, "VIP", "Other")
    (asha,) = make_contacts(exotel, "+12025550101")
    for sid in (vip, other):
        exotel("POST", f"/lists/{sid}/contacts", {"contact_references": [{"contact_sid": asha}]})
    assert exotel("DELETE", f"/lists/{vip}/contacts/{asha}").status == 200
    assert exotel("DELETE", f"/lists/{vip}/contacts/{asha}").status == 404
    assert exotel("GET", f"/lists/{vip}/contacts").json["response"] == []
    assert items(exotel("GET", f"/lists/{other}/contacts"), "sid") == [asha]
    assert exotel("GET", f"/contacts/{asha}").status == 200
