"""The same verbs from a shell."""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.errors import ColumnsError, DriftError, ListkitError, PlanRefused
from listkit.server.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.store.base import Api

PORT = 8765
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

    serve = commands.add_parser("serve", help="serve both providers' APIs over one store")
    serve.add_argument("--store", default="listkit.sqlite", metavar="FILE_OR_URL", help="where everything is kept")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this computer only)")
    serve.add_argument("--port", type=_port, default=PORT)
    serve.add_argument("--uploads", type=Path, metavar="FOLDER", help="where files are kept while they are taken in")
    serve.add_argument(
        "--faults", type=_faults, metavar="WHICH", help="answer badly on purpose, as rate=0.05,codes=429+503,seed=7"
    )
    serve.set_defaults(run=_serve)

    for verb, what in (
        ("backup", "copy a store to a file, while it is served"),
        ("restore", "fill a store from a file"),
    ):
        copy = commands.add_parser(verb, help=what)
        copy.add_argument("file", metavar="FILE", type=Path)
        copy.add_argument("--store", default="listkit.sqlite", metavar="FILE_OR_URL")
        copy.add_argument(
            "--uploads", type=Path, metavar="FOLDER", help="where the store's server keeps uploaded files"
        )
        copy.set_defaults(run=_backup if verb == "backup" else _restore)

    accounts = commands.add_parser("accounts", help="the accounts of a store").add_subparsers(required=True, metavar="")
    add = accounts.add_parser("add", help="add an account; what is left out is made up and shown this once")
    add.add_argument("name", type=_name)
    add.add_argument("--store", default="listkit.sqlite", metavar="FILE_OR_URL")
    for option, what in (
        ("--sid", "Exotel account sid"),
        ("--key", "Exotel API key"),
        ("--token", "Exotel API token"),
        ("--username", "TextMagic username"),
        ("--api-key", "TextMagic API key"),
    ):
        add.add_argument(option, type=_name, help=what)
    add.set_defaults(run=_add_account)
    return shell


def _port(text: str) -> int:
    if text.isdecimal() and int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 (any free one) to 65535")


def _faults(text: str) -> Faults:
    try:
        return Faults.parse(text)
    except ListkitError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _name(text: str) -> str:
    if re.fullmatch(r"[\w.@+-]+", text, re.ASCII):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} cannot stand in an address: letters, digits and . _ - @ + can")


def _demo(options: argparse.Namespace) -> None:
    from listkit import demo  # noqa: PLC0415 - it brings the server

    demo.run(options.file, region=options.region)


def _serve(options: argparse.Namespace) -> None:
    from listkit.server.running import serve  # noqa: PLC0415 - it brings the server

    serve(options.store, host=options.host, port=options.port, folder=options.uploads, faults=options.faults)


def _backup(options: argparse.Namespace) -> None:
    from listkit.server.store import copy_store  # noqa: PLC0415 - it brings the server

    print(copy_store(options.store, options.file, source_folder=options.uploads))


def _restore(options: argparse.Namespace) -> None:
    from listkit.server.store import copy_store  # noqa: PLC0415 - it brings the server

    print(copy_store(options.file, options.store, target_folder=options.uploads))


def _add_account(options: argparse.Namespace) -> None:
    from listkit.server.store import open_store  # noqa: PLC0415 - it brings the server

    sid = options.sid or options.name
    username = options.username or options.name
    key, token, api_key = (
        given or secrets.token_urlsafe(24) for given in (options.key, options.token, options.api_key)
    )
    store = open_store(options.store)
    try:
        logins: dict[Api, tuple[str, str]] = {"exotel": (key, token), "textmagic": (username, api_key)}
        store.create_account(options.name, sid=sid, username=username, secrets=logins)
    finally:
        store.close()
    print(f"Account {options.name!r} is in {store.place}. These are shown this once; keep them safe:")
    here = f"http://127.0.0.1:{PORT}"
    for name, value in (
        ("EXOTEL_BASE_URL", here),
        ("EXOTEL_SID", sid),
        ("EXOTEL_KEY", key),
        ("EXOTEL_TOKEN", token),
        ("TEXTMAGIC_BASE_URL", here),
        ("TEXTMAGIC_USERNAME", username),
        ("TEXTMAGIC_KEY", api_key),
    ):
        print(f"  LISTKIT_{name}={value}")


if __name__ == "__main__":
    sys.exit(main())
