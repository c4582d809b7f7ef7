"""The server's log: a line of JSON for each request and each failure, with nothing in it that is anybody's data.

What a request carried never comes here: no path with its values, no query, no number, no key.
Of a failure the log says what kind it was and where in the code it happened; its words are left
out, because a database repeats in them what it was given.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.visits import Visit

LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}
"""What is logged: failures; warnings too; every request too; the questions after its health too."""

_OURS, _UVICORNS = "listkit", "uvicorn.error"
_requests = logging.getLogger("listkit.server.requests")


def log_visit(visit: Visit) -> None:
    """Log a request that was answered; questions after the server's health only where everything is logged."""
    _requests.log(logging.DEBUG if visit.route.startswith("/health") else logging.INFO, "request", extra={"of": visit})


@contextmanager
def logging_to(path: Path | None, *, level: str = "info") -> Iterator[None]:
    """Log into a file, else on standard error, while the block lasts.

    A file that was moved away or deleted, as tools that rotate logs do, is made anew. Only its
    owner may read it. Raises ListkitError where it cannot be written.
    """
    handler = _open(path)
    handler.setFormatter(_Lines())
    kept = []
    for name in (_OURS, _UVICORNS):
        logger = logging.getLogger(name)
        kept.append((logger, logger.level, logger.propagate))
        logger.addHandler(handler)
        logger.setLevel(LEVELS[level] if name == _OURS else logging.WARNING)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, before, propagated in kept:
            logger.removeHandler(handler)
            logger.setLevel(before)
            logger.propagate = propagated
        handler.close()


class _Lines(logging.Formatter):
    """Makes of every record one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record down; of a library that is not ours, its words without what it filled in."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told: dict[str, Any] = {"time": at, "level": record.levelname.lower()}
        visit: Visit | None = getattr(record, "of", None)
        if visit is None:
            is_ours = record.name.partition(".")[0] == _OURS
            told |= {"event": "said", "says": record.getMessage() if is_ours else str(record.msg)}
        else:
            told |= {"event": "request", **_noted(visit)}
        if record.exc_info and record.exc_info[1]:
            told["failures"] = [_failure(error) for error in _chain(record.exc_info[1])]
        return json.dumps(told, ensure_ascii=False)


def _open(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler(sys.stderr)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        return WatchedFileHandler(path, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ListkitError(f"The log cannot be written to {str(path)!r}: {error.strerror}.") from None


def _noted(visit: Visit) -> dict[str, Any]:
    return {
        "request_id": visit.request_id,
        "api": visit.api or "server",
        "method": visit.method,
        "route": visit.route or None,
        "status": visit.status,
        "ms": round(visit.seconds * 1000, 3),
        "received": visit.received,
        "sent": visit.sent,
        "account": visit.account.name if visit.account else None,
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk from an error to what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _failure(error: BaseException) -> dict[str, Any]:
    """Say what kind of error it was, where, and its number where a system or a database gave it one."""
    numbers = {
        name: value
        for name in ("errno", "sqlite_errorname", "sqlstate")
        if isinstance(value := getattr(error, name, None), str | int)
    }
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return {"error": f"{type(error).__module__}.{type(error).__qualname__}", **numbers, "at": frames}
