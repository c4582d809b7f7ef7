"""Make, rename and tag lists as a plan says, each request journaled, and tell what became of every row."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from listkit.change import Outcome
from listkit.contact import ContactList
from listkit.counting import counted
from listkit.errors import DriftError, JournalError, NotFoundError, ProviderError
from listkit.providers.base import value as limit
from listkit.sync.journals.journal import Header, Journal, new_id
from listkit.sync.journals.steps import DONE, NOTHING, REFUSED, Proof, Step
from listkit.sync.lists.listing import REMOVE, in_order, is_as
from listkit.sync.lists.relisted import LISTS, ListsRun, pack
from listkit.sync.lists.standing import Standing
from listkit.sync.pages import pulling
from listkit.sync.plans.comparing import ADD, UPDATE
from listkit.sync.runs.dispatching import NOT_PROVEN, STOPPING
from listkit.sync.runs.interrupting import Interrupts
from listkit.sync.runs.run import Interrupted
from listkit.sync.runs.tallying import NOT_FOUND, ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from listkit.providers.base import Provider
    from listkit.sync.lists.listing import Line, ListsPlan
    from listkit.sync.runs.applying import Verify
    from listkit.sync.runs.progress import Progress
    from listkit.sync.runs.verifying import Verified


def apply(
    plan: ListsPlan, *, progress: Progress = None, verify: Verify = "auto", settle: float | None = None
) -> ListsRun:
    """Do what a plan for lists says, and return what became of every row.

    The lists are read again first. What an answer leaves in doubt is settled by reading them
    once more, `settle` seconds later; twice the provider's time limit if not given. `progress` is
    called with the lists done and those to do. With `verify="full"` the lists are read
    afterwards and compared with what was asked for.

    Raises DriftError with the names of lists that are otherwise now, PlanRefused where another
    push writes to one of them, and JournalError where nothing can be recorded: nothing was sent
    then. Ctrl-C raises `Interrupted`, which has the run.
    """
    with closing(Journal()) as journal, _holding(plan, journal, new_id()) as run_id:
        if drifted := plan.drift():
            are = counted(len(drifted), "list is", "lists are")
            told = f"{are} otherwise now than when it was planned ({', '.join(drifted[:5])})"
            raise DriftError(f"{told}; plan again.", keys=drifted)
        journal.begin(run_id, _header(plan), pack(plan))
        return _Relisting(plan, journal, run_id, [], settle).apply(progress, verify)


def resume(
    plan: ListsPlan, run_id: str, *, progress: Progress = None, verify: Verify = "auto", settle: float | None = None
) -> ListsRun:
    """Go on with a push of lists: settle what is in doubt by reading them, then send the rest."""
    with closing(Journal()) as journal, _holding(plan, journal, run_id):
        return _Relisting(plan, journal, run_id, journal.steps(run_id), settle).apply(progress, verify)


def _holding(plan: ListsPlan, journal: Journal, run_id: str) -> AbstractContextManager[str]:
    """Be the only one who writes to a plan's lists."""
    return journal.holding(run_id, (plan.provider.name, plan.provider.account), _names(plan))


def load(plan: ListsPlan, run_id: str) -> ListsRun:
    """Tell how a push of lists stands, by the journal."""
    with closing(Journal()) as journal:
        return _Relisting(plan, journal, run_id, journal.steps(run_id), None).run(**journal.run(run_id).told)


class _Stopped(Exception):  # noqa: N818 - it is how a push ends, not a fault of its own
    """Nothing more is to be sent; the text says why."""


class _Relisting:
    """One push of lists while it goes on."""

    def __init__(
        self, plan: ListsPlan, journal: Journal, run_id: str, steps: Sequence[Step], settle: float | None
    ) -> None:
        self.plan, self.journal, self.run_id, self.provider = plan, journal, run_id, plan.provider
        self.standing = Standing(plan, steps)
        self.is_resumed = bool(steps)
        self.interrupts = Interrupts()
        self.seconds = self.provider.settle if settle is None else settle
        self.notes: list[str] = []
        self.progress: Progress = None
        self.verified: Verified = "no"

    def apply(self, progress: Progress, verify: Verify) -> ListsRun:
        """Send all there is to send; whatever happens, the run is told."""
        stopped = ""
        self.progress = progress
        with self.interrupts:
            try:
                self._go()
                if verify == "full":
                    self._verify()
            except _Stopped as why:
                stopped = str(why)
            except KeyboardInterrupt:
                raise Interrupted(self._end("interrupted", "stopped by hand")) from None
            return self._end("stopped" if stopped else "done", stopped)

    def run(self, *, stopped: str = "", notes: Sequence[str] = (), verified: Verified = "no") -> ListsRun:
        """Tell how things stand."""
        now, size = self.standing, self.standing.size
        columns: dict[str, Sequence[str | None]] = {
            "outcome": now.outcome,
            "code": now.code,
            "reason": now.reason,
            "list_id": now.list_id,
        }
        rows = {
            name: pd.Series(list(values)[:size], dtype="str", index=self.plan.frame.index)
            for name, values in columns.items()
        }
        removed = {
            "list_name": [line.name for line in self.plan.leaving],
            "list_id": now.list_id[size:],
            "outcome": now.outcome[size:],
        }
        return ListsRun(
            run_id=self.run_id,
            plan=self.plan,
            rows=pd.DataFrame(rows),
            removed=pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in removed.items()}),
            verified=verified,
            stopped=stopped,
            notes=tuple(notes),
        )

    def _end(self, state: str, stopped: str) -> ListsRun:
        told: dict[str, Any] = {"stopped": stopped, "notes": tuple(self.notes), "verified": self.verified}
        run = self.run(**told)
        with suppress(JournalError):
            self.journal.end(self.run_id, state, list_id=None, counts=run.counts, told=told)
        return run

    def _go(self) -> None:
        if self.is_resumed:
            self._note(self._step("resume", []), "done", Proof())
            self._settle()
        for _ in range(ROUNDS + 1):
            self._send()
            if not self.standing.having(Outcome.UNKNOWN):
                return
            self._settle()

    def _send(self) -> None:
        """Delete first, which sets names free, then rename in an order that does, then make what is new."""
        for row in self.standing.to_send(REMOVE):
            self._call("delete_list", [row], partial(self._delete, row))
        wanted = set(self.standing.to_send(UPDATE))
        number = {line.list_id: row for row, line in enumerate(self.standing.lines) if row in wanted}
        ordered = [number[line.list_id] for line in in_order([self.standing.lines[row] for row in wanted])]
        for rows in self._batches(ordered):
            if free := self._free(rows):
                changes = [(str(self.standing.list_id[row]), self.standing.lines[row].after) for row in free]
                self._call("update_lists", free, partial(self.provider.update_lists, changes))
        for rows in self._batches(self._free(self.standing.to_send(ADD))):
            new = [
                ContactList(**{"name": self.standing.lines[row].name, **self.standing.lines[row].after}) for row in rows
            ]
            self._call("create_lists", rows, partial(self.provider.create_lists, new))

    def _free(self, rows: Sequence[int]) -> list[int]:
        """Return those whose name is not held by a list that is still to give it away; the others wait."""
        lines, outcomes = self.standing.lines, self.standing.outcome
        doubtful, mine = {Outcome.UNSENT.value, Outcome.UNKNOWN.value}, set(rows)
        waiting = [line for row, line in enumerate(lines) if outcomes[row] in doubtful and row not in mine]
        held = {line.name for line in waiting if line.op == REMOVE}
        held |= {line.before["name"] for line in waiting if line.op == UPDATE and "name" in line.before}
        return [row for row in rows if lines[row].after.get("name", lines[row].name) not in held]

    def _batches(self, rows: list[int]) -> Iterable[list[int]]:
        size = int(min(limit(self.provider.limits, "lists_per_request"), max(len(rows), 1)))
        return (rows[start : start + size] for start in range(0, len(rows), size))

    def _delete(self, row: int) -> list[ContactList | ProviderError | None]:
        """Delete a list, unless somebody is in it by now; one that is gone already is no matter."""
        line = self.standing.lines[row]
        try:
            kept = self.provider.list(str(line.list_id))
            if kept.members:
                return [ProviderError(f"{kept.name!r} has {counted(kept.members, 'member')} by now, so it stays.")]
            self.provider.delete_list(str(line.list_id))
        except ProviderError as error:
            if error.http_status != NotFoundError.http_status:
                raise
        return [ContactList(name=line.name, list_id=line.list_id)]

    def _call(
        self, operation: str, rows: Sequence[int], request: Callable[[], Sequence[ContactList | ProviderError | None]]
    ) -> None:
        """Make one journaled request, and take in what it proves."""
        step = self._step(operation, rows)
        self._note(step, "sending", Proof(), takes=False)
        try:
            with self.interrupts.welcome():
                answer = request()
        except KeyboardInterrupt:
            step.code, step.reason = "interrupted", "was being sent when the push was stopped by hand"
            self._note(step, "unknown", Proof())
            raise
        except ProviderError as error:
            step.code, step.reason = error.code, str(error)
            if isinstance(error, STOPPING):
                self._note(step, "stopped", Proof())
                raise _Stopped(str(error)) from error
            self._note(step, "unknown" if isinstance(error, NOT_PROVEN) else "rejected", Proof())
            return
        self._note(step, "done", _proof(answer))

    def _step(self, operation: str, rows: Sequence[int]) -> Step:
        return Step(number=self.standing.steps, operation=operation, rows=list(rows), at=time.time())

    def _note(self, step: Step, state: Any, proof: Proof, *, takes: bool = True) -> None:
        step.state, step.proof = state, proof
        try:
            self.journal.note(self.run_id, [step])
        except JournalError as cause:
            if takes:
                self.standing.take(step)
            raise _Stopped(str(cause)) from cause
        if takes:
            self.standing.take(step)
        if takes and callable(self.progress):
            total = len([line for line in self.standing.lines if line.op in {ADD, UPDATE, REMOVE}])
            self.progress(total - len(self.standing.having(Outcome.UNSENT)), total)

    def _settle(self) -> None:
        """Read the lists once the provider has had its time, and look for what was to be made, changed or deleted."""
        rows = self.standing.having(Outcome.UNKNOWN)
        if not rows:
            return
        try:
            with self.interrupts.welcome():
                self.provider.clock.sleep(self.seconds)
                known = {str(kept.list_id): kept for kept in pulling.lists(self.provider)}
        except ProviderError as error:
            self.notes.append(f"the lists could not be read to settle what is in doubt: {error}")
            return
        found = [self._found(row, known) for row in rows]
        told = "".join(DONE if list_id else NOTHING for list_id in found)
        self._note(self._step("read_back", rows), "done", Proof(told=told, ids=found))

    def _verify(self) -> None:
        """Read the lists and look for what was made and changed; what is not there is unknown from then on."""
        rows = self.standing.having(Outcome.ADDED) + self.standing.having(Outcome.UPDATED)
        with self.interrupts.welcome():
            known = {str(kept.list_id): kept for kept in pulling.lists(self.provider)}
        lines, ids = self.standing.lines, self.standing.list_id
        missing = [row for row in rows if not is_as(known.get(str(ids[row])), lines[row].after)]
        self.verified = "no" if missing else "in full"
        if missing:
            step = self._step("check", missing)
            step.code, step.reason = NOT_FOUND, "the provider said yes, and the list is not as it was to be"
            self._note(step, "done", Proof(told=NOTHING * len(missing)))

    def _found(self, row: int, known: dict[str, ContactList]) -> str | None:
        """Return the id of a list that is as a line wants it, None where there is none, or more than one."""
        line, list_id = self.standing.lines[row], self.standing.list_id[row]
        if line.op == ADD:
            mine = set(self.standing.list_id)
            named = [key for key, kept in known.items() if kept.name == line.name and key not in mine]
            return named[0] if len(named) == 1 and not known[named[0]].members else None
        if line.op == UPDATE:
            return list_id if is_as(known.get(str(list_id)), line.after) else None
        return list_id if str(list_id) not in known else None


def _proof(answer: Sequence[ContactList | ProviderError | None]) -> Proof:
    told = "".join(NOTHING if each is None else REFUSED if isinstance(each, ProviderError) else DONE for each in answer)
    ids = [each.list_id if isinstance(each, ContactList) else None for each in answer]
    odd = {place: (each.code, str(each)) for place, each in enumerate(answer) if isinstance(each, ProviderError)}
    return Proof(told=told, ids=ids, odd=odd)


def _header(plan: ListsPlan) -> Header:
    provider: Provider = plan.provider
    return Header(
        provider=provider.name,
        account=provider.account,
        profile=plan.profile,
        host=provider.host,
        list_name=plan.list_name,
        list_id=None,
        mode=plan.mode,
        strategy=LISTS,
        rows=len(plan.frame),
    )


def _names(plan: ListsPlan) -> list[str]:
    """Name the lists that a plan writes to, by name and by id."""
    written: list[Line] = [line for line in plan.lines if line.op in {ADD, UPDATE}] + [*plan.leaving]
    return [line.name for line in written] + [f"id {line.list_id}" for line in written if line.list_id]
