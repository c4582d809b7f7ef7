"""One pace for all threads and processes that use an account."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import filelock
import pytest

from listkit import connect
from listkit.errors import UnauthorizedError
from listkit.providers.pacing import SharedTurn, place
from listkit.providers.retrying import EASE, Pace
from tests.providers.scripted import GET, FakeClock, Scripted, answer, connected, read_request

if TYPE_CHECKING:
    import socket
    from pathlib import Path


PINGER = """
import sys, listkit
account = listkit.connect("exotel", sid="a", key="b", token="c", base_url=sys.argv[1], rate=float(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    account.ping()
"""


def test_two_processes_together_keep_one_rate(tmp_path: Path) -> None:
    """At 4 a second, ten requests of two in turn take what ten of one take."""
    clock, path = FakeClock(), tmp_path / "pace"
    one, other = (Pace(clock, 4, SharedTurn(path)) for _ in range(2))
    for pace in [one, other] * 5:
        pace.wait()
    assert clock.time - 1000 == pytest.approx(9 / 4 * EASE)


def test_a_wait_that_one_is_asked_for_holds_the_others_back(tmp_path: Path) -> None:
    """After a 429 in one process, another's request does not leave before the time either."""
    clock, path = FakeClock(), tmp_path / "pace"
    clock.sleep = interrupted
    with Scripted(answer(429, Retry_After="7"), answer(200)) as server, pytest.raises(KeyboardInterrupt):
        connected(server.url, clock, turn=SharedTurn(path))(GET)
    other = FakeClock()
    Pace(other, None, SharedTurn(path)).wait()
    assert other.slept == [7.0]


def interrupted(_seconds: float) -> None:
    """Be stopped while waiting."""
    raise KeyboardInterrupt


def test_processes_and_threads_keep_one_rate_together() -> None:
    """Two processes with eight requests each, set off together, reach the server no faster than one would."""
    count, rate, arrived = 16, 40, []

    def stamped(connection: socket.socket) -> None:
        read_request(connection)
        arrived.append(time.monotonic())
        connection.sendall(answer(200, b'{"response": []}'))

    with Scripted(*[stamped] * count) as server:
        command = [sys.executable, "-c", PINGER, server.url, str(rate), "8"]
        pingers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
        for pinger in pingers:
            assert pinger.stdout is not None
            assert pinger.stdout.readline() == b"ready\n"
        set_off = time.monotonic()
        for pinger in pingers:
            assert pinger.stdin is not None
            pinger.stdin.write(b"\n")
            pinger.stdin.flush()
        for pinger in pingers:
            pinger.communicate(timeout=30)
    assert [pinger.returncode for pinger in pingers] == [0, 0]
    assert len(arrived) == count
    assert arrived[-1] - set_off >= (count - 1) / rate


def test_the_file_is_for_the_user_alone_and_says_nothing(tmp_path: Path) -> None:
    """It lies in listkit's own folder, mode 0600 in a folder of mode 0700, and names no account."""
    path = tmp_path / "home" / "pace" / "a"
    Pace(FakeClock(), 4, SharedTurn(path)).wait()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert float(path.read_text()) > 1000
    assert place("https://api.exotel.com", "acme1") != place("https://api.exotel.com", "acme2")
    assert "acme1" not in str(place("https://api.exotel.com", "acme1"))


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "1e300", "999999"])
def test_a_file_that_makes_no_sense_holds_nobody(tmp_path: Path, text: str) -> None:
    """What was damaged, or was written before the computer was started anew, is passed over."""
    clock, path = FakeClock(), tmp_path / "pace"
    path.write_text(text)
    Pace(clock, 4, SharedTurn(path)).wait()
    assert clock.slept == []
    assert float(path.read_text()) == pytest.approx(1000 + EASE / 4)


def test_a_folder_that_cannot_be_used_leaves_each_process_its_own_pace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Requests go on, at the rate, and the log says once that others are not waited for."""
    (tmp_path / "file").touch()
    clock = FakeClock()
    pace = Pace(clock, 4, SharedTurn(tmp_path / "file" / "pace" / "a"))
    with caplog.at_level(logging.WARNING, logger="listkit"):
        for _ in range(3):
            pace.wait()
    assert clock.time - 1000 == pytest.approx(2 / 4 * EASE)
    assert [record.getMessage().rpartition(" (")[2] for record in caplog.records] == [
        "NotADirectoryError): other processes of this account are not waited for."
    ]


def test_a_process_that_was_stopped_in_the_middle_holds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A lock that is not given back is not waited for longer than a moment."""
    monkeypatch.setattr("listkit.providers.pacing.PATIENCE", 0.01)
    clock, path = FakeClock(), tmp_path / "pace"
    with filelock.FileLock(path.with_suffix(".lock"), is_singleton=False):
        pace = Pace(clock, 4, SharedTurn(path))
        pace.wait()
        pace.wait()
    assert clock.slept == [pytest.approx(EASE / 4)]
    assert "Timeout" in caplog.text


def test_no_pace_is_kept_where_none_is_asked_for(home: Path) -> None:
    """With an infinite rate, or on a clock of one's own, nothing is written."""
    settings = {"sid": "a", "key": "b", "token": "c"}
    with Scripted(answer(401), answer(401)) as server:
        for options in ({"rate": float("inf")}, {"clock": FakeClock()}):
            with pytest.raises(UnauthorizedError):
                connect("exotel", base_url=server.url, **settings, **options).ping()
    assert not (home / "pace").exists()
