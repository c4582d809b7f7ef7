"""The digits of a column of text, side by side, so that one step of numpy looks at a digit of every cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from listkit.rules.verdict import Column

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]
    Ints = np.ndarray[Any, np.dtype[np.int64]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]

ZERO = ord("0")

WIDEST = 20
"""What may be a number has no more digits than this, with all that is dialled before it."""

MARKS = " ().-/[]*"
"""The marks that libphonenumber passes over, wherever they stand among digits."""

_MARK, _PLUS, _OTHER = 10, 11, 12


class Written(NamedTuple):
    """How the cells of a column are written.

    `marks` are the digits and pluses of all cells in one row; the digits of a cell begin at
    `starts` and are `counts` many. `is_other` marks the cells that hold anything else than
    digits, one plus before them and the usual marks; nothing is said of their digits.
    """

    marks: Bytes
    starts: Ints
    counts: Ints
    has_plus: Flags
    is_other: Flags

    def matrix(self, starts: Ints, width: int) -> Bytes:
        """Return so many digits of some cells, from some places on: a row a cell.

        What stands behind the last digit of a cell is not its own, and is to be masked.
        """
        whole: Bytes = np.lib.stride_tricks.sliding_window_view(self.marks, width)[starts]
        return whole


def write_out(column: Column, *, is_found: bool = False) -> Written:
    """Take the digits out of a column; in numbers that were found in it, all else is a mark."""
    data, offsets = _buffers(column)
    # Python's own `translate` is the quickest look-up of a byte that there is.
    kinds = np.frombuffer(data.tobytes().translate(_FOUND if is_found else _KINDS), np.uint8)
    is_kept = kinds != _MARK
    before = np.zeros(len(data) + 1, np.int32)
    np.cumsum(is_kept, out=before[1:])
    places = before[offsets].astype(np.int64)
    starts, counts = places[:-1], np.diff(places)
    marks = np.concatenate([kinds[is_kept], np.full(2 * WIDEST, _OTHER, np.uint8)])
    has_plus = (marks[starts] == _PLUS) & (counts > 0)
    odd = marks[: -2 * WIDEST] > _MARK
    odd[starts[has_plus]] = False
    is_other = np.zeros(len(counts), np.bool_)
    is_other[np.searchsorted(starts, np.flatnonzero(odd), side="right") - 1] = True
    return Written(marks, starts + has_plus, counts - has_plus, has_plus, is_other)


_MANY = 10_000


def count_decimals(text: str) -> int:
    """Count the digits of any script, in a text that may be a million characters long.

    >>> count_decimals("098765 ४३२१०")
    11
    """
    if text.isascii():
        return sum(map(text.count, "0123456789"))
    if len(text) < _MANY:
        return sum(map(str.isdecimal, text))
    counts = np.bincount(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32))
    return sum(int(counts[mark]) for mark in np.flatnonzero(counts) if chr(mark).isdecimal())


def _buffers(column: Column) -> tuple[Bytes, Ints]:
    """Return the bytes of a column, and where those of each cell begin and end."""
    _, places, data = column.buffers()
    if not len(column):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    offsets = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    whole = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return whole[offsets[0] : offsets[-1]], offsets - offsets[0]


def _kinds(other: int) -> bytes:
    known = dict.fromkeys(MARKS, _MARK) | {"+": _PLUS} | {str(digit): digit for digit in range(10)}
    return bytes(known.get(chr(byte), other) for byte in range(256))


_KINDS, _FOUND = _kinds(_OTHER), _kinds(_MARK)
