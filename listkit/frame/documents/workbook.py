"""xlsx, xls and ods: the values that a workbook stores, not the ones it shows."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from listkit.errors import ReadError
from listkit.frame.documents import header, packing
from listkit.frame.documents.document import Findings
from listkit.frame.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.frame.documents.document import Piece, Wishes
    from listkit.frame.documents.packing import Source

UNPACKED_MAXIMUM = 500_000_000
CELLS_MAXIMUM = 20_000_000
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK = 1 << 22


class Workbook:
    """One sheet of a workbook: the first that shows and holds something, unless another is named or counted from 0."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the workbook from outside before anything unpacks it, then read the sheet."""
        if source.kind == "xls":
            refuse_protected(source)
        else:
            _refuse_bombs(source)
        try:
            with source.seekable() as file:
                book = CalamineWorkbook.from_filelike(file)
                sheet, problems = _choose(book, wishes.sheet)
                rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except CalamineError as refused:
            raise ReadError(
                f"{source.name} cannot be read as a workbook ({refused}); open it and save it again."
            ) from None
        self._rows = [(number, _cells(row)) for number, row in enumerate(rows, 1)]
        self._header = header.find(self._rows, wishes.header_row)
        self.found = Findings(sheet=sheet, sheets=list(book.sheet_names), header_row=self._header.row)
        self._problems = problems

    def __iter__(self) -> Iterator[Piece]:
        told = header.Told(self._header)
        yield told.square(self._rows)
        self.found.unnamed, self.found.problems = told.unnamed, [*self._problems, *told.sentences()]


def _choose(book: CalamineWorkbook, wanted: str | int | None) -> tuple[str, list[str]]:
    names = list(book.sheet_names)
    shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    return choose(names, wanted, [name for name in shown if book.get_sheet_by_name(name).start is not None])


def choose(names: Sequence[str], wanted: str | int | None, filled: Sequence[str]) -> tuple[str, list[str]]:
    """Choose a sheet by name, by position from 0, or as the first of those that are filled; tell of the others."""
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted], []
    if wanted is not None and wanted not in names:
        raise ReadError(f"There is no sheet {wanted!r}; there are {', '.join(map(repr, names))}.")
    if isinstance(wanted, str):
        return wanted, []
    chosen = (filled or names)[0]
    others = [name for name in filled if name != chosen]
    told = f"Sheet {chosen!r} is read; {', '.join(map(repr, others))} is not: name it with sheet=."
    return chosen, [told] if others else []


def _cells(row: Sequence[object]) -> list[str | None]:
    """Write a row as text; one without any cell is blank, as an empty line of a csv is."""
    cells = [as_text(value) for value in row]
    return cells if any(cells) else []


def refuse_protected(source: Source) -> None:
    """Refuse a workbook that is encrypted; it looks like an old one from outside."""
    if _PROTECTED in source.whole():
        raise ReadError(f"{source.name} is protected by a password: save it as xlsx without one.")


def _refuse_bombs(source: Source) -> None:
    """Look at a workbook from outside before anything unpacks it."""
    name = source.name
    try:
        with source.seekable() as file, zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > UNPACKED_MAXIMUM:
                raise ReadError(
                    f"{name} unpacks to {size:,} bytes and at most {UNPACKED_MAXIMUM:,} are read: save it as csv."
                )
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _refuse_wide(name, archive, entry)
    except packing.SPOILT as refused:
        raise ReadError(f"{name} is no workbook ({refused}); open it and save it again as xlsx.") from None


def _refuse_wide(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
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
    if width * lowest > CELLS_MAXIMUM:
        raise ReadError(
            f"A sheet of {name} spans {lowest:,} rows and {width:,} columns, and at most {CELLS_MAXIMUM:,} cells "
            "are read: delete the far cells, or save it as csv."
        )
