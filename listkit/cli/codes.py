"""How a command ended, as the number that a script looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Mapping

DONE, FAILED, WRONG_USAGE, REFUSED, REJECTED, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


class UsageError(ListkitError):
    """A command was given what does not go together."""


MEANINGS: Mapping[int, str] = {
    DONE: "done",
    WRONG_USAGE: "wrong usage: an option, an address or a column that is not there",
    REFUSED: "refused before anything was sent, or the list drifted from what was planned",
    REJECTED: "done, and some rows did not get in: `--rejects FILE` has them with their reasons",
    INCOMPLETE: "incomplete: `listkit resume --last` may finish it",
    INTERRUPTED: "interrupted by Ctrl-C; the sentence says how to go on",
    FAILED: "anything else, in one sentence on standard error",
}
