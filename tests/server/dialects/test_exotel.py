"""Exotel's API as served: every rule of its document, and those decided where it is silent."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from listkit.server.dialects import exotel
from listkit.wire import multipart
from listkit.wire.message import Request
from tests.server.dialects.exotel_desk import Desk, codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B, C = "+919876543210", "+919876543211", "+12025550123"
NOBODY = "0" * 32


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Open an account with nothing in it."""
    with Desk(tmp_path) as opened:
        yield opened


def _upload(desk: Desk, content: bytes, **fields: str) -> tuple[int, Any]:
    file = multipart.FilePart(filename="a.csv", content=content, content_type="text/csv")
    content_type, body = multipart.encode([("list_name", "VIP"), *fields.items(), ("file_name", file)])
    answer = desk.send(
        Request(
            method="POST",
            path="/v2/accounts/acme1/contacts/csv-upload",
            headers={"content-type": content_type},
            body=body,
        )
    )
    return answer.status, json.loads(answer.body)


# who asks ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Basic a2V5", "Bearer a2V5OnRva2Vu", "Basic /w==", "Basic a2V5Ondyb25n"]
)
def test_without_the_key_nobody_is_served(desk: Desk, header: str) -> None:
    """No, half, unreadable and wrong credentials are a 401 with a challenge."""
    answer = desk.send(Request(method="GET", path="/v2/accounts/acme1/lists", headers={"authorization": header}))
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="exotel"'


def test_the_key_is_read_from_its_header() -> None:
    """Basic authorization gives the key and the token, in which a colon may stand."""
    request = Request(method="GET", path="/", headers={"authorization": "basic YTpiOmM="})
    assert exotel.login_of(request) == ("a", "b:c")


def test_another_accounts_path_is_forbidden(desk: Desk) -> None:
    """A good key is of no use on the path of another account, there or not."""
    for path in ("/v2/accounts/acme2/lists", "/v2/accounts//lists", "/v2/accounts/ACME1/lists"):
        assert desk.send(Request(method="GET", path=path)).status == 403


def test_another_accounts_things_are_not_there(desk: Desk) -> None:
    """Another account's list answers word for word like one that never was."""
    other = desk.store.create_account("b", sid="beta1", username="b", secrets={"exotel": ("beta", "secret")})
    [theirs] = desk.lists("theirs")
    header = {"authorization": "Basic YmV0YTpzZWNyZXQ="}  # beta:secret
    answers = [
        desk.service.answer(Request(method="GET", path=f"/v2/accounts/{other.sid}/lists/{sid}", headers=header))
        for sid in (theirs, NOBODY)
    ]
    assert [answer.status for answer in answers] == [404, 404]
    first, second = (re.sub(rb'"request_id":"\w+"', b"", answer.body) for answer in answers)
    assert first == second


@pytest.mark.parametrize(
    ("method", "below", "status"),
    [("PATCH", "lists", 405), ("POST", f"lists/{NOBODY}", 405), ("GET", "list", 404), ("GET", "lists/", 200)],
)
def test_an_address_or_method_that_is_none(desk: Desk, method: str, below: str, status: int) -> None:
    """An unknown address is a 404, a known one by another method a 405, one slash too many is borne."""
    assert desk.ask(method, below)[0] == status


# lists -------------------------------------------------------------------------------------
def test_lists_are_made_one_by_one(desk: Desk) -> None:
    """A good name is made, one that is taken or missing is told in its place, and the answer is a 207."""
    desk.lists("old")
    status, told = desk.ask(
        "POST", "lists", {"lists": [{"name": " new ", "tag": "t"}, {"name": "old"}, {"tag": "x"}, {"name": "new"}]}
    )
    assert status == 207
    assert told["metadata"] == {"total": 4, "success": 1, "failed": 3}
    assert codes(told) == [(200, None), (409, 1008), (400, 1001), (409, 1008)]
    first, second, *_ = told["response"]
    assert (first["data"]["name"], first["data"]["tag"], first["data"]["type"]) == ("new", "t", "static")
    assert second["error_data"]["description"] == "Unable to create List with name old"
    assert desk.ask("GET", f"lists/{first['data']['sid']}")[1]["response"]["data"] == first["data"]


def test_names_differ_by_case(desk: Desk) -> None:
    """Exotel's names are compared letter by letter, and all made is a 200."""
    status, told = desk.ask("POST", "lists", {"lists": [{"name": "vip"}, {"name": "VIP"}]})
    assert (status, codes(told)) == (200, [(200, None)] * 2)


def test_more_than_5000_are_refused_whole(desk: Desk) -> None:
    """5,001 lists, contacts or members in one request: nothing of it is done."""
    [sid] = desk.lists("VIP")
    for method, below, body in (
        ("POST", "lists", {"lists": [{"name": f"n{i}"} for i in range(5_001)]}),
        ("PUT", "lists", {"lists": [{"sid": sid, "tag": "x"}] * 5_001}),
        ("POST", "contacts", {"contacts": [{"number": A}] * 5_001}),
        ("POST", f"lists/{sid}/contacts", {"contact_references": [{"contact_sid": NOBODY}] * 5_001}),
    ):
        status, told = desk.ask(method, below, body)
        assert (status, told["response"]["error_data"]["code"]) == (400, 1002)
        assert "5,000" in told["response"]["error_data"]["description"]
    assert desk.ask("GET", "lists")[1]["metadata"]["total"] == 1
    assert desk.ask("GET", "contacts")[1]["metadata"]["total"] == 0


def test_one_list_is_changed_in_part(desk: Desk) -> None:
    """What is absent stays, a tag of null is cleared, its own name is no duplicate, another's is."""
    first, _ = desk.lists("first", "second")
    assert desk.ask("PUT", f"lists/{first}", {"tag": "t"})[1]["response"]["data"]["name"] == "first"
    status, told = desk.ask("PUT", f"lists/{first}", {"name": "first", "tag": None})
    assert (status, told["response"]["data"]["tag"]) == (200, None)
    status, told = desk.ask("PUT", f"lists/{first}", {"name": "second"})
    assert (status, told["response"]["error_data"]["description"]) == (409, "Unable to update List with name second")
    assert desk.ask("PUT", f"lists/{first}", {})[0] == 400
    assert desk.ask("PUT", f"lists/{NOBODY}", {"name": "x"})[0] == 404


def test_lists_are_changed_in_order(desk: Desk) -> None:
    """Each change sees those before it; what cannot be done is told in its place."""
    first, second = desk.lists("first", "second")
    status, told = desk.ask(
        "PUT",
        "lists",
        {
            "lists": [
                {"sid": first, "name": "third"},
                {"sid": second, "name": "first", "tag": "t"},
                {"sid": second, "name": "third"},
                {"sid": NOBODY, "name": "x"},
                {"name": "x"},
                {"sid": first, "name": ""},
            ]
        },
    )
    assert status == 207
    assert codes(told) == [(200, None), (200, None), (409, 1008), (404, 1000), (400, 1001), (400, 1001)]
    assert told["response"][3]["error_data"]["description"] == f"List {NOBODY} not found"
    assert told["response"][4]["error_data"]["description"] == "Sid is mandatory"
    assert desk.ask("GET", f"lists/{second}")[1]["response"]["data"]["name"] == "first"


def test_a_deleted_list_is_shown_once_more(desk: Desk) -> None:
    """Deleting answers with the list as it was; its contacts stay, a second time finds nothing."""
    [sid] = desk.lists("VIP")
    desk.join(sid, *desk.contacts(A))
    status, told = desk.ask("DELETE", f"lists/{sid}")
    assert (status, told["response"]["data"]["contact_count"]) == (200, 1)
    assert desk.ask("DELETE", f"lists/{sid}")[0] == 404
    assert desk.ask("GET", "contacts")[1]["metadata"]["total"] == 1


def test_lists_are_paged_searched_and_sorted(desk: Desk) -> None:
    """Pages by offset, a part of the name in any case, four orders, and the addresses of the pages around."""
    desk.lists("b", "a%", "B2", "c")
    names = [item["data"]["name"] for item in desk.ask("GET", "lists")[1]["response"]]
    assert names == ["b", "a%", "B2", "c"]
    _, told = desk.ask("GET", "lists", sort_by="name:desc", limit="2", offset="1", name="b")
    assert [item["data"]["name"] for item in told["response"]] == ["B2"]
    assert told["metadata"] == {
        "count": 1,
        "offset": 1,
        "limit": 2,
        "total": 2,
        "first_page_uri": "/v2/accounts/acme1/lists?offset=0&limit=2&sort_by=name%3Adesc&name=b",
        "prev_page_uri": "/v2/accounts/acme1/lists?offset=0&limit=2&sort_by=name%3Adesc&name=b",
        "next_page_uri": None,
    }
    assert desk.ask("GET", "lists", name="%")[1]["metadata"]["total"] == 1
    assert desk.ask("GET", "lists", name="")[1]["metadata"]["total"] == 4
    status, told = desk.ask("GET", "lists", offset="9", limit="1000")
    assert (status, told["response"], told["metadata"]["limit"]) == (200, [], 500)
    for query in ({"limit": "0"}, {"offset": "-1"}, {"sort_by": "tag"}, {"name": "\0"}):
        status, told = desk.ask("GET", "lists", **query)
        assert (status, told["response"]["error_data"]["code"]) == (400, 1002)


# members -----------------------------------------------------------------------------------
def test_contacts_join_once(desk: Desk) -> None:
    """A second joining is a 409 that shows the membership, unchanged; unknown and missing ids are told."""
    [sid] = desk.lists("VIP")
    first, second = desk.contacts(A, B)
    status, told = desk.join(sid, first, first, NOBODY, second, "")
    assert status == 207
    assert codes(told) == [(200, None), (409, 1008), (404, 1000), (200, None), (400, 1001)]
    joined, again, unknown, *_ = told["response"]
    assert joined["data"] == again["data"]
    assert (joined["data"]["sid"], joined["data"]["list_id"]) == (first, sid)
    assert unknown["error_data"]["description"] == f"Contact {NOBODY} not found"
    assert desk.join(sid, second)[1]["metadata"] == {"total": 1, "success": 0, "failed": 1}
    assert desk.join(NOBODY, first)[0] == 404
    assert desk.ask("GET", f"lists/{sid}")[1]["response"]["data"]["contact_count"] == 2


def test_a_contact_that_is_gone_is_one_that_never_was(desk: Desk) -> None:
    """A deleted contact's sid is answered in the words for a sid that never was, with no other id in them."""
    [sid] = desk.lists("VIP")
    [gone] = desk.contacts(A)
    desk.ask("DELETE", f"contacts/{gone}")
    assert desk.join(sid, gone)[1]["response"][0]["error_data"]["description"] == f"Contact {gone} not found"
    _, told = desk.ask("PUT", "contacts", {"contacts": [{"sid": gone, "tag": "x"}]})
    assert told["response"][0]["error_data"]["description"] == f"Contact {gone} not found"


def test_a_full_list_takes_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the cap the item that is too much is refused, and the earlier ones stay."""
    monkeypatch.setitem(exotel.members.wire.CAPS, "static", 2)
    [sid] = desk.lists("VIP")
    _, told = desk.join(sid, *desk.contacts(A, B, C))
    assert codes(told) == [(200, None), (200, None), (400, 1002)]
    assert told["response"][2]["error_data"]["description"] == "List contact limit reached"


def test_members_are_shown_in_the_order_of_joining(desk: Desk) -> None:
    """A list's contacts come oldest membership first, with the list's sid, in pages."""
    [sid] = desk.lists("VIP")
    first, second, third = desk.contacts(A, B, C)
    desk.join(sid, third, first, second)
    _, told = desk.ask("GET", f"lists/{sid}/contacts", limit="2")
    assert [item["data"]["sid"] for item in told["response"]] == [third, first]
    assert {item["data"]["list_sid"] for item in told["response"]} == {sid}
    assert (told["metadata"]["total"], told["metadata"]["count"]) == (3, 2)
    _, told = desk.ask("GET", f"lists/{sid}/contacts", sort_by="date_created:desc")
    assert [item["data"]["sid"] for item in told["response"]] == [third, second, first]
    assert desk.ask("GET", f"lists/{NOBODY}/contacts")[0] == 404


def test_a_contact_leaves_one_list(desk: Desk) -> None:
    """Taking a contact off a list leaves it in the address-book and in other lists; twice is a 404."""
    one, other = desk.lists("one", "other")
    [contact] = desk.contacts(A)
    desk.join(one, contact)
    desk.join(other, contact)
    status, told = desk.ask("DELETE", f"lists/{one}/contacts/{contact}")
    assert status == 200
    assert told["response"]["data"] == {"sid": contact, "contact_sid": contact, "list_id": one, "list_sid": one}
    assert desk.ask("DELETE", f"lists/{one}/contacts/{contact}")[0] == 404
    assert desk.ask("DELETE", f"lists/{NOBODY}/contacts/{contact}")[0] == 404
    assert desk.ask("GET", f"lists/{other}/contacts")[1]["metadata"]["total"] == 1


# contacts ----------------------------------------------------------------------------------
def test_a_number_is_kept_once(desk: Desk) -> None:
    """A number that exists is a 409 that shows the contact as it is; the answer is a 207 even if all went well."""
    status, told = desk.ask("POST", "contacts", {"contacts": [{"number": "9876543210", "first_name": "Asha"}]})
    assert (status, codes(told)) == (207, [(200, None)])
    asha = told["response"][0]["data"]
    assert asha["number"] == A
    bad = [{"number": B, "email": "nobody"}, {"number": "1"}, {"first_name": "x"}]
    _, told = desk.ask(
        "POST", "contacts", {"contacts": [{"number": A, "first_name": "B"}, {"number": B}, {"number": B}, *bad]}
    )
    assert codes(told) == [(409, 1008), (200, None), (409, 1008), (400, 1002), (400, 1002), (400, 1001)]
    again, made, twin, *_ = told["response"]
    assert again["data"] == asha
    assert again["error_data"]["description"] == f"Contact with number {A} already exists"
    assert twin["data"]["sid"] == made["data"]["sid"]


def test_contacts_are_changed_in_part(desk: Desk) -> None:
    """One or several are changed; a number that is taken is refused; what is absent stays."""
    first, second = desk.contacts(A, B)
    status, told = desk.ask("PUT", f"contacts/{first}", {"company_name": "Acme", "custom": {"a": {"b": 1}}})
    assert (status, told["response"]["data"]["custom_field"]) == (200, {"a": {"b": 1}})
    status, told = desk.ask("PUT", f"contacts/{first}", {"number": B})
    assert (status, told["response"]["error_data"]["description"]) == (409, f"Contact with number {B} already exists")
    changes = [
        {"sid": first, "company_name": ""},
        {"sid": second, "number": "x"},
        {"sid": NOBODY},
        {"sid": second, "number": A},
    ]
    status, told = desk.ask("PUT", "contacts", {"contacts": changes})
    assert (status, codes(told)) == (207, [(200, None), (400, 1002), (404, 1000), (409, 1008)])
    status, told = desk.ask("GET", f"contacts/{first}")
    assert (told["response"]["data"]["company_name"], told["response"]["data"]["number"]) == (None, A)
    assert desk.ask("PUT", f"contacts/{first}", {})[0] == 400
    assert desk.ask("PUT", f"contacts/{NOBODY}", {"tag": "x"})[0] == 404


def test_the_address_book_is_searched_by_list_and_name(desk: Desk) -> None:
    """Pages of 20 at most, narrowed by a part of name or number and by lists, with the lists shown on request."""
    [sid] = desk.lists("VIP")
    first, second, _ = desk.contacts(A, B, C)
    desk.ask("PUT", f"contacts/{second}", {"first_name": "Zoë"})
    desk.join(sid, first)
    assert desk.ask("GET", "contacts", limit="1000")[1]["metadata"]["limit"] == 20
    for query, total in (
        ({"name": "zoë"}, 1),
        ({"name": "98765"}, 2),
        ({"list_sids": f"{NOBODY},{sid}"}, 1),
        ({"list_sids": NOBODY}, 0),
    ):
        assert desk.ask("GET", "contacts", **query)[1]["metadata"]["total"] == total
    _, told = desk.ask("GET", "contacts", filter="show_list")
    assert [item["data"]["lists"] for item in told["response"]] == [[{"sid": sid, "name": "VIP"}], [], []]
    assert "lists" not in desk.ask("GET", "contacts")[1]["response"][0]["data"]


def test_a_deleted_contact_leaves_every_list(desk: Desk) -> None:
    """Deleting a contact answers with it as it was, and takes it off its lists."""
    [sid] = desk.lists("VIP")
    [contact] = desk.contacts(A)
    desk.join(sid, contact)
    status, told = desk.ask("DELETE", f"contacts/{contact}")
    assert (status, told["response"]["data"]["number"]) == (200, A)
    assert desk.ask("DELETE", f"contacts/{contact}")[0] == 404
    assert desk.ask("GET", f"contacts/{contact}")[0] == 404
    assert desk.ask("GET", f"lists/{sid}")[1]["response"]["data"]["contact_count"] == 0


# uploads -----------------------------------------------------------------------------------
def test_an_upload_makes_its_list_or_extends_it(desk: Desk) -> None:
    """A file goes to the list of that name, made if there is none, and the answer says where to ask about it."""
    status, told = _upload(desk, b"number\n+12025550123\n", type="dynamic")
    data = told["response"]["data"]
    assert (status, data["status"], data["list"]["type"]) == (200, "in-progress", "dynamic")
    assert data["summary"]["url"] == f"/v2/accounts/acme1/csv-status/{data['upload_id']}"
    assert [content for _, content in desk.shelf.started] == [b"number\n+12025550123\n"]
    again = _upload(desk, b"number\n", type="dynamic")[1]["response"]["data"]
    assert again["list_sid"] == data["list_sid"]
    assert again["upload_id"] != data["upload_id"]
    status, told = desk.ask("GET", f"csv-status/{data['upload_id']}")
    assert told["response"]["data"] == {
        "upload_id": data["upload_id"],
        "list_sid": data["list_sid"],
        "status": "in-progress",
        "stats": {"total": 0, "success": 0, "duplicate": 0, "failed": 0},
    }
    assert desk.ask("GET", f"csv-status/{NOBODY}")[0] == 404


def test_a_file_that_is_refused_leaves_nothing(desk: Desk) -> None:
    """A bad file makes no list and no upload; a list of the other type is not extended."""
    assert _upload(desk, b"phone\n")[0] == 400
    assert desk.ask("GET", "lists")[1]["metadata"]["total"] == 0
    desk.lists("VIP")
    assert _upload(desk, b"number\n", type="dynamic")[0] == 400
    assert desk.shelf.started == []


def test_a_path_instead_of_a_file_is_refused(desk: Desk) -> None:
    """A JSON body that names a local path, as the document's words suggest, is a 415."""
    status, told = desk.ask("POST", "contacts/csv-upload", {"list_name": "VIP", "file_name": "/tmp/a.csv"})  # noqa: S108 - never opened
    assert (status, told["response"]["error_data"]["description"]) == (415, "application/json")
