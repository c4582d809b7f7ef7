"""From a request to an answer: whose it is, what it asks, and every error in the vendor's own words."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import msgspec

from listkit.errors import (
    MethodNotAllowedError,
    NotFoundError,
    ProviderError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
)
from listkit.server.desk import Desk
from listkit.server.dialects import Call, Settings, exotel, textmagic
from listkit.server.logs import log_visit
from listkit.server.metrics import Metrics
from listkit.server.visits import REQUEST_ID, begin
from listkit.wire import multipart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.dialects import Dialect, Route, Uploads
    from listkit.server.store.base import Store
    from listkit.server.visits import Visit, Watch
    from listkit.wire.message import Answer, Request

DIALECTS: Sequence[Dialect] = (exotel, textmagic)
LARGEST_BODY = 64 * 1024 * 1024
"""Bytes, of a form with a file in it."""
LARGEST_TEXT = 8 * 1024 * 1024
"""Bytes of anything else: as objects they may take thirty times as much, and everybody waits while they are read."""

SETTINGS = Settings()

log = logging.getLogger(__name__)


class Service:
    """Both vendors' APIs over one store; `answer` is a `Send`, with no socket in it.

    Each of `watches` is shown every request once it is answered.
    """

    def __init__(
        self,
        store: Store,
        uploads: Uploads,
        *,
        dialects: Sequence[Dialect] = DIALECTS,
        watches: Sequence[Watch] = (),
        settings: Settings = SETTINGS,
    ) -> None:
        self._store = store
        self._uploads = uploads
        self._roads = [(dialect, Roads(dialect.ROUTES)) for dialect in dialects]
        self._settings = settings
        metrics = Metrics()
        self._watches = (metrics.note, log_visit, *watches)
        self._desk = Desk(store, dialects, metrics)

    def answer(self, request: Request) -> Answer:
        """Answer one request; whatever goes wrong is an answer too."""
        visit, begun = begin(request), time.perf_counter()
        numbered = {REQUEST_ID: visit.request_id}
        answer = self._answer(msgspec.structs.replace(request, headers={**request.headers, **numbered}), visit)
        visit.end(answer, seconds=time.perf_counter() - begun)
        for watch in self._watches:
            watch(visit)
        return msgspec.structs.replace(answer, headers={**answer.headers, **numbered})

    def _answer(self, request: Request, visit: Visit) -> Answer:
        for dialect, roads in self._roads:
            if request.path.startswith(dialect.PREFIX):
                visit.api = dialect.NAME
                return self._answer_in(dialect, roads, request, visit)
        return self._desk.answer(request, visit)

    def _answer_in(self, dialect: Dialect, roads: Roads, request: Request, visit: Visit) -> Answer:
        try:
            return self._handle(dialect, roads, request, visit)
        except ServerFailedError as error:
            log.exception("Request %s failed.", visit.request_id)
            return dialect.encode_error(error, request)
        except ProviderError as error:
            return dialect.encode_error(error, request)
        except Exception:  # the border: whatever it is, a caller gets the vendor's words and the log the rest
            log.exception("Request %s failed.", visit.request_id)
            failed = ServerFailedError("The server failed; its log says more, under the number of this request.")
            return dialect.encode_error(failed, request)

    def _handle(self, dialect: Dialect, roads: Roads, request: Request, visit: Visit) -> Answer:
        login = dialect.login_of(request)
        caller = self._store.authenticate(dialect.NAME, *login) if login else None
        if caller is None:
            raise UnauthorizedError("The key was refused.")
        visit.account = caller.account
        dialect.authorize(request, caller.account)
        route, params = roads.find(request.method, request.path)
        visit.route = route.path
        largest = LARGEST_BODY if request.media_type == multipart.MEDIA_TYPE else LARGEST_TEXT
        if len(request.body) > largest:
            sentence = f"A request of this kind may have {largest:,} bytes and this one has more; send it in parts."
            raise TooLargeError(sentence, limit=largest)
        return route.handler(Call(request, caller, params, self._store, self._uploads, self._settings))


class Roads:
    """The routes of a dialect, found by the segments of a path; a literal segment goes before a {brace}."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._by_path: dict[tuple[str, ...], dict[str, Route]] = {}
        for route in sorted(routes, key=lambda route: route.path.count("{")):
            self._by_path.setdefault(_segments(route.path), {})[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Return the route and what stands in its braces; NotFoundError or MethodNotAllowedError."""
        asked = _segments(path)
        for pattern, by_method in self._by_path.items():
            params = _match(pattern, asked)
            if params is None:
                continue
            if method not in by_method:
                raise MethodNotAllowedError(f"{path} does not take {method}.", allow=sorted(by_method))
            return by_method[method], params
        raise NotFoundError(f"There is nothing at {path}.")


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.removesuffix("/").split("/"))


def _match(pattern: tuple[str, ...], asked: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(asked):
        return None
    params = {}
    for expected, found in zip(pattern, asked, strict=True):
        if expected.startswith("{"):
            if not found:
                return None
            params[expected[1:-1]] = found
        elif expected != found:
            return None
    return params
