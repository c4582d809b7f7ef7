"""csv, tsv and txt: bytes into rows of cells, whatever wrote them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.csv

from listkit.errors import ReadError
from listkit.frame import header as headers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.frame.header import Header, Row

DELIMITERS = (",", ";", "\t", "|")

_BYTES_MAXIMUM = 2_000_000_000
_SAMPLE = 65_536
_SAMPLE_ROWS = 200
_UNCLOSED_MAXIMUM = 100
_BINARY = {
    b"PK\x03\x04": "a zip or Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
}
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f]")
_CONTROL_SHARE = 0.05


class Delimited(NamedTuple):
    """A file of delimited text, read: the table, the number of each row, and what was found."""

    table: pa.Table
    numbers: range | list[int]
    encoding: str
    delimiter: str
    header: Header
    problems: list[str]


def read(path: Path, *, encoding: str | None, delimiter: str | None, header_row: int | None) -> Delimited:
    """Read a file of delimited text; each finding can be overruled by its argument."""
    if (size := path.stat().st_size) > _BYTES_MAXIMUM:
        raise ReadError(
            f"{path.name} has {size:,} bytes and at most {_BYTES_MAXIMUM:,} are read at once: take chunksize=."
        )
    text, encoding, problems = decode(path.read_bytes(), path.name, encoding)
    text = text.rstrip("\r\n")
    sample = _start(text)
    delimiter = delimiter or find_delimiter(sample, path)
    header = find_header(sample, delimiter, header_row)
    table = read_regular(text, delimiter, header)
    if table is not None:
        first = header.row + 1
        return Delimited(
            headers.name(header, table.columns), range(first, first + table.num_rows), encoding, delimiter,
            header, problems,
        )  # fmt: skip
    table, numbers = headers.square(header, records(text, delimiter, problems))
    return Delimited(table, numbers, encoding, delimiter, header, problems)


def decode(raw: bytes, name: str, encoding: str | None = None) -> tuple[str, str, list[str]]:
    """Find the encoding of a text and decode it; say what had to be assumed or taken out.

    >>> decode("Zoë".encode("cp1252"), "a.csv")[:2]
    ('Zoë', 'cp1252')
    """
    found = find_encoding(raw, name, encoding)
    try:
        text = raw.decode(found)
    except UnicodeDecodeError as refused:
        if encoding:
            raise unfit(name, encoding, refused.start) from None
        found, text = "cp1252", raw.decode("cp1252", errors="replace")
    lost, text = text.count("\ufffd"), text.removeprefix("\ufeff")
    if nul := text.count("\0"):
        text = text.replace("\0", "")
    refuse_signals(text, name)
    return text, found.removesuffix("-sig"), oddities(found, lost, nul, is_found=not encoding)


def find_encoding(start: bytes, name: str, encoding: str | None) -> str:
    """Find the encoding of a text by its beginning; ReadError where it is empty or no text."""
    if not start.strip():
        raise ReadError(f"{name} is empty: there is nothing to read.")
    if kind := next((kind for magic, kind in _BINARY.items() if start.startswith(magic)), None):
        raise ReadError(f"{name} is {kind}, not text: give it the ending of its kind, or save it as csv.")
    if encoding is None:
        return _find_encoding(start)
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ReadError(f"There is no encoding called {encoding!r}; utf-8, utf-16 and cp1252 are usual.") from None
    return encoding


def unfit(name: str, encoding: str, place: int) -> ReadError:
    """Say that a file is not of the encoding that was named."""
    return ReadError(f"{name} is not {encoding}: byte {place:,} does not fit; leave encoding= out to have it found.")


def refuse_signals(text: str, name: str) -> None:
    """Refuse what a machine speaks to machines."""
    start = text[:_SAMPLE]
    if len(_CONTROL.findall(start)) > _CONTROL_SHARE * len(start):
        raise ReadError(f"{name} is not text: it is full of control characters; save it as csv or xlsx first.")


def oddities(encoding: str, lost: int, nul: int, *, is_found: bool) -> list[str]:
    """Say what had to be assumed of a text, and what was taken out of it."""
    problems = []
    if encoding == "cp1252" and is_found:
        problems.append("The text is not UTF-8; it is read as Windows-1252 (cp1252), so look at names with accents.")
    if lost:
        problems.append(f"{lost:,} bytes mean nothing in {encoding}: each is shown as \ufffd.")
    if nul:
        problems.append(f"{nul:,} NUL bytes were taken out.")
    return problems


def _start(text: str) -> str:
    """Take whole lines from the beginning of a text; all of it where it is short or has no lines."""
    end = max(text.rfind("\n", 0, _SAMPLE), text.rfind("\r", 0, _SAMPLE))
    return text[:end] if 0 < end < len(text) - 1 and len(text) > _SAMPLE else text


def _find_encoding(raw: bytes) -> str:
    if mark := next((encoding for mark, encoding in _MARKS.items() if raw.startswith(mark)), None):
        return mark
    start = raw[:_SAMPLE]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start):
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8"


def find_header(sample: str, delimiter: str, wanted: int | None) -> Header:
    """Find the row that names the columns."""
    return headers.find(list(islice(records(sample, delimiter, []), _SAMPLE_ROWS)), wanted)


def find_delimiter(sample: str, path: Path) -> str:
    """Choose the mark that cuts most rows into the same number of cells, at least two."""
    prefer = "\t" if path.suffix.lower() == ".tsv" else ","
    best, chosen = (0.0, 0), prefer
    for delimiter in (prefer, *(mark for mark in DELIMITERS if mark != prefer)):
        widths = Counter(len(row) for _, row in islice(records(sample, delimiter, []), _SAMPLE_ROWS) if row)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = (count / widths.total(), width) if width > 1 else (0.0, 0)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def read_regular(text: str, delimiter: str, header: Header) -> pa.Table | None:
    """Read a well-formed file at full speed; None where it has anything that asks for a closer look."""
    lines = text.count("\n")
    odd = text.count("\r") != text.count("\r\n") or "\n\n" in text or "\n\r\n" in text
    quoted = '"' in text
    if odd or (quoted and not is_well_quoted(text, delimiter)):
        return None
    skip = _lines_above(text, delimiter, header.row)
    if skip > lines:
        return None
    try:
        return pa.csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pa.csv.ReadOptions(column_names=header.names, skip_rows=skip, block_size=1 << 23),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(header.names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        ).combine_chunks()
    except pa.ArrowInvalid:
        return None


def is_well_quoted(text: str, delimiter: str) -> bool:
    """Whether every quote begins a cell, ends it, or is doubled inside it; then all readers agree."""
    outside = text.split('"')
    edges = (delimiter, "\r", "\n")
    between = outside[2:-1:2]
    return (
        len(outside) % 2 == 1
        and (not outside[0] or outside[0].endswith(edges))
        and (not outside[-1] or outside[-1].startswith(edges))
        and all(not piece or (piece.startswith(edges) and piece.endswith(edges)) for piece in between)
    )


def _lines_above(text: str, delimiter: str, row: int) -> int:
    """Count the lines that the header and the rows above it take; a quoted cell can take several."""
    reader = csv.reader(io.StringIO(text[: 2 * _SAMPLE], newline=""), delimiter=delimiter)
    for _ in islice(reader, row):
        pass
    return reader.line_num


def records(text: str, delimiter: str, problems: list[str], *, is_last: bool = True) -> Iterator[tuple[int, Row]]:
    """Read row by row and number them; a quote that is never closed is read as a plain mark, and told.

    A text that is not the last of its file ends where a row does.
    """
    start, number, unclosed = 0, 0, 0
    while True:
        stray = None
        lines = Lines(text, start)
        reader = csv.reader(lines, delimiter=delimiter, strict=False)
        while True:
            begin = lines.position
            try:
                row = next(reader, None)
            except csv.Error:
                stray = begin
                break
            if row is None:
                return
            if is_last and lines.position >= len(text) and _is_unclosed(text[begin:], row):
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
        yield number, list(text[stray:end].rstrip("\r\n").split(delimiter))
        start = end


class Lines:
    """The lines of a text, and how far they have been read."""

    def __init__(self, text: str, start: int) -> None:
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


def _is_unclosed(raw: str, row: list[str]) -> bool:
    """Whether the last row swallowed the rest of the file through an open quote."""
    if "\n" not in raw.rstrip("\r\n") or not any("\n" in cell for cell in row):
        return False
    try:
        list(csv.reader(io.StringIO(raw, newline=""), strict=True))
    except csv.Error:
        return True
    return False
