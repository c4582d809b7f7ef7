"""A file that comes piece by piece: kept in a folder of its own, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST = 60 * 1024 * 1024
"""How many bytes a file may have: what Exotel takes in one upload."""


LONGEST = 100
"""How many characters of a file's name are kept, its end at any rate."""


class Receiver:
    """Takes the pieces of one file at a time and says what to send next.

    The files are readable by their owner only, and gone with whoever took them in.
    """

    def __init__(self, received: Callable[[str], None]) -> None:
        self._received = received
        self._folder = Path(tempfile.mkdtemp(prefix="listkit-"))
        self._gone = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._id, self._path, self._size, self._place = "", self._folder, 0, 0
        self._sum = hashlib.sha256()

    def take(self, message: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> dict[str, Any] | None:
        """Take one message of a page, and return the answer."""
        told = {"id": message.get("id")}
        match message:
            case {"put": "begin", "name": str(name), "size": int(size), "id": str(id_)}:
                if size > MOST:
                    return {**told, "got": "refused", "why": f"{name} is too big: up to {MOST >> 20} MB can be taken."}
                self._begin(name, size, id_)
            case {"put": "piece", "place": self._place, "id": self._id} if self._has_room(buffers):
                self._put(bytes(buffers[0]))
            case {"put": "end", "sha256": str(digest), "id": self._id}:
                return {**told, **self._end(digest)}
            case {"put": "drop"}:
                self._path.unlink(missing_ok=True)
                return None
            case _:
                return {**told, "got": "refused", "why": "A piece of the file was lost on its way: drop it again."}
        return {**told, "got": "piece"}

    def _begin(self, name: str, size: int, id_: str) -> None:
        self._id, self._size, self._place, self._sum = id_, size, 0, hashlib.sha256()
        own = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1])[-LONGEST:]
        self._path = Path(tempfile.mkdtemp(dir=self._folder)) / (own if own.strip(".") else "file")
        self._path.touch(mode=0o600)

    def _has_room(self, buffers: Sequence[bytes | memoryview]) -> bool:
        return len(buffers) == 1 and self._place + len(buffers[0]) <= self._size

    def _put(self, piece: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(piece)
        self._sum.update(piece)
        self._place += len(piece)

    def _end(self, digest: str) -> dict[str, Any]:
        if self._place != self._size or self._sum.hexdigest() != digest:
            self._path.unlink(missing_ok=True)
            return {"got": "refused", "why": f"{self._path.name} did not arrive as it was sent: drop it again."}
        self._received(str(self._path))
        return {"got": "all"}
