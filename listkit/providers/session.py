"""The only `requests`: connections, time limits, retries, pacing, secrets, and the border of errors."""

from __future__ import annotations

import io
import math
import random
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies
from urllib3 import Timeout
from urllib3 import exceptions as urllib3

from listkit.errors import AnswerLostError, CredentialsError, NotReachedError, ProviderError
from listkit.providers.address import checked_base, is_loopback
from listkit.providers.connections import PlainConnection, SecureConnection, Timeouts, meaning
from listkit.providers.retrying import (
    LONGEST_WAIT,
    REDIRECTED,
    TRIES,
    Budget,
    Heard,
    Pace,
    SystemClock,
    asked_wait,
    backoff,
)
from listkit.wire.message import Answer, Request
from listkit.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse

    from listkit.providers.base import Operation
    from listkit.providers.retrying import Clock, Turn

T = TypeVar("T")

LONGEST_ANSWER = 256 * 1024 * 1024
BLOCK = 256 * 1024
READING = frozenset({"GET", "HEAD"})
REFUSED = 400


class Session:
    """Sends requests to one provider's host with one account's key; a `Send`, safe to share between threads.

    A call returns the last answer whatever its status, for the wire to read. It raises only
    where there is none: NotReachedError when the request provably never arrived, AnswerLostError
    when it may have been applied, ProviderError for a redirect, which is never followed.

    At most 4 tries. What was not applied for sure (429, no connection) is tried again for
    every operation; what may have been (5xx, a cut or late answer) only where `operations`
    says that repeating is harmless, and for GET. `Retry-After` is honoured up to two minutes.

    `rate` is in requests per second, None for no pacing; `turn` is how it is shared with other
    sessions. `rates` are those of operations that may go less often still. TLS certificates are
    always checked, against those in the file `ca` where one is given.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        title: str,
        operations: Mapping[str, Operation],
        rate: float | None = None,
        rates: Mapping[str, float] = MappingProxyType({}),
        turn: Turn | None = None,
        ca: str | Path | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a tuple, it cannot be changed
        clock: Clock | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._base = checked_base(base_url)
        self._key = Key(headers)
        self._operations = operations
        self._timeouts = timeouts
        self._clock = clock or SystemClock()
        self._chance = chance
        self._pace = Pace(self._clock, rate, turn)
        self._own_paces = {name: Pace(self._clock, own) for name, own in rates.items()}
        self._budget = Budget()
        self._asked_until = -math.inf
        self._transport = _Transport(self._base, _checked_ca(ca), timeouts)
        self.title = title
        self.host = urlsplit(self._base).netloc

    @property
    def clock(self) -> Clock:
        """What its waits go by."""
        return self._clock

    @property
    def waiting(self) -> float:
        """How many seconds are left of those that the provider asked to wait; 0 where it asked for none."""
        return max(0.0, self._asked_until - self._clock.now())

    def __call__(self, request: Request) -> Answer:
        """Send a request and return what the provider answered at last."""
        answer, _ = self._sent(request)
        return answer

    def read(self, request: Request, decode: Callable[[Answer], T]) -> T:
        """Send a request that only reads, and return what `decode` makes of the answer.

        A success that `decode` does not understand, where it raises AnswerLostError, is a try like
        one that was cut: asking again changes nothing.
        """
        tries = 0
        while True:
            answer, tries = self._sent(request, tries)
            try:
                return decode(answer)
            except AnswerLostError:
                if tries >= TRIES or not self._wait(Heard(), tries):
                    raise

    def _sent(self, request: Request, tries: int = 0) -> tuple[Answer, int]:
        """Send a request that was tried so often already; return the answer and how often it is now."""
        operation = self._operations.get(request.operation)
        harmless = request.method in READING or (operation is not None and operation.repeat == "harmless")
        unsure = False
        while True:
            if own := self._own_paces.get(request.operation):
                own.wait()
            self._pace.wait()
            heard = self._try(request)
            tries += 1
            may_repeat = heard.may_pass and (heard.is_proof or harmless) and tries < TRIES
            if not may_repeat or not self._wait(heard, tries):
                break
            unsure = unsure or not heard.is_proof
        # A late no does not undo an earlier maybe; what only reads is never in doubt.
        return self._conclude(request, heard, tries, unsure=unsure and request.method not in READING), tries

    def _try(self, request: Request) -> Heard:
        """Send once, and put whatever happens into our words.

        No error of another library leaves this method, not even as a context: those hold
        the request, and with it the key.
        """
        try:
            response = self._transport.ask(request, self._key)
            try:
                return _listen(response)
            finally:
                # A connection that was read to the end is back in the pool by now; any other is of no more use.
                response.close()
        except (requests.RequestException, urllib3.HTTPError) as error:
            return meaning(error, self._timeouts)

    def _wait(self, heard: Heard, tries: int) -> bool:
        """Wait before the next try, or return False where none is to be made."""
        asked = asked_wait(heard.answer)
        if asked is not None:
            if asked <= LONGEST_WAIT:
                self._pace.hold(asked)
                self._asked_until = self._clock.now() + asked
            return asked <= LONGEST_WAIT
        if not self._budget.spend():
            return False
        self._clock.sleep(backoff(tries, self._chance()))
        return True

    def _conclude(self, request: Request, heard: Heard, tries: int, *, unsure: bool) -> Answer:
        """Return the answer, or raise what is true of all tries together."""
        if heard.is_success:
            self._budget.earn()
        answer = heard.answer
        where = f"{self.title} at {self.host}"
        after = f" after {tries} tries" if tries > 1 else ""
        if not heard.arrived and not unsure:
            raise NotReachedError(f"{where} could not be reached ({heard.why}{after}); this request was not sent.")
        if answer is not None and REDIRECTED <= answer.status < REFUSED:
            raise ProviderError(
                f"{where} points on to {self._target(answer)}; listkit follows no redirect, the key would go along.",
                http_status=answer.status,
            )
        if answer is not None and (heard.is_success or not unsure):
            return answer
        effect = "nothing was changed" if request.method in READING else "it may have been applied"
        status = answer.status if answer else None
        why = heard.why or f"status {status}"
        raise AnswerLostError(f"{where} gave no usable answer ({why}{after}); {effect}.", http_status=status)

    def _target(self, answer: Answer) -> str:
        try:
            return plain(urlsplit(answer.headers.get("location", "")).hostname or self.host)
        except ValueError:
            return "an address that cannot be read"

    def __repr__(self) -> str:
        return f"<Session: {self.title} at {self.host}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A session holds a key and is not pickled; call listkit.connect() where it is needed.")


class Key:
    """The headers that prove who we are; they go out with each request and can be seen nowhere else."""

    __slots__ = ("__headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise CredentialsError("The key or its name holds a character that cannot be sent; copy it once more.")
        self.__headers = dict(headers)

    def beside(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a request that is about to leave, and these."""
        return {**headers, **self.__headers}

    def __repr__(self) -> str:
        return "<Key: hidden>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key is not pickled.")


def _checked_ca(ca: str | Path | None) -> str:
    if ca is None:
        return DEFAULT_CA_BUNDLE_PATH
    if not Path(ca).exists():
        raise CredentialsError(f"There is no file of certificates at {str(ca)!r}, which ca= names.")
    return str(ca)


class _Transport(HTTPAdapter):
    """One host's connections: what `requests` knows of proxies and certificates, looked up once for all requests.

    It knows no redirect, no cookie and no netrc, and to this computer itself no proxy.
    """

    def __init__(self, base: str, certificates: str, timeouts: Timeouts) -> None:
        self._base, self._certificates, self._patience = base, certificates, timeouts.total
        self._timeout = Timeout(connect=timeouts.connect, read=timeouts.read)
        self._proxies: dict[str, str] = {} if is_loopback(base) else get_environ_proxies(base)
        super().__init__(pool_connections=1, pool_maxsize=10)

    def ask(self, request: Request, key: Key) -> BaseHTTPResponse:
        """Send a request, and return the answer when its head is there."""
        pool, target = self._way
        target += quote(request.path)
        if request.query:
            target += "?" + urlencode(request.query)
        headers = key.beside({"user-agent": "listkit", **request.headers})
        if request.body or request.method not in READING:
            headers["content-length"] = str(len(request.body))
        answer: BaseHTTPResponse = pool.urlopen(
            request.method,
            target,
            # A body that is read in blocks is timed block by block, so that a slow line can send a long file.
            body=io.BytesIO(request.body) if request.body else None,
            headers=headers,
            retries=self.max_retries,
            timeout=self._timeout,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        return answer

    @cached_property
    def _way(self) -> tuple[Any, str]:
        """A pool of our own kind of connections, and the path of the base address."""
        base = requests.Request("GET", self._base).prepare()
        pool: Any = self.get_connection_with_tls_context(base, self._certificates, self._proxies)
        pool.ConnectionCls = SecureConnection if pool.scheme == "https" else PlainConnection
        pool.conn_kw["patience"] = self._patience
        return pool, base.path_url.rstrip("/")


def _listen(response: BaseHTTPResponse) -> Heard:
    """Read the answer as it comes, within the limit of size."""
    body = bytearray()
    while block := response.read1(BLOCK, decode_content=True):
        body += block
        if len(body) > LONGEST_ANSWER:
            return Heard(why=f"the answer is longer than {LONGEST_ANSWER // 1024**2} MB")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Heard.of(Answer(status=response.status, headers=headers, body=bytes(body)))
