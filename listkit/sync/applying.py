"""Do what a plan says, and give every row of it one outcome, however it ends."""

from __future__ import annotations

import signal
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from listkit.change import Outcome
from listkit.errors import DriftError, JournalError, ProviderError
from listkit.sync import verifying
from listkit.sync.journal import Header, Journal
from listkit.sync.run import Interrupted, Run, Tally
from listkit.sync.sending import Sending, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.sync.planning import Plan
    from listkit.sync.run import Verified

Verify = Literal["auto", "full", "no"]


def apply(plan: Plan, *, progress: Callable[[int, int], None] | None = None, verify: Verify = "auto") -> Run:
    """Send what a plan says and return what became of every row.

    `progress` is called with the rows done and the rows to do. `verify` is "auto" (the list is
    counted afterwards), "full" (it is read back and compared number by number) or "no".

    Raises DriftError where a list of the plan's new name was made in the meantime, and
    JournalError where nothing can be recorded: nothing was sent then. After the first request it
    always returns a Run, whatever the provider does. Ctrl-C raises `Interrupted`, which has it.
    """
    with closing(Journal()) as journal:
        applying = _Applying(plan, journal)
        try:
            state = applying.send(progress or (lambda _done, _total: None))
            applying.verify(verify)
        except KeyboardInterrupt:
            with _undisturbed():
                applying.stop("stopped by hand")
                raise Interrupted(applying.end("interrupted")) from None
        except DriftError:
            applying.end("refused")
            raise
        return applying.end(state)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold a second Ctrl-C back while what was done is written down; only the main thread hears one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Applying:
    """One run while it goes on; `run()` says at any moment how things stand."""

    def __init__(self, plan: Plan, journal: Journal) -> None:
        self.plan, self.tally = plan, Tally(plan.decisions)
        self.stopped = ""
        self.verified: Verified = "no"
        self.notes: list[str] = []
        header = Header(
            provider=plan.provider.name,
            account=plan.provider.account,
            list_name=plan.list_name,
            list_id=plan.list_id,
            mode=plan.mode,
            strategy=plan.strategy,
            rows=len(plan.frame),
        )
        self.journal, self.run_id = journal, journal.begin(header)
        self.sending = Sending(plan, self.tally, journal, self.run_id)

    def run(self) -> Run:
        return Run(
            run_id=self.run_id,
            plan=self.plan,
            rows=self.tally.frame(self.plan.frame.index),
            list_id=self.sending.list_id,
            verified=self.verified,
            stopped=self.stopped,
            notes=(*self.sending.notes, *self.notes),
        )

    def send(self, progress: Callable[[int, int], None]) -> str:
        """Send every row that the plan adds; say how that ended."""
        try:
            self.sending.send(progress)
        except Stopped as why:
            self.stop(str(why))
            return "stopped"
        return "done"

    def stop(self, why: str) -> None:
        """Say why nothing more is sent, also of each row that was not."""
        self.stopped = why
        self.tally.set(self.tally.unsent(), Outcome.UNSENT, "stopped", why)

    def end(self, state: str) -> Run:
        """Record how it ended, and return how things stand for good."""
        run = self.run()
        with suppress(JournalError):
            self.journal.end(self.run_id, state, list_id=run.list_id, counts=run.counts)
        return run

    def verify(self, how: Verify) -> None:
        """Compare the list with what was intended."""
        list_id = self.sending.list_id
        if how == "no" or list_id is None or (self.stopped and not self.sending.in_files):
            return
        full = how == "full" or self.sending.in_files
        try:
            self.verified = (verifying.in_full if full else verifying.by_count)(self.plan, self.tally, list_id)
        except ProviderError as error:
            self.notes.append(f"the list could not be checked afterwards: {error}")
        else:
            if self.verified == "no":
                self.notes.append("the list does not hold what was expected; somebody else may be changing it: read it")
