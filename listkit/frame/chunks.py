"""A long file as a row of short frames: the same cells as `read_file`, never all of them at once."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from listkit.frame import delimited
from listkit.frame import header as headers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.frame.header import Row

_BLOCK = 1 << 23
_SAMPLE = 1 << 17


class Piece:
    """Whole rows from the middle of a file: `table`, and the number of each row."""

    def __init__(self, table: pa.Table, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        self.table, self.numbers = table, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, start: int, stop: int) -> Piece:
        """Return some of the rows."""
        return Piece(self.table.slice(start, stop - start), self.numbers[start:stop])


class Delimited:
    """A file of delimited text, read a piece at a time; `problems` grow while it is read."""

    def __init__(self, path: Path, *, encoding: str | None, delimiter: str | None, header_row: int | None) -> None:
        """Look at the file's beginning, and through all of it for its encoding."""
        self.path = path
        with path.open("rb") as file:
            found = delimited.find_encoding(file.read(_SAMPLE), path.name, encoding)
        self.encoding, self._is_found = _confirmed(path, found, encoding), not encoding
        sample = ""
        for block in self._text(Counter()):
            sample += block
            if len(sample) >= _SAMPLE:
                break
        delimited.refuse_signals(sample, path.name)
        sample = sample[: sample.rfind("\n") + 1] or sample
        self.delimiter = delimiter or delimited.find_delimiter(sample, path)
        self.header = delimited.find_header(sample, self.delimiter, header_row)
        self.problems: list[str] = [*self.header.problems]

    def __iter__(self) -> Iterator[Piece]:
        self.problems, counts = [*self.header.problems], {"lost": 0, "nul": 0}
        rest, before = "", 0
        for block in self._text(counts):
            text = rest + block
            # Blank rows at the end of a file are none; whether these are at its end is seen later.
            end = _last_end(text.rstrip("\r\n"), self.delimiter)
            rest = text[end:]
            if end:
                piece, before = self._piece(text[:end], before)
                yield piece
        if rest.strip("\r\n"):
            yield self._piece(rest.rstrip("\r\n"), before, is_last=True)[0]
        self.problems += delimited.oddities(self.encoding, **counts, is_found=self._is_found)

    def _text(self, counts: dict[str, int]) -> Iterator[str]:
        """Decode the file block by block; count the bytes that mean nothing, and the NUL bytes that are taken out."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        with self.path.open("rb") as file:
            is_first = True
            for raw in chain(iter(lambda: file.read(_BLOCK), b""), [b""]):
                text = decoder.decode(raw, final=not raw)
                counts["lost"] += text.count("\ufffd")
                counts["nul"] += text.count("\0")
                yield text.removeprefix("\ufeff" if is_first else "").replace("\0", "")
                is_first = False

    def _piece(self, text: str, before: int, *, is_last: bool = False) -> tuple[Piece, int]:
        """Read whole rows, before which so many went; say also how many have gone then."""
        header = replace(self.header, row=max(0, self.header.row - before))
        is_regular = not text.startswith(("\n", "\r\n"))
        table = delimited.read_regular(text, self.delimiter, header) if is_regular else None
        told = replace(self.header, names=list(header.names), problems=[])
        if table is not None and table.num_rows:
            first = before + header.row + 1
            numbers = np.arange(first, first + table.num_rows, dtype=np.int64)
            return Piece(headers.name(told, table.columns), numbers), first + table.num_rows - 1
        last = before

        def rows() -> Iterator[tuple[int, Row]]:
            nonlocal last
            for number, row in delimited.records(text, self.delimiter, told.problems, is_last=is_last):
                last = before + number
                yield last, row

        table, kept = headers.square(told, rows())
        self.problems += told.problems
        return Piece(table, np.array(kept, np.int64)), last


def cut(pieces: Iterator[Piece], size: int) -> Iterator[Piece]:
    """Cut pieces anew, so that each has `size` rows but the last."""
    waiting: list[Piece] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) < size:
            continue
        whole = _joined(waiting)
        full = len(whole) - len(whole) % size
        yield from (whole.part(start, start + size) for start in range(0, full, size))
        waiting = [whole.part(full, len(whole))]
    last = _joined(waiting)
    if len(last):
        yield last


def _joined(pieces: list[Piece]) -> Piece:
    if not pieces:
        return Piece(pa.table({}), np.array([], np.int64))
    table = pa.concat_tables([piece.table for piece in pieces], promote_options="default")
    return Piece(table, np.concatenate([piece.numbers for piece in pieces]))


def _confirmed(path: Path, found: str, encoding: str | None) -> str:
    """Decode all of a file, keeping none of it: its encoding, or cp1252 where a byte does not fit what was found."""
    decoder, at = codecs.getincrementaldecoder(found)(), 0
    with path.open("rb") as file:
        try:
            for raw in chain(iter(lambda: file.read(_BLOCK), b""), [b""]):
                decoder.decode(raw, final=not raw)
                at += len(raw)
        except UnicodeDecodeError as refused:
            if encoding:
                raise delimited.unfit(path.name, encoding, at + refused.start) from None
            return "cp1252"
    return found


def _last_end(text: str, delimiter: str) -> int:
    """Find where the last row that is whole for sure ends; 0 where the first may go on behind the text."""
    end = text.rfind("\n") + 1
    if '"' not in text or delimited.is_well_quoted(text[:end], delimiter):
        return end
    start = last = 0
    while True:
        lines = delimited.Lines(text, start)
        try:
            for _ in csv.reader(lines, delimiter=delimiter):
                start, last = lines.position, start
        except csv.Error:  # a cell too long to be one: its quote is never closed, and is a plain mark
            start = text.find("\n", start) + 1 or len(text)
        else:
            return last
