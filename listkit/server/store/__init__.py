"""Where accounts, lists, contacts and memberships are kept, chosen by URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.server.store.base import Store


def open_store(url: str | Path) -> Store:
    """Open the store in a file, or at a URL; it is made where there is none."""
    try:
        from listkit.server.store.sql import SqlStore  # noqa: PLC0415 - SQLAlchemy comes with an extra
    except ModuleNotFoundError as missing:
        raise MissingExtraError("server") from missing
    return SqlStore(url)
