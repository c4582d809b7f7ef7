"""Whatever a provider answers, listkit says one clean sentence of its own, goes nowhere else, and comes to an end."""

from __future__ import annotations

import gzip
import json
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.account import Account
from listkit.contact import FIELDS, ContactList
from listkit.errors import AnswerLostError, IncompleteWarning, InvalidError, ListkitError, ProviderError
from listkit.providers import session as session_module
from listkit.providers.exotel import Exotel
from listkit.providers.session import Session, Timeouts
from listkit.providers.textmagic import TextMagic
from listkit.wire.message import Answer, Request
from tests.providers.scripted import CREATE, GET, OPERATIONS, Scripted, answer, connected, read_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

SID = "a" * 32
HUGE = 10**400
VENDORS = [pytest.param(Exotel, id="exotel"), pytest.param(TextMagic, id="textmagic")]
PERSON = pa.table({name: pa.array(["+12025550123" if name == "phone" else None], pa.string()) for name in FIELDS})
OPERATION: dict[str, Callable[[Account], object]] = {
    "lists": lambda account: account.lists(),
    "one list": lambda account: account.lists("x"),
    "contacts": lambda account: account.contacts("x"),
    "create": lambda account: account.create_list("x"),
    "rename": lambda account: account.rename_list("x", "y"),
    "delete": lambda account: account.delete_list("x", allow_destroy=True),
    "ping": lambda account: account.ping(),
    "upload": lambda account: account.provider.upload_status(
        account.provider.upload(PERSON, to=ContactList(name="x", list_id="1"))
    ),
    "make": lambda account: account.provider.create_contacts(PERSON, list_id="1"),
    "find": lambda account: account.provider.find_contact("+12025550123"),
    "join": lambda account: account.provider.add_members("1", ["5"]),
    "leave": lambda account: account.provider.remove_members("1", ["5"]),
    "person": lambda account: account.provider.contact("5"),
    "people": lambda account: account.provider.contacts(),
    "where": lambda account: account.provider.lists_of("5"),
    "change": lambda account: account.provider.update_contacts([("5", {"first_name": "A", "custom.x": "y"})]),
    "forget": lambda account: account.provider.delete_contact("5"),
    "many lists": lambda account: account.provider.create_lists([ContactList(name="x")]),
    "change lists": lambda account: account.provider.update_lists([("1", {"name": "y"})]),
    "opted out": lambda account: account.provider.unsubscribers(),
}


def endure(vendor: Any, said: Answer) -> None:
    """Do everything with a provider that always says this; whatever is raised has to be ours and fit to be read."""
    account = Account(vendor(lambda _request: said, account="acme1"))
    for name, do in OPERATION.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                do(account)
            except ListkitError as error:
                text = str(error)
                assert all(character.isprintable() for character in text), (name, text)
                assert not any(tag in text for tag in ("<script", "<html")), (name, text)
                assert len(text) < 700, (name, text)


def body(**fields: Any) -> dict[str, Any]:
    """Make one thing that passes for a list, a contact and an upload of both vendors."""
    return {"sid": SID, "id": 1, "name": "x", "number": "+12025550123", "phone": "12025550123", **fields}


def framed(*things: object, **metadata: object) -> bytes:
    """Put things into both vendors' frames at once."""
    items = [{"code": 200, "data": thing} for thing in things]
    page = {"page": 1, "limit": 10, "pageCount": 1, "resources": list(things)}
    return json.dumps({"response": items, "metadata": {"total": len(things), **metadata}, **page, **metadata}).encode()


def deep(depth: int) -> bytes:
    """Put a value that is nested so deep where a custom field stands."""
    return framed(body(custom_field={"a": 0}, customFields=[{"name": "a", "value": 0}])).replace(
        b": 0}", b": " + b"[" * depth + b"1" + b"]" * depth + b"}"
    )


BODIES = [
    b"", b"null", b"[]", b"{}", b"\xff\xfe", b"\x1b[31m", b"<html><script>alert(1)</script>", b'"\\ud800"',
    b"1" * 5_000, framed(), framed(None), framed([]), framed({}), framed("x"), framed(HUGE),
    framed(body(contact_count=2**70, membersCount=2**70)), framed(body(contact_count=-1, membersCount="abc")),
    framed(body(membersCount="9" * 5_000)), framed(body(membersCount="٣")), framed(body(id=HUGE, phone=HUGE)),
    framed(body(sid="../..", id="../..", upload_id="../..")), framed(body(name="\x1b]0;\u202e<b>", number="\0")),
    framed(body(date_created="9999-12-31T23:59:59-23:59", date_updated=HUGE)),
    framed(body(date_created="0001-01-01T00:00:00+23:59")),
    framed(body(custom_field={"a": HUGE}, customFields=[{"name": "a", "value": HUGE}, {"name": "a"}])),
    framed(body(), total=HUGE, pageCount=HUGE), framed(body(), total=-1, page=-5), framed(body(), total="x", page=None),
    deep(10), deep(900), deep(960), deep(100_000),
    json.dumps({"response": {"code": HUGE, "error_data": {"code": HUGE, "description": ["x"]}}}).encode(),
    json.dumps({"code": HUGE, "message": {"a": 1}, "errors": {"common": [[1]]}}).encode(),
    json.dumps({"errors": {"fields": {"a" * 9_000: ["b"]}}}).encode(),
    json.dumps({"message": "<b>\x1b[31m\x9b\u202e\u2028" * 999, "errors": [[]]}).encode(),
    json.dumps({"response": [{"error_data": {"description": "<script>\x9b\u202e" * 999}}]}).encode(),
]  # fmt: skip
HEADERS = {"content-type": "\x1b[31m<b>\u202e", "retry-after": "9" * 5_000, "allow": "\x1b, <b>"}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("said", BODIES, ids=range(len(BODIES)))
def test_no_answer_gets_past_the_wire(vendor: Any, said: bytes) -> None:
    """Of every kind of rubbish comes a result or an error of ours: short, without markup, steering no terminal."""
    for status in (200, 201, 204, 207, 400, 401, 404, 405, 409, 429, 500, 503, 599):
        endure(vendor, Answer(status=status, headers=HEADERS, body=said))


KEYS = st.sampled_from(
    [
        "response", "data", "code", "status", "error_data", "metadata", "total", "message", "description", "errors",
        "common", "fields", "resources", "page", "pageCount", "limit", "id", "sid", "name", "phone", "number", "value",
        "membersCount", "contact_count", "contact_sid", "custom_field", "customFields", "upload_id", "stats", "summary",
        "href",
    ]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 600) | st.just(HUGE) | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["x", SID, "7", "failure", "\x1b", "<b>", "+12025550123"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@pytest.mark.parametrize("vendor", VENDORS)
@given(said=ANYTHING, status=st.sampled_from([200, 201, 207, 400, 404, 409, 500]))
def test_no_json_gets_past_the_wire(vendor: Any, said: Any, status: int) -> None:
    """Of JSON with the vendor's own words in the wrong places comes a result or an error of ours."""
    endure(vendor, Answer(status=status, headers={"content-type": "application/json"}, body=json.dumps(said).encode()))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_page_that_comes_for_ever_is_not_read_for_ever(vendor: Any) -> None:
    """A provider that says *there is more* and shows the same page again is told to be incomplete."""
    asked: list[Request] = []

    def repeat(request: Request) -> Answer:
        asked.append(request)
        page = dict(request.query).get("page", 1)
        return Answer(status=200, body=framed(body(), total=10**9, page=int(page), pageCount=10**9))

    with pytest.warns(IncompleteWarning):
        assert len(Account(vendor(repeat, account="acme1")).lists()) == 1
    assert len(asked) < 20


def test_an_upload_is_asked_about_at_ones_own_host() -> None:
    """The address that an answer names is not looked at: neither its host nor its path."""
    asked: list[Request] = []

    def send(request: Request) -> Answer:
        asked.append(request)
        data = {
            "upload_id": SID,
            "status": "in-progress",
            "summary": {"upload_id": SID, "url": "https://evil.example/v2/accounts/other/csv-status/x?key=1"},
        }
        return Answer(status=200, body=json.dumps({"response": {"code": 200, "data": data}}).encode())

    exotel = Exotel(send, account="acme1")
    exotel.upload_status(exotel.upload(PERSON, to=ContactList(name="x")))
    assert (asked[-1].path, asked[-1].query) == (f"/v2/accounts/acme1/csv-status/{SID}", ())


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", ["create", "find", "rename", "delete"])
def test_half_a_character_is_refused_before_anything_is_sent(vendor: Any, name: str) -> None:
    """A lone surrogate in a list's name is one sentence, in a body as in an address."""
    asked: list[Request] = []

    def send(request: Request) -> Answer:
        asked.append(request)
        return Answer(status=500)

    account = Account(vendor(send, account="acme1"))
    do = {
        "create": lambda: account.create_list("a\ud800"),
        "find": lambda: account.contacts("a\ud800"),
        "rename": lambda: account.rename_list("a\ud800", "b"),
        "delete": lambda: account.delete_list("a\ud800"),
    }[name]
    with pytest.raises(InvalidError, match="Half a character"):
        do()
    assert asked == []


# on the line -------------------------------------------------------------------------------
def dripping(first: bytes, then: bytes) -> Callable[[socket.socket], None]:
    """Take a request, and answer it by something that never ends."""

    def drip(connection: socket.socket) -> None:
        read_request(connection)
        with suppress(OSError):
            connection.sendall(first)
            for _ in range(300):
                connection.sendall(then)
                time.sleep(0.01)

    return drip


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"HTTP/1.1 ", b"2"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"a: ", b"b"),
        (OK, b"a: b\r\n"),
        (OK + b"content-length: 9999\r\n\r\n", b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED + b"1;", b"a"),
        (CHUNKED + b"0\r\n", b"a: b\r\n"),
    ],
    ids=["first line", "continue", "header", "headers", "body", "chunks", "chunk extension", "trailers"],
)
def test_nothing_that_trickles_holds_us(first: bytes, then: bytes) -> None:
    """Whatever part of an answer comes byte by byte and for ever, it is given up at the total time."""
    started = time.monotonic()
    with Scripted(dripping(first, then)) as server:
        session = Session(server.url, {}, title="Exotel", operations=OPERATIONS, timeouts=Timeouts(read=5, total=0.2))
        with pytest.raises(AnswerLostError, match=r"gave no usable answer .*it may have been applied"):
            session(CREATE)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "line",
    [
        b"\0\0\0", b"HTTP/1.1 000 x", b"HTTP/1.1 99999 x", b"HTTP/2 200 OK", b"HTTP/1.1 200 OK\r\na: " + b"x" * 99_999,
        OK + b"a: b\r\n" * 500, OK + b"content-length: 1\r\ncontent-length: 2", OK + b"content-length: " + b"9" * 30,
        CHUNKED + b"-5\r\nx", CHUNKED + b"f" * 30 + b"\r\nx", OK + b"content-encoding: " + b"gzip, " * 30,
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_answer_is_a_lost_one(line: bytes) -> None:
    """Broken HTTP of every kind leaves it open whether the request was applied, in words of ours."""
    with Scripted(line + b"\r\n\r\nx") as server, pytest.raises(AnswerLostError) as caught:
        connected(server.url)(CREATE)
    assert caught.value.__context__ is None


def test_a_compressed_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is small on the line and large in memory is given up at the same size as any other."""
    monkeypatch.setattr(session_module, "LONGEST_ANSWER", 1_000_000)
    bomb = answer(200, gzip.compress(b"\0" * 50_000_000), content_encoding="gzip")
    with Scripted(bomb) as server, pytest.raises(AnswerLostError, match="longer than"):
        connected(server.url)(GET)


@pytest.mark.parametrize(
    "location", ["https://\x1bc\x9b.evil.example/", "//evil.example<script>/", "//" + "e" * 60_000]
)
def test_the_host_of_a_redirect_is_only_text(location: str) -> None:
    """What a redirect names is shown without markup and control characters, and not at any length."""
    redirect = answer(302, Location=location).replace(b"\xc2\x9b", b"\x9b")
    with Scripted(redirect) as server, pytest.raises(ProviderError, match="follows no redirect") as caught:
        connected(server.url)(GET)
    assert str(caught.value).isprintable()
    assert "<" not in str(caught.value)
    assert len(str(caught.value)) < 400
