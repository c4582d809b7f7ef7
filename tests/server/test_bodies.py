"""Bodies come into memory or onto disk, within what they may take together, and are gone afterwards."""

from __future__ import annotations

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from listkit.errors import ServerFailedError, TooLargeError, UnavailableError
from listkit.server import bodies
from listkit.server.bodies import Bodies, ClientLeft

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CHUNK = b"x" * 300_000


def admitted(*, is_file: bool, largest: int = 100_000_000) -> Any:
    """Make a request that may go on."""

    def refuse_larger(size: int) -> None:
        if size > largest:
            raise TooLargeError("Too large.", limit=largest)

    return SimpleNamespace(is_file=is_file, refuse_larger=refuse_larger)


async def _receive(chunks: list[bytes]) -> dict[str, Any]:
    if not chunks:
        return {"type": "http.disconnect"}
    return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}


def read(kept: Bodies, chunks: Sequence[bytes], **how: Any) -> tuple[bytes, Path | None, int]:
    """Read a body, and return what there was of it, where, and with which rights."""
    left = list(chunks)

    async def run() -> tuple[bytes, Path | None, int]:
        async with kept.read(admitted(**how), lambda: _receive(left)) as body:
            if body.spooled is None:
                return body.content, None, 0
            return body.spooled.read_bytes(), body.spooled, stat.S_IMODE(body.spooled.stat().st_mode)

    with ThreadPoolExecutor(1) as elsewhere:  # in this thread a browser's tests may have left a loop running
        return elsewhere.submit(asyncio.run, run()).result()


def test_a_file_lies_on_disk_while_it_is_read_and_then_no_more(tmp_path: Path) -> None:
    """More than a megabyte of a file is a private file of its own, whole, and gone with its request."""
    content, place, mode = read(Bodies(tmp_path), [CHUNK] * 20, is_file=True)
    assert content == CHUNK * 20
    assert place is not None
    assert (place.parent, mode) == (tmp_path, 0o600)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("count", "is_file"), [(1, True), (3, True), (20, False), (0, False)])
def test_what_is_small_or_no_file_stays_in_memory(tmp_path: Path, *, count: int, is_file: bool) -> None:
    """A small file and every other body are handed over as bytes, and nothing is written."""
    content, place, _ = read(Bodies(tmp_path), [CHUNK] * count or [b""], is_file=is_file)
    assert (content, place) == (CHUNK * count, None)


def test_memory_holds_a_file_only_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file comes in, no more of it is in memory than a piece, and all room is given back at the end."""
    monkeypatch.setattr(bodies, "MOST_IN_MEMORY", bodies.LARGEST_IN_MEMORY + len(CHUNK))
    kept = Bodies(tmp_path)
    for _ in range(3):
        read(kept, [CHUNK] * 20, is_file=True)
    with pytest.raises(UnavailableError) as full:
        read(kept, [CHUNK] * 20, is_file=False)
    assert full.value.retry_after == 1
    assert (kept._memory.taken, kept._disk.taken) == (0, 0)


def test_disk_has_so_much_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what all files may take together the next one is told to come back, and leaves nothing."""
    monkeypatch.setattr(bodies, "MOST_ON_DISK", 3_000_000)
    kept = Bodies(tmp_path)
    with pytest.raises(UnavailableError):
        read(kept, [CHUNK] * 20, is_file=True)
    assert (list(tmp_path.iterdir()), kept._memory.taken, kept._disk.taken) == ([], 0, 0)
    read(kept, [CHUNK] * 5, is_file=True)


@pytest.mark.parametrize("is_file", [True, False])
def test_whatever_ends_it_leaves_nothing(tmp_path: Path, *, is_file: bool) -> None:
    """Too large, left in the middle, or a folder that cannot be written to: no file and no byte is held."""
    kept = Bodies(tmp_path)
    with pytest.raises(TooLargeError):
        read(kept, [CHUNK] * 20, is_file=is_file, largest=5_000_000)
    with pytest.raises(ClientLeft):
        read(kept, [], is_file=is_file)
    assert (list(tmp_path.iterdir()), kept._memory.taken, kept._disk.taken) == ([], 0, 0)
    nowhere = Bodies(tmp_path / "gone")
    if is_file:
        with pytest.raises(ServerFailedError, match="cannot be kept"):
            read(nowhere, [CHUNK] * 20, is_file=True)
    assert (nowhere._memory.taken, nowhere._disk.taken) == (0, 0)


def test_large_answers_take_of_the_same_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an answer waits to be taken, bodies have so much less."""
    monkeypatch.setattr(bodies, "MOST_IN_MEMORY", 1_000_000)
    kept = Bodies(tmp_path)
    with kept.holding(900_000), pytest.raises(UnavailableError):
        read(kept, [CHUNK], is_file=False)
    assert read(kept, [CHUNK], is_file=False)[0] == CHUNK
