"""The server's own addresses: health for everybody, and what whoever has a key may read of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from listkit.errors import (
    MethodNotAllowedError,
    NotFoundError,
    ProviderError,
    ServerFailedError,
    UnauthorizedError,
)
from listkit.server.dialects import basic_login
from listkit.server.openapi import describe
from listkit.wire.message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from listkit.server.dialects import Dialect
    from listkit.server.store.base import Caller, Store
    from listkit.server.visits import Visit
    from listkit.wire.message import Request

    Page: TypeAlias = Callable[[Request, Caller], Answer]

CHALLENGE = 'Basic realm="listkit", charset="UTF-8"'

log = logging.getLogger(__name__)


class Desk:
    """Answers whatever is neither vendor's; either API's key opens all of it."""

    def __init__(self, store: Store, dialects: Sequence[Dialect]) -> None:
        self._store = store
        self._apis = [dialect.NAME for dialect in dialects]
        self._open: Mapping[str, Callable[[], Answer]] = {"/health": self._health, "/health/live": _live}
        self._pages: dict[str, Page] = {f"/openapi/{dialect.NAME}.json": _Document(dialect) for dialect in dialects}

    def answer(self, request: Request, visit: Visit) -> Answer:
        """Answer one request; whatever goes wrong is an answer too."""
        try:
            return self._answer(request, visit)
        except ServerFailedError as error:
            log.exception("Request %s failed.", visit.request_id)
            return _refusal(error)
        except ProviderError as error:
            return _refusal(error)
        except Exception:  # the border, as for the vendors' addresses
            log.exception("Request %s failed.", visit.request_id)
            return _refusal(ServerFailedError("The server failed; its log says more."))

    def _answer(self, request: Request, visit: Visit) -> Answer:
        path = request.path if request.path == "/" else request.path.removesuffix("/")
        if path not in self._open and path not in self._pages:
            raise NotFoundError("There is nothing here; the APIs are under /v2/accounts and /api/v2.")
        visit.route = path
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowedError(f"{path} is only read.", allow=["GET", "HEAD"])
        if path in self._open:
            return self._open[path]()
        caller = self._caller(request)
        visit.account = caller.account
        return self._pages[path](request, caller)

    def _caller(self, request: Request) -> Caller:
        if login := basic_login(request):
            for api in self._apis:
                if caller := self._store.authenticate(api, *login):
                    return caller
        raise UnauthorizedError("A key is needed here: Exotel's key and token, or TextMagic's username and key.")

    def _health(self) -> Answer:
        """Say whether the server can do its work: with a store that does not answer it cannot."""
        try:
            self._store.ping()
        except ServerFailedError:
            log.exception("The store does not answer.")
            return as_json(503, {"status": "unavailable", "reason": "The store does not answer."})
        return as_json(200, {"status": "ok"})


class _Document:
    """A vendor's OpenAPI document, written when it is first asked for."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._answer: Answer | None = None

    def __call__(self, _request: Request, _caller: Caller) -> Answer:
        if self._answer is None:
            self._answer = as_json(200, describe(self._dialect))
        return self._answer


def as_json(status: int, said: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer an object."""
    told = {"content-type": "application/json", **(headers or {})}
    return Answer(status=status, headers=told, body=msgspec.json.encode(said))


def _live() -> Answer:
    """Say that the process answers, whatever its store does."""
    return as_json(200, {"status": "ok"})


def _refusal(error: ProviderError) -> Answer:
    headers = {}
    if isinstance(error, UnauthorizedError):
        headers["www-authenticate"] = CHALLENGE
    if isinstance(error, MethodNotAllowedError):
        headers["allow"] = ", ".join(error.allow)
    return as_json(error.http_status or ServerFailedError.http_status, {"error": str(error)}, headers)
