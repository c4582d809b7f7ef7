"""Who gets in, in which order it is asked, how often, and that nobody is kept out by others."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from listkit.server.answering import DIALECTS, Service
from listkit.server.clock import HandClock
from listkit.server.limits import Limits
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf
from tests.server.worlds import EXOTEL, JSON, TEXTMAGIC, World, two_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from listkit.server.store.base import Account, Api

ROUTES = [
    pytest.param(dialect, route, id=f"{dialect.NAME} {route.method} {route.path}")
    for dialect in DIALECTS
    for route in dialect.ROUTES
]
HERE = "192.0.2.1"
SECRET = "secret"
STRONG = secrets.token_urlsafe(24)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make two accounts, of which one has keys that may only read."""
    with two_accounts(tmp_path_factory.mktemp("doors")) as world:
        for api in ("exotel", "textmagic"):
            world.store.add_key(world.mallory, api, "mallory", "reader", scope="read")
        yield world


def key(api: Api, login: str = "mallory", secret: str = SECRET) -> dict[str, str]:
    """Show a key as the API wants it."""
    if api == "textmagic":
        return {"x-tm-username": login, "x-tm-key": secret}
    return {"authorization": f"Basic {base64.b64encode(f'{login}:{secret}'.encode()).decode()}"}


def ask(service: Service, route: Any, headers: Mapping[str, str], *, body: bytes = b"", address: str = "") -> Answer:
    """Ask what a route takes, or a method and a path."""
    method, path = route if isinstance(route, tuple) else (route.method, route.path)
    path = path.replace("{account}", "mallory").replace("{id}", "1").replace("{phone}", "12025550150")
    head = Request(method=method, path=path, headers=headers, body=body)
    admitted = service.admit(head, address=address)
    return admitted if isinstance(admitted, Answer) else admitted.answer(body)


def check_refusal(dialect: Any, answer: Answer) -> None:
    """Check what the vendor says to a key that is not good."""
    told = json.loads(answer.body)
    if dialect.NAME == "textmagic":
        assert told == {"code": 401, "message": "Wrong username and token combination.", "errors": None}
    else:
        error = {"code": 1010, "message": "Authorization failed", "description": "Authorization failed"}
        assert told["response"] == {"code": 401, "error_data": error, "status": "failure", "data": None}


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
def test_every_route_wants_a_key(world: World, dialect: Any, route: Any) -> None:
    """Without a key, with a wrong one, or with another API's: 401 in the vendor's shape, and nothing is done."""
    other: Api = "textmagic" if dialect.NAME == "exotel" else "exotel"
    before = [world.asked_of(account) for account in (world.mallory, world.asha)]
    shown = ({}, key(dialect.NAME, secret="wrong"), key(dialect.NAME, "nobody"), key(dialect.NAME, secret=""))
    for headers in (*shown, {"authorization": "Bearer secret"}, key(other) if other == "textmagic" else {}):
        refused = ask(world.service, route, headers, body=b'{"lists": [{"name": "new"}], "name": "new"}')
        assert refused.status == 401
        check_refusal(dialect, refused)
    assert [world.asked_of(account) for account in (world.mallory, world.asha)] == before


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
def test_a_key_that_reads_changes_nothing(world: World, dialect: Any, route: Any) -> None:
    """On every route that may change something a key of scope `read` gets the vendor's 403, on others the answer."""
    before = world.asked_of(world.mallory)
    headers = {**key(dialect.NAME, secret="reader"), "content-type": JSON}
    answer = ask(world.service, route, headers, body=b'{"lists": [{"name": "new"}], "name": "new"}')
    assert (answer.status == 403) == (route.method != "GET")
    if route.method == "GET":
        assert answer.status == ask(world.service, route, key(dialect.NAME)).status
    assert world.asked_of(world.mallory) == before


def test_the_servers_own_pages_want_a_key(world: World) -> None:
    """Each of the server's own addresses but health is closed to who has no key."""
    desk = world.service._desk
    assert set(desk._open) == {"/health", "/health/live"}
    assert {"/", "/metrics"} <= set(desk._pages)
    for path in desk._pages:
        assert ask(world.service, ("GET", path), {}).status == 401
        assert ask(world.service, ("GET", path), key("exotel", secret="wrong")).status == 401
        assert ask(world.service, ("GET", path), key("exotel")).status == 200


def _limited(world: World, **figures: int) -> Service:
    limits = Limits(**figures)
    return Service(world.store, Shelf(world.store), limits=limits, clock=HandClock(1_000_000_020))


def test_exotel_asks_in_its_order(world: World) -> None:
    """Key, account, rate, route and method, content type, body: each is asked before the next."""
    service, good = _limited(world, exotel=4), key("exotel")
    elsewhere, nowhere = ("BREW", "/v2/accounts/asha/nowhere"), ("GET", f"{EXOTEL}nowhere")
    assert ask(service, elsewhere, {}, body=b"{").status == 401
    assert ask(service, elsewhere, good, body=b"{").status == 403
    assert ask(service, nowhere, good).status == 404
    assert ask(service, ("PATCH", f"{EXOTEL}lists"), good, body=b"{").status == 405
    assert ask(service, ("POST", f"{EXOTEL}lists"), {**good, "content-type": "text/plain"}, body=b"{").status == 415
    assert ask(service, ("POST", f"{EXOTEL}lists"), {**good, "content-type": JSON}, body=b"{").status == 400
    assert ask(service, nowhere, good).status == 429
    assert ask(service, elsewhere, good).status == 403


def test_textmagic_asks_in_its_order(world: World) -> None:
    """Key, rate, route and method, body, existence, values: each is asked before the next."""
    service, good = _limited(world, textmagic=5), {**key("textmagic"), "content-type": JSON}
    assert ask(service, ("BREW", f"{TEXTMAGIC}nowhere"), {}, body=b"{").status == 401
    assert ask(service, ("BREW", f"{TEXTMAGIC}nowhere"), good, body=b"{").status == 404
    assert ask(service, ("PATCH", f"{TEXTMAGIC}lists"), good, body=b"{").status == 405
    assert ask(service, ("PUT", f"{TEXTMAGIC}lists/999"), good, body=b"{").status == 400
    assert ask(service, ("PUT", f"{TEXTMAGIC}lists/999"), good, body=b"{}").status == 404
    assert ask(service, ("PUT", f"{TEXTMAGIC}lists/1"), good, body=b"{}").status == 400
    assert ask(service, ("BREW", f"{TEXTMAGIC}nowhere"), good).status == 429


def test_exotel_refuses_too_many_as_it_documents(world: World) -> None:
    """Three headers on every answer that was counted; then 429, code 1030, and whole seconds to wait."""
    service, lists = _limited(world, exotel=2), ("GET", f"{EXOTEL}lists")
    told = [ask(service, lists, key("exotel")) for _ in range(3)]
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    assert [tuple(answer.headers[name] for name in names) for answer in told] == [
        ("2", left, "1000000080") for left in ("1", "0", "0")
    ]
    refused = json.loads(told[2].body)["response"]
    assert told[2].headers["retry-after"] == "60"
    assert refused["error_data"] == {
        "code": 1030, "message": "Rate limit exceeded", "description": "Try again in 60 seconds",
    }  # fmt: skip
    assert ask(service, ("GET", "/v2/accounts/asha/lists"), key("exotel", "asha")).status == 200


def test_textmagic_refuses_too_many_as_it_documents(world: World) -> None:
    """No header but Retry-After: 1, and a slower pace for changes of members, where that is set."""
    service = _limited(world, textmagic=4, textmagic_writes=1)
    good = {**key("textmagic"), "content-type": JSON}
    told = [ask(service, ("PUT", f"{TEXTMAGIC}lists/1/contacts"), good, body=b"{}") for _ in range(2)]
    told += [ask(service, ("GET", f"{TEXTMAGIC}lists"), good) for _ in range(3)]
    assert [answer.status for answer in told] == [400, 429, 200, 200, 429]
    for refused in (told[1], told[4]):
        assert refused.body == b'{"code":429,"message":"Too many requests","errors":null}'
        assert refused.headers["retry-after"] == "1"
        assert not any(name.startswith("x-ratelimit") for name in refused.headers)


@pytest.mark.parametrize(("weak", "strong"), [(1, 0), (0, 1), (1, 1)])
def test_a_login_that_is_there_costs_what_one_that_is_not_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, weak: int, strong: int
) -> None:
    """Whatever the store holds, a wrong secret of a known login and one of nobody's make as many slow hashes."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "s.sqlite")
    kept: dict[Api, tuple[str, str]] = ({"exotel": ("weak", "word")} if weak else {}) | (
        {"textmagic": ("strong", STRONG)} if strong else {}
    )
    store.create_account("acme", sid="a", username="a", secrets=kept)
    made: list[str] = []
    scrypt = credentials._scrypt
    monkeypatch.setattr(credentials, "_scrypt", lambda secret, *how: made.append(secret) or scrypt(secret, *how))
    costs = []
    for api, login in [*((api, login) for api, (login, _) in kept.items()), ("exotel", "nobody")]:
        made.clear()
        assert store.authenticate(api, login, "wrong") is None
        costs.append(len(made))
    assert set(costs) == {weak}
    store.close()


def test_nobody_is_kept_out_by_others_failures(tmp_path: Path) -> None:
    """After a thousand failures of this login and others, from this address and others, its key still opens."""
    store = open_store(tmp_path / "s.sqlite")
    acme: Account = store.create_account("acme", sid="mallory", username="acme", secrets={"exotel": ("acme", STRONG)})
    service, lists = Service(store, Shelf(store), clock=HandClock()), ("GET", f"{EXOTEL}lists")
    for number in range(1_000):
        address = HERE if number % 2 else f"198.51.100.{number % 256}"
        login = "acme" if number % 3 else f"login-{number}"
        assert ask(service, lists, key("exotel", login, f"guess-{number}"), address=address).status in {401, 429}
    assert ask(service, lists, key("exotel", "acme", "guess"), address=HERE).status == 429
    assert ask(service, lists, key("exotel", "acme", STRONG), address=HERE).status == 200
    assert store.keys_of(acme)[0].login == "acme"
    store.close()


def test_a_word_is_guessed_at_a_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand words tried within a minute on a weak secret, few are looked at; who proved his is let in."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "s.sqlite")
    store.create_account("acme", sid="mallory", username="acme", secrets={"exotel": ("acme", "word 500")})
    clock = HandClock()
    service, lists = Service(store, Shelf(store), clock=clock), ("GET", f"{EXOTEL}lists")
    looked_at: list[str] = []
    scrypt = credentials._scrypt
    monkeypatch.setattr(credentials, "_scrypt", lambda secret, *how: looked_at.append(secret) or scrypt(secret, *how))
    for number in range(1_000):
        assert ask(service, lists, key("exotel", "acme", f"word {number}"), address=HERE).status in {401, 429}
        clock.advance(0.06)
    assert len(looked_at) < 20
    assert ask(service, lists, key("exotel", "acme", "word 500"), address="192.0.2.2").status == 200
    assert ask(service, lists, key("exotel", "acme", "word 500"), address=HERE).status == 200
    store.close()
