"""A way of steps: forward, back, undone and done again, refused with a sentence where it does not go on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from listkit.errors import ListkitError
from listkit.wizards.history import History
from listkit.wizards.working import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.wizards.choices import Choices


class Step(NamedTuple):
    """One step: its name in code, and as a person reads it."""

    name: str
    title: str


class Flow:
    """Where a person is and what was chosen; whoever draws it is called after every change.

    `drawn` is called where anything changed, `moved` where only some work went on.

    Changes may come on any thread, so that each is made under one lock. What is not to be is
    refused with a ListkitError, and nothing is changed then.
    """

    STEPS: ClassVar[Sequence[Step]] = ()

    def __init__(self, choices: Choices) -> None:
        self.history = History(choices)
        self.at = self.STEPS[0].name
        self.job: Job[Any] | None = None
        self.drawn: Callable[[], None] = lambda: None
        self.moved: Callable[[], None] = lambda: None
        self.lock = threading.RLock()

    @property
    def choices(self) -> Choices:
        """What was chosen, as it stands."""
        return self.history.now

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self.job is not None and self.job.state == "running"

    def choose(self, name: str, **changes: Any) -> None:
        """Decide something; `name` is how undoing it is called."""
        self.take(name, self.choices.but(**changes))

    def take(self, name: str, choices: Choices) -> None:
        """Go on with other choices, if they come to something."""
        with self.lock:
            self._refuse_while_busy()
            if choices == self.choices:
                return
            self.prove(choices)
            self.history.choose(choices, name)
        self.drawn()

    def prove(self, choices: Choices) -> None:
        """Raise ListkitError where choices come to nothing."""

    def undo(self) -> str:
        """Take the last choice back, and name it."""
        return self._travel(self.history.undo)

    def redo(self, branch: int = -1) -> str:
        """Choose again what was undone, and name it."""
        return self._travel(lambda: self.history.redo(branch))

    def why_not(self, step: str) -> str:
        """Say why a step cannot be gone to yet; empty where it can."""
        return "" if step in [one.name for one in self.STEPS] else f"There is no step {step!r}."

    def go(self, step: str) -> None:
        """Go to a step.

        Raises ListkitError, with what is missing, where it does not go on.
        """
        self._refuse_while_busy()
        if sentence := self.why_not(step):
            raise ListkitError(sentence)
        self.at = step
        self.drawn()

    def following(self) -> Step | None:
        """Return the step after this one."""
        return self._beside(1)

    def preceding(self) -> Step | None:
        """Return the step before this one."""
        return self._beside(-1)

    def start(self, name: str, work: Callable[[Job[Any]], Any], done: Callable[[Any], None]) -> Job[Any]:
        """Begin work in a thread; `done` is given what it came to, where it was not cancelled and did not fail."""
        with self.lock:
            self._refuse_while_busy()

            def ended(job: Job[Any]) -> None:
                if job.state == "done":
                    done(job.outcome)
                self.drawn()

            self.job = Job(name, work, told=self.moved, ended=ended)
        self.drawn()
        return self.job

    def cancel(self) -> None:
        """Stop what is being done, as soon as what it knows is written down."""
        if self.job is not None:
            self.job.cancel()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is being done is over; the notebook's stop button cancels it."""
        if self.job is not None:
            self.job.wait(seconds)

    def _beside(self, way: int) -> Step | None:
        names = [step.name for step in self.STEPS]
        at = names.index(self.at) + way
        return self.STEPS[at] if 0 <= at < len(names) else None

    def _travel(self, move: Callable[[], str]) -> str:
        with self.lock:
            self._refuse_while_busy()
            name = move()
            while self.why_not(self.at) and (before := self.preceding()):
                self.at = before.name
        self.drawn()
        return name

    def _refuse_while_busy(self) -> None:
        if self.is_busy and self.job is not None and threading.current_thread() is not self.job.thread:
            raise ListkitError(f"Wait until it is done, or cancel it: {self.job.name}.")
