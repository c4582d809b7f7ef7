"""A few threads that make requests, while one place takes the answers in."""

from __future__ import annotations

import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Answered(NamedTuple):
    """The number of a request, and its answer or what was raised in its place."""

    number: int
    answer: object


class Crew:
    """At most `width` requests at once; who stops waiting for them leaves them behind.

    The threads hold no process back from its end.

    >>> crew = Crew(2)
    >>> crew.hand(7, lambda: "done")
    >>> crew.wait(5)
    True
    >>> crew.answers()
    [Answered(number=7, answer='done')]
    >>> crew.leave()
    """

    def __init__(self, width: int) -> None:
        self._width, self._threads, self._busy = width, 0, 0
        self._todo: SimpleQueue[tuple[int, Callable[[], object]] | None] = SimpleQueue()
        self._done: SimpleQueue[Answered] = SimpleQueue()
        self._arrived = threading.Event()

    def hand(self, number: int, request: Callable[[], object]) -> None:
        """Let a request be made."""
        if self._busy == self._threads < self._width:
            self._threads += 1
            threading.Thread(target=self._work, name="listkit", daemon=True).start()
        self._busy += 1
        self._todo.put((number, request))

    def wait(self, patience: float) -> bool:
        """Wait until an answer is there, so many seconds at most; say whether one is."""
        return self._arrived.wait(patience)

    def answers(self) -> list[Answered]:
        """Return all answers that are there."""
        self._arrived.clear()
        found = []
        with suppress(Empty):
            while True:
                found.append(self._done.get_nowait())
        self._busy -= len(found)
        return found

    def leave(self) -> None:
        """Let the threads go; what they are asking now is not waited for."""
        for _ in range(self._threads):
            self._todo.put(None)

    def _work(self) -> None:
        while (given := self._todo.get()) is not None:
            number, request = given
            try:
                answer = request()
            except BaseException as error:  # noqa: BLE001 - it is raised again, or told, where the answers are taken in
                answer = error
            self._done.put(Answered(number, answer))
            self._arrived.set()
