"""`listkit check` and `listkit clean`: a file looked through, and its mended copy."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.cli import telling
from listkit.cli.codes import DONE, REJECTED

if TYPE_CHECKING:
    import pandas as pd

    from listkit.cli.arguments import Commands
    from listkit.frame.cleaning import Cleaning

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


def clean_file(options: argparse.Namespace) -> Cleaning:
    """Read a command's file and clean it as its options say."""
    from listkit.frame import cleaning, reading  # noqa: PLC0415 - pandas comes with them, and --help does without

    found = reading.reading(options.file, sheet=options.sheet)
    for problem in found.problems:
        telling.note(problem)
    return cleaning.cleaning(
        found.frame, region=options.region, region_from=options.region_from, mapping=dict(options.mapping or [])
    )


def _meaning(text: str) -> tuple[str, str | None]:
    column, sign, meaning = text.rpartition("=")
    if not sign or not column:
        raise argparse.ArgumentTypeError(f"{text!r} names no column and its meaning: write 'Mobile No.=phone'")
    return column, meaning.strip() or None


def _check(options: argparse.Namespace) -> int:
    from listkit.frame import checking, reading, writing  # noqa: PLC0415 - as in clean_file

    found = reading.reading(options.file, sheet=options.sheet)
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
        for problem in found.problems:
            telling.note(problem)
        if not (options.out or problems.empty):
            telling.table(by_line[["line", *SHOWN]])
        print(f"{len(found.frame):,} rows; {errors:,} of them cannot be sent as they are.{_kinds(problems)}")
    return REJECTED if errors else DONE


def _clean(options: argparse.Namespace) -> None:
    from listkit.frame import writing  # noqa: PLC0415 - as in clean_file

    cleaning = clean_file(options)
    writing.to_file(cleaning.frame, options.out)
    problems = cleaning.problems
    errors = problems.loc[problems["level"].eq("error"), "row"].nunique()
    mended = cleaning.changes["row"].nunique()
    taken = {str(column): meaning for column, meaning in cleaning.mapping.items()}
    if options.json:
        what = {"rows": len(cleaning.frame), "rows_mended": int(mended), "rows_with_errors": int(errors)}
        telling.as_json({**what, "mapping": taken, "changes": telling.records(cleaning.changes.reset_index())})
        return
    renamed = ", ".join(f"{column} → {meaning}" for column, meaning in taken.items() if column != meaning)
    if renamed:
        telling.note(f"Taken as: {renamed}")
    print(f"{len(cleaning.frame):,} rows are in {options.out}: {mended:,} mended, {errors:,} that cannot be sent.")


def _kinds(problems: pd.DataFrame) -> str:
    """Count the problems by their code, the most frequent first."""
    counts = problems["code"].value_counts()
    told = ", ".join(f"{count:,} × {code}" for code, count in counts.items())
    return f" Found: {told}." if told else ""
