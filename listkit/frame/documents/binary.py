"""xls, the workbooks of before 2007: the values that they store, with the zeros that their formats pad."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

import xlrd

from listkit.errors import ReadError
from listkit.frame.documents import formats, sheets
from listkit.frame.documents.document import Findings
from listkit.frame.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.documents.document import Piece, Wishes
    from listkit.frame.documents.header import Row
    from listkit.frame.documents.packing import Source

BYTES_MAXIMUM = 40_000_000
"""As many as a full sheet of twenty columns takes; more would take minutes."""
_PROTECTED = "EncryptedPackage".encode("utf-16-le")


class OldWorkbook:
    """One sheet of an old workbook."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Open the workbook; ReadError where it is protected by a password, damaged, or too big."""
        raw = source.whole(BYTES_MAXIMUM)
        if _PROTECTED in raw:
            raise ReadError(f"{source.name} is protected by a password: save it without one.")
        try:
            # xlrd prints what it finds odd.
            with redirect_stdout(StringIO()):
                self._book = xlrd.open_workbook(
                    file_contents=raw, formatting_info=True, on_demand=True, ragged_rows=True, logfile=StringIO()
                )
                shown = [one for one in map(self._book.sheet_by_name, self._book.sheet_names()) if not one.visibility]
        except Exception as refused:  # noqa: BLE001 - xlrd raises whatever its reader stumbles over in a damaged file
            raise _refusal(source.name, refused) from None
        names = self._book.sheet_names()
        sheet, problems = sheets.choose(names, wishes.sheet, [one.name for one in shown if one.nrows])
        self._sheet = self._book.sheet_by_name(sheet)
        self._wishes = wishes
        self._problems = problems
        self.found = Findings(sheet=sheet, sheets=names, problems=problems)

    def __iter__(self) -> Iterator[Piece]:
        self.found.problems = self._problems
        rows = [(number + 1, self._row(number)) for number in range(self._sheet.nrows)]
        yield from sheets.pieces(rows, self.found, self._wishes.header_row)

    def _row(self, number: int) -> Row:
        cells = [self._text(cell) for cell in self._sheet.row(number)]
        return cells if any(cells) else []

    def _text(self, cell: xlrd.sheet.Cell) -> str | None:
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return as_text(cell.value)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return as_text(bool(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
            code = self._book.format_map[self._book.xf_list[cell.xf_index].format_key].format_str
            return formats.write(cell.value, formats.understand(code), is_1904=bool(self._book.datemode))
        return None


def _refusal(name: str, refused: Exception) -> ReadError:
    if "encrypted" in str(refused):
        return ReadError(f"{name} is protected by a password: save it without one.")
    return ReadError(f"{name} cannot be read as a workbook ({refused}); open it and save it again as xlsx.")
