"""The same verbs from a shell."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from listkit.cli import accounts, copying, serving
from listkit.errors import ColumnsError, DriftError, ListkitError, PlanRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are one sentence on standard error."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or DONE)
    except KeyboardInterrupt as stopped:
        print(f"\n{str(stopped) or 'Stopped by hand.'}", file=sys.stderr)
        return INTERRUPTED
    except (PlanRefused, DriftError) as error:
        print(f"listkit: {error}", file=sys.stderr)
        return REFUSED
    except ColumnsError as error:
        print(f"listkit: {error}", file=sys.stderr)
        return WRONG_USAGE
    except ListkitError as error:
        print(f"listkit: {error}", file=sys.stderr)
        return FAILED


def parser() -> argparse.ArgumentParser:
    """Make the parser of every command; a test reads the README by it."""
    shell = argparse.ArgumentParser(prog="listkit", description="Contact lists: read, mend, push, and get back.")
    commands = shell.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="a damaged file to a clean list on both providers' APIs and back")
    demo.add_argument("file", nargs="?", help="your own csv or xlsx; without it, a made-up one")
    demo.add_argument("--region", help="the country, as IN or US, whose numbers are written without +")
    demo.set_defaults(run=_demo)
    serving.add_to(commands)
    copying.add_to(commands)
    accounts.add_to(commands)
    return shell


def _demo(options: argparse.Namespace) -> None:
    from listkit import demo  # noqa: PLC0415 - it brings the server

    demo.run(options.file, region=options.region)
