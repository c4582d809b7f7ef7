"""One pace for all of a user's processes: when the next request of an account may leave, in a file."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import threading
from typing import TYPE_CHECKING

from listkit.home import home
from listkit.providers.retrying import OwnTurn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER = "pace"
PATIENCE = 1.0
"""Seconds that another process may hold the file; one that does longer has been stopped in the middle."""

_log = logging.getLogger("listkit")


def place(*account: str) -> Path:
    """Return the file of an account, whose name says nothing of it; nothing is made."""
    return home() / FOLDER / hashlib.blake2s("\n".join(account).encode(), digest_size=16).hexdigest()


class SharedTurn:
    """Keeps the moment in a file, which a lock of the system's guards: it goes with the process that held it.

    Moments are those of the computer's clock since it was started, which its processes share.
    Where the file cannot be kept, a line of the log says so, once, and each process goes at its
    own pace.
    """

    def __init__(self, path: Path) -> None:
        """Take the path of the file, which the first request makes."""
        self._path = path
        self._guard = threading.Lock()
        self._own: OwnTurn | None = None

    def change(self, move: Callable[[float], float]) -> float:
        """Return the moment, and put another in its place before anybody else looks."""
        with self._guard:
            if self._own is None:
                try:
                    return self._change(move)
                except OSError as error:
                    self._own = OwnTurn()
                    _log.warning(
                        "%s cannot be kept (%s): other processes of this account are not waited for.",
                        self._path,
                        type(error).__name__,
                    )
        return self._own.change(move)

    def _change(self, move: Callable[[float], float]) -> float:
        from filelock import FileLock  # noqa: PLC0415 - only who keeps a pace needs it

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(self._path.with_suffix(".lock"), timeout=PATIENCE, poll_interval=0.005, mode=0o600)
        with lock, os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            free_at = _moment(file.read())
            file.seek(0)
            file.write(repr(move(free_at)))
            file.truncate()
        return free_at


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -math.inf
