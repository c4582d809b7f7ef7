"""The one shape that both sides of HTTP share: a request, its answer, and what turns one into the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path  # noqa: TC003 - msgspec reads the annotations at run time
from typing import TypeAlias

import msgspec

from listkit.errors import InvalidError

_HALF = "Half a character (a lone surrogate) cannot be sent; take it out of the text."


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request without host or secret.

    `path` is percent-decoded text, `query` holds decoded pairs in order, header names are
    lower case. `operation` names the row of the provider's table that says what repeating
    this request would do; on the server's side it is empty.

    A server may keep a large body on disk: then `spooled` is the file and `body` is empty.
    The file is the edge's, and goes when the answer is made.

    Raises InvalidError for half a character (a lone surrogate) in path or query.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    spooled: Path | None = None
    operation: str = ""

    def __post_init__(self) -> None:
        try:
            self.path.encode()
            for name, value in self.query:
                name.encode()
                value.encode()
        except UnicodeEncodeError:
            raise InvalidError(_HALF) from None

    def argument(self, name: str) -> str | None:
        """Return the last value of a query argument, or None."""
        return next((value for key, value in reversed(self.query) if key == name), None)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: header names are lower case.

    A server may have more to say than it wants to hold: then `blocks` follow the body, made as they are sent.
    """

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    blocks: Iterable[bytes] = ()

    @property
    def retry_after(self) -> float | None:
        """How many seconds a refusal asks to wait; None where it names no number of them."""
        seconds = self.headers.get("retry-after", "").strip()
        return float(seconds) if re.fullmatch(r"[0-9]{1,6}", seconds) else None

    @property
    def allow(self) -> list[str]:
        """The methods that an address takes, where a refusal names them."""
        return [method.strip() for method in self.headers.get("allow", "").split(",") if method.strip()]


Send: TypeAlias = Callable[[Request], Answer]


def write_json(body: object) -> bytes:
    """Write the body of a request; InvalidError for half a character, which no JSON can carry.

    >>> write_json({"name": "VIP"})
    b'{"name":"VIP"}'
    """
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        raise InvalidError(_HALF) from None
