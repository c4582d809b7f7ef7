"""Notes on callers are the same for all threads, and where they are in a file, for all processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from listkit.errors import UnavailableError
from listkit.server import noting
from listkit.server.brake import FREE_TRIES, Brake
from listkit.server.clock import Clock, HandClock
from listkit.server.limits import Meter, Quota
from listkit.server.noting import LocalNotes, SharedNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.server.noting import Notes

HERE = "192.0.2.1"
TAKING = """
import sys
from pathlib import Path
from listkit.server.clock import Clock
from listkit.server.limits import Meter, Quota
from listkit.server.noting import SharedNotes
meter = Meter(Clock(), SharedNotes(Path(sys.argv[1])))
quota = Quota("acme", 50, seconds=3600)
print("ready", flush=True)
sys.stdin.readline()
print(sum(not meter.take(quota).is_refused for _ in range(40)))
"""
HANGING = """
import sys
from pathlib import Path
from listkit.server.noting import SharedNotes
notes = SharedNotes(Path(sys.argv[1]))
with notes.turn():
    notes.write("asked", "acme", (9.0,), now=0, over=60, most=10)
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=["local", "shared"])
def notes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notes]:
    """Open notes of each kind."""
    if request.param == "local":
        yield LocalNotes()
        return
    shared = SharedNotes(tmp_path / "notes")
    yield shared
    shared.close()


def write(notes: Notes, name: str, *numbers: float, now: float = 0.0, over: float = 60.0, most: int = 10) -> None:
    """Write a note in a turn of its own."""
    with notes.turn():
        notes.write("asked", name, numbers, now=now, over=over, most=most)


def test_what_is_written_is_read(notes: Notes) -> None:
    """A note is there under its kind and name until another takes its place; where there is none, nothing is read."""
    assert notes.read("asked", "acme") == ()
    write(notes, "acme", 1.25, 3)
    write(notes, "other", 7)
    assert (notes.read("asked", "acme"), notes.read("asked", "other")) == ((1.25, 3), (7,))
    assert notes.read("failed", "acme") == ()
    write(notes, "acme", 2)
    assert notes.read("asked", "acme") == (2,)


def test_a_turn_is_nobody_elses(notes: Notes) -> None:
    """Threads that read, add one and write lose nothing of one another."""

    def count() -> None:
        for _ in range(50):
            with notes.turn():
                (before,) = notes.read("asked", "acme") or (0.0,)
                notes.write("asked", "acme", (before + 1,), now=0, over=60, most=10)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes.read("asked", "acme") == (200,)


def test_so_many_are_kept(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most there may be, the oldest are dropped; what is over is dropped before."""
    monkeypatch.setattr(noting, "_TIDYING", 1)
    for number in range(30):
        write(notes, str(number), number, over=60 + number)
    kept = [name for name in map(str, range(30)) if notes.read("asked", name)]
    assert kept == [str(number) for number in range(20, 30)]
    write(notes, "new", 1, now=85, over=145)
    assert [name for name in kept if notes.read("asked", name)] == ["26", "27", "28", "29"]


def test_processes_get_no_more_than_one_would(tmp_path: Path) -> None:
    """Asked by four processes at once, a meter with one file of notes lets in exactly its number."""
    processes = [run(TAKING, tmp_path / "notes") for _ in range(4)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sum(int(process.communicate()[0]) for process in processes) == 50


def test_who_dies_in_its_turn_holds_up_nobody(tmp_path: Path) -> None:
    """A process that is killed in the middle of a turn leaves the notes as they were, and the turn to others."""
    notes = SharedNotes(tmp_path / "notes")
    write(notes, "acme", 1)
    with run(HANGING, tmp_path / "notes") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        assert notes.read("asked", "acme") == (1,)
        process.kill()
    write(notes, "other", 2)
    assert (notes.read("asked", "acme"), notes.read("asked", "other")) == ((1,), (2,))
    notes.close()


def test_notes_that_cannot_be_taken_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that does not come, and a file that is none, are UnavailableError, to be tried again."""
    monkeypatch.setattr(noting, "_BUSY_SECONDS", 0.05)
    one, other = (SharedNotes(tmp_path / "notes") for _ in range(2))
    with one.turn(), pytest.raises(UnavailableError, match="again"), other.turn():
        pass
    with other.turn():
        pass
    one.close()
    other.close()
    (tmp_path / "rubbish").write_bytes(b"no notes at all" * 1_000)
    with pytest.raises(UnavailableError, match="cannot note"):
        SharedNotes(tmp_path / "rubbish")


def test_a_turn_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """What goes wrong in a turn undoes what was written in it."""
    notes = SharedNotes(tmp_path / "notes")

    def fail() -> None:
        with notes.turn():
            notes.write("asked", "acme", (1.0,), now=0, over=60, most=10)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert notes.read("asked", "acme") == ()
    notes.close()


@pytest.mark.parametrize("make", [Meter, Brake])
def test_two_count_as_one(notes: Notes, make: Callable[[Clock, Notes], Meter | Brake]) -> None:
    """Two meters, or two brakes, with the same notes refuse what one would."""
    clock = HandClock(1_000_000_000)
    pair = [make(clock, notes) for _ in range(2)]
    refused = []
    for number in range(FREE_TRIES + 2):
        one = pair[number % 2]
        if isinstance(one, Brake):
            refused.append(bool(one.refuse(HERE, "acme").retry_after))
        else:
            refused.append(one.take(Quota("acme", FREE_TRIES, seconds=1)).is_refused)
    assert refused == [False] * FREE_TRIES + [True, True]
    assert all(one.is_on(HERE, "acme") for one in pair if isinstance(one, Brake))


def run(script: str, path: Path) -> subprocess.Popen[str]:
    """Run a script over the notes in a file."""
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
