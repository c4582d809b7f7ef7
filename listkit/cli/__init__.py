"""The same verbs from a shell."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from listkit.cli import (
    accounts,
    applying,
    copying,
    files,
    forgetting,
    keys,
    planning,
    probing,
    reading,
    resuming,
    scanning,
    serving,
    telling,
)
from listkit.cli.codes import DONE, FAILED, INCOMPLETE, INTERRUPTED, REFUSED, REJECTED, WRONG_USAGE, UsageError
from listkit.errors import ColumnsError, DriftError, ListkitError, PlanRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["DONE", "FAILED", "INCOMPLETE", "INTERRUPTED", "REFUSED", "REJECTED", "WRONG_USAGE", "main", "parser", "run"]

CODES = {PlanRefused: REFUSED, DriftError: REFUSED, ColumnsError: WRONG_USAGE, UsageError: WRONG_USAGE}
"""The errors that are not simply failures."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one sentence on standard error."""
    options = parser().parse_args(arguments)
    try:
        with _warnings_as_notes():
            code = int(options.run(options) or DONE)
            sys.stdout.flush()
    except KeyboardInterrupt as stopped:
        print(f"\n{_how_to_go_on(stopped)}", file=sys.stderr)
        return INTERRUPTED
    except ListkitError as error:
        return _refuse(error, next((code for kind, code in CODES.items() if isinstance(error, kind)), FAILED))
    except BrokenPipeError:  # whoever reads has enough, as `head` has; what is still to be flushed goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as fault:  # noqa: BLE001 - the border: another library's text may hold a key, so its kind has to do
        return _refuse(_where(fault), FAILED)
    return code


def run() -> NoReturn:
    """Run the command of this process, and end it."""
    code = main()
    if code == INTERRUPTED:
        # A thread may still wait for an answer that nobody wants, and the end of the interpreter could trip over it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _how_to_go_on(stopped: KeyboardInterrupt) -> str:
    """Say what a Ctrl-C left behind; a push that it stopped comes with what was done of it."""
    run = getattr(stopped, "run", None)
    return (
        "Stopped by hand." if run is None else f"Stopped by hand: {run.ledger}. To go on: listkit resume {run.run_id}"
    )


def _refuse(error: object, code: int) -> int:
    telling.note(f"listkit: {telling.in_shell(str(error))}")
    return code


def _where(fault: Exception) -> str:
    """Say where something happened that should not, without the text of it."""
    here = str(Path(__file__).parent.parent)
    ours = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename.startswith(here)]
    place = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else "another library"
    return f"this is a fault of listkit, please tell us: {type(fault).__name__} at {place}."


@contextmanager
def _warnings_as_notes() -> Iterator[None]:
    """Have what Python warns of told as a sentence, without the line of code that it came from."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = lambda message, *_, **__: telling.note(f"listkit: {message}")
        yield


def parser() -> argparse.ArgumentParser:
    """Make the parser of every command; a test reads the README by it."""
    shell = argparse.ArgumentParser(prog="listkit", description="Contact lists: read, mend, push, and get back.")
    commands = shell.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="a damaged file to a clean list on both providers' APIs and back")
    demo.add_argument("file", nargs="?", help="your own csv or xlsx; without it, a made-up one")
    demo.add_argument("--region", help="the country, as IN or US, whose numbers are written without +")
    demo.set_defaults(run=_demo)
    files.add_to(commands)
    keys.add_to(commands)
    reading.add_to(commands)
    planning.add_to(commands)
    applying.add_to(commands)
    resuming.add_to(commands)
    forgetting.add_to(commands)
    probing.add_to(commands)
    scanning.add_to(commands)
    serving.add_to(commands)
    copying.add_to(commands)
    accounts.add_to(commands)
    return shell


def _demo(options: argparse.Namespace) -> None:
    from listkit import demo  # noqa: PLC0415 - it brings the server

    demo.run(options.file, region=options.region)
