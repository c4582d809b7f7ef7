"""Answers that are given again: only while they are true, to whoever asks the same, and within bounds."""

from __future__ import annotations

import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import NotFoundError
from listkit.server import recalling
from listkit.server.answering import Service
from listkit.server.faults import Faults
from listkit.server.recalling import Recent
from listkit.server.running import Running
from listkit.server.store import credentials, open_store
from listkit.server.store.jobs import Job
from listkit.wire.message import Answer, Request
from tests.contracts.engines import ENGINES, make_account, make_list, make_members, phones, rows_of
from tests.contracts.test_engines_agree import Side, asked
from tests.server.dialects.shelf import Shelf
from tests.server.sockets import KEYS, ask, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from listkit.server.store.base import Account, Store


MEMBERS = "GET /api/v2/lists/1/contacts?limit=100"


def call(*, writes: int = 0, account_id: int = 1, user_id: int = 1, path: str = "/a", **query: str) -> Any:
    """Make a question of a caller who knows of so many writes."""
    caller = SimpleNamespace(account=SimpleNamespace(account_id=account_id), user_id=user_id, writes=writes)
    return SimpleNamespace(caller=caller, request=Request(method="GET", path=path, query=tuple(query.items())))


def answer(size: int = 1, *, blocks: list[bytes] | None = None) -> Answer:
    """Make an answer of so many bytes, nearly none of which pressing can spare."""
    return Answer(status=200, body=os.urandom(size), blocks=blocks or [])


def test_a_question_is_asked_by_somebody_at_some_count() -> None:
    """Another account, user, path, query or count of writes is another question."""
    recent, given = Recent(), answer()
    recent.keep(call(limit="1"), given)
    assert recent.recall(call(limit="1")) == given
    others = [
        call(limit="1", writes=1),
        call(limit="1", account_id=2),
        call(limit="1", user_id=2),
        call(limit="1", path="/b"),
        call(limit="2"),
        call(),
    ]
    assert [recent.recall(other) for other in others] == [None] * len(others)


def test_what_was_not_asked_for_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """All answers together stay within their bytes, also when one question is answered again and again."""
    monkeypatch.setattr(recalling, "MOST_BYTES", 20_000)
    recent = Recent()
    for _ in range(50):
        recent.keep(call(path="/again"), answer(5_000))
    for path in ("/a", "/b"):
        recent.keep(call(path=path), answer(5_000))
    assert recent.recall(call(path="/again"))
    recent.keep(call(path="/c"), answer(5_000))
    assert [bool(recent.recall(call(path=path))) for path in ("/again", "/a", "/b", "/c")] == [True, False, True, True]


def test_pages_are_kept_in_little_room(store: Store, acme: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages of a list have room for which they would be too large as they are sent."""
    make_members(store, acme, "1", *range(102, 700))
    service = Service(store, Shelf(store))
    pages = [members_of(query=(("limit", "100"), ("page", str(page)))) for page in range(1, 7)]
    sent = [asking(service, page)[0].body for page in pages]
    monkeypatch.setattr(recalling, "MOST_BYTES", sum(map(len, sent)) // 3)
    service = Service(store, Shelf(store))
    assert [asking(service, page)[0].body for page in pages] == sent
    assert all(asking(service, page)[1] for page in pages)


def test_a_large_answer_is_not_kept() -> None:
    """An answer of more than a megabyte, or one in blocks, or to a question as long, is made anew each time."""
    recent = Recent()
    recent.keep(call(path="/large"), answer(recalling.LARGEST))
    recent.keep(call(path="/blocks"), answer(blocks=[b"x"]))
    recent.keep(call(path="/long", name="x" * recalling.LARGEST), answer())
    assert not recent._given


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly: what is tested here is not how slow a guess is."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Find a place for a store on each engine."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Open an empty store on each engine."""
    with closing(open_store(url)) as store:
        yield store


@pytest.fixture
def acme(store: Store) -> Account:
    """Make an account with a list of two."""
    acme = make_account(store, "acme")
    make_members(store, acme, make_list(store, acme), 100, 101)
    return acme


@pytest.fixture
def service(store: Store, acme: Account) -> Service:
    """Put both APIs over the store."""
    return Service(store, Shelf(store))


def members_of(account: str = "acme", key: str = "acme-api-key", **changed: Any) -> Request:
    """Ask for the members of an account's list."""
    path, headers = "/api/v2/lists/1/contacts", {"x-tm-username": account, "x-tm-key": key}
    return Request(**{"method": "GET", "path": path, "headers": headers, **changed})


def asking(service: Service, request: Request) -> tuple[Answer, bool]:
    """Ask as over the network, and say whether the answer was given before."""
    admitted = service.admit(request)
    if isinstance(admitted, Answer):
        return admitted, False
    known = admitted.recall()
    return (known, True) if known else (admitted.answer(request.body, is_kept=True), False)


def told(service: Service, request: Request) -> Any:
    """Ask, and read the answer."""
    return msgspec.json.decode(asking(service, request)[0].body)


def test_an_answer_is_given_again_under_a_number_of_its_own(service: Service) -> None:
    """What is asked twice is read once; each answer has its request's number, in Exotel's body too."""
    proof = {"authorization": "Basic " + b64encode(b"acme-key:acme-token").decode()}
    page = Request(method="GET", path="/v2/accounts/acme1/contacts", headers=proof)
    (first, is_first_known), (second, is_second_known) = asking(service, page), asking(service, page)
    assert (is_first_known, is_second_known) == (False, True)
    numbers = [one.headers["x-request-id"] for one in (first, second)]
    bodies = [msgspec.json.decode(one.body) for one in (first, second)]
    assert [body.pop("request_id") for body in bodies] == numbers
    assert numbers[0] != numbers[1]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]["response"]) == 2


def test_what_another_process_writes_is_seen_at_once(service: Service, url: str, acme: Account) -> None:
    """A write through connections of its own, as another process has, is in the next answer."""
    assert len(told(service, members_of())["resources"]) == 2
    assert asking(service, members_of())[1]
    with closing(open_store(url)) as other:
        other.add_members(acme, "1", [other.create_contacts(acme, phones(102))[0].record.contact_id])
        assert len(told(service, members_of())["resources"]) == 3
        assert asking(service, members_of())[1]
        with pytest.raises(NotFoundError):
            other.add_members(acme, "1", ["999"], all_or_nothing=True)
        # What was rolled back was no write.
        assert asking(service, members_of())[1]


def test_what_a_file_brings_is_seen_at_once(service: Service, store: Store, acme: Account) -> None:
    """Each piece of a file that is taken in is in the next answer."""
    new = Job(upload_id="", account_id=acme.account_id, api="textmagic", list_id="1", path="x.csv", layout={}, cap=None)
    job = store.create_job(new)
    for piece in range(3):
        assert len(told(service, members_of())["resources"]) == 2 + piece
        assert asking(service, members_of())[1]
        job = store.load_rows(job, rows_of(phones(200 + piece)))


def test_a_key_that_is_revoked_is_refused_at_once(service: Service, store: Store, acme: Account) -> None:
    """An answer that could be given again is not given to a key that was revoked meanwhile."""
    key = store.add_key(acme, "textmagic", "acme", "another-api-key")
    assert asking(service, members_of(key="another-api-key"))[0].status == 200
    assert asking(service, members_of(key="another-api-key"))[1]
    store.revoke_key(acme, key.key_id)
    assert asking(service, members_of(key="another-api-key"))[0].status == 401
    assert asking(service, members_of())[1]


def test_nobody_sees_what_was_answered_to_another(service: Service, store: Store, acme: Account) -> None:
    """The same path asked by another account, or by another user, has an answer of its own."""
    assert len(told(service, members_of())["resources"]) == 2
    make_account(store, "other")
    assert asking(service, members_of("other", "other-api-key"))[0].status == 404
    store.create_user(acme, "asha", secret="asha-api-key")
    assert asking(service, members_of("asha", "asha-api-key"))[0].status == 404
    assert len(told(service, members_of())["resources"]) == 2


def test_what_tells_the_time_is_made_anew(service: Service) -> None:
    """A ping says what time it is, and that is never what it was."""
    ping = members_of(path="/api/v2/ping")
    assert [asking(service, ping)[1] for _ in range(2)] == [False, False]


def test_what_came_with_a_body_is_made_anew(service: Service) -> None:
    """TextMagic reads a body of a GET too, so that it belongs to the question."""
    page = members_of()
    longer = msgspec.structs.replace(page, headers={**page.headers, "content-length": "7"}, body=b"limit=1")
    assert [len(told(service, one)["resources"]) for one in (page, longer, page, longer)] == [2, 1, 2, 1]


def test_a_refusal_is_made_anew(service: Service, store: Store, acme: Account) -> None:
    """What is not there may be made at any time: no refusal is kept."""
    page = members_of(path="/api/v2/lists/2/contacts")
    assert [asking(service, page)[0].status for _ in range(2)] == [404, 404]
    make_list(store, acme, "Another")
    assert asking(service, page)[0].status == 200


def _heard(server: Running) -> int:
    answer = ask(server, MEMBERS, headers=KEYS)
    return len(msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])["resources"])


def test_a_page_is_not_kept_as_a_fault_tore_it() -> None:
    """With the dial on, pages are torn by its seed alone; with the dial off again, all are whole."""
    tearing = Faults(1, codes=[], torn_pages=True, seed=3)
    with Running() as server:
        acme = server.store.create_account("acme", sid="a", username="acme", secrets={"textmagic": ("acme", "secret")})
        make_members(server.store, acme, make_list(server.store, acme), *range(100, 104))
        whole = [_heard(server), _heard(server)]
        heard = []
        for _ in range(2):
            server.dial.faults = tearing
            heard.append([_heard(server) for _ in range(12)])
            server.dial.faults = Faults()
            whole += [_heard(server), _heard(server)]
    assert set(whole) == {4}
    assert heard[0] == heard[1]
    assert set(heard[0]) != {4}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_acknowledged_is_in_the_next_answer(engine: str, tmp_path: Path) -> None:
    """Of two servers over one store, with writers and readers at both: who has written sees it, whichever he asks."""
    url = ENGINES[engine](tmp_path)
    with ExitStack() as opened:
        folders = [tmp_path / "one", tmp_path / "other"]
        servers = [
            opened.enter_context(Running(url, folder=folder, takes_in=number == 0))
            for number, folder in enumerate(folders)
        ]
        acme = servers[0].store.create_account(
            "acme", sid="a", username="acme", secrets={"textmagic": ("acme", "secret")}
        )
        make_list(servers[0].store, acme)
        missed: list[str] = []
        with ThreadPoolExecutor(6) as threads:
            writers = [threads.submit(_write_and_look, servers, number, missed) for number in range(4)]
            readers = [threads.submit(_read_until_done, server, writers) for server in servers]
        assert [done.result() for done in (*writers, *readers)] == [None] * 6
        assert missed == []
        assert {_heard(server) for server in servers} == {4 * 12}


def _write_and_look(servers: list[Running], number: int, missed: list[str]) -> None:
    for turn in range(12):
        phone = f"1202555{100 * (number + 1) + turn:04}"
        writes_to, reads_from = servers[turn % 2], servers[(turn // 2) % 2]
        form = f"phone={phone}&lists=1".encode()
        kind = f"{KEYS}content-type: application/x-www-form-urlencoded\r\n"
        assert status(ask(writes_to, "POST /api/v2/contacts", form, headers=kind)) == 201
        if phone.encode() not in ask(reads_from, MEMBERS, headers=KEYS):
            missed.append(phone)


def _read_until_done(server: Running, writers: list[Future[None]]) -> None:
    while not all(writer.done() for writer in writers):
        assert status(ask(server, MEMBERS, headers=KEYS)) == 200


@pytest.fixture(scope="module", params=ENGINES)
def side(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    """Open a store on each engine."""
    with closing(Side(request.param, tmp_path_factory.mktemp("side"))) as side:
        yield side


NAMES = count(1)


@settings(max_examples=25)
@given(sent=st.lists(asked(), min_size=4, max_size=8))
def test_whoever_asks_again_hears_what_he_would_hear_anew(side: Side, sent: list[Request]) -> None:
    """In any sequence of requests, all that was asked before is answered as if nothing were kept."""
    account, reading = side.enter(f"r{next(NAMES)}"), []
    for request in sent:
        if request.method == "GET":
            reading.append(request)
        else:
            side.answer(account, request)
        for page in reading:
            anew = side.answer(account, page)
            assert [side.answer(account, page, ask=partial(heard, side)) for _ in range(2)] == [anew, anew]


def heard(side: Side, request: Request) -> Answer:
    """Ask as over the network."""
    return asking(side.service, request)[0]
