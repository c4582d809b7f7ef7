"""A frame into a file that a spreadsheet opens without harm, and that reads back equal."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from listkit.errors import ListkitError
from listkit.frame.text import read_column
from listkit.wire.text import FORMULA

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    import pandas as pd

_FORMULA = re.compile(FORMULA)
_NUMBER = re.compile(r"\+?[0-9]+")
_ROWS_MAXIMUM = 1_048_575
_CELL_MAXIMUM = 32_767


def to_file(frame: pd.DataFrame, path: str | PathLike[str]) -> Path:
    """Write a frame as csv or xlsx, all cells text, so that no spreadsheet damages it or runs it.

    A cell that is only a plus and digits is left alone; any other that could be a formula
    gets a quote mark before it, which `read_file` takes off again. The index is not written.
    The file appears whole or not at all. A row without any cell is lost in xlsx.

    Raises ListkitError where the ending is another, or the frame does not fit into a sheet.
    """
    where = Path(path)
    ending = where.suffix.lower()
    if ending == ".csv":
        write_whole(where, lambda partial: _write_csv(partial, frame))
    elif ending == ".xlsx":
        names, columns = _guarded(frame)
        _refuse_too_big(where, len(frame), columns)
        write_whole(where, lambda partial: _write_xlsx(partial, names, columns))
    else:
        raise ListkitError(f"{where.name} ends in {ending or 'nothing'!r}; a frame is written as .csv or .xlsx.")
    return where


def write_csv(file: IO[str], frame: pd.DataFrame, *, ends: str = "\n") -> None:
    """Write a frame as the csv that `to_file` makes, into a file or a pipe that is open.

    >>> import sys
    >>> import pandas as pd
    >>> write_csv(sys.stdout, pd.DataFrame({"phone": ["+12025550123"], "note": ["=1+1"]}))
    "phone","note"
    "+12025550123","'=1+1"
    """
    names, columns = _guarded(frame)
    # Every cell in quotes, so that no spreadsheet guesses a delimiter.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=ends)
    writer.writerow(names)
    writer.writerows(zip(*columns, strict=True))


def _guarded(frame: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Take names and cells out of a frame, as text that is safe in a spreadsheet."""
    cells = (read_column(frame.iloc[:, at]).to_pylist() for at in range(frame.shape[1]))
    return [_guard(str(name)) for name in frame.columns], [[_guard(cell) for cell in column] for column in cells]


def _guard(cell: str | None) -> str:
    if cell is None:
        return ""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write csv as Excel opens it: with a byte order mark, and its own ends of lines."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, frame, ends="\r\n")


def _write_xlsx(path: Path, names: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
    import xlsxwriter  # noqa: PLC0415 - only a workbook needs it

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("contacts")
        as_text = book.add_format({"num_format": "@"})
        for number, row in enumerate((names, *zip(*columns, strict=True))):
            for at, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, at, cell, as_text)


def _refuse_too_big(path: Path, rows: int, columns: Sequence[Sequence[str]]) -> None:
    if rows > _ROWS_MAXIMUM:
        raise ListkitError(f"{rows:,} rows do not fit into {path.name}: a sheet holds {_ROWS_MAXIMUM:,}; write a csv.")
    longest = max((len(cell) for column in columns for cell in column), default=0)
    if longest > _CELL_MAXIMUM:
        raise ListkitError(
            f"A cell of {longest:,} characters does not fit into {path.name}: a cell of xlsx holds {_CELL_MAXIMUM:,}; "
            "write a csv."
        )


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file and put it in place at the end, so that a half-written one is never seen."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as refused:
        raise ListkitError(f"{path} cannot be written: {refused.strerror or refused}.") from None
    partial = Path(name)
    try:
        write(partial)
        partial.replace(path)
    except OSError as refused:
        raise ListkitError(f"{path} cannot be written: {refused.strerror or refused}.") from None
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
