"""`listkit check` and `listkit clean`: a file looked through, and its mended copy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listkit.cli import telling
from listkit.cli.codes import DONE, REJECTED, UsageError
from listkit.counting import counted
from listkit.errors import ColumnsError

if TYPE_CHECKING:
    import pandas as pd

    from listkit.cli.arguments import Commands
    from listkit.frame.cleaning import Cleaning
    from listkit.frame.reading import Reading
    from listkit.frame.recipe import Recipe
    from listkit.frame.replaying import Replaying

SHOWN = ("level", "code", "column", "value", "message", "suggestion")


def add_to(commands: Commands) -> None:
    """Add the commands that need no account."""
    check = commands.add_parser(
        "check",
        help="every problem of a file, line by line",
        description="Say what is wrong with a contact list, line by line. An error keeps a row from being sent, a "
        "warning is mended by cleaning or worth a look, an info is only to be known. Exit code 4: there are errors.",
    )
    add_file(check)
    check.add_argument("-o", "--out", type=Path, metavar="FILE", help="an .xlsx or .csv to write the problems to")
    telling.add_json(check)
    check.set_defaults(run=_check)

    clean = commands.add_parser(
        "clean",
        help="a mended copy of a file",
        description="Write a mended copy of a contact list: columns with the names that listkit sends, phones as "
        "E.164. The same rows; what cannot be mended keeps its text, and no digit is invented.",
    )
    add_file(clean)
    clean.add_argument("-o", "--out", type=Path, metavar="OUT", required=True, help="an .xlsx or .csv to write")
    clean.add_argument(
        "--save-recipe", type=Path, metavar="FILE", help="keep what was done, to be done again by --recipe"
    )
    telling.add_json(clean)
    clean.set_defaults(run=_clean)


def add_file(command: argparse.ArgumentParser, *, nargs: str | None = None) -> None:
    """Let a command take a contact list, and say how it is to be read."""
    command.add_argument("file", metavar="FILE", nargs=nargs, help="csv, tsv, txt or xlsx")
    command.add_argument("--sheet", help="the sheet of a workbook, by its name")
    command.add_argument("--region", help="the country, as IN or US, whose numbers are written without +")
    command.add_argument("--region-from", metavar="COLUMN", help="the column that names each row's country")
    command.add_argument(
        "--mapping",
        type=_meaning,
        action="append",
        metavar="COLUMN=MEANING",
        help="what a column is, as 'Mobile No.=phone'; without a meaning it is left alone; may be repeated",
    )
    command.add_argument("--recipe", type=Path, metavar="FILE", help="do what this recipe says, in the place of these")


def recipe_of(options: argparse.Namespace) -> Recipe | None:
    """Load the recipe that a command was given; what it says cannot be said beside it too."""
    if not options.recipe:
        return None
    if options.region or options.region_from or options.mapping:
        raise UsageError("--recipe says how the file is cleaned: leave out --region, --region-from and --mapping.")
    from listkit.frame.recipe import load_recipe  # noqa: PLC0415 - pandas comes with it, and --help does without

    return load_recipe(options.recipe)


def reading_of(recipe: Recipe | None) -> dict[str, Any]:
    """Return how a recipe wants its file read."""
    return (recipe.reading if recipe else None) or {}


def read(options: argparse.Namespace, recipe: Recipe | None) -> Reading:
    """Read a command's file, as its recipe says where that says how, and note what is odd about it."""
    from listkit.frame import reading  # noqa: PLC0415 - as in recipe_of

    sheet = {"sheet": options.sheet} if options.sheet else {}
    found = reading.reading(options.file, **(reading_of(recipe) | sheet))
    for problem in found.problems:
        telling.note(problem)
    return found


def clean_file(options: argparse.Namespace) -> Cleaning | Replaying:
    """Read a command's file and clean it as its options or its recipe say."""
    from listkit.frame import cleaning, replaying  # noqa: PLC0415 - as in recipe_of

    recipe = recipe_of(options)
    frame = read(options, recipe).frame
    if recipe:
        note_unlike(recipe, frame)
        return replaying.replaying(frame, recipe)
    return cleaning.cleaning(
        frame, region=options.region, region_from=options.region_from, mapping=dict(options.mapping or [])
    )


def note_unlike(recipe: Recipe, frame: pd.DataFrame) -> None:
    """Note what is new to a recipe in a frame, before it is followed.

    Raises ColumnsError, with all that is missing, where it cannot be followed.
    """
    found = recipe.check(frame)
    errors = found.loc[found["level"] == "error", "message"]
    if len(errors):
        raise ColumnsError(f"The recipe does not fit the file: {'; '.join(errors)}.", columns=list(frame.columns))
    for message in found["message"]:
        telling.note(f"New to the recipe: {message}.")


def _meaning(text: str) -> tuple[str, str | None]:
    column, sign, meaning = text.rpartition("=")
    if not sign or not column:
        raise argparse.ArgumentTypeError(f"{text!r} names no column and its meaning: write 'Mobile No.=phone'")
    return column, meaning.strip() or None


def _check(options: argparse.Namespace) -> int:
    from listkit.frame import checking, replaying, writing  # noqa: PLC0415 - as in recipe_of

    recipe = recipe_of(options)
    found = read(options, recipe)
    if recipe:
        note_unlike(recipe, found.frame)
        problems = replaying.replaying(found.frame, recipe).problems
    else:
        problems = checking.check(
            found.frame, region=options.region, region_from=options.region_from, mapping=dict(options.mapping or [])
        )
    by_line = problems.reset_index()
    errors = problems.loc[problems["level"].eq("error"), "row"].nunique()
    if options.out:
        writing.to_file(by_line, options.out)
    if options.json:
        what = {"rows": len(found.frame), "rows_with_errors": int(errors), "of_the_file": found.problems}
        telling.as_json({**what, "problems": telling.records(by_line)})
    else:
        if not (options.out or problems.empty):
            telling.table(by_line[["line", *SHOWN]])
        print(f"{counted(len(found.frame), 'row')}; {errors:,} of them cannot be sent as they are.{_kinds(problems)}")
    return REJECTED if errors else DONE


def _clean(options: argparse.Namespace) -> None:
    from listkit.frame import recipe, writing  # noqa: PLC0415 - as in recipe_of

    cleaning = clean_file(options)
    writing.to_file(cleaning.frame, options.out)
    if options.save_recipe:
        _read_alike(options, cleaning.recipe).save(options.save_recipe)
    problems = cleaning.problems
    errors = problems.loc[problems["level"].eq("error"), "row"].nunique()
    mended = cleaning.changes["row"].nunique()
    steps = cleaning.recipe.steps
    taken = {column: meaning for step in steps for column, meaning in recipe.meanings(step).items()}
    if options.json:
        what = {"rows": len(cleaning.frame), "rows_mended": int(mended), "rows_with_errors": int(errors)}
        telling.as_json({**what, "mapping": taken, "changes": telling.records(cleaning.changes.reset_index())})
        return
    renamed = ", ".join(f"{column} → {meaning}" for column, meaning in taken.items() if column != meaning)
    if renamed:
        telling.note(f"Taken as: {renamed}")
    rows = counted(len(cleaning.frame), "row is", "rows are")
    print(f"{rows} in {options.out}: {mended:,} mended, {errors:,} that cannot be sent.")
    if options.save_recipe:
        telling.note(f"What was done is kept in {options.save_recipe}; --recipe does it to another file.")


def _read_alike(options: argparse.Namespace, followed: Recipe) -> Recipe:
    """Have a recipe read the next file from the sheet that this one was read from."""
    from listkit.frame.recipe import Recipe, Step  # noqa: PLC0415 - as in recipe_of

    if not options.sheet:
        return followed
    how = {**reading_of(followed), "sheet": options.sheet}
    return Recipe((Step("read", how), *(step for step in followed.steps if step.verb != "read")))


def _kinds(problems: pd.DataFrame) -> str:
    """Count the problems by their code, the most frequent first."""
    counts = problems["code"].value_counts()
    told = ", ".join(f"{count:,} × {code}" for code, count in counts.items())
    return f" Found: {told}." if told else ""
