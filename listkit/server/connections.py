"""Connections that come to an end: slow heads, rubbish, silence and bodies that nobody wants.

Uvicorn waits for ever for the rest of a head and for a client that does not read, and closes
on a client that is still sending, which then never hears why. What is bounded here: the time
for a head, the bytes and the time of a body that was refused, the time an answer may lie
unread, and how many connections there are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from listkit.errors import MissingExtraError, UnreadableBodyError
from listkit.server.app import read_head
from listkit.wire.message import Request

try:
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from listkit.server.app import Edge
    from listkit.wire.message import Answer

MOST_CONNECTIONS = 500
"""Who comes when there are more is told to come back, and cut off when there are twice as many."""
HEAD_SECONDS = 4.0
DRAIN_SECONDS, MOST_DRAINED = 4.0, 64 * 1024 * 1024
"""For a body whose request was answered already: a client that is still sending would not hear the answer."""
STALL_SECONDS = 30.0
"""For a client to take some of an answer."""
LINGER_SECONDS, LONGEST_OPENING = 1.0, 2048
LONGEST_HEAD = 64 * 1024

_OPENING = re.compile(rb"([!-~]{1,20}) ([!->@-~]*)")


class Connection(H11Protocol):
    """Uvicorn's protocol over h11, with an end to everything."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._drained = 0
        self._opening = b""
        self.is_parting = False
        # All of a transport, but for its end.
        super().connection_made(_Parting(transport, self))  # type: ignore[arg-type]
        self.app_state = {"is_one_too_many": len(self.connections) > MOST_CONNECTIONS}
        if len(self.connections) > 2 * MOST_CONNECTIONS:
            transport.abort()
        self._wait(HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in, unless they are of no use any more."""
        if self.is_parting or self._is_answered:
            self._drained += len(data)
            if self._drained > MOST_DRAINED:
                self.transport.abort()
                return
        if self.is_parting:
            return
        if self._is_between:
            self._opening = (self._opening + data)[:LONGEST_OPENING]
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Go on with the next request, or with what is left of this one."""
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, in the words of the vendor whose path it names, and hang up."""
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started:
                self.transport.abort()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._refuse(UnreadableBodyError(msg))

    def pause_writing(self) -> None:
        """Give a client that does not read some time to do so."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALL_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop waiting: it read."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    @property
    def _is_between(self) -> bool:
        """Whether what comes now belongs to a head."""
        return self.cycle is None or (self.cycle.response_complete and self.conn.their_state is h11.IDLE)

    @property
    def _is_answered(self) -> bool:
        """Whether what comes now belongs to a body that nobody waits for."""
        return self.cycle is not None and self.cycle.response_complete and self.conn.their_state is h11.SEND_BODY

    @property
    def is_midway(self) -> bool:
        """Whether the client may still be sending."""
        return self.conn.their_state in {h11.SEND_BODY, h11.ERROR}

    @property
    def _head(self) -> Request:
        """The request that is coming in, as far as it can be read."""
        if self.cycle is not None and not self.cycle.response_complete:
            return read_head(dict(self.scope))
        found = _OPENING.match(self._opening)
        method, path = (part.decode() for part in found.groups()) if found else ("GET", "/")
        return Request(method=method, path=path)

    def _look(self) -> None:
        """Set a deadline for what is waited for now, unless one runs already."""
        if self.is_parting or self.transport.is_closing():
            return
        if self._is_answered:
            self._wait(DRAIN_SECONDS, self._give_up)
        elif self._is_between and self.conn.trailing_data[0]:
            self._wait(HEAD_SECONDS, self._give_up)
        else:
            self._stop_waiting()
            self._drained = 0
            self._opening = b""

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something when so much time is over, unless a time runs already."""
        self._deadline = self._deadline or self.loop.call_later(seconds, then)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """End a wait that was long enough."""
        self._deadline = None
        if self.is_parting or self._is_answered or not self._opening:
            self.transport.abort()
        else:
            self._refuse(UnreadableBodyError(f"the head of the request did not come within {HEAD_SECONDS:.0f} seconds"))

    def _refuse(self, error: UnreadableBodyError) -> None:
        edge: Edge = self.config.app  # type: ignore[assignment]
        answer = edge.refuse(self._head, error)
        try:
            self.transport.write(self._written(answer))
        except h11.LocalProtocolError:
            self.transport.abort()
            return
        self.part()

    def _written(self, answer: Answer) -> bytes:
        headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
        headers += [(b"content-length", b"%d" % len(answer.body)), (b"connection", b"close")]
        parts = [h11.Response(status_code=answer.status, headers=headers), h11.Data(answer.body), h11.EndOfMessage()]
        return b"".join(self.conn.send(part) or b"" for part in parts)

    def part(self) -> None:
        """Hang up so that the client hears what was said: no more from us, and a moment for what it still sends."""
        self.is_parting = True
        transport: asyncio.Transport = self.transport.real  # type: ignore[attr-defined]
        if transport.can_write_eof():
            transport.write_eof()
        transport.resume_reading()
        self._stop_waiting()
        self._wait(LINGER_SECONDS, transport.abort)

    def be_off(self) -> None:
        """Do not wait for ever for a client that, over TLS, would have to say goodbye in its turn."""
        transport: asyncio.Transport = self.transport.real  # type: ignore[attr-defined]
        if not transport.can_write_eof():
            self._stop_waiting()
            self._wait(LINGER_SECONDS, transport.abort)


class _Parting:
    """A transport that does not hang up on a client in the middle of a sentence."""

    def __init__(self, real: asyncio.Transport, connection: Connection) -> None:
        self.real = real
        self._connection = connection

    def close(self) -> None:
        if self._connection.is_parting or not self._connection.is_midway:
            self.real.close()
            self._connection.be_off()
        else:
            self._connection.part()

    def is_closing(self) -> bool:
        return self._connection.is_parting or self.real.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)
