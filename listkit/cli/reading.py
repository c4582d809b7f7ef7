"""`listkit lists` and `listkit pull`: what an account holds, looked at and brought home."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.cli import telling
from listkit.cli.addresses import account, of_list
from listkit.cli.codes import DONE, INCOMPLETE
from listkit.counting import counted

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands

SHOWN = ("list_name", "list_id", "list_tag", "type", "shared", "members", "created_at")


def add_to(commands: Commands) -> None:
    """Add the commands that only read."""
    lists = commands.add_parser("lists", help="an account's lists")
    lists.add_argument("account", type=account, metavar="PROVIDER[/PROFILE]", help="as exotel, or exotel/north")
    telling.add_json(lists)
    lists.set_defaults(run=_lists)

    pull = commands.add_parser(
        "pull",
        help="a list's contacts, as a file",
        description="Read all contacts of a list into a file, or onto standard output as csv. Phones stay text and "
        "no cell is a formula, so that a spreadsheet damages and runs nothing. Exit code 5: the list changed while "
        "it was read, and the file may lack rows.",
    )
    pull.add_argument("list", type=of_list, metavar="PROVIDER[/PROFILE]:LIST", help="as exotel:VIP")
    pull.add_argument("-o", "--out", type=Path, metavar="FILE", help="an .xlsx or .csv to write")
    telling.add_json(pull)
    pull.set_defaults(run=_pull)


def _lists(options: argparse.Namespace) -> None:
    lists = options.account.connect().lists()
    if options.json:
        telling.as_json(telling.records(lists))
    else:
        telling.table(lists[list(SHOWN)])


def _pull(options: argparse.Namespace) -> int:
    from listkit.frame import writing  # noqa: PLC0415 - it brings pandas, which --help does without

    where, name = options.list
    pulled = where.connect().pulling(name)
    if options.out:
        writing.to_file(pulled.frame, options.out)
    if options.json:
        what = {"list_name": name, "contacts": len(pulled.frame), "expected": pulled.expected}
        rows = {} if options.out else {"rows": telling.records(pulled.frame)}
        telling.as_json({**what, "complete": pulled.complete, "read_at": pulled.read_at.isoformat(), **rows})
    elif options.out:
        print(f"{name!r} is in {options.out}: {counted(len(pulled.frame), 'contact')}.")
    else:
        writing.write_csv(sys.stdout, pulled.frame)
    if pulled.complete:
        return DONE
    telling.note(f"listkit: {name!r} changed while it was read, so that rows may be missing; pull it again.")
    return INCOMPLETE
