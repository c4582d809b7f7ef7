"""Rejected rows come back as a CSV file through both APIs, piece by piece over a socket, and to their account alone."""

from __future__ import annotations

import base64
import csv
import io
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import msgspec
import pytest

from listkit.server.running import Running
from listkit.server.store import credentials
from listkit.wire import multipart
from tests.contracts.engines import make_account

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = b"number,first_name\n+12025550101,Asha\n12,x\n+12025550101,again\n=1+1,\n,nobody\n"
NAMED = [["3", "12"], ["4", "+12025550101"], ["5", "'=1+1"], ["6", ""]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Serve two accounts."""
    monkeypatch.setattr(credentials, "COST", 2)
    with Running() as server:
        make_account(server.store, "acme")
        make_account(server.store, "other")
        yield server


def ask(server: Running, path: str, name: str = "acme", form: tuple[str, bytes] | None = None) -> bytes:
    """Ask with both APIs' keys of an account, and return the body."""
    basic = base64.b64encode(f"{name}-key:{name}-token".encode()).decode()
    headers = {"authorization": f"Basic {basic}", "x-tm-username": name, "x-tm-key": f"{name}-api-key"}
    if form:
        headers["content-type"] = form[0]
    request = urllib.request.Request(server.url + path, data=form and form[1], headers=headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        content: bytes = answer.read()
    return content


def check(server: Running, path: str, ended: str) -> None:
    """Wait for the end of an upload and compare its rejects; another account has no such upload."""
    for _ in range(1000):
        if ended in ask(server, path).decode():
            break
        time.sleep(0.02)
    heading, *rows = csv.reader(io.StringIO(ask(server, f"{path}/rejects").decode(), newline=""))
    assert heading == ["line", "number", "code", "reason"]
    assert [row[:2] for row in rows] == NAMED
    assert [row[2] for row in rows] == ["invalid_number", "duplicate", "invalid_number", "missing_number"]
    with pytest.raises(urllib.error.HTTPError, match=r"40[34]"):
        ask(server, f"{path}/rejects", "other")


def test_exotel_names_the_rows_that_it_rejected(server: Running) -> None:
    """GET csv-status/<id>/rejects has a line for each row that failed or stood twice."""
    part = multipart.FilePart(filename="f.csv", content=FILE)
    form = multipart.encode([("list_name", "VIP"), ("file_name", part)])
    told = msgspec.json.decode(ask(server, "/v2/accounts/acme1/contacts/csv-upload", form=form))
    check(server, told["response"]["data"]["summary"]["url"], '"status":"completed"')


def test_textmagic_names_the_rows_that_it_rejected(server: Running) -> None:
    """GET contacts/import/progress/{id}/rejects has the same."""
    form = multipart.encode([("file", multipart.FilePart(filename="f.csv", content=FILE))])
    path = "/api/v2/contacts/import/normalized?column=0:phone;1:firstName&listName=VIP"
    told = msgspec.json.decode(ask(server, path, form=form))
    check(server, told["href"], '"status":5')
