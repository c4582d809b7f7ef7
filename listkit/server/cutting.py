"""CSV text cut into cells: whole blocks at a time where they are plain, and by the csv module where they are not.

A plain block is one whose quotes stand at the borders of cells, in pairs within them, and whose
lines end in LF or CRLF: there every comma and line end outside quotes is a border, and no more
has to be known. Whatever else a block holds, the csv module judges, row by row.
"""

from __future__ import annotations

import csv
from os import SEEK_END
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

BLOCK = 2 * 1024 * 1024
"""Bytes that are read at a time, and so the most that one piece of a file is."""
ROWS_BY_HAND = 5_000
LONGEST_LINE = 1024 * 1024
LONGEST_CELL = csv.field_size_limit()
_BOM = b"\xef\xbb\xbf"
_LF, _CR, _COMMA, _QUOTE = b'\n\r,"'
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What `str.strip` takes off."""


class Cells(Protocol):
    """Some whole rows of a file, and how far it is read with them."""

    @property
    def at(self) -> int:
        """The byte where the next row starts."""

    @property
    def next_line(self) -> int:
        """The line where it starts; the first is 0."""

    @property
    def lines(self) -> Numbers:
        """The line where each row starts."""

    @property
    def trouble(self) -> str:
        """Why the file cannot be read beyond these rows; empty where it can."""

    def column(self, place: int) -> pa.Array:
        """Return a column's cells without the blanks around them, empty where a row is too short."""

    def any_text(self) -> Mask:
        """Say of each row whether any cell of it holds more than blanks."""

    def any_nul(self) -> Mask:
        """Say of each row whether any cell of it holds a NUL."""


def cut(file: IO[bytes], *, at: int = 0, line: int = 0, until: int | None = None) -> Iterator[Cells]:
    """Read a file's rows in blocks from a row's first byte on, to its end or to the byte `until`."""
    end = file.seek(0, SEEK_END) if until is None else until
    file.seek(0)
    if at == 0 and file.read(len(_BOM)) == _BOM:
        at = len(_BOM)
    while at < end:
        file.seek(at)
        block = file.read(min(BLOCK, end - at))
        cells: Cells = _cut_plain(block, at, line, is_last=at + len(block) >= end) or _ByHand(file, at, line, end)
        yield cells
        if cells.trouble:
            return
        at, line = cells.at, cells.next_line


class _Plain(NamedTuple):
    """Rows of a plain block, their borders found all at once."""

    at: int
    next_line: int
    lines: Numbers
    cells: pa.Array
    """Every cell as its bytes stand in the block, the border after it included."""
    first: Numbers
    """Where each row's cells begin, and where the last one's end."""
    trouble: str = ""

    def column(self, place: int) -> pa.Array:
        where = self.first[:-1] + place
        return _text(self.cells.take(pa.array(where, mask=where >= self.first[1:])))

    def any_text(self) -> Mask:
        return self._any(pc.binary_length(_text(self.cells)))

    def any_nul(self) -> Mask:
        return self._any(pc.match_substring(self.cells, b"\0"))

    def _any(self, found: pa.Array) -> Mask:
        return np.logical_or.reduceat(found.to_numpy(zero_copy_only=False).astype(bool), self.first[:-1])


def _cut_plain(block: bytes, at: int, line: int, *, is_last: bool) -> _Plain | None:
    """Cut the whole rows at the beginning of a block; None where it is not plain, or holds no whole row."""
    text = block + b"\n" if is_last and not block.endswith(b"\n") else block
    found = np.frombuffer(text, np.uint8)
    is_end = found == _LF
    quotes = np.flatnonzero(found == _QUOTE)
    if len(quotes):
        is_outside = np.bitwise_xor.accumulate(found == _QUOTE) == 0
        is_end &= is_outside
    ends = np.flatnonzero(is_end)
    if not len(ends):
        return None
    size = int(ends[-1]) + 1
    text, found = text[:size], found[:size]
    if text.count(b"\r") != text.count(b"\r\n"):
        return None
    is_border = found == _COMMA
    if len(quotes):
        is_border &= is_outside[:size]
        if not _is_well_quoted(found, quotes[quotes < size]):
            return None
    is_border |= is_end[:size]
    borders = np.flatnonzero(is_border)
    offsets = np.concatenate([[0], borders + 1])
    if np.diff(offsets).max() > LONGEST_CELL:
        return None
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    rows = np.flatnonzero(found[borders] == _LF) + 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    # Lines end inside quotes too.
    line_ends = np.flatnonzero(found == _LF)
    return _Plain(
        at=at + min(size, len(block)),
        next_line=line + len(line_ends),
        lines=line + np.searchsorted(line_ends, starts),
        cells=pa.Array.from_buffers(
            pa.binary(), len(borders), [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(text)]
        ),
        first=np.concatenate([[0], rows]),
    )


def _is_well_quoted(found: np.ndarray[Any, np.dtype[np.uint8]], quotes: Numbers) -> bool:
    """Say whether each quote that opens stands after a border or another quote, and each that closes before one."""
    opening, closing = quotes[::2], quotes[1::2]
    before = found[opening[opening > 0] - 1]
    # The last byte is the end of a row, so that something stands after each quote.
    after = found[closing + 1]
    is_after = np.isin(before, (_COMMA, _LF, _QUOTE))
    is_before = np.isin(after, (_COMMA, _LF, _CR, _QUOTE))
    return len(opening) == len(closing) and bool(is_after.all() and is_before.all())


def _text(cells: pa.Array) -> pa.Array:
    """Take off the border after each cell, its quotes, and the blanks around what is left."""
    text = pc.binary_slice(cells, 0, -1).cast(pa.string())
    is_quoted = pc.starts_with(text, '"')
    if pc.any(is_quoted).as_py():
        inside = pc.utf8_slice_codeunits(pc.utf8_rtrim(text, "\r"), 1, -1)
        text = pc.if_else(is_quoted, pc.replace_substring(inside, '""', '"'), text)
    return pc.fill_null(pc.utf8_trim(text, _BLANKS), "")


class _ByHand:
    """Rows as the csv module reads them, and why it went no further."""

    def __init__(self, file: IO[bytes], at: int, line: int, end: int) -> None:
        lines = _Lines(file, at, end)
        self.at, self.next_line = at, line
        self.trouble = ""
        self._rows: list[list[str]] = []
        starts: list[int] = []
        reader = csv.reader(lines, strict=True)
        try:
            for row in reader:
                starts.append(self.next_line)
                self._rows.append([cell.strip() for cell in row])
                self.at, self.next_line = lines.at, line + reader.line_num
                if len(self._rows) == ROWS_BY_HAND:
                    break
        except UnicodeDecodeError:
            self.trouble = "the text is not UTF-8"
        except csv.Error as error:
            self.trouble = str(error)
        self.lines = np.array(starts, np.int64)

    def column(self, place: int) -> pa.Array:
        return pa.array([row[place] if place < len(row) else "" for row in self._rows], pa.string())

    def any_text(self) -> Mask:
        return np.array([any(row) for row in self._rows], bool)

    def any_nul(self) -> Mask:
        return np.array([any("\0" in cell for cell in row) for row in self._rows], bool)


class _Lines:
    """The lines of a file as text, and the byte at which the next one starts."""

    def __init__(self, file: IO[bytes], at: int, end: int) -> None:
        self.at = at
        self._file = file
        self._end = end

    def __iter__(self) -> Iterator[str]:
        self._file.seek(self.at)
        for line in self._lines(self._end - self.at):
            self.at += len(line)
            yield line.decode()

    def _lines(self, left: int) -> Iterator[bytes]:
        """Cut blocks at CR, LF and CRLF; the last line of a block may go on in the next."""
        rest = b""
        while block := self._file.read(min(64 * 1024, left)):
            left -= len(block)
            whole = (rest + block).splitlines(keepends=True)
            rest = whole.pop()
            if len(rest) > LONGEST_LINE:
                message = f"a line is longer than {LONGEST_LINE:,} bytes"
                raise csv.Error(message)
            yield from whole
        yield from rest.splitlines(keepends=True)
