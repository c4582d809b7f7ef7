"""xlsx: the values that a workbook stores, not the ones it shows."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from listkit.errors import ReadError
from listkit.frame import header as headers
from listkit.frame.text import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa
    from python_calamine import CalamineWorkbook

    from listkit.frame.header import Header

_UNPACKED_MAXIMUM = 500_000_000
_CELLS_MAXIMUM = 20_000_000
_OLD = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK = 1 << 22


class Workbook(NamedTuple):
    """A sheet, read: the table, the number of each row, which sheet it is and which there are."""

    table: pa.Table
    numbers: list[int]
    sheet: str
    sheets: list[str]
    header: Header
    problems: list[str]


def read(path: Path, *, sheet: str | int | None, header_row: int | None) -> Workbook:
    """Read one sheet; the first that shows and holds something, unless `sheet` names another or counts from 0."""
    _refuse_bombs(path)
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only a workbook needs it

    try:
        book = CalamineWorkbook.from_path(path)
        chosen, problems = _choose(book, sheet)
        rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except CalamineError as refused:
        raise ReadError(f"{path.name} cannot be read as a workbook ({refused}); open it and save it again.") from None
    numbered = [(number, _cells(row)) for number, row in enumerate(rows, 1)]
    header = headers.find(numbered, header_row)
    table, numbers = headers.square(header, numbered)
    return Workbook(table, numbers, chosen, list(book.sheet_names), header, problems)


def _choose(book: CalamineWorkbook, wanted: str | int | None) -> tuple[str, list[str]]:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415 - only a workbook needs it

    names = list(book.sheet_names)
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted], []
    if wanted is not None and wanted not in names:
        raise ReadError(f"There is no sheet {wanted!r}; there are {', '.join(map(repr, names))}.")
    if isinstance(wanted, str):
        return wanted, []
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    filled = [name for name in shown if name in names and book.get_sheet_by_name(name).start is not None]
    chosen = (filled or names)[0]
    others = [name for name in filled if name != chosen]
    told = f"Sheet {chosen!r} is read; {', '.join(map(repr, others))} is not: name it with sheet=."
    return chosen, [told] if others else []


def _cells(row: Sequence[object]) -> list[str | None]:
    """Write a row as text; one without any cell is blank, as an empty line of a csv is."""
    cells = [as_text(value) for value in row]
    return cells if any(cells) else []


def _refuse_bombs(path: Path) -> None:
    """Look at a workbook from outside before anything unpacks it."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise ReadError(f"{path.name} is empty: there is nothing to read.")
    if start.startswith(_OLD):
        raise ReadError(f"{path.name} is protected by a password or an old xls: save it as xlsx without a password.")
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > _UNPACKED_MAXIMUM:
                raise ReadError(
                    f"{path.name} unpacks to {size:,} bytes and at most {_UNPACKED_MAXIMUM:,} are read: save it as csv."
                )
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _refuse_wide(path, archive, entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as refused:
        raise ReadError(f"{path.name} is no workbook ({refused}); open it and save it again as xlsx.") from None


def _refuse_wide(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose one far cell would make the reader allot every cell before it."""
    widest, lowest, rest = b"A", 1, b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            cells = _CELL.findall(rest + chunk)
            rest = chunk[-32:]
            if cells:
                widest = max((widest, *{name for name, _ in cells}), key=lambda name: (len(name), name))
                lowest = max(lowest, int(cells[-1][1]), int(cells[0][1]))
    width = 0
    for letter in widest:
        width = width * 26 + letter - ord("A") + 1
    if width * lowest > _CELLS_MAXIMUM:
        raise ReadError(
            f"A sheet of {path.name} spans {lowest:,} rows and {width:,} columns, and at most {_CELLS_MAXIMUM:,} cells "
            "are read: delete the far cells, or save it as csv."
        )
