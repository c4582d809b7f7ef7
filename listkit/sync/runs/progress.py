"""How far a push or a pull is: a bar where somebody looks, a line in the log where nobody does, or your function."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from listkit.change import Outcome
from listkit.counting import counted
from listkit.sync.runs.tallying import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.sync.runs.dispatching import Dispatch
    from listkit.sync.runs.tallying import Tally

Progress = Callable[[int, int], None] | bool | None

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds before a bar is shown: what is done by then needs none."""
EVERY = 10.0
"""Seconds between two lines in the log."""
LEAST = 0.1
"""Seconds between two looks at the rows."""


@contextmanager
def showing(progress: Progress, tally: Tally, dispatch: Dispatch, *, name: str) -> Iterator[None]:
    """Show how far a run is while it goes on, in rows and requests."""
    if progress is False:
        yield
        return
    to_send = (tally.adds | tally.updates) & ~np.isin(tally.outcome, [NUMBER[each] for each in _ENDS])
    total = int(to_send.sum())

    def done() -> int:
        return total - int((to_send & (tally.outcome == NUMBER[Outcome.UNSENT])).sum())

    def asked_wait() -> str:
        provider = tally.plan.provider
        left = math.ceil(getattr(provider, "waiting", 0.0))
        return f"waits as {provider.name} asks, {left:,} s left" if left else ""

    if callable(progress):
        dispatch.told = lambda: progress(done(), total)
        yield
    elif progress is True or _is_watched():
        with _bar(total, name) as bar:
            dispatch.told = _at_most_every(LEAST, lambda: _move(bar, done(), dispatch.requests))
            dispatch.waited = lambda: _hold(bar, asked_wait(), dispatch.requests)
            yield
            _move(bar, done(), dispatch.requests)
    else:
        dispatch.told = _at_most_every(
            EVERY, lambda: log.info("%s: %s of %s rows, %s requests", name, done(), total, dispatch.requests)
        )
        log_wait = _at_most_every(EVERY, lambda: log.info("%s: %s", name, asked_wait()))
        dispatch.waited = lambda: log_wait() if asked_wait() else None
        yield


@contextmanager
def watching(progress: Progress, total: int | None, *, name: str) -> Iterator[Callable[[int], None]]:
    """Show how far a reading is while it goes on; what is yielded is told how many rows are here by now."""
    if progress is False:
        yield lambda _rows: None
    elif callable(progress):
        yield lambda rows: progress(rows, max(rows, total or 0))
    elif progress is True or _is_watched():
        with _bar(total, name) as bar:
            yield lambda rows: _grow(bar, rows)
    else:
        here = [0]
        log_it = _at_most_every(
            EVERY, lambda: log.info("%s: %s of %s rows", name, here[0], total or "an unknown number")
        )

        def told(rows: int) -> None:
            here[0] = rows
            log_it()

        yield told


_ENDS = (Outcome.ADDED, Outcome.UPDATED, Outcome.ALREADY, Outcome.REJECTED, Outcome.FAILED)


def _is_watched() -> bool:
    """Whether somebody sees a bar: at a terminal, or in a notebook."""
    kernel = sys.modules.get("IPython")
    shell = kernel.get_ipython() if kernel else None
    return sys.stderr.isatty() or type(shell).__name__ == "ZMQInteractiveShell"


def _bar(total: int | None, name: str) -> Any:
    from tqdm.auto import tqdm  # noqa: PLC0415 - it asks for widgets, which only a long push is to load

    return tqdm(total=total, desc=name, unit="row", unit_scale=True, delay=PATIENCE)


def _grow(bar: Any, done: int) -> None:
    bar.update(done - bar.n)


def _move(bar: Any, done: int, requests: int) -> None:
    bar.set_postfix_str(counted(requests, "request"), refresh=False)
    _grow(bar, done)


def _hold(bar: Any, why: str, requests: int) -> None:
    """Count down what is waited for; a bar shows nothing of a provider that is only slow."""
    if why:
        bar.set_postfix_str(f"{counted(requests, 'request')}, {why}", refresh=True)


def _at_most_every(seconds: float, show: Callable[[], None]) -> Callable[[], None]:
    last = time.monotonic()

    def told() -> None:
        nonlocal last
        if time.monotonic() - last >= seconds:
            show()
            last = time.monotonic()

    return told
