"""A file into a frame of text: what it holds is found and told, and no value is guessed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ReadError
from listkit.frame.documents import packing
from listkit.frame.documents.document import Wishes, cut, join
from listkit.frame.text import TEXT
from listkit.wire.text import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from listkit.frame.documents.document import Document, Piece
    from listkit.frame.documents.packing import Source

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
READERS = {
    "text": "delimited.Delimited",
    "json": "objects.find",
    "jsonl": "objects.Lines",
    "parquet": "columnar.Parquet",
    "vcf": "cards.Cards",
    "xlsx": "workbook.Workbook",
    "xls": "binary.OldWorkbook",
    "ods": "opendocument.OpenSheet",
}
"""Where each kind of file is read, in `documents`; a reader is loaded when there is such a file."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file, read: its frame, and what was found on the way.

    `header_row` is the file's own number of the row with the names, 0 where there is none.
    What a kind of file does not have (a workbook no delimiter, a csv no sheet) is None.
    `problems` are sentences for a person, empty for a file that is as it should be.
    """

    frame: pd.DataFrame = field(repr=False)
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Chunks:
    """A file as frames of `chunksize` rows, one after the other: never all of it at once, and again from the start.

    `problems` are those met so far; they are all when the last frame has been given out.
    """

    def __init__(self, source: Source, wishes: Wishes, size: int) -> None:
        """Open what is read a piece at a time; see `read_file`."""
        self._source, self._document, self._size = source, _open(source, wishes), size

    @property
    def problems(self) -> list[str]:
        """Sentences for a person, as those of `Reading`."""
        return self._source.problems + self._document.found.problems

    def __iter__(self) -> Iterator[pd.DataFrame]:
        for piece in cut(self._document, self._size):
            yield _frame(piece, self._document.found.unnamed)


@overload
def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    member: str | None = None,
    chunksize: None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
) -> pd.DataFrame: ...


@overload
def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    member: str | None = None,
    chunksize: int,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
) -> Chunks: ...


def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    member: str | None = None,
    chunksize: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
) -> pd.DataFrame | Chunks:
    """Read a csv, tsv, txt, xlsx, xls, ods, json, jsonl, parquet or vcf file into a frame of text, every digit of it.

    What a file holds is told by its first bytes, then by its ending; it may be packed by gzip
    or zip, and `member` names one of several files in an archive. Encoding, delimiter, quote
    mark, header row and sheet are found; each can be overruled. A workbook's numbers are read
    as it stores them, so that a number shown as 9.19877E+11 is whole. The index, named `line`,
    is the file's own row number, the header's included; a cell is missing only where it is
    empty. `reading` tells what was found.

    With `chunksize` the file comes as frames of so many rows, which `lk.of(...)` takes as one:
    text, jsonl, vcf and parquet of any length are then read a piece at a time.

    Raises ReadError, in one sentence, where the file is empty, is of no kind that is read, is
    damaged, has no row of names, or is too big.
    """
    wishes = Wishes(sheet=sheet, encoding=encoding, delimiter=delimiter, quote=quote, header_row=header_row)
    where = Path(path)
    if chunksize is None:
        return _read(where, member, wishes).frame
    if chunksize < 1:
        raise ReadError(f"chunksize= is how many rows a frame has, 1 or more; {chunksize} is not.")
    with _opened(where):
        return Chunks(packing.find(where, member), wishes, chunksize)


def reading(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    member: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    header_row: int | None = None,
) -> Reading:
    """Read a file as `read_file` does, and tell what was found: encoding, delimiter, header row, sheets, problems."""
    wishes = Wishes(sheet=sheet, encoding=encoding, delimiter=delimiter, quote=quote, header_row=header_row)
    return _read(Path(path), member, wishes)


def _read(where: Path, member: str | None, wishes: Wishes) -> Reading:
    with _opened(where):
        source = packing.find(where, member)
        document = _open(source, wishes)
        whole = join(list(document))
    found = document.found
    return Reading(
        frame=_frame(whole, found.unnamed),
        encoding=found.encoding,
        delimiter=found.delimiter,
        quote=found.quote,
        header_row=found.header_row,
        sheet=found.sheet,
        sheets=found.sheets,
        problems=source.problems + found.problems,
    )


def _open(source: Source, wishes: Wishes) -> Document:
    if source.kind is None:
        kinds = ", ".join(ending.removeprefix(".") for ending in packing.KINDS)
        raise ReadError(
            f"{source.name} ends in {source.ending or 'nothing'!r}, and {kinds} are read: save it as one of these."
        )
    module, _, reader = READERS[source.kind].partition(".")
    made = getattr(import_module(f"listkit.frame.documents.{module}"), reader)
    return cast("Document", made(source, wishes))


@contextmanager
def _opened(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        raise ReadError(f"{where} cannot be opened: {refused.strerror or refused}.") from None


def _frame(piece: Piece, unnamed: frozenset[str]) -> pd.DataFrame:
    """Make a frame of a piece, without the columns that have neither a name nor a cell: they are the file's margin."""
    numbers, table = piece.numbers, piece.table
    index: pd.Index[Any]
    if len(numbers) and numbers[-1] - numbers[0] == len(numbers) - 1 and (np.diff(numbers) == 1).all():
        index = pd.RangeIndex(numbers[0], numbers[-1] + 1, name="line")
    else:
        index = pd.Index(numbers, name="line")
    kept = [name for name in table.column_names if name not in unnamed or table[name].null_count < len(table)]
    texts = pa.table([_without_guard(table[name]) for name in kept], names=kept)
    frame: pd.DataFrame = texts.to_pandas(types_mapper={pa.string(): TEXT}.get)
    return frame.set_axis(index, axis="index")


def _without_guard(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take off the quote mark that `to_file` sets before what a spreadsheet could take for a formula."""
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pc.replace_substring_regex(column, rf"\A'({FORMULA})", r"\1", max_replacements=1)
