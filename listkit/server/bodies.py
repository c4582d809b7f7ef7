"""Bodies as they come in: small ones into memory, files onto disk, slow and endless ones to an end."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from listkit.errors import ServerFailedError, UnavailableError, UnreadableBodyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from listkit.server.answering import Admitted

MOST_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of all bodies and large answers at once."""
MOST_ON_DISK = 1024 * 1024 * 1024
LARGEST_IN_MEMORY = 1024 * 1024
"""Bytes of a file that is not worth the disk; it is written in pieces of this size."""
LONGEST_PAUSE = 4.0
SLOWEST, GRACE = 4 * 1024, 4.0
"""Bytes a second that a body must bring on the whole, after its first seconds."""


class ClientLeft(Exception):  # noqa: N818 - nobody did anything wrong, and nobody is there to be told
    """The client closed the connection before its request was whole."""


class Body(NamedTuple):
    """A body that is whole: in memory, or in a file."""

    content: bytes = b""
    spooled: Path | None = None


class Bodies:
    """Reads bodies within what all of them may take together."""

    def __init__(self, folder: Path) -> None:
        """Keep in `folder`, which only its owner can read, what is too large for memory."""
        self._folder = folder
        self._memory, self._disk = _Room(MOST_IN_MEMORY), _Room(MOST_ON_DISK)

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count bytes that are in memory already, so that others wait for the room that they take."""
        self._memory.taken += size
        try:
            yield
        finally:
            self._memory.taken -= size

    @asynccontextmanager
    async def read(self, admitted: Admitted, receive: Callable[[], Awaitable[Any]]) -> AsyncIterator[Body]:
        """Read the body of a request that may go on; it is gone when the block ends.

        Raises the vendor's error for a body that is too large, UnreadableBodyError for one that
        takes too long, UnavailableError where others have taken all the room.
        """
        coming = _Coming(self._memory, self._disk, self._folder)
        try:
            async for chunk in _chunks(receive):
                admitted.refuse_larger(coming.size + len(chunk))
                await coming.take(chunk, is_file=admitted.is_file)
            yield await coming.whole()
        finally:
            coming.drop()


async def _chunks(receive: Callable[[], Awaitable[Any]]) -> AsyncIterator[bytes]:
    begun, size, more = time.monotonic(), 0, True
    while more:
        try:
            async with asyncio.timeout(LONGEST_PAUSE):
                message = await receive()
        except TimeoutError:
            sentence = f"the rest of the body did not come within {LONGEST_PAUSE:.0f} seconds"
            raise UnreadableBodyError(sentence) from None
        if message["type"] == "http.disconnect":
            raise ClientLeft
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if more and size < (time.monotonic() - begun - GRACE) * SLOWEST:
            raise UnreadableBodyError(f"the body comes with fewer than {SLOWEST:,} bytes a second")
        yield chunk


class _Room:
    """How many bytes there may be at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.taken = 0

    def take(self, size: int) -> None:
        if self.taken + size > self._most:
            raise UnavailableError("The server has no room for more at once; try again in a second.", retry_after=1)
        self.taken += size


class _Coming:
    """One body on its way."""

    def __init__(self, memory: _Room, disk: _Room, folder: Path) -> None:
        self.size = 0
        self._chunks: list[bytes] = []
        self._held = 0
        self._memory, self._disk = memory, disk
        self._path = folder / f"{secrets.token_hex(16)}.part"
        self._file: int | None = None

    async def take(self, chunk: bytes, *, is_file: bool) -> None:
        self._memory.take(len(chunk))
        self._held += len(chunk)
        self.size += len(chunk)
        self._chunks.append(chunk)
        if is_file and self._held > LARGEST_IN_MEMORY:
            await self._write()

    async def whole(self) -> Body:
        if self._file is None:
            return Body(content=b"".join(self._chunks))
        await self._write()
        return Body(spooled=self._path)

    async def _write(self) -> None:
        """Move what is in memory to disk."""
        self._disk.take(self._held)
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            await asyncio.to_thread(_write_all, self._file, self._chunks)
        except OSError as error:
            self._disk.taken -= self._held
            raise ServerFailedError(f"The uploaded file cannot be kept: {error.strerror}.") from error
        self._memory.taken -= self._held
        self._held, self._chunks = 0, []

    def drop(self) -> None:
        self._memory.taken -= self._held
        if self._file is not None:
            self._disk.taken -= self.size - self._held
            os.close(self._file)
            self._path.unlink(missing_ok=True)


def _write_all(file: int, chunks: list[bytes]) -> None:
    for chunk in chunks:
        left = memoryview(chunk)
        while left:
            left = left[os.write(file, left) :]
