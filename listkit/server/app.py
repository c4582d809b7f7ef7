"""The edge to the network: a head is judged before its body is read, and no caller takes what others need.

Bytes become our Request, our Answer becomes bytes. Heads are judged in a few threads of their
own, so that a refusal never waits behind work. Answers are made in two lanes, one for what
reads and one for what writes, of which one account has half at most; who waits too long for a
place is told to come back.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager, suppress
from http.client import NO_CONTENT
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from listkit.errors import InvalidError, MissingExtraError, ProviderError, UnavailableError
from listkit.server.bodies import Bodies, ClientLeft
from listkit.server.dial import CutError, Met
from listkit.server.patience import begin, waiting
from listkit.wire.message import Answer, Request

try:
    from anyio import CapacityLimiter, to_thread
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
    from pathlib import Path
    from typing import TypeAlias, TypeVar

    from listkit.server.answering import Admitted, Service
    from listkit.server.dial import Dial

    T = TypeVar("T")
    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Any]]
    SendMessage: TypeAlias = Callable[[Any], Awaitable[None]]

ADMITTING, READING, WRITING, LARGE = 8, 12, 8, 2
"""Threads for judging heads, for answers that read, for those that write, and at most for large bodies among both."""
MOST_LATE = 1_000
"""Answers that are late on purpose at once: as many as there can be connections."""
LARGEST_SMALL = 1024 * 1024
MOST_HEADERS, LONGEST_HEADERS, LONGEST_TARGET = 100, 32 * 1024, 32 * 1024
BLOCK = 64 * 1024
"""Bytes of an answer that are handed over before the client has taken those before."""


class Edge:
    """An ASGI application of a service; every request meets its fate by a `dial`, and `note` hears of it.

    What is to be late takes no place of others while it waits. What is too large for memory is
    kept in `folder` while it comes in.
    """

    def __init__(self, service: Service, folder: Path, *, dial: Dial, note: Callable[[Request, Met], None]) -> None:
        self._service = service
        self._dial, self._note = dial, note
        self._bodies = Bodies(folder)
        self._places = _Places()

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        """Answer one request."""
        head = read_head(scope)
        begin()
        try:
            answer = await self._answer(head, scope, receive)
        except ClientLeft:
            return
        except CutError as cut:
            await _cut(cut, send)
            return
        await self._send(answer, send)

    def refuse(self, head: Request, error: ProviderError) -> Answer:
        """Answer what got no further than this, in the words of the vendor whose path it names."""
        return self._service.refuse(head, error)

    async def _answer(self, head: Request, scope: Scope, receive: Receive) -> Answer:
        def admit() -> Admitted | Met:
            admitted = self._service.admit(head, address=_address(scope))
            if isinstance(admitted, Answer):
                return fate.befall(lambda: admitted)
            known = admitted.recall() if fate.is_well else None
            return admitted if known is None else Met(known)

        try:
            _check(scope)
            fate = self._dial.draw(head)
            async with self._places.for_admitting():
                admitted = await self._places.run(admit)
        except (UnavailableError, InvalidError) as error:
            return self.refuse(head, error)
        if isinstance(admitted, Met):
            await self._hold(fate.before)
            return await self._tell(head, admitted)
        try:
            async with self._bodies.read(admitted, receive) as body:
                await self._hold(fate.before)
                async with self._places.for_answering(admitted, len(body.content)):
                    met = await self._places.run(
                        lambda: fate.befall(lambda: admitted.answer(body.content, body.spooled, is_kept=fate.is_well))
                    )
        except CutError:
            raise
        except ProviderError as error:
            return admitted.refuse(error)
        return await self._tell(head, met)

    async def _tell(self, head: Request, met: Met) -> Answer:
        self._note(head, met)
        await self._hold(met.after)
        return met.heard()

    async def _hold(self, seconds: float) -> None:
        if seconds:
            await self._places.wait_aside(lambda: self._dial.hold(seconds))

    async def _send(self, answer: Answer, send: SendMessage) -> None:
        await send(_start(answer))
        with self._bodies.holding(len(answer.body)):
            body = memoryview(answer.body)
            while len(body) > BLOCK:
                await send({"type": "http.response.body", "body": body[:BLOCK], "more_body": True})
                body = body[BLOCK:]
            await send({"type": "http.response.body", "body": body, "more_body": bool(answer.blocks)})
        if answer.blocks:
            blocks = iter(answer.blocks)
            while block := await to_thread.run_sync(next, blocks, b""):
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _start(answer: Answer) -> dict[str, Any]:
    """Write the head of an answer; how long one in blocks will be, nobody knows yet."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if not answer.blocks and answer.status != NO_CONTENT:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _cut(cut: CutError, send: SendMessage) -> None:
    """Send so much of an answer as gets out, and leave it at that; the server then closes the connection.

    It does so too, without a word, where an answer is begun that has no status.
    """
    if cut.begun is None:
        with suppress(KeyError):
            await send({"type": "http.response.start"})
        return
    await send(_start(cut.begun))
    await send({"type": "http.response.body", "body": cut.begun.body[: cut.sent], "more_body": True})


class _Places:
    """Who may use a thread now, and who waits."""

    def __init__(self) -> None:
        self._threads: CapacityLimiter | None = None
        self._waiting: CapacityLimiter | None = None
        self._admitting = asyncio.Semaphore(ADMITTING)
        self._lanes = {True: asyncio.Semaphore(WRITING), False: asyncio.Semaphore(READING)}
        self._large = asyncio.Semaphore(LARGE)
        self._shares: dict[tuple[int, bool], asyncio.Semaphore] = {}
        self._users: defaultdict[tuple[int, bool], int] = defaultdict(int)

    async def run(self, work: Callable[[], T]) -> T:
        """Do it in a thread; there is one for everybody who has a place."""
        self._threads = self._threads or CapacityLimiter(ADMITTING + READING + WRITING)
        return await to_thread.run_sync(work, limiter=self._threads)

    async def wait_aside(self, wait: Callable[[], None]) -> None:
        """Wait in a thread that nobody works in."""
        self._waiting = self._waiting or CapacityLimiter(MOST_LATE)
        await to_thread.run_sync(wait, limiter=self._waiting)

    @asynccontextmanager
    async def for_admitting(self) -> AsyncIterator[None]:
        """Take a place for judging a head; UnavailableError where there is none for too long."""
        async with _waiting(self._admitting):
            yield

    @asynccontextmanager
    async def for_answering(self, admitted: Admitted, size: int) -> AsyncIterator[None]:
        """Take a place in the lane, and in the account's share of it; UnavailableError as above."""
        is_write = admitted.route.is_write
        whose = (admitted.caller.account.account_id, is_write)
        share = self._shares.setdefault(whose, asyncio.Semaphore((WRITING if is_write else READING) // 2))
        self._users[whose] += 1
        try:
            async with _waiting(*([self._large] if size > LARGEST_SMALL else []), share, self._lanes[is_write]):
                yield
        finally:
            self._users[whose] -= 1
            if not self._users[whose]:
                del self._users[whose], self._shares[whose]


@asynccontextmanager
async def _waiting(*places: asyncio.Semaphore) -> AsyncIterator[None]:
    taken: list[asyncio.Semaphore] = []
    try:
        try:
            with waiting() as seconds:
                async with asyncio.timeout(seconds):
                    for place in places:
                        await place.acquire()
                        taken.append(place)
        except TimeoutError:
            raise UnavailableError("The server has too much to do; try again in a second.", retry_after=1) from None
        yield
    finally:
        for place in taken:
            place.release()


def read_head(scope: Scope) -> Request:
    """Read all of a request but its body; rubbish in a path or a query becomes a sign that stands for it."""
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    if not path.startswith("/") and "://" in path:
        # A target may be a whole address (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2).
        path = "/" + path.partition("://")[2].partition("/")[2]
    return Request(
        method=scope["method"],
        path=unquote(path, errors="replace"),
        query=tuple(parse_qsl(query, keep_blank_values=True, errors="replace")),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
    )


def _check(scope: Scope) -> None:
    """Refuse a head that no client of either vendor sends."""
    if (count := len(scope["headers"])) > MOST_HEADERS:
        raise InvalidError(f"The request has {count} headers, and {MOST_HEADERS} is the most.", limit=MOST_HEADERS)
    if (length := sum(len(name) + len(value) for name, value in scope["headers"])) > LONGEST_HEADERS:
        sentence = f"The headers have {length:,} bytes, and {LONGEST_HEADERS:,} is the most."
        raise InvalidError(sentence, limit=LONGEST_HEADERS)
    if (length := len(scope["raw_path"]) + len(scope["query_string"])) > LONGEST_TARGET:
        sentence = f"The address has {length:,} characters, and {LONGEST_TARGET:,} is the most; put more into the body."
        raise InvalidError(sentence, limit=LONGEST_TARGET)
    if scope["state"].get("is_one_too_many"):
        raise UnavailableError("The server has too many connections; try again in a second.", retry_after=1)


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope["client"] else "unknown"
