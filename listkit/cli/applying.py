"""`listkit apply` and `runs`: a plan done, and what became of those before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from listkit.change import Outcome
from listkit.cli import telling
from listkit.cli.addresses import account
from listkit.cli.codes import DONE, INCOMPLETE, REJECTED
from listkit.counting import counted

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands
    from listkit.sync.lists.relisted import ListsRun
    from listkit.sync.runs.run import Run

SHOWN = ("run_id", "started_at", "account", "list_name", "mode", "rows", "state")


def add_to(commands: Commands) -> None:
    """Add the commands that write at a provider, and the one that tells of them."""
    apply = commands.add_parser(
        "apply",
        help="do what a plan says",
        description="Do what a plan says, and tell what became of every row. Exit code 3: refused, or the list drifted "
        "from what was planned; 4: some rows did not get in; 5: incomplete, `listkit resume` may finish it.",
    )
    apply.add_argument("plan", metavar="PLAN", type=Path, help="the file that `listkit plan --out` wrote")
    apply.add_argument("--to", type=account, metavar="PROVIDER[/PROFILE]", help="the account, under another profile")
    add_outcome(apply)
    apply.set_defaults(run=_apply)

    runs = commands.add_parser("runs", help="the pushes that were begun on this machine, newest first")
    telling.add_json(runs)
    runs.set_defaults(run=_runs)


def add_outcome(command: argparse.ArgumentParser) -> None:
    """Let a command that pushes say how it is checked, and where the rows go that did not get in."""
    command.add_argument(
        "--verify", choices=("auto", "full", "no"), default="auto", help="how the list is checked after"
    )
    command.add_argument(
        "--rejects", type=Path, metavar="FILE", help="an .xlsx or .csv for the rows that did not get in"
    )
    telling.add_json(command)


def tell(run: Run | ListsRun, options: argparse.Namespace) -> int:
    """Tell what became of a run, and return its exit code."""
    rejected = run.rejected
    if options.rejects:
        _write_rejected(run, options.rejects)
    if options.json:
        telling.as_json(_told(run))
    else:
        telling.say(run)
        if options.rejects and len(rejected):
            print(f"{counted(len(rejected), 'row')} did not get in: see {options.rejects}, to mend and push again.")
    if not run.complete:
        telling.note(f"listkit: incomplete; to go on: listkit resume {run.run_id}")
        return INCOMPLETE
    return REJECTED if len(rejected) or _stayed(run) else DONE


def _stayed(run: Run | ListsRun) -> bool:
    """Whether the provider refused to take somebody off who was to leave."""
    removed = getattr(run, "removed", None)
    return removed is not None and bool(removed["outcome"].eq(Outcome.FAILED).any())


def _apply(options: argparse.Namespace) -> int:
    from listkit import pushing  # noqa: PLC0415 - it brings pandas, which --help does without

    to = options.to.connect() if options.to else None
    return tell(pushing.load_plan(options.plan, to).apply(verify=options.verify), options)


def _runs(options: argparse.Namespace) -> None:
    from listkit.sync.journals.journal import runs  # noqa: PLC0415 - as in _apply

    begun = runs()
    if options.json:
        telling.as_json(telling.records(begun))
    else:
        counts = [
            ", ".join(f"{count:,} {outcome}" for outcome, count in each.items() if count) for each in begun["counts"]
        ]
        telling.table(
            begun.assign(account=begun["provider"] + ":" + begun["account"])[list(SHOWN)].assign(counts=counts)
        )


def _write_rejected(run: Run | ListsRun, path: Path) -> None:
    """Write the rows that did not get in, with the file's own lines; where all did, no old file stays."""
    from listkit.frame.writing import to_file  # noqa: PLC0415 - as in _apply

    rejected = run.rejected
    if rejected.empty:
        path.unlink(missing_ok=True)
        return
    named = rejected.index.name is not None and rejected.index.name not in rejected
    to_file(rejected.reset_index() if named else rejected, path)


def _told(run: Run | ListsRun) -> dict[str, Any]:
    """Say what a program asks of a run."""
    return {
        "run_id": run.run_id,
        "provider": run.plan.provider.name,
        "list_name": run.plan.list_name,
        "list_id": run.list_id,
        "counts": run.counts,
        "rejected": len(run.rejected),
        "ok": run.ok,
        "complete": run.complete,
        "verified": run.verified,
        "stopped": run.stopped,
        "notes": [*run.plan.notes, *run.notes],
    }
