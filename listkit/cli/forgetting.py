"""`listkit purge` and `listkit forget`: what this machine keeps of pushes, and of people, taken away."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from listkit.cli.codes import UsageError
from listkit.counting import counted

if TYPE_CHECKING:
    from listkit.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the commands that let the journal forget."""
    purge = commands.add_parser(
        "purge",
        help="let this machine forget pushes of long ago",
        description="Take pushes out of the journal, with the plans and the rows that it keeps of them; they can be "
        "neither resumed nor undone afterwards. Nothing changes at a provider, and a push that goes on is kept.",
    )
    purge.add_argument("--older-than", metavar="AGE", help="those that began so long ago, as 90d or 12h")
    purge.add_argument("--all", action="store_true", help="all of them")
    purge.set_defaults(run=_purge)

    forget = commands.add_parser(
        "forget",
        help="let this machine forget a person",
        description="Take a person out of every plan that the journal keeps. Nothing changes at a provider, nor in "
        "files of plans and rejects that were written elsewhere.",
    )
    forget.add_argument("number", type=_number, metavar="NUMBER", help="in E.164, as +12025550123")
    forget.set_defaults(run=_forget)


def _number(text: str) -> str:
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        return text
    raise argparse.ArgumentTypeError("a number is written in E.164, with its plus and without spaces: +12025550123")


def _purge(options: argparse.Namespace) -> None:
    from listkit.sync.forgetting import purge  # noqa: PLC0415 - pandas comes with it, and --help does without

    if bool(options.older_than) == options.all:
        raise UsageError("Say which pushes: those --older-than 90d, or --all.")
    count = purge(options.older_than)
    print(f"{counted(count, 'push is', 'pushes are')} forgotten.")


def _forget(options: argparse.Namespace) -> None:
    from listkit.sync.forgetting import forget  # noqa: PLC0415 - as in _purge

    rows = forget(options.number)
    print(f"Taken out of {counted(rows, 'row')}.")
