"""What a hostile caller of the two APIs gets: nothing of anybody else's, no 5xx, the vendor's own shape."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from listkit.contact import ContactList
from listkit.server.answering import DIALECTS
from listkit.server.dialects.exotel import sids
from listkit.server.importing import Importer
from listkit.wire import multipart
from tests.server.worlds import EXOTEL, FORM, JSON, MANY, NOBODYS, TEXTMAGIC, World, two_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.wire.message import Answer


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Make two accounts."""
    with two_accounts(tmp_path) as world:
        yield world


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make two accounts that no test of them changes."""
    with two_accounts(tmp_path_factory.mktemp("shared")) as world:
        yield world


# isolation ---------------------------------------------------------------------------------
SIDS: dict[sids.Kind, int] = {"list": MANY, "contact": MANY, "upload": MANY - 1}
ROUTES = [
    pytest.param(dialect, route, id=f"{dialect.NAME} {route.method} {route.path}")
    for dialect in DIALECTS
    for route in dialect.ROUTES
]


def _told(answer: Answer, *names: str) -> tuple[int, dict[str, str], str]:
    """Return an answer without its own number, the time of day and the ids that were asked for."""
    headers = dict(answer.headers)
    body = answer.body.decode().replace(headers.pop("x-request-id"), "NUMBER")
    body = re.sub(r"\d\d:\d\d:\d\d", "TIME", body)
    for name in names:
        body = body.replace(name, "ID")
    return answer.status, headers, body


def _theirs(world: World, route: str) -> tuple[str, ...]:
    if route.startswith(TEXTMAGIC):
        return str(MANY), "12025550129"
    return tuple(sids.encode(world.asha, kind, str(number)) for kind, number in SIDS.items())


@pytest.mark.parametrize(("dialect", "route"), ROUTES)
def test_what_is_anothers_answers_as_what_does_not_exist(shared: World, dialect: Any, route: Any) -> None:
    """On every route another account's id, in path, query or body, is answered byte for byte as an id of nothing."""
    before = shared.asked_of(shared.asha)
    is_exotel = dialect.NAME == "exotel"
    nobodys = ("0123456789abcdef" * 2,) * 3 if is_exotel else (NOBODYS, "12025559999")
    theirs, nobodys = (_ask_with(shared, route, *names) for names in (_theirs(shared, route.path), nobodys))
    assert theirs == nobodys
    assert theirs[0] < 500
    assert shared.asked_of(shared.asha) == before


def _ask_with(world: World, route: Any, *names: str) -> tuple[int, dict[str, str], str]:
    """Ask for what has these ids, wherever a route may look for one."""
    path = route.path.replace("{account}", "mallory")
    sent: dict[str, Any] = {"name": "x", "number": "+12025550150", "phone": "12025550150", "first_name": "x"}
    if path.startswith(EXOTEL):
        for kind, name in zip(SIDS, names, strict=True):
            path = path.replace(f"{{{kind}_id}}", name)
        a_list, a_contact, _ = names
        query = {"list_sids": a_list}
        sent["lists"] = [{"sid": a_list, "name": "y"}]
        sent["contact_references"] = [{"contact_sid": a_contact}]
        sent["contacts"] = [{"sid": a_contact, "first_name": "y"}] if route.method == "PUT" else []
    else:
        path = path.replace("{id}", names[0]).replace("{phone}", names[1])
        query = {"listId": names[0], "ids": names[0], "column": "0:phone"}
        sent |= dict.fromkeys(("lists", "contacts", "ids", "contactId"), names[0])
    kind, body = JSON, json.dumps(sent).encode()
    if path.endswith("import/normalized"):
        kind, body = multipart.encode([("file", multipart.FilePart(filename="x", content=b"12025550150\n"))])
    return _told(world.ask(route.method, path, body, kind, **query), *names)


def test_anothers_account_answers_as_one_that_does_not_exist(shared: World) -> None:
    """The sid of an account that is there is told apart from one that is not by nothing."""
    for below in ("lists", "contacts", "lists/x/contacts", "csv-status/x", "nowhere", ""):
        asha, nobody = (_told(shared.ask("GET", f"/v2/accounts/{sid}/{below}")) for sid in ("asha", "nobody"))
        assert asha == nobody
        assert asha[0] == 403


@pytest.mark.parametrize("kind", ["list", "contact", "upload"])
def test_an_id_of_ones_own_is_no_id_of_another_kind(world: World, kind: Any) -> None:
    """The sid of one kind opens no other, though their numbers in the store are the same."""
    sid = sids.encode(world.mallory, kind, "1")
    found = {place: world.ask("GET", f"{EXOTEL}{place}/{sid}").status for place in ("lists", "contacts", "csv-status")}
    assert found == {"lists": 200 if kind == "list" else 404, "contacts": 404, "csv-status": 404}


# single blows ------------------------------------------------------------------------------
NAMES = [
    "<img src=x onerror=alert(1)>", "../../etc/passwd", "a\r\nSet-Cookie: x=1", "%", "_", "%%%", "\\",
    "'; DROP TABLE lists; --", '" OR ""="', "=cmd|' /C calc'!A0", "\u202eevil", "\x1b[31m", "/", "{id}", "null", "😀",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_and_nothing_else(world: World, name: str) -> None:
    """Markup, SQL, paths, wildcards and line ends come back as they went in, and are searched for as they are."""
    made = world.ask("POST", f"{EXOTEL}lists", {"lists": [{"name": name}]})
    assert made.status == 200
    assert b"\r\n" not in made.body
    found = json.loads(world.ask("GET", f"{EXOTEL}lists", name=name).body)
    assert [item["data"]["name"] for item in found["response"]] == [name]
    sought = json.loads(world.ask("GET", f"{TEXTMAGIC}lists/search", query=name).body)
    assert [kept["name"] for kept in sought["resources"]] == [name]


@pytest.mark.parametrize(
    "sort", ["name;drop", "name) --", "id", "NAME", "name:asc,phone", "date_created:up", "'", "name:"]
)
def test_no_text_of_a_caller_sorts(shared: World, sort: str) -> None:
    """A sort that is none of the known ones is refused by Exotel's rules and passed over by TextMagic's."""
    expected = 200 if sort == "name:" else 400
    assert shared.ask("GET", f"{EXOTEL}lists", sort_by=sort).status == expected
    assert shared.ask("GET", f"{TEXTMAGIC}contacts", orderBy=sort, direction=sort).status == 200


def test_a_pattern_that_no_engine_takes_is_refused(shared: World) -> None:
    """A search as long as a whole line of a request is a 400, not a failure of the database."""
    for path in (f"{EXOTEL}lists", f"{EXOTEL}contacts", f"{TEXTMAGIC}lists/search", f"{TEXTMAGIC}contacts/search"):
        assert shared.ask("GET", path, name="%" * 60_000, query="%" * 60_000).status == 400


@pytest.mark.parametrize("name", ["page", "orderBy", "all", "ids", "name"])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_no_depth_makes_it_fail(shared: World, name: str, opening: str, closing: str) -> None:
    """JSON that can just be read, and is too deep for anything after, is refused or passed over."""
    for depth in range(900, 1_000, 4):
        body = f'{{"name": "x", "{name}": {opening * depth}1{closing * depth}}}'.encode()
        for method, path in (("GET", "lists"), ("POST", "lists/delete"), ("GET", "contacts/search")):
            assert shared.ask(method, f"{TEXTMAGIC}{path}", body).status < 500


@pytest.mark.parametrize(
    "number",
    [b"1" * 4_000, b"1" * 5_000, b"-0", b"1e999", b"NaN", b"Infinity", b"18446744073709551616", b"1e-999", b"0x1"],
)
def test_no_number_makes_it_fail(world: World, number: bytes) -> None:
    """A number that is too large, or none, is refused, passed over or kept whole."""
    contact = b'{"contacts": [{"number": "+12025550150", "custom_field": {"a": %s}}]}' % number
    assert world.ask("POST", f"{EXOTEL}contacts", contact).status in {207, 400}
    assert world.ask("GET", f"{EXOTEL}contacts").status == 200
    for name in (b"page", b"name", b"lists", b"shared", b"phone"):
        assert world.ask("POST", f"{TEXTMAGIC}lists", b'{"name": "x", "%s": %s}' % (name, number)).status < 500


def test_of_keys_that_are_there_twice_the_last_counts(world: World) -> None:
    """One list is made of a body with two names, and the answer names that one."""
    made = json.loads(world.ask("POST", f"{EXOTEL}lists", b'{"lists": [{"name": "a", "name": "b"}]}').body)
    assert made["response"][0]["data"]["name"] == "b"
    world.ask("POST", f"{TEXTMAGIC}lists", b"name=c&name=d", FORM)
    assert [kept.name for kept in world.store.lists(world.mallory).items] == ["x", "y", "b", "d"]


def _form(content: bytes, **fields: str) -> tuple[str, bytes]:
    file = multipart.FilePart(filename="../../x\r\nA: b.csv", content=content, content_type="text/csv")
    return multipart.encode([*fields.items(), ("file_name", file)])


def test_a_heading_that_cannot_be_kept_is_refused(world: World) -> None:
    """A column's name with a NUL in it is a 400, and no list is made for its file."""
    kind, body = _form(b"number,a\0b\n+12025550150,x\n", list_name="new", type="dynamic")
    assert world.ask("POST", f"{EXOTEL}contacts/csv-upload", body, kind).status == 400
    assert world.store.lists(world.mallory).total == 2


def test_a_row_that_no_store_keeps_ends_its_upload(world: World, tmp_path: Path) -> None:
    """An upload whose rows are refused for good ends as failed, instead of being tried again at every start."""
    made = world.store.create_lists(world.mallory, [ContactList(name="new")])[0]
    importer = Importer(world.store, tmp_path / "uploads")
    job = importer.start(
        world.mallory,
        api="exotel",
        to=made,
        file=multipart.FilePart(filename="x.csv", content=b"number,x\n+12025550150,y\n"),
        layout={0: "phone", 1: "custom.a\0b"},
        cap=None,
    )
    until = time.monotonic() + 5
    while (kept := world.store.job(world.mallory, job.upload_id, api="exotel")).state != "failed":
        assert time.monotonic() < until, kept.state
        time.sleep(0.01)
    importer.close()
    assert [path.name for path in (tmp_path / "uploads").glob("*.csv")] == []


BOUNDARY = b"boundary"
OPENING = b'--boundary\r\ncontent-disposition: form-data; name="file_name"; filename="x"\r\n\r\n'


@pytest.mark.parametrize(
    "filling", [b"\r", b"\r\n", b"\r\n--", b"\r\n--boundar", b"\r\n--boundaryx", b"--boundary", OPENING, b"a: b\r\n"]
)
def test_no_form_takes_long(shared: World, filling: bytes) -> None:
    """Four megabytes of almost-boundaries, of parts, of anything, are read or refused in a moment."""
    body = OPENING + filling * (4_000_000 // len(filling)) + b"\r\n--boundary--\r\n"
    started = time.monotonic()
    answer = shared.ask("POST", f"{EXOTEL}contacts/csv-upload", body, "multipart/form-data; boundary=boundary")
    assert answer.status == 400
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "path", ["lists/", "lists//", "lists/../contacts", "lists/%2e%2e/contacts", "lists%2f", "./lists"]
)
def test_a_path_is_compared_and_never_resolved(shared: World, path: str) -> None:
    """Only a route as it is written, with one slash after it at most, is found."""
    for prefix in (EXOTEL, TEXTMAGIC):
        assert shared.ask("GET", prefix + path).status == (200 if path == "lists/" else 404)
