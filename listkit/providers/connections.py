"""Connections that cannot be held: an answer that trickles ends in time, a failed handshake is told as one."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError


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
