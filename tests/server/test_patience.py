"""That nobody is kept waiting: all waits of a request together are short, and then it is told to come back."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING

import pytest

from listkit.server import patience
from listkit.server.running import Running
from listkit.server.store import credentials
from tests.contracts.engines import ENGINES, make_account
from tests.server import curl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.curl import Told


def test_waits_take_from_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second wait has what the first one left, and never less than nothing; work in between costs nothing."""
    monkeypatch.setattr(patience, "LONGEST_WAIT", 0.1)

    def ask() -> None:
        patience.begin()
        with patience.waiting():
            time.sleep(0.05)
        time.sleep(0.1)
        with patience.waiting() as left:
            assert 0 < left <= 0.05
            time.sleep(0.06)
        with patience.waiting() as left:
            assert left == 0

    copy_context().run(ask)


def test_who_has_no_caller_waits_longer() -> None:
    """Work that no request waits for has a patience of its own, however long it waited before."""
    waits: list[float] = []

    def work() -> None:
        for _ in range(2):
            with patience.waiting(otherwise=10) as seconds:
                waits.append(seconds)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert waits == [10, 10]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_write_that_finds_no_turn_is_told_soon(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one write lasts, others of the account hear 503 in the vendor's words, with a Retry-After; reads go on."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(patience, "LONGEST_WAIT", 0.3)
    with Running(ENGINES[engine](tmp_path), folder=tmp_path / "uploads") as server:
        account = make_account(server.store, "acme")
        exotel = curl.exotel(server.url, account.sid, "acme-key", "acme-token")
        textmagic = curl.textmagic(server.url, "acme", "acme-api-key")
        told: dict[str, Told] = {}
        writes = [
            lambda: told.update(http_code=exotel("POST", "/lists", {"lists": [{"name": "VIP"}]})),
            lambda: told.update(code=textmagic("POST", "/lists", {"name": "Ward"})),
        ]
        with server.store._writing(account.account_id):  # type: ignore[attr-defined]
            begun = time.monotonic()
            threads = [threading.Thread(target=write) for write in writes]
            for thread in threads:
                thread.start()
            assert textmagic("GET", "/lists").status == 200
            for thread in threads:
                thread.join()
            assert time.monotonic() - begun < 2 + patience.LONGEST_WAIT
        for vendors_word, one in told.items():
            assert (one.status, one.headers["retry-after"], one.json[vendors_word]) == (503, "1", 503)
        assert exotel("POST", "/lists", {"lists": [{"name": "VIP"}]}).status == 200
