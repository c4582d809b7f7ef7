"""From a request to an answer: whose it is, what it asks, and every error in the vendor's own words."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

from listkit.errors import (
    ForbiddenError,
    InvalidError,
    MediaTypeError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
)
from listkit.server.clock import Clock
from listkit.server.desk import Desk
from listkit.server.dialects import Call, Settings, exotel, textmagic
from listkit.server.gate import Gate
from listkit.server.limits import Meter
from listkit.server.logs import log_visit
from listkit.server.metrics import Metrics
from listkit.server.recalling import Recent
from listkit.server.roads import Roads
from listkit.server.visits import REQUEST_ID, begin
from listkit.wire import multipart
from listkit.wire.message import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from listkit.server.dialects import Dialect, Route, Uploads
    from listkit.server.limits import Limits
    from listkit.server.noting import Notes
    from listkit.server.store.base import Caller, Store
    from listkit.server.visits import Watch

T = TypeVar("T")

DIALECTS: Sequence[Dialect] = (exotel, textmagic)
LARGEST_TEXT = 8 * 1024 * 1024
"""Bytes of a body that is no file: as objects they may take thirty times as much, and everybody waits meanwhile."""
FORM_ROOM = 1024 * 1024
"""Bytes that a form may have beside the file in it."""

SETTINGS = Settings()

log = logging.getLogger(__name__)


class Service:
    """Both vendors' APIs over one store, with no socket in it.

    `answer` is a `Send`. A server that has the head of a request before its body asks in two
    steps, `admit` and `Admitted.answer`, so that nothing of a refused request is kept. Each of
    `watches` is shown every request once it is answered. Without `limits` nobody is counted.
    """

    def __init__(
        self,
        store: Store,
        uploads: Uploads,
        *,
        dialects: Sequence[Dialect] = DIALECTS,
        watches: Sequence[Watch] = (),
        settings: Settings = SETTINGS,
        limits: Limits | None = None,
        notes: Notes | None = None,
        clock: Clock | None = None,
        scheme: str = "http",
    ) -> None:
        self._store = store
        self._uploads = uploads
        self._apis = [(dialect, Roads(dialect.ROUTES)) for dialect in dialects]
        self._settings = settings
        self._limits = limits
        clock = clock or Clock()
        self._meter = Meter(clock, notes)
        self._gate = Gate(store, clock, notes)
        self._recent = Recent()
        metrics = Metrics()
        self._watches = (metrics.note, log_visit, *watches)
        self._desk = Desk(store, self._gate, dialects, metrics, scheme=scheme)

    def answer(self, request: Request) -> Answer:
        """Answer one request; whatever goes wrong is an answer too."""
        admitted = self.admit(request)
        return admitted if isinstance(admitted, Answer) else admitted.answer(request.body, request.spooled)

    def admit(self, head: Request, *, address: str = "") -> Admitted | Answer:
        """Decide from its head alone whether a request may go on; `address` is where it comes from."""
        for dialect, roads in self._apis:
            if head.path.startswith(dialect.PREFIX):
                asking = _Asking(head, dialect, self._watches)
                admitted = asking.attempt(partial(self._admit, asking, dialect, roads, address))
                return asking.end(admitted) if isinstance(admitted, Answer) else admitted
        asking = _Asking(head, self._desk, self._watches)
        return asking.end(asking.attempt(lambda: self._desk.answer(asking.request, asking.visit, address)))

    def refuse(self, head: Request, error: ProviderError) -> Answer:
        """Answer a request that is not looked at any further, in the words of the vendor whose path it names."""
        named = (dialect for dialect, _ in self._apis if head.path.startswith(dialect.PREFIX))
        asking = _Asking(head, next(named, self._desk), self._watches)
        return asking.end(asking.say(error))

    def _admit(self, asking: _Asking, dialect: Dialect, roads: Roads, address: str) -> Admitted:
        request = asking.request
        asking.visit.api = dialect.NAME
        caller = self._gate.identify([dialect.NAME], dialect.login_of(request), address)
        asking.visit.account = caller.account
        dialect.authorize(request, caller.account)
        self._count(asking, dialect, caller)
        route, params = roads.find(request.method, request.path)
        asking.visit.route = route.path
        self._count(asking, dialect, caller, route)
        if route.is_write and caller.scope == "read":
            raise ForbiddenError("The key may only read.")
        if MediaTypeError in route.refuses and request.media_type not in (route.media or dialect.MEDIA):
            raise MediaTypeError(request.media_type or "no content type")
        call = Call(request, caller, params, self._store, self._uploads, self._settings)
        admitted = Admitted(asking, dialect, route, call, self._recent)
        declared = request.headers.get("content-length", "")
        admitted.refuse_larger(int(declared) if declared.isdecimal() else 0)
        return admitted

    def _count(self, asking: _Asking, dialect: Dialect, caller: Caller, route: Route | None = None) -> None:
        """Count a request against its caller's limit, or against the one of its route."""
        if self._limits is None or (quota := dialect.quota(caller, self._limits, route)) is None:
            return
        standing = self._meter.take(quota)
        asking.headers.update(dialect.encode_standing(standing))
        if standing.is_refused:
            sentence = f"{quota.most} requests in {quota.seconds} s are the limit; wait for the next."
            raise RateLimitedError(sentence, retry_after=standing.wait, limit=quota.most)


class Admitted:
    """A request that may go on: who asks for what is known from its head, and its body is still to come.

    `largest` is how many bytes that may have; where `is_file` is true, they belong on disk and
    not into memory.
    """

    def __init__(self, asking: _Asking, dialect: Dialect, route: Route, call: Call, recent: Recent) -> None:
        self.route = route
        self.caller = call.caller
        self.is_file = bool(route.file) and call.request.media_type == multipart.MEDIA_TYPE
        self.largest = route.largest + FORM_ROOM if self.is_file else LARGEST_TEXT
        self._asking = asking
        self._dialect = dialect
        self._call = call
        self._recent = recent

    def answer(self, body: bytes = b"", spooled: Path | None = None, *, is_kept: bool = False) -> Answer:
        """Answer, now that the body is here: in memory, or in a file that may go when this returns.

        What was read can be kept for `recall`, unless it is to be something else on purpose.
        """
        return self._asking.end(self._asking.attempt(lambda: self._handle(body, spooled, is_kept=is_kept)))

    def recall(self) -> Answer | None:
        """Answer at once what was answered to the same question before and is still true; else None."""
        is_whole = not _has_body(self._call.request)
        known = self._recent.recall(self._call) if self.route.is_lasting and is_whole else None
        return known and self._asking.end(self._dialect.renumber(known, self._call.request))

    def refuse(self, error: ProviderError) -> Answer:
        """Answer without the body, which did not come as it should."""
        return self._asking.end(self._asking.say(error))

    def refuse_larger(self, size: int) -> None:
        """Raise the vendor's error where a body of so many bytes is too large."""
        if size <= self.largest:
            return
        if self.is_file:
            sentence = f"A file has at most {self.route.largest:,} bytes, and this one has more; send it in parts."
            raise InvalidError(sentence, field=self.route.file, limit=self.route.largest)
        sentence = f"A request of this kind may have {self.largest:,} bytes and this one has more; send it in parts."
        raise TooLargeError(sentence, limit=self.largest)

    def _handle(self, body: bytes, spooled: Path | None, *, is_kept: bool) -> Answer:
        self._asking.visit.received = spooled.stat().st_size if spooled else len(body)
        self.refuse_larger(self._asking.visit.received)
        request = msgspec.structs.replace(self._call.request, body=body, spooled=spooled)
        answer = self.route.handler(msgspec.structs.replace(self._call, request=request))
        if is_kept and self.route.is_lasting and not self._asking.visit.received:
            self._recent.keep(self._call, answer)
        return answer


def _has_body(head: Request) -> bool:
    """Whether there is more to a request than its head."""
    return "transfer-encoding" in head.headers or head.headers.get("content-length", "0") != "0"


class _Asking:
    """A request on its way: its number, how a refusal of it is said, and how its answer is finished."""

    def __init__(self, head: Request, speaker: Dialect | Desk, watches: Sequence[Watch]) -> None:
        self.visit = begin(head)
        self.headers = {REQUEST_ID: self.visit.request_id}
        self.request = msgspec.structs.replace(head, headers={**head.headers, **self.headers}, body=b"", spooled=None)
        self._speaker = speaker
        self._watches = watches
        self._seconds = 0.0

    def attempt(self, step: Callable[[], T]) -> T | Answer:
        """Do one step of the way; whatever goes wrong in it is an answer."""
        begun = time.perf_counter()
        try:
            return step()
        except ServerFailedError as error:
            log.exception("Request %s failed.", self.visit.request_id)
            return self.say(error)
        except ProviderError as error:
            return self.say(error)
        except Exception:  # the border: whatever it is, a caller gets the vendor's words and the log the rest
            log.exception("Request %s failed.", self.visit.request_id)
            failed = ServerFailedError("The server failed; its log says more, under the number of this request.")
            return self.say(failed)
        finally:
            self._seconds += time.perf_counter() - begun

    def say(self, error: ProviderError) -> Answer:
        """Say an error in the vendor's words."""
        return self._speaker.encode_error(error, self.request)

    def end(self, answer: Answer) -> Answer:
        """Finish an answer, and show the request to who watches."""
        self.visit.end(answer, seconds=self._seconds)
        for watch in self._watches:
            watch(self.visit)
        return msgspec.structs.replace(answer, headers={**answer.headers, **self.headers})
