"""What is noted of a request on its way: enough for logs and figures, and nothing of what it carried."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from listkit.server.store.base import Account
    from listkit.wire.message import Answer, Request

REQUEST_ID = "x-request-id"
METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

_SANE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Visit(msgspec.Struct, kw_only=True):
    """One request from its coming to its answer; what is not known yet, or never will be, is empty.

    `route` is the template of a path, as /api/v2/lists/{id}: no value of a path, a query, a
    header or a body is kept. `seconds` is how long the answer took to make.
    """

    request_id: str
    method: str
    received: int = 0
    api: str = ""
    route: str = ""
    account: Account | None = None
    status: int = 0
    sent: int = 0
    seconds: float = 0.0

    def end(self, answer: Answer, *, seconds: float) -> None:
        """Note how it was answered."""
        self.status, self.sent, self.seconds = answer.status, len(answer.body), seconds

    @property
    def is_refused_login(self) -> bool:
        """Whether a key was asked for, and none or a wrong one was shown."""
        return self.status == 401  # noqa: PLR2004 - the one status of this meaning


Watch: TypeAlias = Callable[[Visit], None]


def begin(request: Request) -> Visit:
    """Open the notes on a request, under the caller's own number where that is a UUID, else under a fresh one.

    A method that no HTTP knows is noted as OTHER: a word of the caller's own could be anything.
    """
    number = request.headers.get(REQUEST_ID, "")
    request_id = number.replace("-", "") if _SANE.fullmatch(number) else secrets.token_hex(16)
    method = request.method if request.method in METHODS else "OTHER"
    return Visit(request_id=request_id, method=method, received=len(request.body))
