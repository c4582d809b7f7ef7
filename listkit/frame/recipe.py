"""A recipe: what was done to a list, as a file that can be read, checked against another list, and done again."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec

from listkit.errors import ListkitError, ReadError
from listkit.frame.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    import pandas as pd

VERSION = 1
MOST_BYTES = 64 * 1024 * 1024


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a file is read, where it is not as it is found; a frame that is given has been read already."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None


class Cleaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a frame is cleaned; `mapping` has every column that there was, null for one that means nothing."""

    mapping: dict[str, str | None]
    steps: list[str]
    region: str | None = None
    region_from: str | None = None
    accept: list[str] = []


class Editing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which cells are set by hand: the row's label, the column, what the cell held, and what it is to hold."""

    cells: list[tuple[str | int, str, str | None, str | None]]


class Excluding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is taken out: the people of the list in a file, which is read anew each time."""

    other: str
    on: str = "phone"
    region: str | None = None
    region_from: str | None = None


class Merging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How rows of one person become one row; `decisions` know people by keys in which no number is to be read."""

    keep: str = "most_complete"
    on: str | list[str] | None = None
    fuzzy: bool = False
    threshold: float = 0.8
    decisions: list[dict[str, list[str]]] = []


class Verb(NamedTuple):
    """A verb that a recipe can hold: the module and the function it is, and what can be said to it."""

    home: str
    name: str
    arguments: type[msgspec.Struct]

    @property
    def function(self) -> Callable[..., Any]:
        """The verb itself, loaded when it is first done: a verb that tells its recipe knows this module."""
        verb: Callable[..., Any] = getattr(import_module(f"listkit.frame.{self.home}"), self.name)
        return verb


VERBS: Mapping[str, Verb] = {
    "read": Verb("reading", "read_file", Reading),
    "edit": Verb("editing", "edit", Editing),
    "clean": Verb("cleaning", "clean", Cleaning),
    "exclude": Verb("excluding", "exclude", Excluding),
    "merge_duplicates": Verb("duplicates.merging", "merge_duplicates", Merging),
}
"""What a recipe can hold. None of them sends, and what stands in a file is data: it names no code of its own."""
BY_ROW = ("read", "edit", "clean", "exclude")
"""Those that do each row by itself."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One verb and what was said to it; `seen` are the values that a column had, where that is worth to know later."""

    verb: str
    arguments: dict[str, Any] = {}
    seen: dict[str, list[str]] = {}

    def __post_init__(self) -> None:
        if self.verb not in VERBS:
            raise ListkitError(f"{self.verb!r} is no step of a recipe; it can hold {', '.join(VERBS)}.")
        try:
            msgspec.convert(self.arguments, type=VERBS[self.verb].arguments)
        except msgspec.ValidationError as wrong:
            raise ListkitError(f"The step {self.verb!r} does not fit: {_line(wrong)}.") from None


class Recipe(msgspec.Struct, frozen=True):
    """Steps, in the order in which they are done.

    A cleaning tells its own; recipes are joined by `+`, and steps can be written by hand. Two
    recipes of the same steps are equal, and so are their files, byte for byte.

    >>> import pandas as pd
    >>> from listkit.frame.cleaning import cleaning
    >>> recipe = cleaning(pd.DataFrame({"Mobile": ["098765 43210"]}), region="IN").recipe
    >>> replay(pd.DataFrame({"Mobile": ["98765 43211"], "City": ["Pune"]}), recipe)["phone"].item()
    '+919876543211'
    """

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if any(step.verb == "read" for step in self.steps[1:]):
            raise ListkitError("A file is read before all else: 'read' can only be the first step of a recipe.")

    def __add__(self, other: Self) -> Recipe:
        return Recipe((*self.steps, *other.steps))

    def __str__(self) -> str:
        """Say the steps, a line each."""
        return "\n".join(f"{number}. {_say(step)}" for number, step in enumerate(self.steps, 1)) or "nothing is done"

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Tell what is missing in a frame and what is new, before anything is done: columns and values.

        `step, level, code, column, value, rows, message`, a line each. An *error* is what replaying
        would raise; a *warning* is a column that looks like another thing now, or a country that is
        none; an *info* is only to be known: a new column is left as it is, a new value is cleaned.

        >>> import pandas as pd
        >>> recipe = Recipe((Step("clean", {"mapping": {"Mobile": "phone"}, "steps": ["phone"]}),))
        >>> recipe.check(pd.DataFrame({"Telefon": ["1"]}))["message"].tolist()[0]
        "there is no column 'Mobile', which was the phone"
        """
        # Fitting does the steps to no rows at all, and so it knows this module.
        found: pd.DataFrame = import_module("listkit.frame.fitting").check(self, frame)
        return found

    def to_python(self) -> str:
        """Write the recipe as Python: a function `prepare`, which gives the frame that replaying gives.

        It takes a frame, or a file's path where the recipe says how the file is read.

        >>> print(Recipe((Step("clean", {"mapping": {"Mobile": "phone"}, "steps": ["phone"]}),)).to_python())
        import listkit as lk
        <BLANKLINE>
        <BLANKLINE>
        def prepare(frame):
            return lk.of(frame).clean(
                mapping={**dict.fromkeys(frame.columns), 'Mobile': 'phone'},
                steps=['phone'],
            )
        <BLANKLINE>
        """
        done = [step for step in self.steps if step.verb != "read"]
        calls = [f"lk.of(frame).{step.verb}({_written(step)})" for step in done]
        if self.reading is not None:
            told = ", ".join(["path", *(f"{name}={value!r}" for name, value in self.reading.items())])
            calls.insert(0, f"lk.read_file({told})")
        *lines, last = [f"frame = {call}" for call in calls] or ["frame = frame"]
        head = f"def prepare({'frame' if self.reading is None else 'path'}):"
        body = [*lines, f"return {last.removeprefix('frame = ')}"]
        return "\n".join(["import listkit as lk", "", "", head, *(f"    {line}" for line in body), ""])

    @property
    def takes_rows_alone(self) -> bool:
        """Whether each row is done without a look at the others, so that a list can be done a piece at a time."""
        return all(step.verb in BY_ROW for step in self.steps)

    @property
    def reading(self) -> dict[str, Any] | None:
        """How the file is to be read, for `lk.read_file`; None where the recipe begins with a frame."""
        return self.steps[0].arguments if self.steps and self.steps[0].verb == "read" else None

    def save(self, path: str | PathLike[str]) -> None:
        """Write the recipe to a file that only its owner can read; the file is whole or not there.

        It names columns, and the values of columns that have few of them; with cells that were set by
        hand it names people too.

        Raises ListkitError where it cannot be written.
        """
        told = msgspec.json.encode(_Saved(listkit="recipe", version=VERSION, steps=self.steps), order="sorted")
        write_whole(Path(path), partial(_put, msgspec.json.format(told, indent=2) + b"\n"))


class _Version(msgspec.Struct):
    """What every version of a recipe's file says."""

    listkit: str
    version: int


class _Saved(msgspec.Struct, forbid_unknown_fields=True):
    """A recipe as a file holds it."""

    listkit: str
    version: int
    steps: tuple[Step, ...]


def load_recipe(path: str | PathLike[str]) -> Recipe:
    """Read a recipe that `recipe.save` wrote, or that somebody wrote by hand.

    Raises ReadError, in one sentence, where the file is no recipe, holds a step that is none, or
    is of a later listkit. Nothing of the file is run.
    """
    where = Path(path)
    data = _read(where)
    try:
        about = msgspec.json.decode(data, type=_Version)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        about = _Version(listkit="", version=0)
    if about.listkit != "recipe":
        raise ReadError(f"{where.name} is no recipe that recipe.save wrote, or it is damaged.")
    if about.version > VERSION:
        raise ReadError(
            f"{where.name} was saved by a later listkit (version {about.version}, this one reads {VERSION})."
        )
    try:
        return Recipe(msgspec.json.decode(data, type=_Saved).steps)
    except ListkitError as wrong:
        raise ReadError(f"{where.name} cannot be followed: {wrong}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise ReadError(f"{where.name} is a damaged recipe: {_line(wrong)}.") from None


def replay(frame: pd.DataFrame, recipe: Recipe) -> pd.DataFrame:
    """Do to this frame what the recipe says, and return the new frame; nothing is ever sent.

    A column that the recipe does not name is left as it is, whatever it looks like. How a file
    is read is passed over: the frame is there. `recipe.check(frame)` tells beforehand what is
    missing and what is new.

    Raises ColumnsError where a column that is needed is not there.
    """
    refuse_another(recipe)
    for step in recipe.steps:
        frame = do(frame, step)
    return frame


def refuse_another(recipe: object) -> None:
    """Raise TypeError where something is no recipe, as a path is none before it is loaded."""
    if not isinstance(recipe, Recipe):
        raise TypeError(f"A recipe is what lk.load_recipe or cleaning(…).recipe gives; {recipe!r} is none.")


def do(frame: pd.DataFrame, step: Step) -> pd.DataFrame:
    """Do one step."""
    if step.verb == "read":
        return frame
    done: pd.DataFrame = VERBS[step.verb].function(frame, **arguments(frame, step))
    return done


def arguments(frame: pd.DataFrame, step: Step) -> dict[str, Any]:
    """Return what is said to the verb about this frame: columns that the step does not name mean nothing to it."""
    if step.verb != "clean":
        return step.arguments
    return {**step.arguments, "mapping": {**dict.fromkeys(frame.columns), **meanings(step)}}


def meanings(step: Step) -> dict[str, str]:
    """Return which columns mean something to a step that cleans."""
    return {label: meaning for label, meaning in step.arguments.get("mapping", {}).items() if meaning}


def _written(step: Step) -> str:
    """Write what is said to a verb, a line each; what stands in them is written as Python writes text."""
    said = {name: repr(value) for name, value in step.arguments.items()}
    if step.verb == "clean":
        pairs = (f"{label!r}: {meaning!r}" for label, meaning in meanings(step).items())
        said["mapping"] = f"{{{', '.join(['**dict.fromkeys(frame.columns)', *pairs])}}}"
    return "".join(f"\n        {name}={value}," for name, value in said.items()) + ("\n    " if said else "")


def _say(step: Step) -> str:
    said = {name: value for name, value in step.arguments.items() if value not in (None, [], {})}
    if "mapping" in said:
        said["mapping"] = ", ".join(f"{label} → {meaning}" for label, meaning in meanings(step).items())
    told = "; ".join(f"{name} {_worded(value)}" for name, value in said.items())
    return f"{step.verb}: {told}" if told else step.verb


def _worded(value: object) -> str:
    """Name the words of a list, and count what is none."""
    if not isinstance(value, list):
        return str(value)
    return ", ".join(value) if all(isinstance(one, str) for one in value) else f"{len(value):,}"


def _line(wrong: Exception) -> str:
    """Keep what an error says in one line, whatever of the file it quotes."""
    return " ".join(str(wrong).split())


def _put(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _read(where: Path) -> bytes:
    """Read a file that is one, and no bigger than a recipe can be."""
    try:
        if where.exists() and not where.is_file():
            raise ReadError(f"{where} is no file.")
        with where.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as refused:
        raise ReadError(f"{where} cannot be opened: {refused.strerror or refused}.") from None
    if len(data) > MOST_BYTES:
        raise ReadError(f"{where.name} is no recipe: it has more than {MOST_BYTES // 1024**2} MB.")
    return data
