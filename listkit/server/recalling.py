"""Answers given before, and given again as long as they are true.

An account counts the writes to it, each in the transaction that makes it: whichever API, upload or
process writes, and on either engine. Who shows a key is told how many there were so far. An answer
that was made after that is true for whoever asks the same thing while the count stands; with the
next write it is nobody's any more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable

    from listkit.server.dialects import Call
    from listkit.wire.message import Answer

    Question: TypeAlias = Hashable

MOST_BYTES = 32 * 1024 * 1024
"""Of all answers that are kept; those that were not asked for longest make room."""
LARGEST = 1024 * 1024
"""Bytes of an answer that is worth keeping."""
_AROUND = 1024
"""Bytes that an answer takes beside its body and its question."""


class Given(NamedTuple):
    """An answer, the count of writes before it was made, and the bytes that it takes."""

    answer: Answer
    writes: int
    size: int


class Recent:
    """What was answered to reading callers of late; safe to share between threads."""

    def __init__(self) -> None:
        self._given: OrderedDict[Question, Given] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def recall(self, call: Call) -> Answer | None:
        """Return what was answered to the same question, where nothing was written since; else None."""
        question = _question(call)
        with self._turn:
            given = self._given.get(question)
            if given is None or given.writes != call.caller.writes:
                return None
            self._given.move_to_end(question)
            return given.answer

    def keep(self, call: Call, answer: Answer) -> None:
        """Remember an answer that was made for this call, unless it is large."""
        size = len(answer.body) + len(call.request.path) + sum(map(_length, call.request.query)) + _AROUND
        if size > LARGEST or answer.blocks:
            return
        question = _question(call)
        with self._turn:
            self._forget(question)
            self._given[question] = Given(answer, call.caller.writes, size)
            self._size += size
            while self._size > MOST_BYTES:
                self._forget(next(iter(self._given)))

    def _forget(self, question: Question) -> None:
        if given := self._given.pop(question, None):
            self._size -= given.size


def _question(call: Call) -> Question:
    """Say what is asked, and by whom: what one user sees is no other's."""
    return call.caller.account.account_id, call.caller.user_id, call.request.path, call.request.query


def _length(pair: tuple[str, str]) -> int:
    name, value = pair
    return len(name) + len(value)
