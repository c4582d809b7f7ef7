"""Every connection comes to an end, says what it can in the vendor's words, and holds up no other."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from listkit.server import app, bodies, connections, patience
from listkit.server.running import Running
from listkit.server.store import credentials
from tests.server.sockets import BASIC, KEYS, ask, connected, hear, status, statuses, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

EXOTEL, TEXTMAGIC = "/v2/accounts/acme1/lists", "/api/v2/lists"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """Run a server with one account, whose patience is short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        for module, name in (
            (connections, "HEAD_SECONDS"),
            (connections, "DRAIN_SECONDS"),
            (connections, "STALL_SECONDS"),
            (bodies, "LONGEST_PAUSE"),
        ):
            patch.setattr(module, name, 0.3)
        with Running() as server:
            server.store.create_account(
                "acme", sid="acme1", username="acme", secrets=dict.fromkeys(("exotel", "textmagic"), ("acme", "secret"))
            )
            yield server


def said(answer: bytes) -> dict[str, object]:
    """Return the JSON of an answer."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def is_well(server: Running) -> bool:
    """Ask as somebody else."""
    return status(ask(server, f"GET {TEXTMAGIC}", headers=KEYS)) == 200


@pytest.mark.parametrize(
    ("sent", "shape"),
    [
        (b"GET /v2/accounts/acme1/lists HTTP/1.1\r\nhost: x\r\nx-slow: ", "exotel"),
        (b"POST /api/v2/lists?name=x HTTP/1.1\r\nhost: x", "textmagic"),
        (b"GET /he", "plain"),
    ],
)
def test_a_head_that_does_not_end_is_refused(server: Running, sent: bytes, shape: str) -> None:
    """Half a head waits as long as it may; then the vendor whose path it names says no, and hangs up."""
    answer = talk(server, sent)
    assert status(answer) == 400
    assert shape_of(said(answer)) == shape
    assert is_well(server)


def shape_of(told: dict[str, object]) -> str:
    """Say whose words these are."""
    return "exotel" if "request_id" in told else "textmagic" if set(told) == {"code", "message", "errors"} else "plain"


def drip(connection: socket.socket, drop: bytes, *, pause: float) -> float:
    """Send drops until nobody takes them any more, and return after how many seconds that was."""
    begun = time.monotonic()
    with contextlib.suppress(ConnectionError):
        while time.monotonic() - begun < 10:
            connection.sendall(drop)
            time.sleep(pause)
    return time.monotonic() - begun


def test_a_head_in_drops_has_no_more_time(server: Running) -> None:
    """A byte now and then makes the time for a head no longer, on a fresh connection and on a used one."""
    for first in (b"", f"GET {TEXTMAGIC} HTTP/1.1\r\nhost: x\r\n{KEYS}\r\n".encode()):
        with connected(server) as connection:
            connection.sendall(first)
            if first:
                assert status(connection.recv(65536)) == 200
            begun = time.monotonic()
            try:
                for (
                    byte
                ) in b"GET / HTTP/1.1\r\nhost: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":
                    connection.sendall(bytes([byte]))
                    time.sleep(0.05)
            except ConnectionError:
                pass
            hear(connection)
            assert time.monotonic() - begun < 5


def test_silence_is_hung_up_on(server: Running) -> None:
    """Who says nothing hears nothing, and is not kept."""
    assert talk(server, b"") == b""


@pytest.mark.parametrize("how", ["content-length: 50", "transfer-encoding: chunked"])
@pytest.mark.parametrize(("path", "keys"), [(EXOTEL, BASIC), (TEXTMAGIC, KEYS)])
def test_a_body_that_does_not_end_is_refused(server: Running, path: str, keys: str, how: str) -> None:
    """Half a body waits as long as it may; then the vendor says that it cannot be read, and nothing was applied."""
    begun = f"POST {path} HTTP/1.1\r\nhost: x\r\n{keys}{how}\r\ncontent-type: application/json\r\n\r\n".encode()
    answer = talk(server, begun, b'{"lists"' if "length" in how else b'8\r\n{"lists"\r\n')
    assert status(answer) == 400
    assert shape_of(said(answer)) == ("exotel" if path == EXOTEL else "textmagic")
    assert is_well(server)


def test_a_body_in_drops_is_refused(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that never pauses long and never gets anywhere is refused as well."""
    monkeypatch.setattr(bodies, "GRACE", 0.2)
    with connected(server) as connection:
        kind = "content-type: application/json\r\n"
        connection.sendall(f"POST {EXOTEL} HTTP/1.1\r\nhost: x\r\n{BASIC}{kind}content-length: 5000\r\n\r\n".encode())
        assert drip(connection, b" ", pause=0.02) < 5


@pytest.mark.parametrize(
    "rest",
    [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "transfer-encoding: chunked\r\n\r\nnothex\r\n",
        "transfer-encoding: chunked\r\n\r\n5;x=" + "y" * 100_000 + "\r\n",
        "transfer-encoding: gzip\r\n\r\n",
        "content-length: -5\r\n\r\n",
        "content-length: 5, 6\r\n\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "content-length: 99999999999999999999999\r\n\r\n",
        "x: a\rb\r\n\r\n",
        "x y: z\r\n\r\n",
        ": z\r\n\r\n",
        "x: \0\r\n\r\n",
        "\r\n".join(f"x-{number}: y" for number in range(150)) + "\r\n\r\n",
        "x: " + "y" * 100_000 + "\r\n\r\n",
    ],
)
@pytest.mark.parametrize(("path", "shape"), [(EXOTEL, "exotel"), (TEXTMAGIC, "textmagic"), ("/x", "plain")])
def test_what_is_no_http_is_refused_in_the_vendors_words(server: Running, path: str, rest: str, shape: str) -> None:
    """A head or a body that contradicts itself, is broken or far too long is a 4xx of the vendor's, at once."""
    keys = {"exotel": BASIC, "textmagic": KEYS, "plain": ""}[shape]
    kind = "content-type: application/json\r\n"
    begun = time.monotonic()
    answer = talk(
        server, f"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{keys}{kind}{rest}".encode("latin-1")
    )
    assert 400 <= status(answer) < 500
    assert shape_of(said(answer)) == shape
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_a_refused_body_is_let_by_and_the_next_request_heard(server: Running, size: int) -> None:
    """Who is refused hears it though he is still sending, and may go on with the connection; nothing was kept."""
    head = f"POST {EXOTEL} HTTP/1.1\r\nhost: x\r\ncontent-length: {size}\r\n\r\n".encode()
    after = f"GET {TEXTMAGIC} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{KEYS}\r\n".encode()
    assert statuses(talk(server, head, b"x" * size, after)) == [401, 200]


def test_who_is_refused_and_hangs_up_hears_why(server: Running) -> None:
    """`Connection: close` before a large body ends with the answer, not with a reset."""
    head = f"POST {EXOTEL} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3000000\r\n\r\n".encode()
    assert statuses(talk(server, head, b"x" * 3_000_000)) == [401]


def test_a_refused_body_that_never_comes_is_not_waited_for(server: Running) -> None:
    """After the refusal the rest of a body has its time, and then the connection is closed."""
    begun = time.monotonic()
    assert statuses(talk(server, f"POST {EXOTEL} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n".encode())) == [401]
    assert time.monotonic() - begun < 4


def test_who_waits_for_a_word_before_the_body_hears_the_refusal(server: Running) -> None:
    """`Expect: 100-continue` is answered by `100` where the request may go on, and by the refusal where not."""
    head = f"POST {EXOTEL} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\nconnection: close\r\ncontent-length: 2\r\n"
    assert statuses(talk(server, f"{head}\r\n".encode())) == [401]
    with connected(server) as connection:
        connection.sendall(f"{head}{BASIC}content-type: application/json\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert status(hear(connection)) == 400


def test_requests_in_one_breath_are_answered_in_order(server: Running) -> None:
    """Pipelined requests are answered one after the other, in order; what is broken ends it."""
    one = f"GET {TEXTMAGIC}?page=%d HTTP/1.1\r\nhost: x\r\n{KEYS}\r\n"
    answers = talk(server, "".join(one % number for number in range(1, 6)).encode() + b"GARBAGE\r\n\r\n")
    assert statuses(answers) == [200] * 5 + [400]
    assert [f'"page":{number},' in answers.decode() for number in range(1, 6)] == [True] * 5


@pytest.mark.parametrize("target", ["http://elsewhere.example{}", "HTTP://x:80{}", "https://user@x{}?limit=1"])
def test_a_whole_address_is_a_path_too(server: Running, target: str) -> None:
    """A target in absolute form is taken by its path, whatever host it names."""
    assert status(ask(server, f"GET {target.format(TEXTMAGIC)}", headers=KEYS)) == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "BREW", "x" * 200])
def test_a_method_that_is_none_of_a_route_is_told_which_are(server: Running, method: str) -> None:
    """HEAD, OPTIONS, TRACE and made-up methods are a 405 with Allow, and nothing is reflected."""
    for path, keys in ((EXOTEL, BASIC), (TEXTMAGIC, KEYS)):
        answer = ask(server, f"{method} {path}", headers=f"{keys}x-mirror: hello\r\n")
        assert status(answer) == 405
        assert b"allow: GET, POST" in answer
        assert b"hello" not in answer
        assert (answer.partition(b"\r\n\r\n")[2] == b"") == (method == "HEAD")


@pytest.mark.parametrize("bits", ["%", "%zz", "%00", "%ff%fe", "%c0%af", "%ed%a0%80", "%2e%2e/", ";x", "//", "\\", "~"])
def test_rubbish_in_an_address_is_an_address_of_nothing(server: Running, bits: str) -> None:
    """Half a percent sign, NUL, what is no UTF-8, dots and slashes: never more than a 4xx, in path and query."""
    for path, keys in ((EXOTEL, BASIC), (TEXTMAGIC, KEYS)):
        assert status(ask(server, f"GET {path}/{bits}", headers=keys)) == 404
        assert status(ask(server, f"GET {path}?name={bits}&{bits}=1", headers=keys)) in {200, 400}


def test_early_goodbyes_leave_nothing_behind(server: Running) -> None:
    """Clients that leave in the middle of a head, a body or an answer are let go, and their files with them."""
    upload = (
        f"POST /v2/accounts/acme1/contacts/csv-upload HTTP/1.1\r\nhost: x\r\n{BASIC}"
        "content-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n\r\n"
    ).encode()
    for sent in (b"GET", f"GET {TEXTMAGIC} HTTP/1.1\r\nhost: x\r\n{KEYS}\r\n".encode(), upload + b"x" * 4_000_000):
        with connected(server) as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert is_well(server)
    until = time.monotonic() + 5
    while list(server.store.folder.glob("*.part")):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_answer_that_is_not_taken_is_dropped(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks and never reads is cut off, and his answer let go."""
    monkeypatch.setattr(server.service, "admit", _admit_large)
    with connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        time.sleep(1)
        heard = hear(connection)
    assert 0 < len(heard) < LARGE


LARGE = 50_000_000


def _admit_large(_head: object, *, address: str) -> object:
    return app.Answer(status=200, body=b"x" * LARGE)


def test_too_many_connections_are_told_to_come_back(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most there may be, a request is a 503 with Retry-After, and far beyond the door stays shut."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    where = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    open_ones = [socket.create_connection(where) for _ in range(3)]
    answer = ask(server, f"GET {TEXTMAGIC}", headers=KEYS)
    assert status(answer) == 503
    assert b"retry-after: 1" in answer
    more = [socket.create_connection(where) for _ in range(6)]
    assert talk(server, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n") == b""
    for each in open_ones + more:
        each.close()
    until = time.monotonic() + 5
    while not is_well(server):
        assert time.monotonic() < until


def test_one_account_does_not_take_all_threads(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one account's slow requests fill its share, another's are answered; who waits too long is told so."""
    monkeypatch.setattr(patience, "LONGEST_WAIT", 0.5)
    server.store.create_account("other", sid="o", username="o", secrets={"textmagic": ("other", "secret")})
    go_on = threading.Event()
    lists = server.store.lists
    monkeypatch.setattr(
        server.store,
        "lists",
        lambda account, **asked: go_on.wait(10) and 0 if account.name == "acme" else lists(account, **asked),
    )
    answers: list[int] = []
    slow = [
        threading.Thread(target=lambda: answers.append(status(ask(server, f"GET {TEXTMAGIC}?page=7", headers=KEYS))))
        for _ in range(app.READING + 4)
    ]
    for thread in slow:
        thread.start()
    until = time.monotonic() + 5
    while len(answers) < app.READING // 2 + 4:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert set(answers) == {503}
    others = KEYS.replace("acme", "other")
    assert status(ask(server, f"GET {TEXTMAGIC}", headers=others)) == 200
    go_on.set()
    for thread in slow:
        thread.join(10)


def test_bodies_have_so_much_room_together(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bodies on their way fill the room there is, the next is told to come back, and gets in afterwards."""
    monkeypatch.setattr(bodies._Room, "take", _refuse_all)
    head = f"POST {EXOTEL}"
    kind = f"{BASIC}content-type: application/json\r\n"
    answer = ask(server, head, b'{"lists": [{"name": "room"}]}', headers=kind)
    assert (status(answer), shape_of(said(answer))) == (503, "exotel")
    assert b"retry-after: 1" in answer
    monkeypatch.undo()
    assert status(ask(server, head, b'{"lists": [{"name": "room"}]}', headers=kind)) == 200


def _refuse_all(_room: object, _size: int) -> None:
    raise app.UnavailableError("There is no room.", retry_after=1)
