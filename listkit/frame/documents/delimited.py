"""csv, tsv and txt: bytes into rows of cells, whatever wrote them."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from listkit.errors import ReadError
from listkit.frame.documents import encodings, header
from listkit.frame.documents.document import Findings, Piece
from listkit.frame.documents.quoting import Marks, find_end, find_last_end, places, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from listkit.frame.documents.document import Wishes
    from listkit.frame.documents.header import Row
    from listkit.frame.documents.packing import Source

DELIMITERS = (",", ";", "\t", "|")

_BLOCK = 1 << 22
_PARSED_MINIMUM = 1 << 10
_WORKERS = min(4, os.cpu_count() or 1)
_ROW_MAXIMUM = 1 << 25
_SAMPLE_ROWS = 200
_SEP = re.compile(r"\Asep=(.)\r?\n", re.IGNORECASE)
_APOSTROPHES = 0.8


class Delimited:
    """A file of delimited text, read a piece at a time."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the file's beginning: what cuts its rows, and where its names are."""
        self._source = source
        self._decoding = encodings.Decoding(source.name, source.start(encodings.SAMPLE), wishes.encoding)
        sample, self._is_macintosh = self._sample(), False
        if b"\r" in sample and b"\n" not in sample:
            sample, self._is_macintosh = sample.replace(b"\r", b"\n"), True
        encodings.refuse_signals(sample, source.name)
        text = self._decoding.text(sample[: sample.rfind(b"\n") + 1] or sample)
        self._marks = find_marks(text, source.ending, wishes)
        rows = list(islice(records(text, self._marks, []), _SAMPLE_ROWS))
        self._header = header.find(rows[1 if _SEP.match(text) else 0 :], wishes.header_row)
        self._told = header.Told(self._header)
        self.found = self._findings()

    def __iter__(self) -> Iterator[Piece]:
        self._decoding.begin()
        self._told, self._before, self._rest = header.Told(self._header), 0, b""
        # Regular rows are parsed beside each other while the file is read on, and given out in their order.
        waiting: deque[tuple[bytes, Future[pa.Table | None]]] = deque()
        with ThreadPoolExecutor(_WORKERS) as pool:
            for data, is_regular in self._cuts():
                if self._before < self._header.row:
                    yield self._piece(data, self._parsed(data, is_regular, self._header.row - self._before))
                else:
                    waiting.append((data, pool.submit(self._parsed, data, is_regular)))
                if len(waiting) > 2 * _WORKERS:
                    yield self._piece(waiting[0][0], waiting.popleft()[1].result())
            while waiting:
                yield self._piece(waiting[0][0], waiting.popleft()[1].result())
        if self._rest:
            yield self._piece(self._rest, None, is_last=True)
        self.found = self._findings()

    def _cuts(self) -> Iterator[tuple[bytes, bool]]:
        """Cut the file into whole rows, and say of each part whether its quotes are regular; the last is the rest."""
        with self._source.open() as file:
            for block in self._decoding.blocks(file, _BLOCK):
                data = self._rest + (block.replace(b"\r", b"\n") if self._is_macintosh else block)
                # Blank rows at the end of a file are none; whether these are at its end is seen later.
                end, is_regular = self._find_end(data.rstrip(b"\r\n"))
                self._rest = data[end:]
                if len(self._rest) > _ROW_MAXIMUM:
                    raise ReadError(f"{self._source.name} has a row of over {_ROW_MAXIMUM:,} bytes: it is no list.")
                if end:
                    yield data[:end], is_regular
        self._rest = self._rest.rstrip(b"\r\n")

    def _sample(self) -> bytes:
        with self._source.open() as file:
            return next(self._decoding.blocks(file, encodings.SAMPLE))

    def _find_end(self, data: bytes) -> tuple[int, bool]:
        end, is_regular = find_end(data, self._marks)
        if is_regular:
            return end, True
        text = self._decoding.text(data)
        return len(text[: find_last_end(text, self._marks)].encode()), False

    def _findings(self) -> Findings:
        return Findings(
            encoding=self._decoding.called,
            delimiter=self._marks.delimiter,
            quote=self._marks.quote or None,
            header_row=self._header.row,
            unnamed=self._told.unnamed,
            problems=[*self._told.sentences(), *self._decoding.problems],
        )

    def _parsed(self, data: bytes, is_regular: bool, above: int = 0) -> pa.Table | None:  # noqa: FBT001 - a thread's work
        return read_regular(data, self._marks, self._header.names, above) if is_regular else None

    def _piece(self, data: bytes, table: pa.Table | None, *, is_last: bool = False) -> Piece:
        """Count whole rows that are parsed; read them with care where they could not be."""
        if table is not None:
            first = max(self._before, self._header.row) + 1
            self._before = first + table.num_rows - 1
            return self._told.look(Piece(table, np.arange(first, first + table.num_rows)))

        def rows() -> Iterator[tuple[int, Row]]:
            text, before = self._decoding.text(data), self._before
            for number, row in records(text, self._marks, self._told.others, before, is_last=is_last):
                self._before = number
                yield number, row

        piece = self._told.square(rows())
        self.found.unnamed = self._told.unnamed
        return piece


def find_marks(text: str, ending: str, wishes: Wishes) -> Marks:
    """Find what cuts rows into cells, and what holds a cell together."""
    for called, mark in (("delimiter", wishes.delimiter), ("quote", wishes.quote)):
        if mark and (len(mark) > 1 or mark in "\r\n"):
            raise ReadError(f"{called}= is one mark, as ';' is; {mark!r} is not.")
    quote = wishes.quote
    if quote is None:
        quote = "'" if '"' not in text and _is_in_apostrophes(text) else '"'
    if wishes.delimiter:
        return Marks(wishes.delimiter, quote)
    told = _SEP.match(text)
    return Marks(told[1] if told else find_delimiter(text, "\t" if ending == ".tsv" else ",", quote), quote)


def find_delimiter(text: str, preferred: str, quote: str = '"') -> str:
    r"""Choose the mark that cuts most rows into the same number of cells, at least two.

    >>> find_delimiter("Name;City\nRao, Asha;Pune\n", ",")
    ';'
    """
    best, chosen = (0.0, 0), preferred
    for delimiter in (preferred, *(mark for mark in DELIMITERS if mark != preferred)):
        rows = islice(records(text, Marks(delimiter, quote), []), _SAMPLE_ROWS)
        widths = Counter(len(row) for _, row in rows if row)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = (count / widths.total(), width) if width > 1 else (0.0, 0)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _is_in_apostrophes(text: str) -> bool:
    """Whether nearly every line begins and ends with an apostrophe, and has some around a delimiter."""
    lines = [line for line in text.splitlines()[:_SAMPLE_ROWS] if line]
    held = sum(
        line.startswith("'") and line.endswith("'") and any(f"'{mark}'" in line for mark in DELIMITERS)
        for line in lines
    )
    return bool(lines) and held >= _APOSTROPHES * len(lines)


def read_regular(data: bytes, marks: Marks, names: Sequence[str], above: int) -> pa.Table | None:
    """Read well-quoted rows at full speed; None where they have anything that asks for a closer look."""
    if data.startswith((b"\n", b"\r")) or _has_odd_ends(data) or not marks.are_plain:
        return None
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(
                column_names=names,
                skip_rows=_lines_above(data, marks, above),
                block_size=max(len(data), _PARSED_MINIMUM),
                use_threads=False,
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=marks.delimiter,
                quote_char=marks.quote or False,
                newlines_in_values=bool(marks.quote) and marks.quote.encode() in data,
                ignore_empty_lines=False,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return None if _has_blank_rows(table) else table


def _has_blank_rows(table: pa.Table) -> bool:
    """Whether a row has no cell at all, as one that is an empty line."""
    blank: pa.ChunkedArray | None = None
    for column in table.columns:
        if not column.null_count:
            return False
        missing = pc.is_null(column)
        blank = missing if blank is None else pc.and_(blank, missing)
        if not pc.any(blank).as_py():
            return False
    return bool(table.num_rows)


def _has_odd_ends(data: bytes) -> bool:
    """Whether a line ends as on an old Macintosh."""
    if b"\r" not in data:
        return False
    returns = places(data, "\r")
    after = np.frombuffer(data, np.uint8)[np.minimum(returns + 1, len(data) - 1)]
    return bool((after != ord("\n")).any())


def _lines_above(data: bytes, marks: Marks, rows: int) -> int:
    """Count the lines that the header and the rows above it take; a quoted cell can take several."""
    if not rows:
        return 0
    start = io.StringIO(data[: 2 * encodings.SAMPLE].decode(errors="replace"), newline="")
    reader = csv.reader(start, **marks.for_csv)
    for _ in islice(reader, rows):
        pass
    return reader.line_num
