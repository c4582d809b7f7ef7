"""Where a request meets its fault: between who asks and what answers."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, cast

import msgspec

from listkit.errors import AnswerLostError
from listkit.server.answering import DIALECTS
from listkit.server.clock import Clock
from listkit.server.faults import REFUSALS, Faults
from listkit.server.visits import REQUEST_ID, begin
from listkit.wire.message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.server.dialects import Dialect
    from listkit.server.store.base import Store
    from listkit.wire.message import Request, Send

log = logging.getLogger(__name__)

READING = frozenset({"GET", "HEAD", "OPTIONS"})
HALF = 0.5

_ID = re.compile(r"(?<=/)(?:\+?\d+|[0-9a-f]{32})(?=/|$)")
_PAGE = b"<!doctype html><title>Bad gateway</title><h1>Something went wrong. Try again later.</h1>"


class CutError(AnswerLostError):
    """The connection is to be closed; `begun` is the answer of which the first `sent` bytes still go out, if any."""

    def __init__(self, begun: Answer | None = None, *, sent: int = 0) -> None:
        self.begun, self.sent = begun, sent
        super().__init__("The connection was cut before the whole answer came; the request may have been applied.")


class Met(msgspec.Struct, frozen=True):
    """What became of a request: the answer, or the cut in its place, and the fault it met, empty for none.

    It is told only `after` so many seconds.
    """

    outcome: Answer | CutError
    fault: str = ""
    after: float = 0.0

    @property
    def told(self) -> tuple[int | None, int]:
        """The status that was answered, None where nothing whole was, and how many bytes of a body."""
        if isinstance(self.outcome, CutError):
            return None, self.outcome.sent
        return self.outcome.status, len(self.outcome.body)

    def heard(self) -> Answer:
        """Return the answer, or raise the cut."""
        if isinstance(self.outcome, CutError):
            raise self.outcome
        return self.outcome


class Dial:
    """Faults, set between who asks and what answers; they may be turned at any time, and then begin anew.

    >>> from listkit.wire.message import Answer, Request
    >>> dial = Dial(Faults(1, codes=[503]))
    >>> dial.meet(Request(method="GET", path="/api/v2/ping"), lambda request: Answer(status=200)).heard().status
    503
    """

    def __init__(self, faults: Faults | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._turning = threading.Lock()
        self._tear = _Tear()
        self.faults = faults or Faults()

    @property
    def faults(self) -> Faults:
        """What is switched on, and how often."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        with self._turning:
            self._faults, self._asked = faults, Counter[str]()

    def tearing(self, store: Store) -> Store:
        """Return a store as it is seen through this dial: now and then one of its pages is torn."""
        return cast("Store", _TornStore(store, self._tear))

    def around(self, send: Send) -> Send:
        """Put the dial before a `Send` of this process; a cut is the AnswerLostError that a transport makes of it."""
        return lambda request: self.meet(request, send).heard()

    def meet(self, request: Request, send: Send) -> Met:
        """Let a request meet its fault, if it is its turn, and wait where it is to be late."""
        fate = self.draw(request)
        self.hold(fate.before)
        met = fate.befall(lambda: send(request))
        self.hold(met.after)
        return met

    def hold(self, seconds: float) -> None:
        """Wait so long by the dial's clock."""
        if seconds:
            self._clock.sleep(seconds)

    def draw(self, request: Request) -> Fate:
        """Draw, from its head alone, whether this request, of all of its kind, is one that meets a fault."""
        dialect = next((dialect for dialect in DIALECTS if request.path.startswith(dialect.PREFIX)), None)
        kind = f"{request.method} {_ID.sub('{id}', request.path)}"
        with self._turning:
            faults = self._faults
            if dialect is None or not faults.rate:
                return _WELL
            self._asked[kind] += 1
            chance = Random(f"{faults.seed} {self._asked[kind]} {kind}")  # noqa: S311 - the same for the same seed
        if chance.random() >= faults.rate:
            return _WELL
        is_reading = request.method in READING
        kinds = [kind for kind in faults.kinds if kind != "torn_pages" or is_reading]
        kinds = chance.sample(kinds, len(kinds))
        is_held_first = not is_reading and kinds[:1] == ["late"] and chance.random() < HALF
        before = faults.late * (1 - chance.random()) if is_held_first else 0.0
        return _Occasion(
            before=before,
            request=request,
            dialect=dialect,
            faults=faults,
            chance=chance,
            tear=self._tear,
            kinds=kinds,
        )


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become of a request, which waits `before` so many seconds; where it is all well, it is answered."""

    before: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether the request meets no fault."""
        return True

    def befall(self, apply: Callable[[], Answer]) -> Met:
        """Answer, by applying it if at all."""
        return Met(apply())


_WELL = Fate()


class _Occasion(Fate, frozen=True, kw_only=True):
    """A request that is to meet a fault, and all that the fault is made of."""

    request: Request
    dialect: Dialect
    faults: Faults
    chance: Random
    tear: _Tear
    kinds: Sequence[str]

    @property
    def is_well(self) -> bool:
        """Say no, though a fault may turn out to be impossible."""
        return False

    def befall(self, apply: Callable[[], Answer]) -> Met:
        """Meet the first fault that was drawn; where that one cannot be, the next."""
        for kind in self.kinds:
            outcome = _WAYS[kind](self, apply)
            if outcome:
                # Without its path, which may hold somebody's number.
                log.info("A %s request of %s met a fault: %s.", begin(self.request).method, self.dialect.NAME, kind)
                is_late = kind == "late" and not self.before
                return Met(outcome, kind, self.faults.late * (1 - self.chance.random()) if is_late else 0.0)
        return Met(apply())

    def refuse(self, _apply: Callable[[], Answer]) -> Answer:
        """Say no as the vendor does, and ask nobody."""
        status = self.chance.choice(list(self.faults.codes))
        number = {REQUEST_ID: begin(self.request).request_id}
        request = msgspec.structs.replace(self.request, headers={**self.request.headers, **number})
        error = REFUSALS[status](
            "The fault dial refused this request.", http_status=status, retry_after=self.faults.retry_after
        )
        answer = self.dialect.encode_error(error, request)
        return msgspec.structs.replace(answer, headers={**answer.headers, **number})

    def cut_before(self, _apply: Callable[[], Answer]) -> CutError:
        """Say nothing, and do nothing."""
        return CutError()

    def cut_after(self, apply: Callable[[], Answer]) -> CutError:
        """Do it, and say nothing or half of it."""
        made = apply()
        whole = len(made.body)
        return (
            CutError(made, sent=self.chance.randrange(whole)) if whole and self.chance.random() < HALF else CutError()
        )

    def garble(self, apply: Callable[[], Answer]) -> Answer:
        """Do it, and say what nobody understands."""
        made = apply()
        way = self.chance.choice(["page", "gateway", "half", "nothing"])
        if way in {"page", "gateway"} or not made.body:
            status = 502 if way == "gateway" else 200
            return Answer(status=status, headers={"content-type": "text/html"}, body=_PAGE)
        body = made.body[: self.chance.randrange(len(made.body))] if way == "half" else b"{}"
        return msgspec.structs.replace(made, body=body)

    def tear_page(self, apply: Callable[[], Answer]) -> Answer | None:
        """Show a page of another moment; None where what is asked for has no pages."""
        return self.tear.during(apply, self.chance)

    def be_late(self, apply: Callable[[], Answer]) -> Answer:
        """Do it; who holds it back waits before or after."""
        return apply()


_WAYS: dict[str, Callable[[_Occasion, Callable[[], Answer]], Answer | CutError | None]] = {
    "codes": _Occasion.refuse,
    "cut_before_commit": _Occasion.cut_before,
    "cut_after_commit": _Occasion.cut_after,
    "malformed": _Occasion.garble,
    "torn_pages": _Occasion.tear_page,
    "late": _Occasion.be_late,
}


class _Tear(threading.local):
    """Whether the next page that this thread reads of the store is torn, and by which chances."""

    chance: Random | None = None

    def during(self, answer: Callable[[], Answer], chance: Random) -> Answer | None:
        """Tear the first page that is read for an answer; None where none was."""
        self.chance = chance
        try:
            made = answer()
            return made if self.chance is None else None
        finally:
            self.chance = None

    def read(self, page: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Read a page as if the list had changed since the page before."""
        chance, self.chance = self.chance, None
        if chance is None:
            return page(**arguments)
        way = chance.choice(["skipped", "told twice", "counted"])
        offset = arguments["offset"]
        if way == "skipped":
            return page(**{**arguments, "offset": offset + 1})
        if way == "told twice" and offset:
            return page(**{**arguments, "offset": offset - 1})
        found = page(**arguments)
        change = chance.choice([-1, 1]) if found.total else 1
        return msgspec.structs.replace(found, total=found.total + change)


class _TornStore:
    """A store that shows one page torn where that is called for; a page is what has an `offset`."""

    def __init__(self, store: Store, tear: _Tear) -> None:
        self._store = store
        self._tear = tear

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if self._tear.chance is None or not callable(found):
            return found

        return lambda *args, **named: (
            self._tear.read(partial(found, *args), named) if "offset" in named else found(*args, **named)
        )
