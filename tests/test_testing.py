"""A sandbox is a provider to test one's own syncs on: its faults, its clock, its memory."""

from __future__ import annotations

import base64
import http.client
import threading
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.server.store import credentials
from tests.contracts.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.testing import Sandbox

NUMBERS = [f"+1202555{number:04}" for number in range(100, 103)]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Open one."""
    monkeypatch.setattr(credentials, "COST", 2)
    with lk.sandbox() as opened:
        yield opened


def get(box: Sandbox, path: str) -> bytes:
    """Get something with the account's key, as anybody's client would."""
    login = base64.b64encode(f"sandbox:{box.environment['LISTKIT_TEXTMAGIC_KEY']}".encode()).decode()
    request = urllib.request.Request(f"{box.url}{path}", headers={"authorization": f"Basic {login}"})  # noqa: S310 - a loopback URL
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
        return bytes(answer.read())


def test_a_cut_answer_is_a_cut_connection(box: Sandbox) -> None:
    """Over a socket a cut is what it is anywhere: closed before the answer, or in the middle of it."""
    box.faults = lk.Faults(1, cut_before_commit=True)
    with pytest.raises(http.client.RemoteDisconnected):
        get(box, "/api/v2/ping")
    box.faults = lk.Faults(1, cut_after_commit=True)
    kinds = set()
    for _ in range(12):
        with pytest.raises((http.client.RemoteDisconnected, http.client.IncompleteRead)) as cut:
            get(box, "/api/v2/ping")
        kinds.add(cut.type)
    assert kinds == {http.client.RemoteDisconnected, http.client.IncompleteRead}


def test_requests_tell_which_fault_was_met(box: Sandbox) -> None:
    """`box.requests` has each request with the fault it met; one that was cut has no status."""
    get(box, "/api/v2/ping")
    box.faults = lk.Faults(1, codes=[503])
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(box, "/api/v2/ping")
    refused.value.close()
    box.faults = lk.Faults(1, cut_before_commit=True)
    with pytest.raises(http.client.RemoteDisconnected):
        get(box, "/api/v2/ping")
    told = box.requests
    assert list(told.columns) == ["at", "method", "path", "status", "bytes", "fault"]
    assert list(told["fault"]) == ["", "codes", "cut_before_commit"]
    assert list(told["status"].fillna(0)) == [200, 503, 0]
    assert list(told.dtypes.astype("str")) == ["datetime64[us, UTC]", "str", "str", "Int64", "int64", "str"]


def test_a_sandbox_nobody_asked_has_typed_columns(box: Sandbox) -> None:
    """An empty memory is a frame of the same columns and types."""
    assert box.requests["status"].dtype == "Int64"
    assert box.requests.empty


def test_the_whole_box_goes_by_its_clock(box: Sandbox) -> None:
    """An answer an hour late, waited for by the box's own account, takes no time where the clock is hurried."""
    began, before = time.monotonic(), box.clock.now()
    box.clock.hurry()
    box.faults = lk.Faults(1, codes=[429], retry_after=100)
    with pytest.raises(lk.ProviderError, match="wait"):
        box.textmagic.ping()
    assert box.clock.now() - before == pytest.approx(300, abs=1)  # three waits between four tries
    box.faults = lk.Faults(1, late=3_600)
    box.exotel.ping()
    assert box.clock.now() - before > 301
    assert time.monotonic() - began < 300


def test_a_frozen_clock_holds_what_is_late(box: Sandbox) -> None:
    """A late answer stays away until the clock is moved."""
    box.clock.freeze()
    box.faults = lk.Faults(1, late=60)
    answers: list[bytes] = []
    client = threading.Thread(target=lambda: answers.append(get(box, "/api/v2/ping")))
    client.start()
    while not box.clock._turned._waiters:
        time.sleep(0.005)
    assert answers == []
    box.clock.advance(60)
    client.join(10)
    assert len(answers) == 1


def test_the_environment_leads_a_sync_to_the_box(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync that connects by the environment reaches the sandbox unchanged, on both APIs."""
    for name, text in box.environment.items():
        monkeypatch.setenv(name, text)
    pd.DataFrame({"phone": NUMBERS}).listkit.push("VIP", to=lk.connect("exotel", rate=1e6))
    assert list(lk.connect("textmagic", rate=1e6).contacts("VIP")["phone"]) == NUMBERS
    assert not any(box.environment["LISTKIT_EXOTEL_TOKEN"] in repr(each) for each in (box, box.exotel, box.textmagic))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_that_is_kept_is_opened_again(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sandbox keeps in a file, or in PostgreSQL, is there in the next one."""
    monkeypatch.setattr(credentials, "COST", 2)
    url = ENGINES[engine](tmp_path)
    with lk.sandbox(url) as first:
        pd.DataFrame({"phone": NUMBERS}).listkit.push("VIP", to=first.textmagic)
    with lk.sandbox(url) as second:
        assert list(second["exotel"].contacts("VIP")["phone"]) == NUMBERS


def test_limits_are_refused_with_the_time_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """With figures of one's own, who asks too often is told how long to wait, and after that is served."""
    monkeypatch.setattr(credentials, "COST", 2)
    with lk.sandbox(limits={"textmagic": 2}) as box:
        box.clock.freeze()
        get(box, "/api/v2/ping")
        get(box, "/api/v2/ping")
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(box, "/api/v2/ping")
        refused.value.close()
        assert (refused.value.code, refused.value.headers["retry-after"]) == (429, "1")
        box.clock.advance(1)
        get(box, "/api/v2/ping")
    with pytest.raises(TypeError, match="exoteel"):
        lk.sandbox(limits={"exoteel": 2})


@pytest.mark.parametrize("api", ["exotel", pytest.param("textmagic", marks=pytest.mark.torture)])
def test_a_large_push_keeps_within_the_documented_limits(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """100,000 rows, against a server that enforces what the vendor documents: no request is refused."""
    monkeypatch.setattr(credentials, "COST", 2)
    many = pd.DataFrame({"phone": [f"+9198{number:08}" for number in range(100_000)]}, dtype="str")
    with lk.sandbox(limits=True) as box:
        box.clock.hurry()
        began = box.clock.now()
        run = many.listkit.push("Everyone", to=box[api])
        assert run.counts["added"] == len(many)
        told = box.requests
        assert (told["status"] < 400).all()
        assert box.clock.now() - began > len(told) / 25  # it was paced
