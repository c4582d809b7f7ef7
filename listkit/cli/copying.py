"""`listkit backup` and `listkit restore`: a store as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from listkit.cli.arguments import STORE

if TYPE_CHECKING:
    import argparse

    from listkit.cli.arguments import Commands


def add_to(commands: Commands) -> None:
    """Add the commands that copy a store."""
    for verb, run, what in (
        ("backup", _backup, "copy a store to a file, while it is served"),
        ("restore", _restore, "fill a store from a file"),
    ):
        copy = commands.add_parser(verb, help=what)
        copy.add_argument("file", metavar="FILE", type=Path)
        copy.add_argument("--store", **STORE)
        copy.add_argument(
            "--uploads", type=Path, metavar="FOLDER", help="where the store's server keeps uploaded files"
        )
        copy.set_defaults(run=run)


def _backup(options: argparse.Namespace) -> None:
    from listkit.server.store import copy_store  # noqa: PLC0415 - it brings the server

    print(copy_store(options.store, options.file, source_folder=options.uploads))


def _restore(options: argparse.Namespace) -> None:
    from listkit.server.store import copy_store  # noqa: PLC0415 - it brings the server

    print(copy_store(options.file, options.store, target_folder=options.uploads))
