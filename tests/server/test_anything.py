"""Whatever is asked of the two APIs, the answer is no 5xx and has the vendor's own shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.server.answering import DIALECTS
from listkit.wire import multipart
from listkit.wire.message import Answer, Request
from tests.server.worlds import FORM, JSON, KEYS, MANY, NOBODYS, World, two_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = st.sampled_from(
    [
        "", "0", "1", "-1", "7", NOBODYS, "9" * 18, "9" * 19, "all", "x", "+12025550150", "12025550150", "a@b.example",
        "0123456789abcdef" * 2, "..", "../..", "%2F", "\0", "\r\n", "'", '"', "%", "_", "\\", "true", "null", "desc",
        "name", "date_created:desc", "show_list", "0:phone;1:firstName", "static", "dynamic", "\u202e", "\ud7ff",
        "x" * 300,
    ]
) | st.text(max_size=12)  # fmt: skip
KEYWORDS = st.sampled_from(
    [
        "name", "phone", "number", "lists", "contacts", "ids", "all", "page", "limit", "offset", "sort_by", "orderBy",
        "direction", "query", "listId", "listName", "column", "tag", "shared", "sid", "contact_references",
        "contact_sid", "custom_field", "custom", "email", "first_name", "firstName", "filter", "list_sids",
        "exactMatch", "description", "list_name", "type", "file_name", "file",
    ]
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYWORDS | WORDS, inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYWORDS, VALUES, max_size=6).map(lambda body: (JSON, json.dumps(body).encode()))
PARTS = st.builds(
    lambda name, content: multipart.FilePart(filename=name, content=content), WORDS, st.binary(max_size=60)
)
FORMS = st.lists(st.tuples(KEYWORDS, WORDS | PARTS), max_size=4).map(multipart.encode)
FIELDS = st.lists(st.tuples(KEYWORDS, WORDS), max_size=5).map(lambda pairs: (FORM, urlencode(pairs).encode()))
RUBBISH = st.tuples(
    st.sampled_from(
        ["", JSON, FORM, "multipart/form-data; boundary=b", "multipart/form-data; boundary*=x''%ff", "a/b;c"]
    ),
    st.binary(max_size=80)
    | st.sampled_from([b'{"name": "\\ud800"}', b'"\xed\xa0\x80"', b"[" * 2_000, b"\x1f\x8b" * 9]),
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "BREW"])


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request to one of the two APIs, more often than not one that a route takes."""
    dialect = draw(st.sampled_from(DIALECTS))
    route = draw(st.sampled_from(dialect.ROUTES))
    segments = route.path.replace("{account}", "mallory").split("/")
    path = "/".join(draw(WORDS) if segment.startswith("{") else segment for segment in segments)
    if not draw(st.integers(0, 9)):
        path = dialect.PREFIX + draw(WORDS)
    kind, body = draw(st.one_of(OBJECTS, FORMS, FIELDS, RUBBISH))
    return Request(
        method=draw(st.just(route.method) | METHODS),
        path=path,
        query=tuple(draw(st.lists(st.tuples(KEYWORDS, WORDS), max_size=4))),
        headers={**KEYS, "content-type": kind} if draw(st.integers(0, 9)) else {"content-type": kind},
        body=body,
    )


def check(request: Request, answer: Answer) -> None:
    """Check that an answer is none of a failure, and has the shape that the vendor's clients read."""
    assert 200 <= answer.status < 500, answer
    if request.path.endswith("/rejects") and answer.status == 200:
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    elif request.path.startswith("/v2/accounts/"):
        told = json.loads(answer.body)
        assert (told["http_code"], told["method"]) == (answer.status, request.method)
        assert told["request_id"] == answer.headers["x-request-id"]
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        if answer.status >= 400:
            problem = told["response"]
            assert (problem["code"], problem["status"], problem["data"]) == (answer.status, "failure", None)
            assert isinstance(problem["error_data"]["code"], int)
            assert all(isinstance(problem["error_data"][name], str) for name in ("message", "description"))
    elif answer.status == 204:
        assert answer.body == b""
    else:
        told = json.loads(answer.body)
        assert answer.headers["content-type"] == "application/json"
        if answer.status >= 400:
            assert set(told) == {"code", "message", "errors"}
            assert told["code"] == answer.status


@pytest.fixture(scope="module")
def battered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make two accounts that outlive many requests."""
    with two_accounts(tmp_path_factory.mktemp("battered")) as world:
        yield world


def batter(world: World, sent: list[Request]) -> None:
    """Send requests one after the other, and look after the account that nobody asked for."""
    for request in sent:
        check(request, world.service.answer(request))
    assert world.store.lists(world.asha).total == world.store.contacts(world.asha).total == MANY


@given(sent=st.lists(requests(), min_size=10, max_size=10))
def test_whatever_is_asked_is_answered(battered: World, sent: list[Request]) -> None:
    """A thousand requests of any kind: no 5xx, always the vendor's shape, and the other account is as it was."""
    batter(battered, sent)


@pytest.mark.torture
@settings(max_examples=2_000)
@given(sent=st.lists(requests(), min_size=10, max_size=10))
def test_whatever_is_asked_for_long_is_answered(battered: World, sent: list[Request]) -> None:
    """Twenty thousand requests of any kind: no 5xx, always the vendor's shape, and the other account is as it was."""
    batter(battered, sent)
