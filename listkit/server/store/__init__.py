"""Where accounts, lists, contacts and memberships are kept, chosen by URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.server.store.base import Store
    from listkit.server.store.copying import Copied


def open_store(url: str | Path) -> Store:
    """Open the store in a file, or at a URL; it is made where there is none."""
    try:
        from listkit.server.store.sql import SqlStore  # noqa: PLC0415 - SQLAlchemy comes with an extra
    except ModuleNotFoundError as missing:
        raise MissingExtraError("server") from missing
    return SqlStore(url)


def copy_store(
    source: str | Path, target: str | Path, *, source_folder: Path | None = None, target_folder: Path | None = None
) -> Copied:
    """Copy a whole store, while others use it, to a place that holds nothing; a SQLite file is a backup."""
    try:
        from listkit.server.store import copying  # noqa: PLC0415 - SQLAlchemy comes with an extra
    except ModuleNotFoundError as missing:
        raise MissingExtraError("server") from missing
    return copying.copy_store(source, target, source_folder=source_folder, target_folder=target_folder)
