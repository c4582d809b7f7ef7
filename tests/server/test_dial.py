"""Each fault does what it says: to the answer, and to what is kept."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.errors import AnswerLostError
from listkit.server.answering import Service
from listkit.server.clock import HandClock
from listkit.server.dial import CutError, Dial
from listkit.server.faults import KINDS, REFUSALS, Faults
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = {"x-tm-username": "asha", "x-tm-key": "secret", "authorization": "Basic YXNoYTpzZWNyZXQ="}
LISTS = {"textmagic": "/api/v2/lists", "exotel": "/v2/accounts/asha/lists"}
NAMES = [f"Ward {number}" for number in range(1, 8)]


class Desk:
    """An account's lists behind a dial, asked without a socket."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock(gait="hurries")
        self.dial = Dial(clock=self.clock)
        self.store = open_store(folder / "store.sqlite")
        logins = {"exotel": ("asha", "secret"), "textmagic": ("asha", "secret")}
        self.account = self.store.create_account("asha", sid="asha", username="asha", secrets=logins)
        self.service = Service(self.dial.tearing(self.store), Shelf(self.store))
        self.met: list[str] = []

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Answer:
        """Ask through the dial; what was met is noted."""
        headers = {**KEYS, "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        request = Request(method=method, path=path, query=tuple(query.items()), headers=headers, body=sent)
        met = self.dial.meet(request, self.service.answer)
        self.met.append(met.fault)
        return met.heard()

    def make(self, name: str) -> Answer:
        """Make a list."""
        return self.ask("POST", LISTS["textmagic"], {"name": name})

    def names(self) -> list[str]:
        """Return the names that are really there."""
        return [kept.name for kept in self.store.lists(self.account, limit=1_000).items]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Open one."""
    monkeypatch.setattr(credentials, "COST", 2)
    opened = Desk(tmp_path)
    yield opened
    opened.store.close()


def test_without_faults_nothing_happens(desk: Desk) -> None:
    """A dial at rest changes no answer, and tells of no fault."""
    assert desk.make("VIP").status == 201
    assert desk.ask("GET", LISTS["exotel"]).status == 200
    assert desk.met == ["", ""]


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_is_the_vendors_own_and_changes_nothing(desk: Desk, api: str, code: int) -> None:
    """Any of the codes comes in the vendor's shape, asks to wait where it should, and applies nothing."""
    desk.dial.faults = Faults(1, codes=[code], retry_after=7)
    answer = desk.ask("POST", LISTS[api], {"name": "VIP"} if api == "textmagic" else {"lists": [{"name": "VIP"}]})
    assert answer.status == code
    assert answer.headers.get("retry-after") == ("7" if code in {429, 503} else None)
    body = json.loads(answer.body)
    assert (body["code"] if api == "textmagic" else body["response"]["code"]) == code
    assert len(answer.headers["x-request-id"]) == 32
    if api == "exotel":
        assert body["request_id"] == answer.headers["x-request-id"]
    assert desk.names() == []
    assert desk.met == ["codes"]


def test_what_is_cut_before_is_not_applied(desk: Desk) -> None:
    """The caller hears nothing, and nothing is there."""
    desk.dial.faults = Faults(1, cut_before_commit=True)
    with pytest.raises(CutError) as cut:
        desk.make("VIP")
    assert cut.value.begun is None
    assert isinstance(cut.value, AnswerLostError)
    assert desk.names() == []


def test_what_is_cut_after_is_applied(desk: Desk) -> None:
    """The caller hears nothing or half of the answer, and it is done all the same."""
    desk.dial.faults = Faults(1, cut_after_commit=True)
    heard = []
    for name in NAMES:
        with pytest.raises(CutError) as cut:
            desk.make(name)
        heard.append(cut.value)
    assert desk.names() == NAMES
    begun = [cut for cut in heard if cut.begun]
    assert 0 < len(begun) < len(NAMES)
    assert all(cut.sent < len(cut.begun.body) for cut in begun if cut.begun)


def test_what_is_malformed_is_applied_and_unreadable(desk: Desk) -> None:
    """A gateway's page, half of the JSON, or JSON that says nothing: what was asked for is done."""
    desk.dial.faults = Faults(1, malformed=True)
    seen = Counter[str]()
    for number in range(24):
        answer = desk.make(f"Ward {number}")
        if answer.headers["content-type"] == "text/html":
            seen[f"page {answer.status}"] += 1
        elif answer.body == b"{}":
            seen["nothing"] += 1
        else:
            with pytest.raises(ValueError, match=r"."):
                json.loads(answer.body)
            seen["half"] += 1
    assert set(seen) == {"page 200", "page 502", "nothing", "half"}
    assert len(desk.names()) == 24


def test_a_late_write_is_applied_before_or_after_the_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer comes at most so many seconds late; some writes are applied only then."""
    slept: list[tuple[float, int]] = []
    monkeypatch.setattr(desk.clock, "sleep", lambda seconds: slept.append((seconds, len(desk.names()))))
    desk.dial.faults = Faults(1, late=60)
    statuses = [desk.make(f"Ward {number}").status for number in range(20)]
    assert statuses == [201] * 20
    assert all(0 < seconds <= 60 for seconds, _ in slept)
    assert {there - number for number, (_, there) in enumerate(slept)} == {0, 1}
    assert len(desk.names()) == 20


def test_pages_are_torn_as_by_a_change_in_between(desk: Desk) -> None:
    """A torn page skips a row, tells one twice, or counts one more or less; it never shows what is not there."""
    desk.dial.faults = Faults(0)
    for name in NAMES:
        desk.make(name)
    desk.dial.faults = Faults(1, torn_pages=True)
    ways = set()
    for _ in range(30):
        page = json.loads(desk.ask("GET", LISTS["exotel"], offset="2", limit="3").body)
        total, names = page["metadata"]["total"], [item["data"]["name"] for item in page["response"]]
        ways.add((total, tuple(names)))
    whole = len(NAMES)
    assert ways == {
        (whole, tuple(NAMES[3:6])),
        (whole, tuple(NAMES[1:4])),
        (whole - 1, tuple(NAMES[2:5])),
        (whole + 1, tuple(NAMES[2:5])),
    }
    assert set(desk.met[len(NAMES) :]) == {"torn_pages"}


def test_only_pages_are_torn(desk: Desk) -> None:
    """What writes, and what has no pages, is answered as ever, or meets another of the faults."""
    desk.dial.faults = Faults(1, torn_pages=True)
    assert desk.make("VIP").status == 201
    assert desk.ask("GET", f"{LISTS['textmagic']}/1").status == 200
    assert desk.met == ["", ""]
    desk.dial.faults = Faults(1, torn_pages=True, codes=[503])
    assert {desk.ask("GET", f"{LISTS['textmagic']}/1").status for _ in range(10)} == {503}


def test_a_first_page_and_an_empty_one_can_be_torn(desk: Desk) -> None:
    """Nothing stands before the first page, and no total falls below nothing."""
    desk.dial.faults = Faults(1, torn_pages=True)
    totals = {json.loads(desk.ask("GET", LISTS["exotel"]).body)["metadata"]["total"] for _ in range(20)}
    assert totals == {0, 1}


def test_the_log_tells_of_faults_and_of_nobodys_number(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever reads the log sees that a bad answer was meant, and nothing of the path."""
    desk.dial.faults = Faults(1, codes=[503])
    with caplog.at_level("INFO", "listkit"):
        desk.ask("GET", "/api/v2/contacts/phone/12025550123")
    assert "A GET request of textmagic met a fault: codes." in caplog.messages
    assert "12025550123" not in caplog.text


@pytest.mark.parametrize("path", ["/health", "/", "/metrics", "/openapi/exotel.json", "/nowhere"])
def test_what_is_no_call_of_an_api_is_always_well(desk: Desk, path: str) -> None:
    """Faults are the vendors'; what is this server's own is not touched."""
    desk.dial.faults = Faults(1)
    desk.ask("GET", path)
    assert desk.met == [""]


def test_the_rate_is_the_share_that_meets_a_fault(desk: Desk) -> None:
    """At 0.3, of 400 requests about 120 meet one, all kinds alike."""
    desk.dial.faults = Faults(0.3, seed=3)
    asked = Request(method="GET", path="/api/v2/ping")
    met = Counter(desk.dial.meet(asked, lambda request: Answer(status=200, body=b"{}")).fault for _ in range(400))
    assert 90 <= 400 - met[""] <= 150
    assert set(met) == {"", *KINDS} - {"torn_pages", "late"}


REQUESTS = st.lists(
    st.tuples(st.sampled_from(["GET", "POST", "DELETE"]), st.sampled_from(["lists", "lists/7", "lists/8/contacts"])),
    max_size=30,
)


def met_by(dial: Dial, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Ask for one thing after the other, and note what each met and what came of it."""
    return [
        (met.fault, repr(met.outcome.status if isinstance(met.outcome, Answer) else met.outcome.sent))
        for method, path in asked
        for met in [
            dial.meet(Request(method=method, path=f"/api/v2/{path}"), lambda request: Answer(status=200, body=b"[1,2]"))
        ]
    ]


@given(asked=REQUESTS, seed=st.integers())
def test_the_same_seed_gives_the_same_faults(asked: list[tuple[str, str]], seed: int) -> None:
    """The same requests meet the same faults again, also after the dial was turned back."""
    faults = Faults(0.5, codes=[429, 503], cut_after_commit=True, malformed=True, seed=seed)
    dial = Dial(faults)
    first = met_by(dial, asked)
    assert met_by(Dial(faults), asked) == first
    dial.faults = faults
    assert met_by(dial, asked) == first


@given(asked=REQUESTS, others=REQUESTS, seed=st.integers())
def test_what_is_asked_elsewhere_changes_nothing(
    asked: list[tuple[str, str]], others: list[tuple[str, str]], seed: int
) -> None:
    """Requests of other kinds in between leave each request its fault, and so do the ids in a path."""
    faults = Faults(0.5, cut_before_commit=True, codes=[500], seed=seed)
    alone = met_by(Dial(faults), asked)
    between = [("PUT", path) for _, path in others]
    dial, found = Dial(faults), []
    for number, one in enumerate(asked):
        met_by(dial, between[number : number + 1])
        found += met_by(dial, [(one[0], one[1].replace("8", "9000"))])
    assert found == alone


def test_threads_share_out_the_same_faults() -> None:
    """Whichever thread comes first, so many requests of a kind meet the same faults between them."""
    faults = Faults(0.5, cut_before_commit=True, codes=[500, 502], seed=11)
    asked = [("POST", "lists")] * 50
    expected = Counter(met_by(Dial(faults), asked * 4))
    dial, found = Dial(faults), Counter[tuple[str, str]]()

    def ask() -> None:
        met = met_by(dial, asked)
        with lock:
            found.update(met)

    lock = threading.Lock()
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
