"""A file into a frame of text: what it holds is found and told, and no value is guessed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ReadError
from listkit.frame import chunks, delimited, workbook
from listkit.frame.text import write_column
from listkit.wire.text import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")


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
    header_row: int
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Chunks:
    """A file as frames of `chunksize` rows, one after the other: never all of it at once, and again from the start.

    `problems` are those met so far; they are all when the last frame has been given out.
    """

    def __init__(self, source: chunks.Delimited | Reading, size: int) -> None:
        """Take what is read a piece at a time, or what had to be read whole; see `read_file`."""
        self._source, self._size = source, size

    @property
    def problems(self) -> list[str]:
        """Sentences for a person, as those of `Reading`."""
        return self._source.problems

    def __iter__(self) -> Iterator[pd.DataFrame]:
        if isinstance(self._source, Reading):
            whole, size = self._source.frame, self._size
            return (whole.iloc[start : start + size] for start in range(0, len(whole), size))
        return (_frame(piece.table, piece.numbers) for piece in chunks.cut(iter(self._source), self._size))


@overload
def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    chunksize: None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> pd.DataFrame: ...


@overload
def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    chunksize: int,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> Chunks: ...


def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    chunksize: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> pd.DataFrame | Chunks:
    """Read a csv, tsv, txt or xlsx file into a frame of text, every row and every digit of it.

    Encoding, delimiter, header row and sheet are found; each can be overruled. A workbook's
    numbers are read as it stores them, so that a number shown as 9.19877E+11 is whole. The
    index, named `line`, is the file's own row number, the header's included; a cell is
    missing only where it is empty. `reading` tells what was found.

    With `chunksize` the file comes as frames of so many rows, which `lk.of(...)` takes as one:
    text of any length is then read a piece at a time.

    Raises ReadError, in one sentence, where the file is empty, is not text, has no row of
    names, or is too big.
    """
    if chunksize is None:
        return reading(path, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row).frame
    if chunksize < 1:
        raise ReadError(f"chunksize= is how many rows a frame has, 1 or more; {chunksize} is not.")
    where = Path(path)
    if where.suffix.lower() in TEXT_ENDINGS:
        with _opened(where):
            text = chunks.Delimited(where, encoding=encoding, delimiter=delimiter, header_row=header_row)
        return Chunks(text, chunksize)
    return Chunks(reading(path, sheet=sheet, header_row=header_row), chunksize)


def reading(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> Reading:
    """Read a file as `read_file` does, and tell what was found: encoding, delimiter, header row, sheets, problems."""
    where = Path(path)
    ending = where.suffix.lower()
    with _opened(where):
        if ending in TEXT_ENDINGS:
            text = delimited.read(where, encoding=encoding, delimiter=delimiter, header_row=header_row)
            return Reading(
                frame=_frame(text.table, text.numbers),
                encoding=text.encoding,
                delimiter=text.delimiter,
                header_row=text.header.row,
                problems=[*text.problems, *text.header.problems],
            )
        if ending in WORKBOOK_ENDINGS:
            book = workbook.read(where, sheet=sheet, header_row=header_row)
            return Reading(
                frame=_frame(book.table, book.numbers),
                header_row=book.header.row,
                sheet=book.sheet,
                sheets=book.sheets,
                problems=[*book.problems, *book.header.problems],
            )
    kinds = ", ".join(ending.removeprefix(".") for ending in (*TEXT_ENDINGS, *WORKBOOK_ENDINGS))
    raise ReadError(f"{where.name} ends in {ending or 'nothing'!r}, and {kinds} are read: save it as one of these.")


@contextmanager
def _opened(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        raise ReadError(f"{where} cannot be opened: {refused.strerror or refused}.") from None


def _frame(table: pa.Table, numbers: Sequence[int] | np.ndarray[Any, Any]) -> pd.DataFrame:
    index: pd.Index[Any]
    if isinstance(numbers, range):
        index = pd.RangeIndex(numbers.start, numbers.stop)
    else:
        index = pd.Index(np.asarray(numbers, dtype="int64"))
    index = index.rename("line")
    columns = {name: write_column(_without_guard(table[name]), index) for name in table.column_names}
    return pd.DataFrame(columns, index=index)


def _without_guard(column: pa.ChunkedArray) -> pa.Array:
    """Take off the quote mark that `to_file` sets before what a spreadsheet could take for a formula."""
    return pc.replace_substring_regex(column.combine_chunks(), rf"\A'({FORMULA})", r"\1", max_replacements=1)
