"""What was chosen, and everything that was chosen before: undone and done again, and no way is forgotten."""

from __future__ import annotations

from typing import Generic, TypeVar

C = TypeVar("C")


class Moment(Generic[C]):
    """One state of the choices: the one before it, and the ways that were gone from it."""

    def __init__(self, choices: C, name: str, before: Moment[C] | None = None) -> None:
        self.choices, self.name, self.before = choices, name, before
        self.after: list[Moment[C]] = []


class History(Generic[C]):
    """A tree of choices. Undoing and then choosing otherwise begins a new branch; the old one stays.

    >>> history = History("nothing")
    >>> history.choose("tea", "Tea")
    >>> history.undo()
    'Tea'
    >>> history.choose("coffee", "Coffee")
    >>> history.undo()
    'Coffee'
    >>> history.branches, history.redo(0), history.now
    (['Tea', 'Coffee'], 'Tea', 'tea')
    """

    def __init__(self, start: C) -> None:
        self._at = Moment(start, "")

    @property
    def now(self) -> C:
        """The choices as they stand."""
        return self._at.choices

    @property
    def undoes(self) -> str:
        """Name what would be undone; empty where nothing was chosen."""
        return self._at.name

    @property
    def branches(self) -> list[str]:
        """Name what can be done again, the oldest first."""
        return [after.name for after in self._at.after]

    def choose(self, choices: C, name: str) -> None:
        """Go on from here; a choice that was made from here before is taken up again."""
        for after in self._at.after:
            if after.choices == choices:
                self._at = after
                return
        after = Moment(choices, name, self._at)
        self._at.after.append(after)
        self._at = after

    def undo(self) -> str:
        """Go back by one choice, and name it; at the start that is none."""
        name, before = self._at.name, self._at.before
        if before is not None:
            before.after.remove(self._at)
            before.after.append(self._at)  # the way that was come is the one that redo takes
            self._at = before
        return name

    def redo(self, branch: int = -1) -> str:
        """Go a way again, the one that was undone last unless another is named; name it, or nothing."""
        if not self._at.after:
            return ""
        self._at = self._at.after[branch]
        return self._at.name
