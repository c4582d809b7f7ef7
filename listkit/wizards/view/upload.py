"""The way from a file to a pushed list, in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from listkit.errors import ListkitError
from listkit.wizards import magic, pictures, words
from listkit.wizards.rejects import rejects
from listkit.wizards.table import Table
from listkit.wizards.upload import UploadFlow
from listkit.wizards.view.drop import Drop
from listkit.wizards.view.grid import Grid
from listkit.wizards.view.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from listkit.account import Account
    from listkit.frame.recipe import Recipe
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Run

ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.json,.jsonl,.parquet,.vcf,.gz,.zip"


WHOLE = {"description_width": "initial"}
"""Labels are shown whole."""


class UploadWizard(ipywidgets.VBox):  # type: ignore[misc]
    """Guide a person from a file, or a frame, to a list at a provider, and tell what became of every row.

    `source` is a frame or a file's path, nothing for a file to be dropped; `to` is the account.
    Nothing is written before *Push* is pressed. What the clicks did is there at every moment:
    `frame` (the rows as they would be pushed), `plan`, `run`, `recipe` and `code`, the lines of
    Python that do the same. Code can press what a person presses: `wizard.next.click()`.
    `wait()` waits for what is being done, and a notebook's stop button cancels it.
    """

    def __init__(self, source: pd.DataFrame | str | None = None, *, to: Account) -> None:
        """Draw the first step."""
        self.flow = UploadFlow(source, to=to)
        self.table = Table(self.flow)
        self._shown_page = 0
        self.back, self.next = _button(words.BACK), _button(words.NEXT, is_main=True)
        self.undo, self.redo = _button(words.UNDO), _button(words.REDO)
        self.path, self.opens = _text(words.PATH, words.PATH_HINT), _button(words.OPEN)
        self.region = _text(words.REGION, words.REGION_HINT)
        self.merge, self.likely, self.allow_destroy = _box(words.MERGE), _box(words.LIKELY), _box(words.DESTROY)
        self.list_name = _text(words.LIST, words.LIST_HINT)
        modes = [(words.MODES[mode], mode) for mode in words.MODES]
        self.mode = ipywidgets.Dropdown(options=modes, value="append", description=words.MODE, style=WHOLE)
        self.make_plan, self.push = _button(words.PLAN, is_main=True), _button(words.PUSH, is_main=True)
        self.cancel, self.resume = _button(words.CANCEL), _button(words.RESUME, is_main=True)
        self.take_back, self.rejects = _button(words.TAKE_BACK), _button(words.REJECTS)
        self.drop = Drop(self._received, accept=ACCEPT)
        self.grid = Grid(self.table, self.say)
        self.way, self.said, self.lines = Pane(self._act), Pane(), Pane()
        self.picture = Pane(self._act)
        self.progress = ipywidgets.IntProgress(max=1)
        self._body = ipywidgets.VBox()
        self._listen()
        foot = ipywidgets.HBox([self.back, self.next, self.undo, self.redo])
        super().__init__([self.way, self._body, self.said, foot, self.lines])
        self.add_class("listkit-wizard")
        self._body.add_class("listkit-body-of-step")
        self.flow.drawn, self.flow.moved = self._draw, self._tell
        self._draw()
        magic.remember(self)

    # what the clicks did

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as they would be pushed."""
        return self.flow.frame

    @property
    def plan(self) -> Plan | None:
        """The plan as things were chosen, None where it has not been made."""
        return self.flow.plan

    @property
    def run(self) -> Run | None:
        """The push, None where there was none."""
        return self.flow.run

    @property
    def recipe(self) -> Recipe:
        """What was done to the rows, to be saved and done again."""
        return self.flow.recipe

    @property
    def code(self) -> str:
        """The lines of Python that do what was clicked."""
        return self.flow.code

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is being done is over; a notebook's stop button cancels it."""
        self.flow.wait(seconds)

    def say(self, sentence: str, *, is_bad: bool = True) -> None:
        """Say something under the step."""
        self.said.show(pictures.sentence(sentence, is_bad=is_bad))

    # what is clicked

    def _listen(self) -> None:
        flow = self.flow
        clicks: dict[Any, Callable[[], object]] = {
            self.back: lambda: self._go(flow.preceding()),
            self.next: lambda: self._go(flow.following()),
            self.undo: flow.undo,
            self.redo: flow.redo,
            self.opens: lambda: flow.open(self.path.value.strip()),
            self.make_plan: flow.make_plan,
            self.push: flow.push,
            self.cancel: flow.cancel,
            self.resume: flow.resume,
            self.take_back: flow.undo_push,
            self.rejects: lambda: self.picture.offer(*rejects(flow)),
        }
        for button, click in clicks.items():
            button.on_click(lambda _, click=click: self._try(click))
        values: dict[Any, Callable[[Any], None]] = {
            self.region: lambda value: flow.choose("Country", region=value.strip().upper() or None),
            self.merge: lambda value: flow.choose("Merge duplicates", merges=value),
            self.likely: lambda value: flow.choose("Look for likely duplicates", is_fuzzy=value),
            self.list_name: lambda value: flow.choose("List", list_name=value.strip()),
            self.mode: lambda value: flow.choose("What to do", mode=value),
            self.allow_destroy: lambda value: flow.choose("Allow deleting", allow_destroy=value),
        }
        for field, chosen in values.items():
            field.observe(lambda change, chosen=chosen: self._try(lambda: chosen(change["new"])), "value")

    def _try(self, click: Callable[[], object]) -> None:
        self.said.show("")
        try:
            click()
        except ListkitError as error:
            self.say(str(error))
            self._draw()

    def _act(self, act: str, value: Any) -> None:
        """Do what was clicked in what is drawn here."""
        kind, _, what = act.partition(":")
        acts: dict[str, Callable[[], object]] = {
            "go": lambda: self.flow.go(what),
            "mean": lambda: self.flow.mean(what, str(value) or None),
            "accept": lambda: self.flow.accept(what),
            "only": lambda: self._only(what),
            "apart": lambda: self.flow.set_apart(int(what), is_apart=bool(value)),
            "resume": lambda: self.flow.resume_earlier(what),
            "page": lambda: self._turn(int(what)),
        }
        if kind in acts:
            self._try(acts[kind])

    def _go(self, step: Any) -> None:
        if step is not None:
            self.flow.go(step.name)

    def _only(self, code: str) -> None:
        self.table.find(code="" if code == self.table.code else code)
        self._draw()

    def _turn(self, page: int) -> None:
        self._shown_page = max(page, 0)
        self._draw()

    def _received(self, path: str) -> None:
        self.flow.open(path)

    # what is drawn

    def _draw(self) -> None:
        """Draw everything as it stands."""
        flow, job = self.flow, self.flow.job
        self.way.show(pictures.steps(flow))
        self.lines.show(pictures.code(flow.code) if flow.has_source else "")
        self.undo.disabled, self.redo.disabled = not flow.history.undoes, not flow.history.branches
        self.undo.tooltip, self.redo.tooltip = flow.history.undoes, " / ".join(flow.history.branches)
        before, after = flow.preceding(), flow.following()
        self.back.disabled = flow.is_busy or before is None
        self.next.disabled = flow.is_busy or after is None or bool(flow.why_not(after.name))
        if job is not None and not flow.is_busy:
            self.say(job.sentence or words.ended(job.name, job.state), is_bad=bool(job.sentence))
        self._body.children = {
            "source": self._source,
            "columns": self._columns,
            "review": self._review,
            "duplicates": self._duplicates,
            "plan": self._planned,
            "push": self._pushed,
            "report": self._reported,
        }[flow.at]()

    def _source(self) -> tuple[ipywidgets.Widget, ...]:
        offered = pictures.unfinished(self.flow.unfinished())
        read = pictures.reading(self.flow.desk.reading(self.flow.choices)) if self.flow.has_source else ""
        self.picture.show(offered + read)
        return self.drop, ipywidgets.HBox([self.path, self.opens]), *self._working(), self.picture

    def _columns(self) -> tuple[ipywidgets.Widget, ...]:
        desk, choices = self.flow.desk, self.flow.choices
        self.picture.show(pictures.columns(desk.proposal(choices), desk.mapping(choices), desk.samples(choices)))
        return self.picture, self.region

    def _review(self) -> tuple[ipywidgets.Widget, ...]:
        self.picture.show(pictures.groups(self.table.rows.groups(), self.table.code))
        self.grid.redraw()
        return self.picture, self.grid

    def _duplicates(self) -> tuple[ipywidgets.Widget, ...]:
        desk, choices = self.flow.desk, self.flow.choices
        frame = desk.cleaning(choices).frame
        self.picture.show(pictures.clusters(desk.clusters(choices), frame, self._shown_page))
        return self.merge, self.likely, self.picture

    def _planned(self) -> tuple[ipywidgets.Widget, ...]:
        plan = self.flow.plan
        self.picture.show(pictures.plan(plan) if plan else "")
        return self.list_name, self.mode, self.allow_destroy, self.make_plan, *self._working(), self.picture

    def _pushed(self) -> tuple[ipywidgets.Widget, ...]:
        plan, run = self.flow.plan, self.flow.run
        self.picture.show(pictures.report(run) if run else pictures.plan(plan) if plan else "")
        goes_on = run is not None and not run.complete
        buttons = [self.resume if goes_on else self.push] if run is None or goes_on else []
        return ipywidgets.HBox(buttons), *self._working(), self.picture

    def _reported(self) -> tuple[ipywidgets.Widget, ...]:
        run = self.flow.run
        self.picture.show(pictures.report(run) if run else "")
        return self.picture, ipywidgets.HBox([self.rejects, self.take_back]), *self._working()

    def _working(self) -> tuple[ipywidgets.Widget, ...]:
        """Show how far some work is, and the button that ends it."""
        job = self.flow.job
        if job is None or not self.flow.is_busy:
            return ()
        self._tell()
        return (ipywidgets.HBox([self.progress, self.cancel]),)

    def _tell(self) -> None:
        job = self.flow.job
        if job is not None:
            self.progress.max, self.progress.value = max(job.total, 1), job.done
            self.say(words.working(job.name, job.done, job.total), is_bad=False)


def _button(word: str, *, is_main: bool = False) -> ipywidgets.Button:
    return ipywidgets.Button(description=word, button_style="primary" if is_main else "", layout={"width": "auto"})


def _text(word: str, hint: str) -> ipywidgets.Text:
    """Make a field that is told once somebody has written it."""
    layout = {"width": "min(100%, 560px)"}
    return ipywidgets.Text(description=word, placeholder=hint, continuous_update=False, style=WHOLE, layout=layout)


def _box(word: str) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(description=word, indent=False, layout={"width": "auto"})
