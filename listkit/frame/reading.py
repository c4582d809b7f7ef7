"""A file into a frame of text: what it holds is found and told, and no value is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ReadError
from listkit.frame import delimited, workbook
from listkit.frame.text import write_column
from listkit.wire.text import FORMULA

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def read_file(
    path: str | PathLike[str],
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> pd.DataFrame:
    """Read a csv, tsv, txt or xlsx file into a frame of text, every row and every digit of it.

    Encoding, delimiter, header row and sheet are found; each can be overruled. A workbook's
    numbers are read as it stores them, so that a number shown as 9.19877E+11 is whole. The
    index, named `line`, is the file's own row number, the header's included; a cell is
    missing only where it is empty. `reading` tells what was found.

    Raises ReadError, in one sentence, where the file is empty, is not text, has no row of
    names, or is too big.
    """
    return reading(path, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row).frame


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
    try:
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
    except OSError as refused:
        raise ReadError(f"{where} cannot be opened: {refused.strerror or refused}.") from None
    kinds = ", ".join(ending.removeprefix(".") for ending in (*TEXT_ENDINGS, *WORKBOOK_ENDINGS))
    raise ReadError(f"{where.name} ends in {ending or 'nothing'!r}, and {kinds} are read: save it as one of these.")


def _frame(table: pa.Table, numbers: Sequence[int]) -> pd.DataFrame:
    index: pd.Index[Any]
    index = (
        pd.RangeIndex(numbers.start, numbers.stop)
        if isinstance(numbers, range)
        else pd.Index(list(numbers), dtype="int64")
    )
    index = index.rename("line")
    columns = {name: write_column(_without_guard(table[name]), index) for name in table.column_names}
    return pd.DataFrame(columns, index=index)


def _without_guard(column: pa.ChunkedArray) -> pa.Array:
    """Take off the quote mark that `to_file` sets before what a spreadsheet could take for a formula."""
    return pc.replace_substring_regex(column.combine_chunks(), rf"\A'({FORMULA})", r"\1", max_replacements=1)
