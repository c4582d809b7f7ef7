"""A server under load answers in time, says so when it cannot, and does not grow."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import psutil
import pytest

from tests.server import curl
from tests.server.pressing import BLOCK, MANY, NAME, SECRET, Crowd, Heard, Mix, Scene, percentile, set_scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Figure

LOAD_SECONDS = float(os.environ.get("LISTKIT_LOAD_SECONDS", "300"))
SOAK_SECONDS = float(os.environ.get("LISTKIT_SOAK_SECONDS", "1800"))
RATE, CALM_RATE = 100, 20
"""Requests a second."""
LATEST = 0.250
"""Seconds for 99 of 100 answers."""
CONNECTIONS, SWARMING, RECOVERY = 300, 30.0, 10.0
WARM_UP = 60.0
SLOPE, MOST_WAL = 1.0, 64.0
"""Megabytes of memory a minute, and of SQLite's log."""
MB = 1024 * 1024


class Served(NamedTuple):
    """A server of a process of its own, and who presses it."""

    url: str
    scene: Scene
    crowd: Crowd
    process: psutil.Process
    store: Path


class Look(NamedTuple):
    """A server at a minute: its memory, what it has open, and SQLite's log, in megabytes but for the files."""

    minute: float
    memory: float
    files: int
    log: float


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run `listkit serve` over a list of 100,000."""
    path = tmp_path_factory.mktemp("pressed") / "store.sqlite"
    scene = set_scene(path)
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        try:
            yield Served(url, scene, Crowd(url, Mix(scene)), psutil.Process(process.pid), path)
        finally:
            process.terminate()
        assert process.wait(20) == 0


def tell(heard: Sequence[Heard]) -> str:
    """Say how requests were answered."""
    p50, p99, p100 = (1_000 * percentile(heard, share) for share in (0.5, 0.99, 1))
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(Counter(h.status for h in heard).items()))
    return f"{len(heard):,} requests, {statuses}; p50 {p50:.0f} ms, p99 {p99:.0f} ms, last {p100:.0f} ms"


@pytest.mark.torture
def test_load_is_answered_in_time(served: Served, figure: Figure) -> None:
    """100 requests a second, nine of ten reading, for five minutes: no error, 99 of 100 within 250 ms."""
    served.crowd.press(rate=CALM_RATE, seconds=2)
    heard = served.crowd.press(rate=RATE, seconds=LOAD_SECONDS)
    figure(f"{RATE} a second for {LOAD_SECONDS:.0f} s", tell(heard), promised="all well, p99 < 250 ms")
    assert [one for one in heard if not one.is_well] == []
    assert percentile(heard, 0.99) < LATEST


@pytest.mark.torture
def test_overload_is_told_and_passes(served: Served, figure: Figure) -> None:
    """300 connections at once hear a success, 429 or 503, and ten seconds later all is as before."""
    heard = served.crowd.swarm(callers=CONNECTIONS, seconds=SWARMING)
    over = time.monotonic()
    figure(f"{CONNECTIONS} connections for {SWARMING:.0f} s", tell(heard), promised="only 2xx, 429 and 503")
    assert [one for one in heard if not one.is_well and one.status not in {429, 503}] == []
    after = served.crowd.press(rate=RATE, seconds=RECOVERY + 10)
    late = [one for one in after if one.due > over + RECOVERY]
    figure(f"from {RECOVERY:.0f} s after it", tell(late), promised="as before")
    assert [one for one in late if not one.is_well] == []
    assert percentile(late, 0.99) < LATEST


@pytest.mark.torture
def test_a_long_run_grows_nothing(served: Served, figure: Figure) -> None:
    """In half an hour of callers, good and bad, memory, open files and SQLite's log stay as they are."""
    # SQLite's caches and what is remembered of requests have bounds: a change of everybody and ten thousand
    # requests reach them, where the calm half hour would still be filling them at its end.
    touch_everybody(served)
    live(served, rate=2 * RATE, seconds=WARM_UP, pause=WARM_UP / 120)
    heard, looks = live(served, rate=CALM_RATE, seconds=SOAK_SECONDS, pause=10)
    minutes, memory, files, log = (np.array(column) for column in zip(*looks, strict=True))
    slope = float(np.polyfit(minutes, memory, 1)[0])
    figure(f"{CALM_RATE} a second for {SOAK_SECONDS:.0f} s", tell(heard), promised="all well")
    told = f"{memory[0]:.0f} to {memory[-1]:.0f} MB, {slope:+.2f} MB a minute"
    figure("memory", told, promised=f"< {SLOPE:.0f} MB a minute")
    figure("open files", f"{files.min()} to {files.max()}", promised="flat")
    figure("SQLite's log", f"at most {log.max():.1f} MB", promised=f"< {MOST_WAL:.0f} MB")
    assert [one for one in heard if not one.is_well] == []
    assert slope < SLOPE
    assert np.median(files[-len(files) // 4 :]) <= np.median(files[: len(files) // 4 + 1]) + 2
    assert log.max() < MOST_WAL


def touch_everybody(served: Served) -> None:
    """Change every contact, so that the writer's cache holds as much of the store as it may."""
    exotel = curl.exotel(served.url, NAME, NAME, SECRET)
    for start in range(1, MANY + 1, BLOCK):
        sids = [served.scene.sid("contact", number) for number in range(start, start + BLOCK)]
        told = exotel("PUT", "/contacts", {"contacts": [{"sid": sid, "tag": "known"} for sid in sids]})
        assert told.json["metadata"]["success"] == BLOCK


def live(served: Served, *, rate: int, seconds: float, pause: float) -> tuple[list[Heard], list[Look]]:
    """Let good callers ask for a while, and a bad one with each look at the server."""
    heard: list[Heard] = []
    crowd = threading.Thread(target=lambda: heard.extend(served.crowd.press(rate=rate, seconds=seconds)))
    crowd.start()
    looks = []
    while crowd.is_alive():
        annoy(served.url)
        wal = served.store.with_name(f"{served.store.name}-wal")
        memory, files = served.process.memory_info().rss, count_files(served.process)
        looks.append(Look(time.monotonic() / 60, memory / MB, files, wal.stat().st_size / MB if wal.exists() else 0.0))
        crowd.join(pause)
    return heard, looks


def count_files(process: psutil.Process) -> int:
    """Count what a process has open but for its callers, of whom there are as many as the machine is slow."""
    callers = [one for one in process.net_connections("inet") if one.status == psutil.CONN_ESTABLISHED]
    return process.num_fds() - len(callers)


def annoy(url: str) -> None:
    """Ask with a wrong key, for nothing, with half a body and with a wrong one, and send a file."""
    curl.textmagic(url, NAME, "wrong")("GET", "/lists")
    curl.exotel(url, "nobody", NAME, SECRET)("GET", "/lists")
    known = curl.textmagic(url, NAME, SECRET)
    known("GET", "/nowhere/at/all")
    known("POST", "/contacts", b'{"phone": ', kind=curl.JSON)
    known("POST", "/contacts", {"phone": "none"})
    rows = "number,first_name\n" + "".join(f"+9199{number:08},Asha\n" for number in range(500))
    boundary = "a-made-up-boundary"
    parts = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="list_name"\r\n\r\nUploads\r\n'
        f'--{boundary}\r\ncontent-disposition: form-data; name="file_name"; filename="few.csv"\r\n'
        f"content-type: text/csv\r\n\r\n{rows}\r\n--{boundary}--\r\n"
    )
    taken = curl.exotel(url, NAME, NAME, SECRET)(
        "POST", "/contacts/csv-upload", parts.encode(), kind=f"multipart/form-data; boundary={boundary}"
    )
    assert taken.status in {200, 429, 503}, taken
