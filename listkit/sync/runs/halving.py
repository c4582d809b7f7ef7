"""Rows of a request that was refused as a whole, in halves until those that are to blame stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.sync.journals.steps import Rows

MOST_REFUSALS = 100
"""One row to blame in 5,000 costs at most 13; after so many, the provider is taken to refuse all that are left."""


class Parts:
    """The parts in which rows are sent: whoever sends one says whether it was accepted before taking the next.

    >>> parts = Parts([7, 8, 9])
    >>> for part in parts:
    ...     print(part)
    ...     if 8 not in part:
    ...         parts.accept()
    ...     elif not parts.halve():
    ...         print(part[0], "is to blame")
    [7, 8, 9]
    [7]
    [8]
    8 is to blame
    [9]
    """

    def __init__(self, rows: Rows, most: int | None = None) -> None:
        """Begin with all rows, or with as many at a time as `most` says."""
        self.most = most
        self._waiting = [_Part(rows)] if len(rows) else []
        self._sent = _Part(rows)
        self._refusals = 0

    def __iter__(self) -> Iterator[Rows]:
        while self._waiting:
            part = self._waiting.pop()
            if self.most and len(part.rows) > self.most:
                self._waiting += [_Part(part.rows[self.most :]), _Part(part.rows[: self.most])]
            elif part.is_to_blame and len(part.rows) > 1:
                self._halve(part)
            else:
                self._sent = part
                yield part.rows

    def accept(self) -> None:
        """Know that nothing is wrong with the rows just sent; then something is with those they were cut from."""
        if self._sent.other is not None:
            self._sent.other.is_to_blame = True

    def halve(self) -> bool:
        """Send the rows in halves, since one of them is to blame; False for one row, or after too many refusals."""
        self._refusals += 1
        if len(self._sent.rows) == 1 or self._refusals >= MOST_REFUSALS:
            return False
        self._halve(self._sent)
        return True

    def shrink(self) -> bool:
        """Send half as many rows at a time, since these were too many; False where it was only one."""
        if len(self._sent.rows) == 1:
            return False
        self.most = len(self._sent.rows) // 2
        self._waiting.append(self._sent)
        return True

    def _halve(self, part: _Part) -> None:
        middle = len(part.rows) // 2
        second = _Part(part.rows[middle:])
        self._waiting += [second, _Part(part.rows[:middle], second)]


class _Part:
    """Rows to be sent at once, and the other half, which is to blame if these are not."""

    def __init__(self, rows: Rows, other: _Part | None = None) -> None:
        self.rows, self.other = rows, other
        self.is_to_blame = False
