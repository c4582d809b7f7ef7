"""The steps from a file to a pushed list: what each shows, what it asks, and why it does not go on."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from listkit import pushing, resuming
from listkit.errors import ListkitError
from listkit.sync.journals import journal
from listkit.sync.runs.run import Interrupted
from listkit.wizards import coding
from listkit.wizards.choices import Choices
from listkit.wizards.desk import Desk
from listkit.wizards.flow import Flow, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from listkit.account import Account
    from listkit.frame.editing import Edit
    from listkit.frame.recipe import Recipe
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Run
    from listkit.wizards.working import Job


MOST_OFFERED = 5
"""How many unfinished pushes are offered."""


class UploadFlow(Flow):
    """From a file, or a frame, to a list at a provider; nothing is written before the push is begun."""

    STEPS = (
        Step("source", "File"),
        Step("columns", "Columns"),
        Step("review", "Review"),
        Step("duplicates", "Duplicates"),
        Step("plan", "Plan"),
        Step("push", "Push"),
        Step("report", "Report"),
    )

    def __init__(self, source: pd.DataFrame | str | None = None, *, to: Account) -> None:
        path = source if isinstance(source, str) else None
        super().__init__(Choices(path=path))
        self.desk = Desk(None if path else source)  # type: ignore[arg-type]
        self.account = to
        self.run: Run | None = None
        self.undone: Run | None = None
        """What became of taking the push back."""
        self._plan: tuple[Choices, Plan] | None = None
        if path:
            self.prove(self.choices)

    # what there is to see

    @property
    def has_source(self) -> bool:
        """Whether there is a file or a frame."""
        return self.choices.path is not None or self.desk.given is not None

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as they would be pushed."""
        return self.desk.merged(self.choices)

    @property
    def plan(self) -> Plan | None:
        """The plan for the choices as they stand, None where it has not been made."""
        return self._plan[1] if self._plan and self._plan[0] == self.choices else None

    @property
    def recipe(self) -> Recipe:
        """What was done to the rows, to be saved and done again."""
        return self.desk.recipe(self.choices)

    @property
    def code(self) -> str:
        """The lines of Python that do what was clicked."""
        if not self.has_source:
            return ""
        lines = coding.preparing(self.desk, self.choices)
        if self.choices.list_name:
            told = coding.pushing(self.choices, self.account, is_pushed=self.run is not None)
            lines = chain(lines, told)
        return "\n".join(lines) + "\n"

    # what is decided

    def prove(self, choices: Choices) -> None:
        """See that the file can be read, and that a column chosen for something is one."""
        self.desk.reading(choices)
        if self._is_mapped(choices):
            self.desk.cleaning(choices)

    def open(self, path: str, **said: Any) -> None:
        """Take a file, or read the same one otherwise; everything that was chosen for another file is left behind."""
        if path == self.choices.path:
            self.choose("Read the file otherwise", edits=(), meanings=(), **said)
        else:
            self.take("Choose a file", Choices(path=path, **said))

    def mean(self, column: str, meaning: str | None) -> None:
        """Say what a column is; whichever was that before is nothing then."""
        now = self.desk.mapping(self.choices)
        chosen = dict(self.choices.meanings) | {column: meaning}
        chosen |= {other: None for other, had in now.items() if meaning and had == meaning and other != column}
        self.choose(f"{column} is {meaning or 'nothing'}", meanings=tuple(chosen.items()))

    def edit(self, *edits: Edit) -> None:
        """Set cells by hand; several at once are one choice."""
        what = f"Edit {edits[0].column} in line {edits[0].line}" if len(edits) == 1 else f"Edit {len(edits):,} cells"
        self.choose(what, edits=(*self.choices.edits, *edits))

    def accept(self, code: str) -> None:
        """Take what is suggested for one kind of problem."""
        self.choose(f"Accept {code}", accept=(*self.choices.accept, code))

    def set_apart(self, row: int, *, is_apart: bool) -> None:
        """Say that a row is another person than the rest of its cluster, or that it is not after all."""
        rows = set(self.choices.apart) - {row} | ({row} if is_apart else set())
        what = "Somebody else" if is_apart else "The same person"
        self.choose(f"{what}: row {row:,}", apart=tuple(sorted(rows)))

    def why_not(self, step: str) -> str:
        """Say why a step cannot be gone to yet."""
        if missing := super().why_not(step):
            return missing
        at = [one.name for one in self.STEPS].index(step)
        if at and not self.has_source:
            return "Choose a file first."
        if at > 1 and not self._is_mapped(self.choices):
            return "Say which column is the phone: nobody can be reached without one."
        if at > self._at("plan") and self.plan is None and self.run is None:
            return "Make the plan first: it shows what would be done, and writes nothing."
        if at > self._at("push") and self.run is None:
            return "Nothing has been pushed yet."
        return ""

    # what takes long

    def make_plan(self) -> Job[Plan]:
        """Read the list and compare: nothing is written."""
        choices = self.choices
        if not choices.list_name.strip():
            raise ListkitError("Give the list a name, as it is called at the provider.")

        def done(plan: Plan) -> None:
            self._plan = choices, plan

        return self.start("planning", lambda _: self._planned(choices), done)

    def push(self) -> Job[Run]:
        """Do what the plan says."""
        plan = self.plan
        if plan is None:
            raise ListkitError("Make the plan first: it shows what would be done, and writes nothing.")
        return self._send("pushing", lambda job: plan.apply(progress=job.tell, stop=job.stop))

    def resume(self) -> Job[Run]:
        """Go on with a push that stopped."""
        run = self._pushed()
        return self._send("going on with the push", lambda job: run.resume(progress=job.tell, stop=job.stop))

    def unfinished(self) -> list[dict[str, Any]]:
        """List the pushes to this account that were begun and are not over, the newest first."""
        provider, known = self.account.provider, journal.runs()
        mine = known["provider"].eq(provider.name) & known["account"].eq(provider.account)
        is_open = known["state"].isin(["running", "interrupted", "stopped"])
        found = known[mine & is_open].head(0 if self.run else MOST_OFFERED)
        return [{str(name): value for name, value in run.items()} for run in found.to_dict("records")]

    def resume_earlier(self, run_id: str) -> Job[Run]:
        """Go on with a push that was begun in another wizard, or by code."""

        def work(job: Job[Run]) -> Run:
            run: Run = resuming.resume(run_id, self.account, progress=job.tell, stop=job.stop)  # type: ignore[assignment]
            return run

        def done(run: Run) -> None:
            self.run, self.at = run, "report"

        return self._send("going on with the push", work, done)

    def undo_push(self) -> Job[Run]:
        """Take the push back."""
        run, allow = self._pushed(), self.choices.allow_destroy

        def done(undone: Run) -> None:
            self.undone = undone

        return self._send(
            "taking the push back",
            lambda job: run.undo(allow_destroy=allow, progress=job.tell, stop=job.stop),
            done,
        )

    def _planned(self, choices: Choices) -> Plan:
        cleaned = self.desk.merged(choices)
        return pushing.plan(cleaned, choices.list_name, to=self.account, **coding.planning(choices))

    def _send(self, name: str, work: Callable[[Job[Run]], Run], done: Callable[[Run], None] | None = None) -> Job[Run]:
        def sent(job: Job[Run]) -> Run:
            try:
                run: Run = work(job)
            except Interrupted as stopped:
                run = stopped.run  # type: ignore[assignment]
            return run

        def pushed(run: Run) -> None:
            self.run = run

        return self.start(name, sent, done or pushed)

    def _pushed(self) -> Run:
        if self.run is None:
            raise ListkitError("Nothing has been pushed yet.")
        return self.run

    def _is_mapped(self, choices: Choices) -> bool:
        """Whether it is known which column is the phone."""
        return "phone" in self.desk.mapping(choices).values()

    def _at(self, step: str) -> int:
        return [one.name for one in self.STEPS].index(step)
