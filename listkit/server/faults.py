"""The fault dial: how often answers are refused, cut, unreadable, torn or late, and in which ways."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
from typing import TYPE_CHECKING, Any

from listkit.errors import (
    ForbiddenError,
    ListkitError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    UnauthorizedError,
    UnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

REFUSALS: dict[int, type[ProviderError]] = {
    401: UnauthorizedError,
    402: PaymentRequiredError,
    403: ForbiddenError,
    408: ServerFailedError,
    429: RateLimitedError,
    500: ServerFailedError,
    502: ServerFailedError,
    503: UnavailableError,
    504: ServerFailedError,
}
"""The statuses that say nothing of what was asked for, so that any request may meet them."""

USUAL_CODES = (429, 500, 502, 503)
LONGEST = 86_400
"""Seconds; whatever is later than a day does not come."""


@dataclass(frozen=True)
class Faults:
    """Say how often a sandbox or a server answers badly, and in which ways.

    `rate` is the share of requests that meet a fault, from 0 (none) to 1 (all). Each of these
    meets one of the faults that are switched on. Where none is named, all are but `late`.

    - `codes`: refused with one of these statuses, as the vendor says it, and not applied.
      429 and 503 ask to wait `retry_after` seconds.
    - `cut_before_commit`: the connection is closed without an answer, and nothing was applied.
    - `cut_after_commit`: the request is applied, and the connection is closed before its answer
      or in the middle of it. Who asks cannot know which of the two it was.
    - `malformed`: the request is applied, and its answer cannot be understood: a gateway's page
      with status 200 or 502, half of the JSON, or JSON that says nothing.
    - `torn_pages`: a page comes as if the list had changed since the page before: a row is
      skipped or told twice, or the total is that of another moment. Only reading meets this.
    - `late`: the answer comes up to so many seconds late; a write may be applied late as well.

    The same `seed` gives the same faults: they depend on nothing but the seed and on which
    request of its kind it is. A kind is a method and a path, whatever ids stand in it, so that what
    other threads ask for elsewhere changes nothing. What is no call of an API, as `/health`,
    meets none.

    >>> faults = Faults(0.05, codes=[429, 503], cut_after_commit=True, seed=7)
    >>> print(faults)
    rate=0.05,codes=429+503,cut-after-commit,seed=7
    >>> Faults.parse("rate=0.05,codes=429+503,cut-after-commit,seed=7") == faults
    True
    """

    rate: float = 0.0
    _: KW_ONLY
    codes: Collection[int] = ()
    cut_before_commit: bool = False
    cut_after_commit: bool = False
    malformed: bool = False
    torn_pages: bool = False
    late: float = 0.0
    retry_after: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ListkitError(f"rate= is the share of requests that meet a fault, from 0 to 1; {self.rate} is not.")
        strange = ", ".join(str(code) for code in self.codes if code not in REFUSALS)
        if strange:
            raise ListkitError(f"codes= are of {', '.join(map(str, REFUSALS))}; {strange} would be about the request.")
        for name, seconds in (("late", self.late), ("retry_after", self.retry_after)):
            if not 0 <= seconds <= LONGEST:
                raise ListkitError(f"{name}= is in seconds, from 0 to {LONGEST:,}; {seconds} is not.")
        self._keep(codes=tuple(self.codes))
        if self.rate and not self.kinds:
            self._keep(
                codes=USUAL_CODES, cut_before_commit=True, cut_after_commit=True, malformed=True, torn_pages=True
            )

    def _keep(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def kinds(self) -> Sequence[str]:
        """The faults that are switched on, by the names of their arguments."""
        return [name for name in KINDS if getattr(self, name)]

    @classmethod
    def parse(cls, text: str) -> Faults:
        """Read them as they are written in a shell: `rate=0.05,codes=429+503,cut-after-commit,seed=7`."""
        given: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = part.partition("=")
            read = _READERS.get(name)
            if read is None or bool(equals) == (read is bool):
                known = ", ".join(name if read is bool else f"{name}=" for name, read in _READERS.items())
                raise ListkitError(f"{part!r} is no fault; write, with commas between, some of {known}.")
            try:
                given[name.replace("-", "_")] = read(value) if equals else True
            except ValueError:
                raise ListkitError(f"{part!r} needs a number, as in rate=0.05, codes=429+503 or late=2.") from None
        if "rate" not in given:
            raise ListkitError(
                f"{text!r} does not say how often; begin with rate=0.05, which is one request in twenty."
            )
        return cls(**given)

    def __str__(self) -> str:
        told = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                text = "+".join(map(str, value)) if field.name == "codes" else str(value)
                told.append(_spelled(field.name) + ("" if value is True else f"={text}"))
        return ",".join(told) or "none"


KINDS = ("codes", "cut_before_commit", "cut_after_commit", "malformed", "torn_pages", "late")


def _spelled(name: str) -> str:
    return name.replace("_", "-")


def _codes(text: str) -> list[int]:
    return [int(code) for code in text.split("+")]


_READERS: dict[str, Callable[[str], Any]] = {
    _spelled(field.name): _codes if field.name == "codes" else type(field.default) for field in fields(Faults)
}
