"""The network as it is: refused, late, cut, torn and misleading, and what is said and done each time."""

from __future__ import annotations

import gzip
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from listkit.errors import AnswerLostError, NotReachedError
from listkit.providers import session as session_module
from listkit.providers.retrying import BUDGET
from listkit.providers.session import Session, Timeouts
from listkit.wire.message import Request
from tests.providers.scripted import (
    ADD,
    CERTIFICATE,
    CREATE,
    GET,
    MAKE,
    OPERATIONS,
    SECRET,
    FakeClock,
    Scripted,
    answer,
    closed_port,
    connected,
    cut,
    read_request,
)

if TYPE_CHECKING:
    import socket

    from listkit.wire.message import Answer


# what is sent ------------------------------------------------------------------------------
def test_a_request_arrives_as_it_was_meant() -> None:
    """Method, path, query, headers, body and key arrive; odd characters are quoted once."""
    with Scripted(answer(201, b"made", X_Thing="yes")) as server:
        request = Request(
            method="POST",
            path="/v2/accounts/a b/phone/+1",
            query=(("name", "A & B+é"), ("offset", "0")),
            headers={"content-type": "application/json"},
            body=b'{"a": 1}',
        )
        got = connected(server.url + "/prefix/")(request)
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().lower().split("\r\n")
    assert line == "post /prefix/v2/accounts/a%20b/phone/%2b1?name=a+%26+b%2b%c3%a9&offset=0 http/1.1"
    assert f"authorization: {SECRET}".lower() in headers
    assert "content-type: application/json" in headers
    assert "content-length: 8" in headers
    assert body == b'{"a": 1}'
    assert (got.status, got.body, got.headers["x-thing"]) == (201, b"made", "yes")


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 409, 413, 422, 501])
def test_every_definite_answer_is_handed_on_at_once(status: int) -> None:
    """An answer that no repeat could better is returned after one try, error or not."""
    with Scripted(answer(status, b"" if status == 204 else b"{}")) as server:
        assert connected(server.url)(GET).status == status
    assert len(server.heard) == 1


def test_a_packed_answer_is_unpacked() -> None:
    """A gzip answer comes out as text."""
    with Scripted(answer(200, gzip.compress(b"people"), Content_Encoding="gzip")) as server:
        assert connected(server.url)(GET).body == b"people"


def test_connections_are_used_again() -> None:
    """Two requests go over one connection where the server keeps it open."""

    def twice(connection: socket.socket) -> None:
        for _ in range(2):
            read_request(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with Scripted(twice) as server:
        session = connected(server.url)
        assert [session(GET).status for _ in range(2)] == [200, 200]


# waiting as asked --------------------------------------------------------------------------
@pytest.mark.parametrize("request_", [GET, ADD, CREATE, MAKE])
def test_429_waits_as_asked_whatever_the_operation(request_: Request) -> None:
    """A 429 was not applied: every operation is sent again, and never before the time."""
    clock = FakeClock()
    with Scripted(answer(429, Retry_After="7"), answer(200)) as server:
        assert connected(server.url, clock)(request_).status == 200
    assert clock.slept == [7.0]


def test_how_long_is_still_waited_is_told() -> None:
    """Whoever looks on sees the seconds that the provider asked for, and that they pass."""
    seen: list[float] = []

    class Looking(FakeClock):
        def sleep(self, seconds: float) -> None:
            seen.append(session.waiting)
            super().sleep(seconds)

    with Scripted(answer(429, Retry_After="7"), answer(200)) as server:
        session = connected(server.url, Looking())
        session(GET)
    assert (seen, session.waiting) == ([7.0], 0.0)


def test_retry_after_as_a_date_is_taken_against_the_answers_own_clock() -> None:
    """A date in Retry-After means the distance to the answer's Date, whatever the clock here says."""
    then = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    dates = {
        "Date": format_datetime(then, usegmt=True),
        "Retry_After": format_datetime(then + timedelta(seconds=9), True),
    }
    clock = FakeClock()
    with Scripted(answer(429, **dates), answer(200)) as server:
        connected(server.url, clock)(GET)
    assert clock.slept == [9.0]


@pytest.mark.parametrize("nonsense", ["", "soon", "-5", "1e9", "٣", "Thu, 99 Foo 2026", "nan"])
def test_a_retry_after_that_makes_no_sense_gives_backoff(nonsense: str) -> None:
    """Without a readable time the waits double, and stop after four tries."""
    clock = FakeClock()
    with Scripted(*[answer(429, Retry_After=nonsense.encode("utf-8").decode("latin-1"))] * 5) as server:
        got = connected(server.url, clock)(GET)
    assert got.status == 429
    assert len(server.heard) == 4
    assert clock.slept == [1.0, 2.0, 4.0]


def test_a_wait_past_two_minutes_is_not_waited_for() -> None:
    """A provider that asks for an hour gets no second request, and the answer tells when to come back."""
    clock = FakeClock()
    with Scripted(answer(429, Retry_After="3600"), answer(200)) as server:
        got = connected(server.url, clock)(CREATE)
    assert (got.status, got.headers["retry-after"], clock.slept) == (429, "3600", [])


# what may be repeated ----------------------------------------------------------------------
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize(("request_", "tries"), [(GET, 2), (ADD, 2), (CREATE, 1), (MAKE, 1)])
def test_a_failure_of_the_server_is_repeated_only_where_harmless(status: int, request_: Request, tries: int) -> None:
    """After a 408 or a 5xx, GET and what the table calls harmless go again; the rest is handed back unknown."""
    with Scripted(answer(status), answer(200)) as server:
        got = connected(server.url)(request_)
    assert len(server.heard) == tries
    assert got.status == (200 if tries == 2 else status)


def test_503_honours_its_time() -> None:
    """A 503 with Retry-After is waited for as a 429 is."""
    clock = FakeClock()
    with Scripted(answer(503, Retry_After="3"), answer(200)) as server:
        connected(server.url, clock)(ADD)
    assert clock.slept == [3.0]


def test_an_operation_without_a_row_in_the_table_is_not_repeated() -> None:
    """What nobody described counts as unproven."""
    with Scripted(answer(500), answer(200)) as server:
        assert connected(server.url)(Request(method="POST", path="/", operation="unheard of")).status == 500


@pytest.mark.parametrize(
    "torn",
    [
        cut,
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"gibberish\r\n\r\n",
    ],
    ids=["no answer", "cut in the first line", "cut in the body", "cut chunk", "broken chunk", "not gzip", "not http"],
)
class TestTornAnswers:
    """An answer that is not whole proves nothing."""

    def test_of_an_unproven_operation_is_unknown(self, torn: bytes) -> None:
        """A write that must not be repeated is sent once, and may have been applied."""
        with Scripted(torn, answer(200)) as server, pytest.raises(AnswerLostError, match="may have been applied"):
            connected(server.url)(CREATE)
        assert len(server.heard) <= 1

    def test_of_a_harmless_operation_is_asked_for_again(self, torn: bytes) -> None:
        """A read and a harmless write are sent again, and come through."""
        for request in (GET, ADD):
            with Scripted(torn, answer(200, b"whole")) as server:
                assert connected(server.url)(request).body == b"whole"


def test_a_reading_that_is_not_understood_is_asked_for_again() -> None:
    """What the wire cannot read is a try among four, with waits between them; the last answer tells what it was."""
    clock = FakeClock()
    with Scripted(answer(200, b"<html>"), answer(503), answer(200, b"whole")) as server:
        assert connected(server.url, clock).read(GET, whole) == b"whole"
    assert clock.slept == [1.0, 2.0]
    with Scripted(*[answer(200, b"<html>")] * 5) as server:
        with pytest.raises(AnswerLostError, match="not whole"):
            connected(server.url).read(GET, whole)
        assert len(server.heard) == 4


def whole(answer: Answer) -> bytes:
    """Understand one word."""
    if answer.body != b"whole":
        raise AnswerLostError("not whole")
    return answer.body


def test_silence_is_unknown() -> None:
    """A server that takes the request and stays silent leaves it unknown, after the read timeout."""
    hold = threading.Event()

    def silent(connection: socket.socket) -> None:
        read_request(connection)
        hold.wait(5)

    with Scripted(silent) as server:
        session = connected(server.url, timeouts=Timeouts(read=0.1))
        with pytest.raises(AnswerLostError, match=r"Exotel at 127\.0\.0\.1:\d+ gave no usable .*silent for 0.1 s"):
            session(CREATE)
        hold.set()


def test_a_trickling_answer_ends_at_the_total() -> None:
    """An answer that comes byte by byte, each in time, is given up at the total time."""

    def trickle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            try:
                connection.sendall(b" ")
            except OSError:
                return
            time.sleep(0.02)

    with Scripted(trickle) as server:
        session = Session(server.url, {}, title="Exotel", operations=OPERATIONS, timeouts=Timeouts(read=5, total=0.2))
        started = time.monotonic()
        with pytest.raises(AnswerLostError, match=r"not whole after 0\.2 s"):
            session(CREATE)
    assert time.monotonic() - started < 3


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer past the size limit is not taken in, and not asked for again."""
    monkeypatch.setattr(session_module, "LONGEST_ANSWER", 100_000)
    with Scripted(answer(200, b" " * 1_000_000)) as server, pytest.raises(AnswerLostError, match="longer than"):
        connected(server.url)(GET)


def test_nothing_listening_is_proven_not_sent() -> None:
    """A refused connection is tried four times for any operation, and nothing was applied."""
    clock = FakeClock()
    with pytest.raises(NotReachedError, match=r"\(connection refused after 4 tries\); this request was not sent\.$"):
        connected(closed_port(), clock)(CREATE)
    assert clock.slept == [1.0, 2.0, 4.0]


def test_a_failed_handshake_is_proven_not_sent() -> None:
    """A server that hangs up or talks nonsense in the TLS handshake has seen no request."""
    with (
        Scripted(
            lambda connection: connection.recv(1), *[lambda connection: connection.sendall(b"plain")] * 3
        ) as server,
        pytest.raises(NotReachedError, match="this request was not sent"),
    ):
        connected(server.url.replace("http:", "https:"))(CREATE)
    assert server.heard == []


def test_a_cut_under_tls_is_unknown() -> None:
    """What breaks after the handshake is not taken for a failed connection."""
    with Scripted(cut, tls=True) as server, pytest.raises(AnswerLostError, match="may have been applied"):
        connected(server.url, ca=CERTIFICATE)(CREATE)


def test_a_late_no_does_not_undo_an_earlier_maybe() -> None:
    """A harmless write that was cut off and then refused, or not reached, stays unknown."""
    with Scripted(cut, answer(404)) as server, pytest.raises(AnswerLostError, match="may have been applied") as caught:
        connected(server.url)(ADD)
    assert caught.value.http_status == 404
    with Scripted(cut) as server, pytest.raises(AnswerLostError, match="may have been applied"):
        connected(server.url)(ADD)
    with Scripted(cut, answer(404)) as server:
        assert connected(server.url)(GET).status == 404


def test_an_outage_is_not_hammered() -> None:
    """When every request fails, the stock of retries runs out and each request is one try."""
    session = connected(closed_port())
    for _ in range(10):
        with pytest.raises(NotReachedError):
            session(GET)
    with pytest.raises(NotReachedError, match=r"\(connection refused\)"):
        session(GET)
    assert BUDGET < 10 * 3


def test_an_interrupt_passes_through() -> None:
    """Ctrl-C in a wait ends it at once and stays a KeyboardInterrupt."""

    class Stopped(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connected(closed_port(), Stopped())(GET)


def test_chance_is_real_by_default() -> None:
    """Unless a test says otherwise, the jitter is random."""
    session = Session("https://api.exotel.com", {}, title="Exotel", operations={})
    assert session._chance == random.random


def test_an_operation_with_a_rate_of_its_own_goes_by_both() -> None:
    """What may go less often waits for its own turn and for everybody's; the rest waits for everybody's alone."""
    clock = FakeClock()
    with Scripted(*[answer(200)] * 6) as server:
        session = connected(server.url, clock, rate=20, rates={"add": 5})
        for request in (ADD, GET, ADD):
            session(request)
        paced = clock.time
        for _ in range(3):
            session(GET)
    assert paced - 1000 == pytest.approx(0.2, rel=0.05)
    assert clock.time - paced == pytest.approx(0.15, rel=0.05)
