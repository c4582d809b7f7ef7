"""The log has a line for each request and each failure, and not one value of anybody's."""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
import stat
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import ListkitError
from listkit.server.answering import Service
from listkit.server.logs import LEVELS, logging_to
from listkit.server.store import credentials, open_store
from listkit.wire.message import Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENTINELS = ["sentinel", "2025550123", "entinel name"]
RIGHT = "sentinel-token"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve one account."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "store.sqlite")
    store.create_account("acme", sid="acme1", username="acme", secrets={"exotel": ("key", RIGHT)})
    yield Service(store, Shelf(store))
    store.close()


def ask(service: Service, method: str, below: str, body: object = None, secret: str = RIGHT) -> None:
    """Ask with something in every place where something can stand."""
    key = base64.b64encode(f"key:{secret}".encode()).decode()
    headers = {"authorization": f"Basic {key}", "content-type": "application/json", "x-own": "sentinel"}
    path = f"/v2/accounts/acme1/{below}"
    sent = json.dumps(body).encode() if body else b""
    query = (("name", "sentinel"), ("sentinel", "+12025550123"))
    service.answer(Request(method=method, path=path, query=query, headers=headers, body=sent))


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a log."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_request_is_a_line(service: Service, tmp_path: Path) -> None:
    """Time, number, API, template, method, status, milliseconds, bytes and account, and nothing that was sent."""
    path = tmp_path / "log"
    with logging_to(path):
        ask(service, "POST", "contacts", {"contacts": [{"number": "+12025550123", "first_name": "Sentinel name"}]})
        ask(service, "GET", "contacts/sentinel")
        ask(service, "SENTINEL", "sentinel/+12025550123")
        ask(service, "GET", "lists", secret="sentinel-wrong")
        service.answer(Request(method="GET", path="/health"))
    told = lines(path)
    assert [(line["method"], line["route"], line["status"], line["account"]) for line in told] == [
        ("POST", "/v2/accounts/{account}/contacts", 207, "acme"),
        ("GET", "/v2/accounts/{account}/contacts/{contact_id}", 404, "acme"),
        ("OTHER", None, 404, "acme"),
        ("GET", None, 401, None),
    ]
    assert set(told[0]) == {
        "time", "level", "event", "request_id", "api", "method", "route", "status", "ms", "received", "sent", "account",
    }  # fmt: skip
    assert told[0]["received"] > 50
    assert not any(sentinel in path.read_text().lower() for sentinel in SENTINELS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_is_told_without_its_words(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is logged with its kind, its place, its number and its causes; what it says may be somebody's data."""

    def fail(*_args: object, **_options: object) -> None:
        try:
            sqlite3.connect(":memory:").execute("select sentinel from sentinel")
        except sqlite3.Error as cause:
            message = "Sentinel name +12025550123"
            raise RuntimeError(message) from cause

    monkeypatch.setattr(service._store, "contacts", fail)
    path = tmp_path / "log"
    with logging_to(path):
        ask(service, "GET", "contacts")
    failed, request = lines(path)
    assert failed["says"] == f"Request {request['request_id']} failed."
    outer, inner = failed["failures"]
    assert outer["error"] == "builtins.RuntimeError"
    assert any("get_contacts" in frame for frame in outer["at"])
    assert (inner["error"], inner["sqlite_errorname"]) == ("sqlite3.OperationalError", "SQLITE_ERROR")
    assert not any(sentinel in path.read_text().lower() for sentinel in SENTINELS)


@pytest.mark.parametrize(("level", "counted"), [("error", 0), ("warning", 0), ("info", 1), ("debug", 2)])
def test_the_level_says_how_much(service: Service, tmp_path: Path, level: str, counted: int) -> None:
    """Requests are told from info on, questions after health only with debug."""
    assert level in LEVELS
    with logging_to(tmp_path / "log", level=level):
        ask(service, "GET", "lists")
        service.answer(Request(method="GET", path="/health"))
    assert len(lines(tmp_path / "log")) == counted


def test_a_log_that_was_moved_away_is_made_anew(service: Service, tmp_path: Path) -> None:
    """After rotation the next line goes into a new file of the old name."""
    path = tmp_path / "log"
    with logging_to(path):
        ask(service, "GET", "lists")
        path.rename(tmp_path / "log.1")
        ask(service, "GET", "contacts")
    assert (len(lines(tmp_path / "log.1")), len(lines(path))) == (1, 1)


def test_a_log_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    """A folder in its place, or none to lie in, is said before anything is served."""
    for path in (tmp_path, tmp_path / "nowhere" / "log"):
        with pytest.raises(ListkitError, match="log cannot be written"), logging_to(path):
            pass


def test_after_the_block_everything_is_as_before(tmp_path: Path) -> None:
    """Other people's logging is left as it was found."""
    logger = logging.getLogger("listkit")
    before = (list(logger.handlers), logger.level, logger.propagate)
    with logging_to(tmp_path / "log"):
        assert logger.level == logging.INFO
    assert (list(logger.handlers), logger.level, logger.propagate) == before
