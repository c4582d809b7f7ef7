"""`listkit plan`: what pushing a file, or the answer of a query, would do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listkit.cli import files, telling
from listkit.cli.addresses import of_list
from listkit.cli.codes import UsageError
from listkit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from listkit.cli.arguments import Commands
    from listkit.frame.recipe import Recipe
    from listkit.frame.streams import Stream
    from listkit.sync.plans.planning import Plan

LONG = 64 * 1024 * 1024
"""Bytes of a text file from which on it is read a piece at a time."""
PIECE = 100_000
MODES, BLANKS, STRATEGIES = ("append", "upsert", "mirror"), ("ignore", "erase", "error"), ("batches", "file", "swap")


def add_to(commands: Commands) -> None:
    """Add the command that plans."""
    plan = commands.add_parser(
        "plan",
        help="what pushing a file to a list would do; nothing is written",
        description="Compare a file, or the answer of a query, with a list, and say what a push would do, row by row. "
        "The file is cleaned first, as `listkit clean` does. Nothing is written at the provider; `--out` keeps the "
        "plan, which `listkit apply` does. Exit code 3: the plan is refused, with the reasons.",
    )
    files.add_file(plan, nargs="?")
    plan.add_argument(
        "--to", type=of_list, metavar="PROVIDER[/PROFILE]:LIST", required=True, help="as exotel/north:VIP"
    )
    source = plan.add_argument_group("in the place of a file")
    source.add_argument("--sql", metavar="URL", help="a database's address, or the variable that holds it; only read")
    source.add_argument("--query", type=Path, metavar="FILE", help="the file of the query that gives the rows")
    what = plan.add_argument_group("what is done")
    what.add_argument("--mode", choices=MODES, default="append", help="add, also update, or also remove")
    what.add_argument("--strategy", choices=("auto", *STRATEGIES), default="auto", help="how it is sent")
    what.add_argument("--on", default="phone", metavar="FIELD", help="what rows and members are matched by")
    what.add_argument("--blanks", choices=BLANKS, default="ignore", help="what a blank cell means for a field")
    what.add_argument("--custom", action="append", default=[], metavar="COLUMN", help="send it as a custom field")
    what.add_argument("--drop-unsupported", action="store_true", help="leave behind what the provider has no place for")
    what.add_argument("--split-over-cap", action="store_true", help="share too many rows among several lists")
    what.add_argument("--no-create", action="store_true", help="refuse where there is no such list")
    what.add_argument("--list-id", metavar="ID", help="which of two lists of the name")
    what.add_argument("--as-is", action="store_true", help="send the file as it is, without cleaning it first")
    guards = plan.add_argument_group("what is guarded")
    guards.add_argument("--suppress", action="append", default=[], metavar="FILE", help="numbers that are never sent")
    guards.add_argument(
        "--max-remove",
        type=amount,
        default=0.05,
        metavar="HOW_MANY",
        help="members a mirror removes: 20, or 5%% (default)",
    )
    guards.add_argument("--max-reject", type=amount, metavar="HOW_MANY", help="rows that may be invalid: 20, or 5%%")
    guards.add_argument(
        "--allow-destroy", action="store_true", help="let contacts be deleted that leave their last list"
    )
    guards.add_argument("--park", metavar="LIST", help="the list that such contacts join first")
    plan.add_argument("-o", "--out", type=Path, metavar="FILE", help="keep the plan; it holds the rows, never a key")
    telling.add_json(plan)
    plan.set_defaults(run=_plan)


def amount(text: str) -> float:
    """Read how many: a count, or a share of them.

    >>> amount("20"), amount("5%"), amount("0.05")
    (20, 0.05, 0.05)
    """
    try:
        if text.isdecimal():
            return int(text)
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write 20 for so many, or 5% for a share")
    return share


def _plan(options: argparse.Namespace) -> None:
    from listkit import pushing  # noqa: PLC0415 - it brings pandas, which --help does without

    where, name = options.to
    frame, found = _source(options)
    plan = pushing.plan(
        frame,
        name,
        to=where.connect(),
        mode=options.mode,
        strategy=options.strategy,
        on=options.on,
        blanks=options.blanks,
        custom=options.custom,
        unsupported="drop" if options.drop_unsupported else "error",
        suppress=options.suppress or None,
        max_remove=options.max_remove,
        max_reject=options.max_reject,
        allow_destroy=options.allow_destroy,
        park=options.park,
        create=not options.no_create,
        split_over_cap=options.split_over_cap,
        list_id=options.list_id,
        problems=found,
    )
    if options.out:
        plan.save(options.out)
    if options.json:
        telling.as_json(_told(plan))
        return
    telling.say(plan)
    if options.out:
        print(f"Kept in {options.out}; it holds the rows. To do it: listkit apply {options.out}")


def _told(plan: Plan) -> dict[str, Any]:
    """Say what a program asks of a plan; its rows are in its file."""
    return {
        "provider": plan.provider.name,
        "profile": plan.profile,
        "list_name": plan.list_name,
        "list_id": plan.list_id,
        "mode": plan.mode,
        "strategy": plan.strategy,
        "rows": len(plan.frame),
        "members": plan.members,
        "counts": plan.counts,
        "leaving": plan.leaving.num_rows,
        "cost": telling.records(plan.cost),
        "notes": plan.notes,
        "read_at": plan.read_at.isoformat(),
    }


def _source(options: argparse.Namespace) -> tuple[pd.DataFrame | Stream, pd.DataFrame | None]:
    """Find the rows that are meant, and what is wrong with them where it is known beforehand."""
    from listkit.frame import reading  # noqa: PLC0415 - as in _plan

    if bool(options.file) == bool(options.sql) or bool(options.sql) != bool(options.query):
        raise UsageError("Give a file, or both --sql and --query.")
    if options.as_is and options.recipe:
        raise UsageError("--as-is cleans nothing, and --recipe says how to: leave one of them out.")
    if options.sql:
        from listkit.frame.querying import Query  # noqa: PLC0415 - it brings SQLAlchemy

        return _stream(Query(options.sql, _read_query(options.query), chunksize=PIECE), options), None
    path = Path(options.file)
    is_text = path.suffix.lower() in reading.TEXT_ENDINGS
    recipe = files.recipe_of(options)
    if is_text and path.is_file() and path.stat().st_size > LONG and (recipe is None or recipe.takes_rows_alone):
        return _stream(reading.read_file(path, chunksize=PIECE, **files.reading_of(recipe)), options), None
    if options.as_is:
        return reading.read_file(path, sheet=options.sheet), None
    cleaning = files.clean_file(options)
    return cleaning.frame, cleaning.problems


def _stream(parts: Iterable[pd.DataFrame], options: argparse.Namespace) -> Stream:
    from listkit.frame.streams import Stream  # noqa: PLC0415 - as in _plan

    recipe = files.recipe_of(options)
    if options.as_is:
        return Stream(parts)
    return Stream(_cleaned(parts, options) if recipe is None else _followed(parts, recipe))


def _cleaned(parts: Iterable[pd.DataFrame], options: argparse.Namespace) -> Iterator[pd.DataFrame]:
    """Clean frames one by one; what the columns of the first are taken for holds for all."""
    from listkit.frame import cleaning  # noqa: PLC0415 - as in _plan

    mapping: dict[object, str | None] = dict(options.mapping or [])
    for part in parts:
        done = cleaning.cleaning(part, region=options.region, region_from=options.region_from, mapping=mapping)
        mapping = {**dict.fromkeys(part.columns), **done.mapping}
        yield done.frame


def _followed(parts: Iterable[pd.DataFrame], recipe: Recipe) -> Iterator[pd.DataFrame]:
    """Follow a recipe frame by frame; where it looks at all rows together, they are put into one first."""
    import pandas as pd  # noqa: PLC0415 - as in _plan

    from listkit.frame.recipe import replay  # noqa: PLC0415 - as in _plan

    for number, part in enumerate(parts if recipe.takes_rows_alone else [pd.concat(parts)]):
        if not number:
            files.note_unlike(recipe, part)
        yield replay(part, recipe)


def _read_query(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as refused:
        raise ReadError(
            f"The query {path} cannot be read: {getattr(refused, 'strerror', None) or 'it is no UTF-8'}."
        ) from None
