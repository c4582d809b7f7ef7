"""`listkit probe`: what no page of a provider's says, found out on a real account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.cli import telling
from listkit.cli.addresses import account
from listkit.cli.codes import DONE, REFUSED

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands

WHAT = (
    "This makes a list and three contacts with numbers that belong to nobody (+1 … 555 01..) in {account}, does each "
    "thing twice, and takes all of it away again. No message is sent to anyone."
)


def add_to(commands: Commands) -> None:
    """Add the command that probes."""
    probe = commands.add_parser(
        "probe",
        help="find out on a real account what its provider's pages do not say",
        description=WHAT.format(account="the account")
        + " What was found is printed as JSON: a limits profile, which connect(limits=FILE) keeps to.",
    )
    probe.add_argument("account", type=account, metavar="PROVIDER[/PROFILE]", help="as exotel, or exotel/north")
    probe.add_argument("--yes", action="store_true", help="do it without asking first")
    probe.add_argument("-o", "--out", type=Path, metavar="FILE", help="write the profile to a file")
    probe.set_defaults(run=_probe)


def _probe(options: argparse.Namespace) -> int:
    opened = options.account.connect()
    if not options.yes and not _agrees(repr(opened)):
        telling.note("listkit: Nothing was made; --yes says that it may be.")
        return REFUSED
    profile = opened.probe(say=telling.note)
    if options.out:
        profile.save(options.out)
        for question, found in profile.findings.items():
            print(f"{question}: {found}")
    else:
        print(profile)
    return DONE


def _agrees(name: str) -> bool:
    """Ask before anything is made; who is not at a terminal cannot be asked."""
    telling.note(WHAT.format(account=name))
    if not sys.stdin.isatty():
        return False
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
