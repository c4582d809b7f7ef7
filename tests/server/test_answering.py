"""The order in which a request is checked, and that whatever goes wrong is said in the vendor's shape."""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import (
    ForbiddenError,
    InvalidError,
    MediaTypeError,
    MethodNotAllowedError,
    PlanRefused,
    ProviderError,
    UnavailableError,
)
from listkit.server import answering
from listkit.server.answering import DIALECTS, Admitted, Service
from listkit.server.clock import HandClock
from listkit.server.dialects import Call, Route
from listkit.server.limits import Limits, Quota
from listkit.server.roads import Roads
from listkit.wire.message import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.server.visits import Visit

ACCOUNT = SimpleNamespace(account_id=1, name="acme")
CALLER = SimpleNamespace(account=ACCOUNT, scope="write")
READER = SimpleNamespace(account=ACCOUNT, scope="read")


def show(call: Call) -> Answer:
    """Answer with what stands in the braces."""
    return Answer(status=200, body=repr(dict(call.params)).encode())


def raising(error: Exception) -> Callable[[Call], Answer]:
    """Make a handler that fails."""

    def fail(_call: Call) -> Answer:
        raise error

    return fail


def encode_error(error: ProviderError, request: Request) -> Answer:
    """Say an error in few words."""
    headers = {"content-type": "text/plain"}
    if isinstance(error, MethodNotAllowedError):
        headers["allow"] = ", ".join(error.allow)
    return Answer(status=error.http_status or 0, headers=headers, body=error.code.encode())


def login_of(request: Request) -> tuple[str, str] | None:
    """Take the key from a header."""
    return ("login", request.headers["key"]) if "key" in request.headers else None


def authorize(request: Request, account: object) -> None:
    """Refuse one path."""
    if request.path.startswith("/tiny/other"):
        raise ForbiddenError("Not yours.")


def quota(caller: object, limits: Limits, route: Route | None = None) -> Quota | None:
    """Let so many requests in a minute through, and half as many of one route."""
    if route is None:
        return Quota("all", limits.exotel, 60, is_fixed=True)
    return Quota("things", limits.exotel // 2, 60, is_fixed=True) if route.path == "/tiny/things/{id}" else None


TINY: Any = SimpleNamespace(
    NAME="exotel",
    PREFIX="/tiny/",
    MEDIA=["application/json"],
    ROUTES=[
        Route("GET", "/tiny/things/{id}", show),
        Route("PUT", "/tiny/things/{id}", show),
        Route("GET", "/tiny/things/search", lambda _call: Answer(status=200, body=b"searched")),
        Route("GET", "/tiny/things/{id}/parts/{part}", show),
        Route("GET", "/tiny/invalid", raising(InvalidError("No."))),
        Route("GET", "/tiny/away", raising(UnavailableError("Away.", retry_after=1))),
        Route("GET", "/tiny/bug", raising(ZeroDivisionError("secret detail"))),
        Route("GET", "/tiny/ours", raising(PlanRefused(["Not a provider's error."]))),
        Route(
            "POST", "/tiny/things", lambda call: Answer(status=200, body=call.request.headers["x-request-id"].encode())
        ),
        Route("POST", "/tiny/json", show, refuses=[MediaTypeError]),
        Route("POST", "/tiny/files", show, file="file", largest=20_000_000),
    ],
    login_of=login_of,
    authorize=authorize,
    encode_error=encode_error,
    quota=quota,
    encode_standing=lambda standing: {"left": str(standing.left)},
)


def authenticate(api: str, login: str, secret: str, *, at_once: bool = False) -> object:
    """Know two keys, of which one may only read."""
    return {"right": CALLER, "reader": READER}.get(secret)


STORE: Any = SimpleNamespace(authenticate=authenticate)
UPLOADS: Any = SimpleNamespace()


def ask(
    method: str,
    path: str,
    *,
    key: str | None = "right",
    body: bytes = b"",
    kind: str = "",
    service: Service | None = None,
    **more: str,
) -> Answer:
    """Ask the tiny API."""
    headers = {"content-type": kind, **({"key": key} if key is not None else {}), **more}
    service = service or Service(STORE, UPLOADS, dialects=[TINY])
    return service.answer(Request(method=method, path=path, headers=headers, body=body))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/tiny/things/7", b"{'id': '7'}"),
        ("GET", "/tiny/things/7/", b"{'id': '7'}"),
        ("PUT", "/tiny/things/7", b"{'id': '7'}"),
        ("GET", "/tiny/things/search", b"searched"),
        ("GET", "/tiny/things/7/parts/ä b", "{'id': '7', 'part': 'ä b'}".encode()),
    ],
)
def test_a_path_finds_its_handler(method: str, path: str, body: bytes) -> None:
    """Braces take one segment, a literal goes first wherever it stands, one trailing slash is let by."""
    assert ask(method, path).body == body


@pytest.mark.parametrize("path", ["/tiny/", "/tiny/x", "/tiny/things/7//", "/tiny/things//", "/tiny/things/7/parts"])
def test_an_unknown_path_is_not_found(path: str) -> None:
    """What no route matches is 404 in the vendor's shape."""
    answer = ask("GET", path)
    assert (answer.status, answer.body) == (404, b"not_found")


def test_another_method_is_told_which_there_are() -> None:
    """A path that does not take the method answers 405 and names those it takes."""
    answer = ask("DELETE", "/tiny/things/7")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, PUT")


def test_the_checks_come_in_order() -> None:
    """Who asks comes first, then whose it is, how often, whether it exists, who may, and whether it fits."""
    too_large = b"x" * (answering.LARGEST_TEXT + 1)
    for key in (None, "wrong"):
        assert ask("BREW", "/tiny/other/nowhere", key=key, body=too_large).status == 401
    spent = Service(STORE, UPLOADS, dialects=[TINY], limits=Limits(exotel=1), clock=HandClock())
    assert ask("GET", "/tiny/invalid", service=spent).status == 400
    assert ask("BREW", "/tiny/other/nowhere", body=too_large, service=spent).status == 403
    assert ask("BREW", "/tiny/nowhere", body=too_large, service=spent).status == 429
    for key in ("right", "reader"):
        assert ask("BREW", "/tiny/nowhere", body=too_large, key=key).status == 404
        assert ask("BREW", "/tiny/things", body=too_large, key=key).status == 405
    assert ask("POST", "/tiny/json", body=too_large, key="reader").status == 403
    assert ask("POST", "/tiny/json", body=too_large).status == 415
    assert ask("POST", "/tiny/json", body=too_large, kind="application/json").status == 413


@pytest.mark.parametrize(
    ("path", "kind", "largest", "status"),
    [
        ("/tiny/files", "multipart/form-data; boundary=x", 20_000_000 + answering.FORM_ROOM, 400),
        ("/tiny/files", "text/csv", answering.LARGEST_TEXT, 413),
        ("/tiny/things", "multipart/form-data; boundary=x", answering.LARGEST_TEXT, 413),
        ("/tiny/things", "", answering.LARGEST_TEXT, 413),
    ],
)
def test_only_a_form_with_a_file_may_be_large(path: str, kind: str, largest: int, status: int) -> None:
    """A file may have what its route says, all that is read into memory 8 MB; one byte more is refused."""
    assert ask("POST", path, body=b"x" * largest, kind=kind).status == 200
    assert ask("POST", path, body=b"x" * (largest + 1), kind=kind).status == status


def test_what_is_declared_is_judged_before_it_comes() -> None:
    """The head alone decides: who, what, and that the body will be too large; nothing waits for it."""
    service = Service(STORE, UPLOADS, dialects=[TINY])
    headers = {"key": "right", "content-length": str(answering.LARGEST_TEXT + 1)}
    refused = service.admit(Request(method="POST", path="/tiny/things", headers=headers))
    assert isinstance(refused, Answer)
    assert refused.status == 413
    admitted = service.admit(Request(method="POST", path="/tiny/things", headers={**headers, "content-length": "7"}))
    assert isinstance(admitted, Admitted)
    assert (admitted.answer(b"the body").status, admitted.largest) == (200, answering.LARGEST_TEXT)


def test_a_request_is_counted_once_and_told_so() -> None:
    """In two steps or in one a request costs one; the headers say what is left; a route may have less."""
    clock = HandClock(1_000_000_020)
    service = Service(STORE, UPLOADS, dialects=[TINY], limits=Limits(exotel=4), clock=clock)
    assert [ask("GET", "/tiny/invalid", service=service).headers["left"] for _ in range(4)] == ["3", "2", "1", "0"]
    refused = ask("GET", "/tiny/invalid", service=service)
    assert (refused.status, refused.body, refused.headers["left"]) == (429, b"rate_limited", "0")
    assert ask("GET", "/tiny/invalid", service=service, key="wrong").status == 401
    clock.advance(60)
    assert [ask("GET", "/tiny/things/7", service=service).status for _ in range(3)] == [200, 200, 429]
    assert ask("GET", "/tiny/invalid", service=service).headers["left"] == "0"
    assert "left" not in ask("GET", "/tiny/invalid").headers


def test_a_key_that_may_read_writes_nothing() -> None:
    """With a key of scope `read` everything can be got, and nothing else be done."""
    assert ask("GET", "/tiny/things/7", key="reader").status == 200
    assert ask("PUT", "/tiny/things/7", key="reader").status == 403


def test_who_guesses_is_braked_and_who_knows_is_not() -> None:
    """After ten wrong secrets from somewhere the refusal says to wait; the right one passes all the while."""
    service = Service(STORE, UPLOADS, dialects=[TINY], clock=HandClock())
    head = Request(method="GET", path="/tiny/invalid", headers={"key": "wrong"})
    told = [service.admit(head, address="192.0.2.1") for _ in range(12)]
    assert [answer.status for answer in told if isinstance(answer, Answer)] == [401] * 10 + [429] * 2
    assert isinstance(service.admit(Request(method="GET", path="/tiny/invalid", headers={"key": "right"})), Admitted)
    assert [ask("GET", "/tiny/invalid", key="wrong").status for _ in range(12)] == [401] * 12


def test_an_error_of_ours_is_the_vendors() -> None:
    """Errors that handlers raise are encoded as they are."""
    assert (ask("GET", "/tiny/invalid").status, ask("GET", "/tiny/away").status) == (400, 503)


@pytest.mark.parametrize("path", ["/tiny/bug", "/tiny/ours"])
def test_a_fault_is_logged_with_the_number_and_never_shown(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever else is raised answers 500 in the vendor's shape; the log has it, under the request's number."""
    with caplog.at_level(logging.ERROR):
        answer = ask("GET", path)
    assert (answer.status, answer.body) == (500, b"server_failed")
    (record,) = caplog.records
    assert answer.headers["x-request-id"] in record.getMessage()
    assert record.exc_info is not None


def test_every_answer_has_a_number_that_the_handler_knew() -> None:
    """Answers carry an id, another each time, which the dialect could use."""
    first, second = ask("POST", "/tiny/things"), ask("POST", "/tiny/things")
    assert first.headers["x-request-id"] == first.body.decode() != second.headers["x-request-id"]


@pytest.mark.parametrize(
    ("number", "is_taken"),
    [
        ("c6084ac2e9a44812824b42577f01937b", True),
        ("c6084ac2-e9a4-4812-824b-42577f01937b", True),
        ("C6084AC2E9A44812824B42577F01937B", False),
        ("mine", False),
        ("", False),
        ("c6084ac2e9a44812824b42577f01937b\n", False),
    ],
)
def test_a_callers_number_is_taken_where_it_is_a_uuid(number: str, *, is_taken: bool) -> None:
    """A UUID, with dashes or without, is the request's number; anything else is replaced by one of ours."""
    service = Service(STORE, UPLOADS, dialects=[TINY])
    told = service.answer(Request(method="GET", path="/tiny/", headers={"x-request-id": number})).headers[
        "x-request-id"
    ]
    assert re.fullmatch("[0-9a-f]{32}", told)
    assert (told == number.replace("-", "")) is is_taken


def test_a_watch_sees_the_template_and_nothing_that_was_sent() -> None:
    """What is noted of a request is its route, account, status and sizes; no value that it carried."""
    seen: list[Visit] = []
    service = Service(STORE, UPLOADS, dialects=[TINY], watches=[seen.append])
    for method, path, key in (
        ("GET", "/tiny/things/sentinel", "right"),
        ("SENTINEL", "/tiny/sentinel", "right"),
        ("GET", "/tiny/sentinel", "sentinel"),
    ):
        service.answer(
            Request(method=method, path=path, query=(("q", "sentinel"),), headers={"key": key}, body=b"sentinel")
        )
    assert [(visit.method, visit.route, visit.status, visit.received) for visit in seen] == [
        ("GET", "/tiny/things/{id}", 200, 8), ("OTHER", "", 404, 8), ("GET", "", 401, 8),
    ]  # fmt: skip
    assert [visit.account for visit in seen] == [ACCOUNT, ACCOUNT, None]
    assert [visit.is_refused_login for visit in seen] == [False, False, True]
    assert "sentinel" not in repr(seen).lower()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.NAME)
def test_every_route_of_a_vendor_is_reached(dialect: Any) -> None:
    """No route of a vendor hides behind another one."""
    roads = Roads(dialect.ROUTES)
    for route in dialect.ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        found, _ = roads.find(route.method, path)
        assert found == route
