"""The server's own addresses: health for everybody, and what whoever has a key may read of it."""

from __future__ import annotations

import logging
import math
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from listkit.errors import (
    MethodNotAllowedError,
    NotFoundError,
    ProviderError,
    ServerFailedError,
    UnauthorizedError,
)
from listkit.server.dialects import basic_login
from listkit.server.metrics import MEDIA_TYPE
from listkit.server.openapi import describe
from listkit.server.pages import draw
from listkit.server.pages.overview import show_overview
from listkit.server.pages.reference import show_contents, show_reference
from listkit.wire.message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from listkit.server.dialects import Dialect
    from listkit.server.gate import Gate
    from listkit.server.metrics import Metrics
    from listkit.server.store.base import Api, Caller, Store
    from listkit.server.visits import Visit
    from listkit.wire.message import Request

    Page: TypeAlias = Callable[[Request, Caller], Answer]

CHALLENGE = 'Basic realm="listkit", charset="UTF-8"'

_FOR_PEOPLE = {"/", "/openapi", "/openapi/exotel", "/openapi/textmagic"}

log = logging.getLogger(__name__)


class Desk:
    """Answers whatever is neither vendor's; either API's key opens all of it."""

    def __init__(
        self, store: Store, gate: Gate, dialects: Sequence[Dialect], metrics: Metrics, *, scheme: str = "http"
    ) -> None:
        self._store = store
        self._gate = gate
        self._metrics = metrics
        self._scheme = scheme
        self._dialects = {dialect.NAME: dialect for dialect in dialects}
        self._documents: dict[str, dict[str, Any]] = {}
        self._open: Mapping[str, Callable[[], Answer]] = {"/health": self._health, "/health/live": _live}
        self._pages: dict[str, Page] = {"/": self._overview, "/metrics": self._figures, "/openapi": self._contents}
        for api in self._dialects:
            self._pages[f"/openapi/{api}"] = partial(self._reference, api)
            self._pages[f"/openapi/{api}.json"] = partial(self._document, api)

    def answer(self, request: Request, visit: Visit, address: str) -> Answer:
        """Answer one request, which comes from `address`; all that stands in the way is an error."""
        path = _path_of(request)
        if path not in self._open and path not in self._pages:
            raise NotFoundError("There is nothing here; the APIs are under /v2/accounts and /api/v2.")
        visit.route = path
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowedError(f"{path} is only read.", allow=["GET", "HEAD"])
        if path in self._open:
            return self._open[path]()
        caller = self._gate.identify(list(self._dialects), basic_login(request), address)
        visit.account = caller.account
        return self._pages[path](request, caller)

    def encode_error(self, error: ProviderError, request: Request) -> Answer:
        """Say an error to whoever asked: to a person as a page, to a program as JSON."""
        status = error.http_status or ServerFailedError.http_status
        headers = {}
        if isinstance(error, UnauthorizedError):
            headers["www-authenticate"] = CHALLENGE
        if isinstance(error, MethodNotAllowedError):
            headers["allow"] = ", ".join(error.allow)
        again = math.ceil(error.retry_after) if error.retry_after else None
        if again is not None:
            headers["retry-after"] = str(again)
        if _path_of(request) in _FOR_PEOPLE:
            title = HTTPStatus(status).phrase
            return draw("refusal", status=status, headers=headers, title=title, sentence=str(error), again=again)
        return _json(status, {"error": str(error)}, headers)

    def _health(self) -> Answer:
        """Say whether the server can do its work: with a store that does not answer it cannot."""
        try:
            self._store.ping()
        except ServerFailedError:
            log.exception("The store does not answer.")
            return _json(503, {"status": "unavailable", "reason": "The store does not answer."})
        return _json(200, {"status": "ok"})

    def _overview(self, request: Request, caller: Caller) -> Answer:
        is_secure = request.headers.get("x-forwarded-proto") == "https"
        return show_overview(request, caller, self._store, scheme="https" if is_secure else self._scheme)

    def _figures(self, _request: Request, caller: Caller) -> Answer:
        figures = self._metrics.show(caller, self._store)
        return Answer(status=200, headers={"content-type": MEDIA_TYPE, "cache-control": "no-store"}, body=figures)

    def _contents(self, _request: Request, caller: Caller) -> Answer:
        return show_contents({api: self._described(api) for api in self._dialects}, caller.account)

    def _reference(self, api: Api, _request: Request, caller: Caller) -> Answer:
        return show_reference(api, self._described(api), caller.account)

    def _document(self, api: Api, _request: Request, _caller: Caller) -> Answer:
        return _json(200, self._described(api))

    def _described(self, api: Api) -> dict[str, Any]:
        """Return a vendor's document, made when it is first asked for."""
        if api not in self._documents:
            self._documents[api] = describe(self._dialects[api])
        return self._documents[api]


def _live() -> Answer:
    """Say that the process answers, whatever its store does."""
    return _json(200, {"status": "ok"})


def _json(status: int, said: object, headers: Mapping[str, str] | None = None) -> Answer:
    told = {"content-type": "application/json", **(headers or {})}
    return Answer(status=status, headers=told, body=msgspec.json.encode(said))


def _path_of(request: Request) -> str:
    return request.path if request.path == "/" else request.path.removesuffix("/")
