"""A server in the foreground: until Ctrl-C or a polite kill, with its log, alone or with workers."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from listkit.errors import ListkitError
from listkit.server.answering import SETTINGS
from listkit.server.listening import is_open_to_readers
from listkit.server.logs import logging_to
from listkit.server.memory import keep_for_good, spare_memory
from listkit.server.running import Running
from listkit.server.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

    from listkit.server.dialects import Settings
    from listkit.server.faults import Faults
    from listkit.server.limits import Limits
    from listkit.server.listening import TLS

INTERRUPTED = 130


def serve(
    store_url: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    folder: Path | None = None,
    tls: TLS | None = None,
    limits: Limits | None = None,
    settings: Settings = SETTINGS,
    faults: Faults | None = None,
    workers: int = 1,
    log: Path | None = None,
    level: str = "info",
) -> None:
    """Serve a store until Ctrl-C or a polite kill, then stop in order; a second Ctrl-C leaves at once.

    `folder` is where uploaded files are kept, where it is not beside the store. More than one of
    `workers` are processes that share the work, on PostgreSQL only. The log goes to a file, else
    to standard error. ListkitError where it cannot be started as it is wished.
    """
    if workers > 1 and faults:
        raise ListkitError("Faults are counted in one process; leave them out, or --workers.")
    spare_memory()
    with _interrupting(), logging_to(log, level=level):
        try:
            with (
                Crew(
                    store_url,
                    workers,
                    host=host,
                    port=port,
                    folder=folder,
                    tls=tls,
                    limits=limits,
                    settings=settings,
                    log=log,
                    level=level,
                )
                if workers > 1
                else Running(
                    store_url,
                    host=host,
                    port=port,
                    folder=folder,
                    tls=tls,
                    limits=limits,
                    settings=settings,
                    faults=faults,
                )
            ) as server:
                keep_for_good()
                _say(f"Serving {server.store.place} at {server.url} (stop with Ctrl-C)")
                if faults:
                    _say(f"On purpose it answers badly now and then: {faults}")
                if is_open_to_readers(server.listening, tls):
                    _warn(
                        f"Whoever is on the way can read what goes to {server.url}, keys and numbers included; "
                        "give --tls-cert and --tls-key, or put a server before it that does TLS."
                    )
                server.wait()
        except KeyboardInterrupt:
            pass


@contextmanager
def _interrupting() -> Iterator[None]:
    """Let the first Ctrl-C or polite kill interrupt what goes on, and the second end the process where it stands."""
    asked = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            os._exit(INTERRUPTED)
        asked = True
        raise KeyboardInterrupt

    before = [(number, signal.signal(number, interrupt)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - for who started it


def _warn(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201 - the same
