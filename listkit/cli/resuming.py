"""`listkit resume` and `listkit undo`: a push of earlier gone on with, or taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from listkit.change import Outcome
from listkit.cli import applying, telling
from listkit.cli.addresses import account
from listkit.cli.codes import DONE, UsageError
from listkit.errors import ListkitError

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the commands that take up a push of earlier."""
    resume = commands.add_parser(
        "resume",
        help="go on with a push where it stopped",
        description="Go on with a push where it stopped, whatever stopped it. What is in doubt is settled by a look at "
        "the list, and only what is proven not to have arrived is sent. Exit codes as those of `listkit apply`.",
    )
    _add_run(resume, "the last push, if it is not complete; nothing to do is no error")
    resume.add_argument("--to", type=account, metavar="PROVIDER[/PROFILE]", help="the account, under another profile")
    applying.add_outcome(resume)
    resume.set_defaults(run=_resume)

    undo = commands.add_parser(
        "undo",
        help="take a push back",
        description="Take a push back: whom it added leaves, whom it removed comes back, and what it changed is as "
        "before, as far as nobody else has changed it since. `--out` keeps the plan of it, and does nothing yet.",
    )
    _add_run(undo, "the last push")
    undo.add_argument("--allow-destroy", action="store_true", help="let contacts be deleted that the push made")
    undo.add_argument("-o", "--out", type=Path, metavar="FILE", help="only plan it: for `listkit apply`")
    applying.add_outcome(undo)
    undo.set_defaults(run=_undo)


def _add_run(command: argparse.ArgumentParser, last: str) -> None:
    command.add_argument("push", metavar="RUN", nargs="?", help="its id, as `listkit runs` shows it")
    command.add_argument("--last", action="store_true", help=last)


def _resume(options: argparse.Namespace) -> int:
    from listkit.resuming import resume  # noqa: PLC0415 - pandas comes with it, and --help does without

    push = _meant(options)
    if push is None or (options.last and not _is_open(push)):
        print("There is nothing to resume.")
        return DONE
    to = options.to.connect() if options.to else None
    return applying.tell(resume(push, to, verify=options.verify), options)


def _undo(options: argparse.Namespace) -> int:
    from listkit.resuming import load_run  # noqa: PLC0415 - as in _resume
    from listkit.sync.lists.listing import ListsPlan  # noqa: PLC0415 - as in _resume

    push = _meant(options)
    if push is None:
        raise ListkitError("No push was begun on this machine.")
    plan = load_run(push).undo_plan(allow_destroy=options.allow_destroy)
    if options.out:
        if isinstance(plan, ListsPlan):
            raise UsageError("A push of lists is taken back at once: leave --out away.")
        plan.save(options.out)
        telling.say(plan)
        print(f"Kept in {options.out}. To do it: listkit apply {options.out}")
        return DONE
    return applying.tell(plan.apply(verify=options.verify), options)


def _meant(options: argparse.Namespace) -> str | None:
    """Find the push that is meant; None where it is the last, and there was none."""
    from listkit.sync.journals.journal import runs  # noqa: PLC0415 - as in _resume

    if bool(options.push) == options.last:
        raise UsageError("Say which push: its id, as `listkit runs` shows it, or --last.")
    if options.push:
        return str(options.push)
    begun = runs()
    return None if begun.empty else str(begun["run_id"].iloc[0])


def _is_open(push: str) -> bool:
    """Whether there is something to go on with; what was refused before its first request is planned again instead."""
    from listkit.sync.journals.journal import runs  # noqa: PLC0415 - as in _resume

    kept = runs().set_index("run_id").loc[push]
    left = kept["counts"].get(Outcome.UNKNOWN, 0) + kept["counts"].get(Outcome.UNSENT, 0)
    return kept["state"] in {"running", "stopped", "interrupted"} or bool(left and kept["state"] != "refused")
