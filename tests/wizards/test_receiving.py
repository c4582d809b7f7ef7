"""A file that comes in pieces is there whole or not at all."""

from __future__ import annotations

import gc
import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.wizards.receiving import MOST, Receiver


class Page:
    """Sends a file as a page does."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.receiver = Receiver(self.files.append)

    def say(self, put: str, *buffers: bytes, **said: Any) -> Any:
        """Send one message."""
        return self.receiver.take({"put": put, "id": "a", **said}, buffers)

    def send(self, data: bytes, *, piece: int = 4, name: str = "guests.csv") -> Any:
        """Send a file."""
        answer = self.say("begin", name=name, size=len(data))
        for place in range(0, len(data), piece):
            assert answer == {"id": "a", "got": "piece"}
            answer = self.say("piece", data[place : place + piece], place=place)
        return self.say("end", sha256=hashlib.sha256(data).hexdigest())


@given(st.binary(max_size=40), st.integers(1, 9))
def test_what_was_sent_is_what_is_there(data: bytes, piece: int) -> None:
    """Whatever it holds and however it was cut."""
    page = Page()
    assert page.send(data, piece=piece) == {"id": "a", "got": "all"}
    assert Path(page.files[0]).read_bytes() == data


def test_only_its_owner_reads_it_and_it_goes_with_the_wizard() -> None:
    """A list of people is nobody else's, and no copy of it stays."""
    page = Page()
    page.send(b"phone")
    path = Path(page.files[0])
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == ("guests.csv", 0o600)
    del page
    gc.collect()
    assert not path.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.csv", "/abs/x.csv", "", "..", "a/b/c.csv", "\x00.csv", "x" * 400 + ".csv"]
)
def test_a_file_stays_in_its_folder(name: str) -> None:
    """Whatever it is called."""
    page = Page()
    page.send(b"phone", name=name)
    assert Path(page.files[0]).resolve().is_relative_to(page.receiver._folder.resolve())


def test_a_file_that_is_too_big_is_refused_before_it_comes() -> None:
    """With what can be taken."""
    answer = Page().say("begin", name="a.csv", size=MOST + 1)
    assert (answer["got"], answer["why"]) == ("refused", "a.csv is too big: up to 60 MB can be taken.")


@pytest.mark.parametrize(
    ("put", "buffers", "said"),
    [
        ("piece", [b"abcd"], {"place": 4}),
        ("piece", [b"abcde"], {"place": 0}),
        ("piece", [], {"place": 0}),
        ("piece", [b"abcd"], {"place": 0, "id": "b"}),
        ("what", [], {}),
        ("begin", [], {"name": 1, "size": "x"}),
    ],
)
def test_a_piece_that_does_not_fit_is_refused(put: str, buffers: list[bytes], said: dict[str, Any]) -> None:
    """One that is lost, too long, empty or of another file."""
    page = Page()
    page.say("begin", name="a.csv", size=4)
    assert page.say(put, *buffers, **said)["got"] == "refused"
    assert page.files == []


def test_a_file_that_did_not_arrive_as_it_was_sent_is_not_there() -> None:
    """The checksum tells, and nothing of it stays."""
    page = Page()
    page.say("begin", name="a.csv", size=4)
    page.say("piece", b"abcd", place=0)
    assert page.say("end", sha256="0" * 64)["why"] == "a.csv did not arrive as it was sent: drop it again."
    assert (page.files, [*page.receiver._folder.rglob("*.csv")]) == ([], [])
    page.say("begin", name="b.csv", size=4)
    assert page.say("drop") is None
    assert [*page.receiver._folder.rglob("*.csv")] == []
