"""Connections that cannot be held: a trickling answer ends in time, and what went wrong is told for what it was."""

from __future__ import annotations

import io
import ssl
import time
from http.client import HTTPResponse
from typing import Any, NamedTuple

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from listkit.providers.retrying import Heard


class Timeouts(NamedTuple):
    """Seconds for making a connection, for each silence after it, and for one answer in all."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


class TooSlowError(OSError):
    """An answer was not whole in the time that it had."""


class PlainConnection(HTTPConnection):
    """Gives each answer `patience` seconds in all, from when it is waited for until it is whole.

    A time limit of the socket is for one silence alone: a line, a heading, or a hundred
    thousand of *100 Continue* that come byte by byte never reach it.
    """

    def __init__(self, *args: Any, patience: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._patience = patience

    # urllib3 declares a class, of which nothing but the call is used.
    def response_class(self, *args: Any, **options: Any) -> HTTPResponse:  # type: ignore[override]
        """Make what reads an answer."""
        answer = HTTPResponse(*args, **options)
        answer.fp = io.BufferedReader(_Timed(answer.fp.detach(), time.monotonic() + self._patience))
        return answer


class SecureConnection(PlainConnection, HTTPSConnection):
    """Reports whatever goes wrong before the first byte of a request as *not connected*."""

    def connect(self) -> None:
        """Connect and shake hands; urllib3 alone tells a failed handshake from a later cut by nothing."""
        try:
            super().connect()
        except OSError as error:
            raise NewConnectionError(self, "no secure connection") from error


class _Timed(io.RawIOBase):
    """The bytes of a socket, until a moment."""

    def __init__(self, raw: io.RawIOBase, until: float) -> None:
        self._raw = raw
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._until:
            raise TooSlowError
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def meaning(error: Exception, timeouts: Timeouts) -> Heard:
    """Put what the network did into our words: never arrived, or no answer to something sent."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    if isinstance(cause, MaxRetryError):
        cause = cause.reason or cause
    if isinstance(cause, ProxyError):
        return Heard(why="the proxy let nothing through", arrived=False, may_pass=True)
    if isinstance(cause, NewConnectionError):
        return _not_connected(cause)
    if isinstance(cause, ConnectTimeoutError):
        return Heard(why=f"no connection within {timeouts.connect:g} s", arrived=False, may_pass=True)
    if isinstance(cause, ValueError):
        return Heard(why="its address, or that of the proxy, cannot be used", arrived=False)
    if isinstance(cause, ProtocolError) and isinstance(cause.args[-1], TooSlowError):
        return Heard(why=f"the answer was not whole after {timeouts.total:g} s", may_pass=True)
    late = isinstance(cause, ReadTimeoutError)
    return Heard(why=f"silent for {timeouts.read:g} s" if late else "the connection was cut", may_pass=True)


def _not_connected(error: NewConnectionError) -> Heard:
    reason = error.__cause__
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Heard(why="its certificate is not trusted; connect(ca=...) takes your own", arrived=False)
    if isinstance(error, NameResolutionError):
        why = "no computer has this name"
    elif isinstance(reason, ConnectionRefusedError):
        why = "connection refused"
    else:
        why = "no secure connection" if isinstance(reason, ssl.SSLError) else "no connection"
    return Heard(why=why, arrived=False, may_pass=True)
