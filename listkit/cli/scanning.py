"""`listkit scan`: what saved notebooks should not tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from listkit.cli import telling
from listkit.cli.arguments import country
from listkit.cli.codes import DONE, REJECTED

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the command."""
    scan = commands.add_parser(
        "scan",
        help="numbers, addresses and keys in saved notebooks",
        description="Look through saved notebooks, what their cells answered and what their widgets kept, for "
        "numbers, addresses, keys and whole files, so that none goes where the notebook goes. What is found is shown "
        "masked. Pictures are not looked at. Exit code 4: something was found.",
    )
    scan.add_argument("paths", nargs="+", metavar="PATH", help="a notebook, or a folder with all below it")
    scan.add_argument(
        "--region",
        type=country,
        action="append",
        default=[],
        help="a country, as IN or US, whose numbers are found without their plus too; may be repeated",
    )
    scan.add_argument(
        "--allow", action="append", default=[], metavar="TEXT", help="what may stand there; may be repeated"
    )
    telling.add_json(scan)
    scan.set_defaults(run=_scan)


def _scan(options: argparse.Namespace) -> int:
    from listkit import scanning  # noqa: PLC0415 - it brings the rules, which --help does without

    found = list(scanning.scan(options.paths, regions=options.region, allow=options.allow))
    if options.json:
        telling.as_json([{**one._asdict(), "path": str(one.path)} for one in found])
        return REJECTED if found else DONE
    for (path, place, kind, shown), times in Counter(found).items():
        telling.say(f"{path}: {place}: {kind} {shown}{f' and {times - 1:,} like it' if times > 1 else ''}")
    if found:
        files = len({one.path for one in found})
        telling.note(
            f"listkit: {len(found):,} found, in {files:,} of the notebooks. Clear their outputs, save them without "
            "widget state, and make a key that was saved anew; what may stand there is named by --allow."
        )
    return REJECTED if found else DONE
