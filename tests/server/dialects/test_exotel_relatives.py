"""What Exotel's documents do not print and its callers use: files for a known list, its columns, campaigns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from listkit.server.answering import Service
from listkit.server.dialects import Settings
from listkit.wire import multipart
from listkit.wire.message import Request
from tests.server.dialects.exotel_desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "0123456789abcdef" * 2
STANDARD = ["number", "first_name", "last_name", "company_name", "email", "tag"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Stand before an empty account."""
    with Desk(tmp_path) as desk:
        yield desk


def put(desk: Desk, list_id: str, content: bytes, **fields: str) -> tuple[int, Any]:
    """Send a file for a list."""
    kind, body = multipart.encode(
        [*fields.items(), ("file_name", multipart.FilePart(filename="a.csv", content=content, content_type="text/csv"))]
    )
    path = f"/v2/accounts/acme1/contacts/csv-upload/{list_id}"
    answer = desk.send(Request(method="PUT", path=path, headers={"content-type": kind}, body=body))
    return answer.status, json.loads(answer.body)["response"]


def make_dynamic(desk: Desk) -> str:
    """Make a dynamic list with two columns of its own, and return its sid."""
    content_type, body = multipart.encode([
        ("list_name", "VIP"), ("type", "dynamic"),
        ("file_name", multipart.FilePart(filename="a.csv", content=b"number,seat,plan\n", content_type="text/csv")),
    ])  # fmt: skip
    path = "/v2/accounts/acme1/contacts/csv-upload"
    answer = desk.send(Request(method="POST", path=path, headers={"content-type": content_type}, body=body))
    return str(json.loads(answer.body)["response"]["data"]["list_sid"])


def test_a_file_goes_to_a_list_by_its_sid(desk: Desk) -> None:
    """The answer is that of an upload, with the list in it; the list keeps its type and takes what that takes."""
    [static] = desk.lists("News")
    status, told = put(desk, static, b"number,first_name\n+12025550123,Asha\n")
    assert (status, told["data"]["list"]["sid"], told["data"]["status"]) == (200, static, "in-progress")
    assert desk.ask("GET", f"csv-status/{told['data']['upload_id']}")[0] == 200
    assert put(desk, static, b"number,seat\n")[0] == 400
    assert put(desk, make_dynamic(desk), b"number,seat\n")[0] == 200
    assert len(desk.shelf.started) == 3


def test_a_file_for_no_list_is_refused(desk: Desk) -> None:
    """An unknown list is a 404; the other type, no file and no form are the errors of an upload."""
    [static] = desk.lists("News")
    assert put(desk, NOBODY, b"number\n")[0] == 404
    assert put(desk, static, b"number\n", type="dynamic")[0] == 400
    assert put(desk, static, b"")[0] == 400
    assert desk.ask("PUT", f"contacts/csv-upload/{static}", {"file_name": "x"})[0] == 415
    assert desk.shelf.started == []


def test_columns_of_a_list_are_shown(desk: Desk) -> None:
    """They are those of every list, then those that a dynamic list's files brought, each once."""
    [static] = desk.lists("News")
    sid = make_dynamic(desk)
    put(desk, sid, b"number,plan,row\n")
    status, told = desk.ask("GET", f"contacts/csv-upload/{sid}", type="dynamic")
    assert status == 200
    assert told["response"]["data"] == {
        "list_sid": sid,
        "type": "dynamic",
        "columns": [*STANDARD, "seat", "plan", "row"],
    }
    assert desk.ask("GET", f"contacts/csv-upload/{static}")[1]["response"]["data"]["columns"] == STANDARD
    assert desk.ask("GET", f"contacts/csv-upload/{static}", type="dynamic")[0] == 400
    assert desk.ask("GET", f"contacts/csv-upload/{NOBODY}")[0] == 404


def test_a_list_in_a_campaign_stays(desk: Desk) -> None:
    """A list that is said to be in a campaign is a 409/1008 to delete, and any other goes."""
    busy, free = desk.lists("busy", "free")
    desk.service = Service(desk.store, desk.shelf, settings=Settings(campaign_lists=frozenset({"busy"})))
    status, told = desk.ask("DELETE", f"lists/{busy}")
    assert (status, told["response"]["error_data"]["code"]) == (409, 1008)
    assert told["response"]["error_data"]["description"] == "List is attached to an active campaign"
    assert [desk.ask("DELETE", f"lists/{sid}")[0] for sid in (free, free, NOBODY)] == [200, 404, 404]
    assert desk.ask("GET", f"lists/{busy}")[0] == 200


def test_a_search_by_name_looks_at_names_and_numbers_only(desk: Desk) -> None:
    """A company or an address with the text in it is not found by `name`."""
    contacts = [
        {"number": "+12025550123", "first_name": "Asha", "company_name": "Rao Ltd."},
        {"number": "+12025550124", "last_name": "RAO", "email": "asha@x.example"},
        {"number": "+12025550125", "company_name": "Asha"},
    ]
    desk.ask("POST", "contacts", {"contacts": contacts})

    def numbers(name: str) -> list[str]:
        return [item["data"]["number"][-1] for item in desk.ask("GET", "contacts", name=name)[1]["response"]]

    assert (numbers("asha"), numbers("rao"), numbers("5550125"), numbers("ltd")) == (["3"], ["4"], ["5"], [])


def test_both_apis_write_one_field(desk: Desk) -> None:
    """A custom field that TextMagic's API wrote is in Exotel's `custom_field`, whoever reads the contact."""
    [sid] = desk.contacts("+12025550123")
    desk.store.update_contacts(desk.account, [("1", {"custom.City": "Goa"})])
    data = desk.ask("GET", f"contacts/{sid}")[1]["response"]["data"]
    assert data["custom_field"] == {"City": "Goa"}
    desk.ask("PUT", f"contacts/{sid}", {"custom_field": {"seat": {"row": 1}}})
    assert [field.name for field in desk.store.fields(desk.account).items] == ["City", "seat"]
    assert msgspec.structs.asdict(desk.store.contact(desk.account, "1"))["custom"] == {"seat": {"row": 1}}
