"""The requests of a run: each journaled before it is sent and after it is answered, several at once where that helps.

One place hands requests out and takes answers in, so that neither the tally nor the journal
knows of threads.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from listkit.errors import (
    AnswerLostError,
    ForbiddenError,
    InvalidError,
    JournalError,
    NotFoundError,
    NotReachedError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
)
from listkit.sync.journals.steps import READING, Proof, Step, prove
from listkit.sync.pages.crew import Crew
from listkit.sync.runs.taking import take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from listkit.sync.journals.journal import Journal
    from listkit.sync.journals.steps import Rows, State
    from listkit.sync.runs.halving import Parts
    from listkit.sync.runs.interrupting import Interrupts
    from listkit.sync.runs.tallying import Tally

STOPPING = (
    NotReachedError,
    UnauthorizedError,
    ForbiddenError,
    PaymentRequiredError,
    NotFoundError,
    RateLimitedError,
)
"""Proven not applied, and the next request would meet the same: stop, the rest is unsent."""

NOT_PROVEN = (AnswerLostError, ServerFailedError)
"""May have been applied: the rows of this request are unknown."""

UNPROVEN_IN_A_ROW = 3
"""So many unknown answers one after the other, and the provider is taken to be out of order."""

GRACE = 0.5
"""Seconds for which the answers of requests are waited for that were on their way at a Ctrl-C."""
GLANCE = 0.05
"""Seconds after which a second Ctrl-C is noticed meanwhile."""
TICK = 1.0
"""Seconds without an answer after which whoever looks on is told that it goes on."""
BEAT = 60.0
"""Seconds after which a sign of life is given where no answer came."""


log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Asked:
    """A request that is to be made; `parts` says of a refusal whether its rows are to go in smaller parts."""

    operation: str
    rows: Rows
    request: Callable[[], object]
    target: int = 0
    parts: Parts | None = None
    answer: object = field(default=None, init=False)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it needs no intent and leaves no doubt."""
        return self.operation in READING


Course = Generator[Asked, Step, None]
"""Requests that follow one another: each is sent once the one before it is answered."""


class Stopped(Exception):  # noqa: N818 - it is how a push ends, not a fault of its own
    """Nothing more is to be sent; the text says why. `may_pass` says that the provider may be well again later."""

    def __init__(self, why: str, *, may_pass: bool = False) -> None:
        self.may_pass = may_pass
        super().__init__(why)


class Dispatch:
    """Makes the requests of courses, and takes each answer into the tally and the journal."""

    def __init__(self, run_id: str, journal: Journal, tally: Tally, interrupts: Interrupts, *, begin_at: int) -> None:
        self.run_id, self.journal, self.tally, self.interrupts = run_id, journal, tally, interrupts
        self.notes: list[str] = []
        self.told: Callable[[], None] = lambda: None
        """Called after each answer, to show how far the run is."""
        self.waited: Callable[[], None] = lambda: None
        """Called each second in which none comes."""
        self.requests = 0
        self.clock: Callable[[], float] = time.time
        self.deadline: float | None = None
        """Seconds from now on, by the provider's clock, after which no request is begun."""
        self._begun_at = tally.plan.provider.clock.now()
        self._next, self._unproven = begin_at, 0
        self._on_the_way: dict[int, tuple[Course, Asked, Step]] = {}
        self._why: Stopped | None = None
        self._crew = Crew(1)

    def run(self, courses: Iterable[Course], *, width: int = 1) -> None:
        """Follow courses to their ends, at most `width` at once; Stopped where going on would not help."""
        self._why, self._unproven = None, 0
        waiting, self._crew = iter(courses), Crew(width)
        try:
            self._follow(waiting, width)
        finally:
            self._crew.leave()
        if self._why:
            raise self._why

    def record(self, operation: str, rows: Rows, proof: Proof, *, target: int = 0) -> None:
        """Write down what was learned by reading, and take it in."""
        step = self._step(operation, rows, target)
        step.proof, step.state = proof, "done"
        self.journal.note(self.run_id, [step])
        take(self.tally, step)

    def give_up(self) -> None:
        """Take in what is answered within a moment of what was on its way, and leave the rest in doubt."""
        until = time.monotonic() + GRACE
        while self._on_the_way and self.interrupts.count <= 1 and (left := until - time.monotonic()) > 0:
            self._crew.wait(min(left, GLANCE))
            # One that was stopped by hand in its own place is taken in and written down by the time that it is raised.
            with suppress(KeyboardInterrupt):
                self._write_down([step for step, _ in self._take()])
        left_behind = [step for _, asked, step in self._on_the_way.values() if not asked.reads]
        self._on_the_way.clear()
        for step in left_behind:
            _leave_in_doubt(step)
            take(self.tally, step)
        self._write_down(left_behind)

    def _follow(self, waiting: Iterator[Course], width: int) -> None:
        ready: list[tuple[Step, Course]] = []
        while True:
            self._look_at_the_clock()
            going_on = [(course, asked) for step, course in ready if (asked := self._advance(course, step))]
            going_on += self._start(waiting, width - len(self._on_the_way) - len(going_on))
            self._send([step for step, _ in ready], going_on)
            if not self._on_the_way:
                return
            while not (ready := self._take()):
                self._wait()

    def _look_at_the_clock(self) -> None:
        """Stop where the time is over that it was given; what a provider asked to wait counts."""
        passed = self.tally.plan.provider.clock.now() - self._begun_at
        if self.deadline is not None and passed >= self.deadline and not self._why:
            self._why = Stopped(f"the {self.deadline:,g} s that it was given are over")

    def _wait(self) -> None:
        """Wait for an answer, and give a sign of life where none comes for long."""
        began = time.monotonic()
        self.interrupts.wait(self._look, BEAT)
        if time.monotonic() - began >= BEAT:
            try:
                self.journal.note(self.run_id)
            except JournalError as cause:
                self._why = self._why or Stopped(str(cause))

    def _look(self, seconds: float) -> bool:
        """Wait for an answer, and say whether one came."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._crew.wait(min(left, TICK)):
                return True
            self.waited()
        return False

    def _advance(self, course: Course, step: Step) -> Asked | None:
        if self._why:
            course.close()
            return None
        try:
            return course.send(step)
        except StopIteration:
            return None

    def _start(self, waiting: Iterator[Course], free: int) -> list[tuple[Course, Asked]]:
        begun: list[tuple[Course, Asked]] = []
        while len(begun) < free and not self._why and (course := next(waiting, None)) is not None:
            asked = next(course, None)
            if asked:
                begun.append((course, asked))
        return begun

    def _send(self, settled: Sequence[Step], going_on: Sequence[tuple[Course, Asked]]) -> None:
        """Write down what was answered and what is to be sent, then send it; nothing is sent that is not on disk."""
        going_on = [] if self._why else going_on
        begun = [self._step(asked.operation, asked.rows, asked.target) for _, asked in going_on]
        intended = [step for step, (_, asked) in zip(begun, going_on, strict=True) if not asked.reads]
        try:
            self._note([*settled, *intended])
        except JournalError as cause:
            self._why = self._why or Stopped(str(cause))
            return
        for step, (course, asked) in zip(begun, going_on, strict=True):
            self._on_the_way[step.number] = course, asked, step
            self.requests += 1
            self._crew.hand(step.number, asked.request)

    def _take(self) -> list[tuple[Step, Course]]:
        """Take the answers that are there into the tally; what was raised by hand in a request's place goes on."""
        taken, raised = [], None
        for number, answer in self._crew.answers():
            course, asked, step = self._on_the_way.pop(number)
            self._judge(asked, step, answer)
            take(self.tally, step)
            taken.append((step, course))
            if isinstance(answer, BaseException) and not isinstance(answer, Exception):
                raised = answer
        if raised:
            self._write_down([step for step, _ in taken])
            raise raised
        if taken:
            self.told()
        return taken

    def _judge(self, asked: Asked, step: Step, answer: object) -> None:
        """Say what an answer, or an error in its place, proves of its rows."""
        step.at = self.clock()
        asked.answer = answer
        if not isinstance(answer, BaseException):
            step.state, step.proof = "done", prove(answer)
            self._unproven = 0
        elif isinstance(answer, ProviderError):
            self._judge_error(asked, step, answer)
        elif isinstance(answer, Exception):
            log.error("A request of push %s raised what it must not.", self.run_id, exc_info=answer)
            step.state, step.code, step.reason = "unknown", "fault", f"{type(answer).__name__}: {answer}"
            self._why = self._why or Stopped(f"the provider's code failed: {step.reason}")
        else:
            _leave_in_doubt(step)

    def _judge_error(self, asked: Asked, step: Step, error: ProviderError) -> None:
        step.code, step.reason, step.state = error.code, str(error), self._state(asked, error)
        self._unproven = self._unproven + 1 if step.state == "unknown" else 0
        if step.state == "stopped":
            self._why = self._why or Stopped(str(error))
        elif self._unproven >= UNPROVEN_IN_A_ROW and not self._why:
            self._why = Stopped(f"{self._unproven} answers in a row proved nothing; the last: {error}", may_pass=True)

    def _state(self, asked: Asked, error: ProviderError) -> State:
        if asked.reads and isinstance(error, NotFoundError):
            return "failed"
        if isinstance(error, NOT_PROVEN):
            return "unknown"
        if isinstance(error, STOPPING):
            return "stopped"
        if asked.parts and (
            (isinstance(error, TooLargeError) and asked.parts.shrink())
            or (isinstance(error, InvalidError) and asked.parts.halve())
        ):
            return "split"
        return "rejected" if isinstance(error, (InvalidError, TooLargeError)) else "failed"

    def _note(self, steps: Sequence[Step]) -> None:
        """Write steps down, but for those that only read and learned nothing."""
        telling = [
            step
            for step in steps
            if step.operation not in READING or (step.state == "done" and step.proof.told != "running")
        ]
        if telling:
            self.journal.note(self.run_id, telling)

    def _write_down(self, settled: Sequence[Step]) -> None:
        """Write down what is known at the end; where that fails, it is said."""
        try:
            self._note(settled)
        except JournalError as cause:
            self.notes.append(str(cause))

    def _step(self, operation: str, rows: Rows, target: int) -> Step:
        self._next += 1
        return Step(number=self._next - 1, operation=operation, rows=rows, target=target, at=self.clock())


def _leave_in_doubt(step: Step) -> None:
    step.state, step.code = "unknown", "interrupted"
    step.reason = "was being sent when the push was stopped by hand"
