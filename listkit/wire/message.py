"""The one shape that both sides of HTTP share: a request, its answer, and what turns one into the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request without host or secret.

    `path` is percent-decoded text, `query` holds decoded pairs in order, header names are
    lower case. `operation` names the row of the provider's table that says what repeating
    this request would do; on the server's side it is empty.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    operation: str = ""

    def argument(self, name: str) -> str | None:
        """Return the last value of a query argument, or None."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: header names are lower case."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


Send: TypeAlias = Callable[[Request], Answer]
