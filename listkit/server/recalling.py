"""Answers given before, and given again as long as they are true.

An account counts the writes to it, each in the transaction that makes it: whichever API, upload or
process writes, and on either engine. Who shows a key is told how many there were so far. An answer
that was made after that is true for whoever asks the same thing while the count stands; with the
next write it is nobody's any more.

Whoever reads a long list and begins anew asks for all of its pages before one of them a second time,
so that these help nobody unless all have room. A page says much the same of each contact: pressed
together it takes an eighth of the room, and a hundredth of the time that it took to make.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Hashable

    from listkit.server.dialects import Call
    from listkit.wire.message import Answer

    Question: TypeAlias = Hashable

MOST_BYTES = 32 * 1024 * 1024
"""Of all answers that are kept, as they are kept; those that were not asked for longest make room."""
LARGEST = 1024 * 1024
"""Bytes of an answer that is worth keeping."""
CODEC = "lz4"
_AROUND = 1024
"""Bytes that an answer takes beside its body and its question."""


class Given(NamedTuple):
    """An answer without its body, the body pressed and how long it was, the count of writes before, and the room."""

    bare: Answer
    pressed: bytes
    length: int
    writes: int
    size: int

    @property
    def answer(self) -> Answer:
        """The answer as it was."""
        body = pa.decompress(self.pressed, self.length, CODEC, asbytes=True)
        return msgspec.structs.replace(self.bare, body=body)


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
        around = len(call.request.path) + sum(map(_length, call.request.query)) + _AROUND
        if len(answer.body) + around > LARGEST or answer.blocks:
            return
        question = _question(call)
        bare, pressed = msgspec.structs.replace(answer, body=b""), pa.compress(answer.body, CODEC, asbytes=True)
        given = Given(bare, pressed, len(answer.body), call.caller.writes, len(pressed) + around)
        with self._turn:
            self._forget(question)
            self._given[question] = given
            self._size += given.size
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
