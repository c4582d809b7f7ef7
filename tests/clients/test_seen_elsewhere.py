"""Clients that no package index has, by the requests that their code makes and the fields that it reads."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

import pytest

from tests.server import curl

if TYPE_CHECKING:
    from tests.clients.conftest import Served
    from tests.server.curl import Curl

KEY = "a made-up key"
ASHA, BINA = "442079460010", "12025550123"


@pytest.fixture
def exotel(server: Served, request: pytest.FixtureRequest) -> Curl:
    """Be a caller of Exotel's API with an empty account."""
    name = f"seen-{request.node.name}"
    server.store.create_account(name, sid=name, username=name, secrets={"exotel": (name, KEY)})
    return curl.exotel(server.url, name, name, KEY)


@pytest.fixture
def textmagic(server: Served, request: pytest.FixtureRequest) -> Curl:
    """Be a caller of TextMagic's API with an empty account."""
    name = f"seen-{request.node.name}"
    server.store.create_account(name, sid=name, username=name, secrets={"textmagic": (name, KEY)})
    return curl.textmagic(server.url, name, KEY)


def test_a_node_service(exotel: Curl) -> None:
    """It makes contacts in hundreds, takes a 409 for a success, asks for pages of 1,000, and uploads without a type."""
    (made,) = exotel("POST", "/lists", {"lists": [{"name": "Patients"}]}).json["response"]
    list_id = made["data"]["sid"]
    wanted = [{"number": f"+1202555{number:04}"} for number in range(100, 200)]
    exotel("POST", "/contacts", {"contacts": wanted[:1]})
    items = exotel("POST", "/contacts", {"contacts": wanted}).json["response"]
    assert {item["code"] for item in items} == {200, 409}
    references = [{"contact_sid": item["data"]["sid"]} for item in items]
    assert exotel("POST", f"/lists/{list_id}/contacts", {"contact_references": references}).status == 200
    assert len(exotel("GET", f"/lists/{list_id}/contacts", limit=1_000).json["response"]) == 100
    file = 'Content-Disposition: form-data; name="file_name"; filename="more.csv"\r\nContent-Type: text/csv\r\n\r\n'
    name = 'Content-Disposition: form-data; name="list_name"\r\n\r\nPatients\r\n'
    body = f"--cut\r\n{name}--cut\r\n{file}number\n+12025550200\n\r\n--cut--\r\n".encode()
    told = exotel("POST", "/contacts/csv-upload", body, kind="multipart/form-data; boundary=cut").json
    summary = told["response"]["data"]["summary"]
    assert summary["list_sid"] == told["response"]["data"]["list"]["sid"] == list_id
    while (data := exotel("GET", f"/csv-status/{summary['upload_id']}").json["response"]["data"])[
        "status"
    ] != "completed":
        time.sleep(0.01)
    assert data["stats"] == {"total": 1, "success": 1, "duplicate": 0, "failed": 0}


def test_a_shop_in_php(textmagic: Curl) -> None:
    """It sends forms everywhere, a DELETE with one too, pages members by their count, and mends a known number."""
    vip = textmagic.form("POST", "/lists", name="VIP", shared="0", description="Of the shop").json["id"]
    other = textmagic.form("POST", "/lists", name="Other").json["id"]
    asha = textmagic.form("POST", "/contacts", phone=ASHA, firstName="Asha", lists=vip).json["id"]
    known = textmagic.form("POST", "/contacts", phone=ASHA, lists=other)
    assert known.json["errors"]["fields"]["phone"][0] == "Phone number already exists in your contacts."
    number = textmagic("GET", f"/contacts/phone/{ASHA}").json["id"]
    lists = [kept["id"] for kept in textmagic("GET", f"/contacts/{number}/lists").json["resources"]]
    union = ",".join(map(str, [*lists, other]))
    assert textmagic.form("PUT", f"/contacts/{number}", phone=ASHA, firstName="Asha", lists=union).status == 201
    count = textmagic("GET", f"/lists/{other}").json["membersCount"]
    pages = range(1, -(-count // 100) + 1)
    found = [textmagic("GET", f"/lists/{other}/contacts", page=page, limit=100).json["resources"] for page in pages]
    read = [[one[name] for name in ("id", "firstName", "lastName", "phone")] for part in found for one in part]
    assert read == [[asha, "Asha", None, ASHA]]
    assert textmagic.form("DELETE", f"/lists/{other}/contacts", contacts=asha).status == 200
    assert textmagic.form("POST", f"/lists/{vip}/contacts/delete", all=1).status == 204
    assert textmagic("GET", f"/contacts/{asha}").status == 404


def test_the_vendors_python_of_today(textmagic: Curl) -> None:
    """It says JSON on every call, an empty GET and DELETE too, and sends each of a list's flags with every edit."""
    name, key = textmagic.headers["X-TM-Username"], textmagic.headers["X-TM-Key"]
    basic = base64.b64encode(f"{name}:{key}".encode()).decode()
    ask = textmagic._replace(headers={"Authorization": f"Basic {basic}", "Accept": "application/json"})
    flags = {"shared": False, "favorited": False, "isDefault": False}
    vip = ask("POST", "/lists", {"name": "VIP", **flags}).json["id"]
    assert ask("PUT", f"/lists/{vip}", {"name": "VIPs", **flags}).json["id"] == vip
    asha, bina = (
        ask("POST", "/contacts/normalized", {"phone": phone, "lists": str(vip)}).json["id"] for phone in (ASHA, BINA)
    )
    assert ask("GET", f"/lists/{vip}/contacts/ids", kind=curl.JSON).json == [asha, bina]
    assert ask("DELETE", f"/lists/{vip}/contacts", {"contacts": str(bina)}).status == 200
    assert ask("PUT", f"/contacts/{asha}/normalized", {"phone": ASHA, "lastName": "Rao"}).json["id"] == asha
    (kept,) = ask("GET", "/contacts", kind=curl.JSON, page=1, limit=10).json["resources"]
    assert (kept["id"], kept["lastName"]) == (asha, "Rao")
    assert ask("DELETE", f"/lists/{vip}", kind=curl.JSON).body == b""
    assert ask("GET", f"/lists/{vip}", kind=curl.JSON).json["errors"] is None
