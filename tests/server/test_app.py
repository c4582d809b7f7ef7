"""What bytes become at the edge, and that no bytes at all make it fall over."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.server.running import Running
from listkit.server.store import credentials
from listkit.wire.message import Answer, Request
from tests.server.sockets import KEYS, ask, status, talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.answering import Admitted


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Run a server with one account."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        with Running() as server:
            server.store.create_account("acme", sid="acme1", username="acme", secrets={"textmagic": ("acme", "secret")})
            yield server


@pytest.fixture
def heard(server: Running, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Catch the requests that reach the service."""
    requests: list[Request] = []

    def admit(head: Request, *, address: str) -> Any:
        def answer(body: bytes, spooled: Path | None, *, is_kept: bool) -> Answer:
            requests.append(msgspec.structs.replace(head, body=spooled.read_bytes() if spooled else body))
            return Answer(status=207, headers={"content-type": "text/x", "x-own": "ä"}, body=b"body")

        return SimpleNamespace(
            route=SimpleNamespace(is_write=True),
            caller=SimpleNamespace(account=SimpleNamespace(account_id=1)),
            is_file=head.path == "/file",
            refuse_larger=lambda size: None,
            recall=lambda: None,
            answer=answer,
        )

    monkeypatch.setattr(server.service, "admit", admit)
    return requests


def test_bytes_become_our_request(server: Running, heard: list[Request]) -> None:
    """Path and query are decoded, pairs keep their order, header names are lower case, the body is whole."""
    target = "/api/v2/a%20%C3%A4%2Fb?x=1&y=%2B+&x=&z=%FF&flag"
    ask(server, f"POST {target}", b"\0body" * 50_000, headers="X-Own: Yes\r\n")
    (request,) = heard
    assert (request.method, request.path) == ("POST", "/api/v2/a ä/b")
    assert request.query == (("x", "1"), ("y", "+ "), ("x", ""), ("z", "\ufffd"), ("flag", ""))
    assert request.headers["x-own"] == "Yes"
    assert request.body == b"\0body" * 50_000


def test_our_answer_becomes_bytes(server: Running, heard: list[Request]) -> None:
    """Status, headers and body go out as they are, with the length."""
    head, _, body = ask(server, "GET /").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 207")
    assert b"content-type: text/x" in head
    assert b"content-length: 4" in head
    assert body == b"body"
    assert b"server:" not in head
    assert ask(server, "HEAD /").endswith(b"\r\n\r\n")
    assert len(heard) == 2


def test_an_empty_answer_is_empty(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """204 has neither body nor length."""
    monkeypatch.setattr(server.service, "admit", lambda _head, address: Answer(status=204))
    head, _, body = ask(server, "DELETE /").partition(b"\r\n\r\n")
    assert (status(head), body) == (204, b"")
    assert b"content-length" not in head


def test_a_slow_request_holds_up_no_other(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one answer is being made, and one request is still coming, others are answered."""
    go_on = threading.Event()
    admit = server.service.admit

    def admit_slowly(head: Request, *, address: str) -> Admitted | Answer:
        if head.path == "/slow":
            go_on.wait(10)
        return admit(head, address=address)

    monkeypatch.setattr(server.service, "admit", admit_slowly)
    slow = threading.Thread(target=ask, args=(server, "GET /slow"))
    slow.start()
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port)) as half:
        half.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhal")
        assert [status(ask(server, "GET /health")) for _ in range(3)] == [200] * 3
    go_on.set()
    slow.join(10)
    assert status(ask(server, "GET /health")) == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nnothex\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nauthorization: Basic \xff\xfe\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_or_closed(server: Running, sent: bytes) -> None:
    """Raw rubbish gets a 4xx, a closed connection or a patient ear, never a 5xx, and the next one is served."""
    answer = talk(server, sent, patience=0.2)
    assert answer == b"" or 400 <= status(answer) < 500
    assert status(ask(server, "GET /health")) == 200


BITS = ["%00", "%ff", "/", "..", "%2f", "?", "&", "=", "%", "1", "%0a", "limit=x"]
KINDS = ["", "application/json", "multipart/form-data; boundary=x", "text/plain", 'a/b; c="d']
BODIES = [b"{", b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b"[" * 5000, b"--x\r\n\r\n--x--"]


@settings(max_examples=settings.default.max_examples * 6 // 10)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"]),
    path=st.sampled_from(["/v2/accounts/acme1/lists", "/api/v2/lists", "/api/v2/lists/1/contacts", "/api/v2", "/x"]),
    more=st.lists(st.sampled_from(BITS), max_size=5),
    kind=st.sampled_from(KINDS),
    body=st.binary(max_size=60) | st.sampled_from(BODIES),
    key=st.booleans(),
)
def test_no_request_makes_it_fail(
    server: Running, *, method: str, path: str, more: list[str], kind: str, body: bytes, key: bool
) -> None:
    """Whatever is asked of the real APIs, by whomever, the answer is no 5xx and comes."""
    headers = (f"content-type: {kind}\r\n" if kind else "") + (KEYS if key else "")
    answer = ask(server, f"{method} {path}{''.join(more)}", body, headers=headers)
    assert 200 <= status(answer) < 500
