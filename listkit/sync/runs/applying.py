"""Do what a plan says, and give every row of it one outcome, however it ends."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from listkit.errors import JournalError, ListkitError, ProviderError
from listkit.sync.journals.journal import Header, Journal, new_id
from listkit.sync.journals.steps import Proof
from listkit.sync.plans import keeping
from listkit.sync.runs import clearing, customs, looking, verifying
from listkit.sync.runs.adopting import compare_adopted
from listkit.sync.runs.dispatching import Dispatch, Stopped
from listkit.sync.runs.interrupting import Interrupts
from listkit.sync.runs.making import make_lists, swap_names
from listkit.sync.runs.progress import showing
from listkit.sync.runs.run import Interrupted, Run
from listkit.sync.runs.sending import Sending
from listkit.sync.runs.settling import Settling
from listkit.sync.runs.taking import replay
from listkit.sync.runs.tallying import ROUNDS
from listkit.sync.runs.uploading import Uploading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from threading import Event

    from listkit.sync.journals.steps import Step
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.looking import OnDrift
    from listkit.sync.runs.progress import Progress
    from listkit.sync.runs.verifying import Verified

Verify = Literal["auto", "full", "no"]


def apply(
    plan: Plan,
    *,
    progress: Progress = None,
    verify: Verify = "auto",
    on_drift: OnDrift = "refuse",
    settle: float | None = None,
    is_fresh: bool = False,
    stop: Event | None = None,
    deadline: float | None = None,
) -> Run:
    """Send what a plan says and return what became of every row.

    The list is read again first; where a row of this plan would be decided otherwise now, that is
    drift, and refused; `on_drift="replan"` plans again and does what is right now. `is_fresh`
    says that the plan was made a moment ago, so that counting is enough. `progress` is None (a
    bar where somebody looks and it takes long, else lines in the log), False, or called with the
    rows done and the rows to do. `verify` is "auto" (the list is counted afterwards, and read
    where something was in doubt), "full" (it is read back and compared number by number) or
    "no". `settle` is how many seconds after a lost answer the list is looked at; twice the
    provider's time limit if not given. Another thread that sets `stop` ends it as Ctrl-C does.
    `deadline` is how many seconds it has, those included that a provider asks to wait: after them
    no request is begun, what is on its way is waited for, and `run.resume()` does the rest.

    Raises DriftError with the keys that drifted, PlanRefused where another push is writing to the
    list or it has no more room, and JournalError where nothing can be recorded: nothing was
    sent then. After the first request it always returns a Run, whatever the provider does.
    Ctrl-C raises `Interrupted`, which has it.
    """
    with closing(Journal()) as journal, _holding(plan, journal, new_id()) as run_id:
        plan = looking.look_again(plan, on_drift=on_drift, is_fresh=is_fresh)
        journal.begin(run_id, _header(plan), keeping.pack(plan))
        applying = _Applying(plan, journal, run_id, [], settle=settle, stop=stop)
        applying.dispatch.deadline = deadline
        return applying.apply(progress, verify)


def resume(
    plan: Plan,
    run_id: str,
    *,
    progress: Progress = None,
    verify: Verify = "auto",
    settle: float | None = None,
    stop: Event | None = None,
    deadline: float | None = None,
) -> Run:
    """Go on with a run where it was left: settle what is in doubt by a look at the list, then send the rest.

    Nothing that is proven is sent again. Raises PlanRefused where the run still goes on elsewhere.
    """
    with closing(Journal()) as journal, _holding(plan, journal, run_id):
        applying = _Applying(plan, journal, run_id, journal.steps(run_id), settle=settle, stop=stop)
        applying.dispatch.deadline = deadline
        return applying.apply(progress, verify)


def load(plan: Plan, run_id: str) -> Run:
    """Tell how a run stands, by the journal."""
    with closing(Journal()) as journal:
        told = journal.run(run_id).told
        tally = replay(plan, journal.steps(run_id))
    return Run.of(run_id, plan, tally, **told)


def _holding(plan: Plan, journal: Journal, run_id: str) -> AbstractContextManager[str]:
    """Be the only one who writes to a plan's lists."""
    written = [each for each in (*plan.targets, plan.replaces, plan.holding) if each is not None]
    lists = [each.name for each in written] + [f"id {each.list_id}" for each in written if each.list_id]
    return journal.holding(run_id, (plan.provider.name, plan.provider.account), lists)


class _Applying:
    """One run while it goes on."""

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        run_id: str,
        steps: Sequence[Step],
        *,
        settle: float | None,
        stop: Event | None,
    ) -> None:
        self.plan, self.journal, self.run_id = plan, journal, run_id
        self.tally = replay(plan, steps)
        self.is_resumed = bool(steps)
        self.interrupts = Interrupts(stop)
        self.dispatch = Dispatch(run_id, journal, self.tally, self.interrupts, begin_at=len(steps))
        seconds = plan.provider.settle if settle is None else settle
        self.settling = Settling(plan, self.tally, self.dispatch, self.interrupts, seconds)
        self.sending, self.uploading = Sending(plan, self.tally), Uploading(plan, self.tally)
        self.stopped = ""
        self.verified: Verified = "no"

    def apply(self, progress: Progress, verify: Verify) -> Run:
        """Do all that is left to do; whatever happens, the run is told."""
        with self.interrupts:
            try:
                with showing(progress, self.tally, self.dispatch, name=self.plan.list_name):
                    state = self._go(verify)
                if self.interrupts.is_asked:
                    raise KeyboardInterrupt  # noqa: TRY301 - it was held back to the end
            except KeyboardInterrupt:
                self.dispatch.give_up()
                self.stopped = "stopped by hand"
                raise Interrupted(self._end("interrupted")) from None
            except ListkitError:
                self._end("refused")
                raise
            return self._end(state)

    def _go(self, verify: Verify) -> str:
        try:
            if self.is_resumed:
                self.dispatch.record("resume", [], Proof())
                looking.report_missing(self.plan, self.tally, self.dispatch)
                self.settling.settle()
            self._send()
            swap_names(self.plan, self.tally, self.dispatch)
            self._verify(verify)
        except Stopped as why:
            self.stopped = str(why)
        except JournalError as why:
            if not self.dispatch.requests:
                raise
            self.stopped = str(why)
        return "stopped" if self.stopped else "done"

    def _send(self) -> None:
        """Send all there is to send, and again what is proven not to have arrived, a few times."""
        stopped: Stopped | None = None
        for _ in range(ROUNDS + 1):
            stopped = None
            try:
                make_lists(self.plan, self.tally, self.dispatch, self.settling, may_drift=not self.is_resumed)
                self._phases()
            except Stopped as why:
                stopped = why
                if not why.may_pass:
                    break
            if not self.settling.settle() or not self.tally.is_open:
                break
        if stopped and (self.tally.is_open or len(self.tally.to_settle())):
            raise stopped

    def _phases(self) -> None:
        """Add, update, remove, in this order but where a full list has to be made room in first."""
        plan, width = self.plan, self.plan.provider.in_flight
        if plan.removes_first:
            self._remove()
        if plan.strategy == "file":
            self.dispatch.run(self.uploading.files())
        else:
            self.dispatch.run(self.sending.adds(), width=width)
        self.dispatch.run(self.sending.finds(), width=width)
        self.dispatch.run(self.sending.joins(), width=width)
        compare_adopted(plan, self.tally, self.dispatch, self.settling)
        self.dispatch.run(self.sending.updates(customs.read(plan, self.tally, self.settling)), width=width)
        if not plan.removes_first:
            self._remove()

    def _remove(self) -> None:
        self.dispatch.run(self.sending.parkings())
        self.dispatch.run(self.sending.removals(), width=self.plan.provider.in_flight)
        self.dispatch.run(clearing.contacts(self.plan, self.tally), width=self.plan.provider.in_flight)
        self.dispatch.run(clearing.lists(self.plan, self.tally))

    def _verify(self, how: Verify) -> None:
        """Compare the list with what was intended."""
        if how == "no":
            return
        is_full = how == "full" or self.tally.was_in_doubt or bool(self.tally.uploads)
        try:
            if is_full:
                self.verified = verifying.in_full(self.plan, self.tally, self.settling)
            else:
                self.verified = verifying.by_count(self.plan, self.tally)
        except ProviderError as error:
            self.dispatch.notes.append(f"the list could not be checked afterwards: {error}")
        else:
            if self.verified == "no":
                self.dispatch.notes.append(
                    "the list does not hold what was expected; somebody else may be changing it: read it"
                )

    def _end(self, state: str) -> Run:
        """Record how it ended, and return how things stand for good."""
        told: dict[str, Any] = {
            "stopped": self.stopped,
            "verified": self.verified,
            "notes": tuple(self.dispatch.notes),
        }
        run = Run.of(self.run_id, self.plan, self.tally, **told)
        try:
            self.journal.end(self.run_id, state, list_id=run.list_id, counts=run.counts, told=told)
        except JournalError as why:
            return replace(run, notes=(*run.notes, str(why)))
        return run


def _header(plan: Plan) -> Header:
    return Header(
        provider=plan.provider.name,
        account=plan.provider.account,
        profile=plan.profile,
        host=plan.provider.host,
        list_name=plan.list_name,
        list_id=plan.list_id,
        mode=plan.mode,
        strategy=plan.strategy,
        rows=len(plan.frame),
        input_hash=plan.input_hash,
    )
