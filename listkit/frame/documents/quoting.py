"""Quote marks in delimited text: where a row ends, and what becomes of a quote that is never closed."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from listkit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.documents.header import Row

Places = np.ndarray[tuple[int], np.dtype[np.int64]]

_UNCLOSED_MAXIMUM = 100
_LINES_TRIED = 100


@dataclass(frozen=True)
class Marks:
    """What cuts rows into cells, and what holds a cell together; without a quote nothing does."""

    delimiter: str
    quote: str = '"'

    @property
    def are_plain(self) -> bool:
        """Whether each is one byte in UTF-8, as pyarrow wants them."""
        return self.delimiter.isascii() and self.quote.isascii()

    @property
    def for_csv(self) -> dict[str, Any]:
        """The same, as the csv module takes it."""
        if not self.quote:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE}
        return {"delimiter": self.delimiter, "quotechar": self.quote}


def places(data: bytes, mark: str) -> Places:
    """Find every place of a mark of one byte."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(mark))


def find_end(data: bytes, marks: Marks) -> tuple[int, bool]:
    """Find where the last row that is whole ends, and whether every quote before is where it should be.

    The end is 0 where the first row may go on behind the data, and sure only if the quotes are right.
    """
    end = data.rfind(b"\n") + 1
    if not end or not marks.quote or marks.quote.encode() not in data:
        return end, True
    quotes = places(data, marks.quote)
    for _ in range(_LINES_TRIED):
        if end == 0 or np.searchsorted(quotes, end) % 2 == 0:
            break
        end = data.rfind(b"\n", 0, end - 1) + 1
    else:
        lines = places(data, "\n")
        outside = lines[np.searchsorted(quotes, lines) % 2 == 0]
        end = int(outside[-1]) + 1 if len(outside) else 0
    return end, is_well_quoted(data, quotes[: np.searchsorted(quotes, end)], marks.delimiter)


def is_well_quoted(data: bytes, quotes: Places, delimiter: str) -> bool:
    """Whether every quote begins a cell, ends it, or is doubled inside it; then all readers agree."""
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    outside = np.zeros(256, dtype=bool)
    outside[[*delimiter.encode(), *b"\r\n"]] = True
    opens, closes = quotes[::2], quotes[1::2]
    marks = np.frombuffer(data, np.uint8)
    is_begin = outside[marks[opens - 1]] | (opens == 0)
    is_end = outside[marks[np.minimum(closes + 1, len(data) - 1)]] | (closes == len(data) - 1)
    is_doubled = opens[1:] == closes[:-1] + 1
    return bool(is_begin[0] and is_end[-1] and (is_doubled | (is_end[:-1] & is_begin[1:])).all())


def records(
    text: str, marks: Marks, problems: list[str], before: int = 0, *, is_last: bool = True
) -> Iterator[tuple[int, Row]]:
    """Read row by row and number them, after so many before; a quote that is never closed is a plain mark, and told.

    A text that is not the last of its file ends where a row does.
    """
    start, number, unclosed = 0, before, 0
    while True:
        stray = None
        lines = Lines(text, start)
        reader = csv.reader(lines, strict=False, **marks.for_csv)
        while True:
            begin = lines.position
            try:
                row = next(reader, None)
            except csv.Error:
                stray = begin
                break
            if row is None:
                return
            if is_last and lines.position >= len(text) and _is_unclosed(text[begin:], row, marks):
                stray = begin
                break
            number += 1
            yield number, list(row)
        unclosed += 1
        number += 1
        if unclosed > _UNCLOSED_MAXIMUM:
            raise ReadError(f"More than {_UNCLOSED_MAXIMUM} quotes are never closed, the last in row {number:,}.")
        problems.append(f"Row {number:,} has a quote that is never closed: it is read as a plain mark.")
        end = text.find("\n", stray) + 1 or len(text)
        yield number, list(text[stray:end].rstrip("\r\n").split(marks.delimiter))
        start = end


class Lines:
    """The lines of a text, and how far they have been read."""

    def __init__(self, text: str, start: int = 0) -> None:
        self._lines = io.StringIO(text, newline="")
        self._lines.seek(start)
        self.position = start

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.readline()
        if not line:
            raise StopIteration
        self.position += len(line)
        return line


def find_last_end(text: str, marks: Marks) -> int:
    """Do what `find_end` does, row by row, for a text with quotes in the midst of cells."""
    start = last = 0
    while True:
        lines = Lines(text, start)
        try:
            for _ in csv.reader(lines, **marks.for_csv):
                start, last = lines.position, start
        except csv.Error:  # a cell too long to be one: its quote is never closed, and is a plain mark
            start = text.find("\n", start) + 1 or len(text)
        else:
            return last


def _is_unclosed(raw: str, row: list[str], marks: Marks) -> bool:
    """Whether the last row swallowed the rest of the file through an open quote."""
    try:
        list(csv.reader(io.StringIO(raw, newline=""), strict=True, **marks.for_csv))
    except csv.Error as refused:
        return "unexpected end" in str(refused) or any("\n" in cell for cell in row)
    return False
