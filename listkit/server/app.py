"""The edge to the network: bytes become our Request, our Answer becomes bytes, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from listkit.errors import MissingExtraError
from listkit.server.answering import LARGEST_BODY
from listkit.server.dial import CutError
from listkit.wire.message import Request

try:
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import ClientDisconnect
    from starlette.requests import Request as Incoming
    from starlette.responses import Response
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope
    from starlette.types import Send as SendMessage

    from listkit.wire.message import Send

MOST_DRAINED = 4 * LARGEST_BODY


def app(answer: Send) -> ASGIApp:
    """Make an ASGI application of what turns a request into an answer; each is made in a thread of its own."""

    async def edge(scope: Scope, receive: Receive, send: SendMessage) -> None:
        incoming = Incoming(scope, receive)
        try:
            body = await _read(incoming)
        except ClientDisconnect:
            return
        try:
            made = await run_in_threadpool(answer, _request(incoming, body))
        except CutError as cut:
            await _cut(cut, send)
            return
        await Response(made.body, made.status, dict(made.headers))(scope, receive, send)

    return edge


async def _cut(cut: CutError, send: SendMessage) -> None:
    """Send so much of an answer as gets out, and leave it at that; the server then closes the connection.

    It does so too, without a word, where an answer is begun that has no status.
    """
    if cut.begun is None:
        with suppress(KeyError):
            await send({"type": "http.response.start"})
        return
    whole = Response(cut.begun.body, cut.begun.status, dict(cut.begun.headers))
    await send({"type": "http.response.start", "status": whole.status_code, "headers": whole.raw_headers})
    await send({"type": "http.response.body", "body": cut.begun.body[: cut.sent], "more_body": True})


async def _read(incoming: Incoming) -> bytes:
    """Read the body once: no more than shows that it is too large, though the rest is let by.

    A client that is still sending would not hear the answer.
    """
    body = bytearray()
    passed = 0
    async for chunk in incoming.stream():
        passed += len(chunk)
        body += chunk[: LARGEST_BODY + 1 - len(body)]
        if passed > MOST_DRAINED:
            break
    return bytes(body)


def _request(incoming: Incoming, body: bytes) -> Request:
    query = parse_qsl(incoming.scope["query_string"].decode("latin-1"), keep_blank_values=True, errors="replace")
    return Request(
        method=incoming.method,
        path=incoming.scope["path"],
        query=tuple(query),
        headers=dict(incoming.headers),
        body=body,
    )
