"""A few threads that do what they are given, for what waits on a network."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Hands:
    """At most `count` threads, started as they are needed; used in `with`.

    Leaving waits for nobody: what was not begun is not done, and what is on its way ends
    unheard. So an interrupt is not held up by an answer that is late, nor is the end of the program.

    >>> with Hands(2) as hands:
    ...     [job.result() for job in [hands.do(lambda: 6 * 7), hands.do(lambda: "done")]]
    [42, 'done']
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def do(self, job: Callable[[], T]) -> Future[T]:
        """Have something done; what it returns or raises is in the future."""
        future: Future[T] = Future()
        self._jobs.put((future, job))
        if len(self._threads) < self._count:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return future

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None:
            future, job = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(job())
                except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
                    future.set_exception(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while True:
            try:
                task = self._jobs.get_nowait()
            except Empty:
                break
            if task is not None:
                task[0].cancel()
        for _thread in self._threads:
            self._jobs.put(None)
