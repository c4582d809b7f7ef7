"""ods: the values that an OpenDocument sheet stores, with the zeros that their formats pad."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, iterparse

from listkit.errors import ReadError
from listkit.frame.documents import formats, packing, sheets
from listkit.frame.documents.document import Findings
from listkit.frame.text import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.documents.document import Piece, Wishes
    from listkit.frame.documents.header import Row
    from listkit.frame.documents.packing import Source

UNPACKED_MAXIMUM = 150_000_000
_WIDEST = 16_384
_BLANK_TOLD = 1_000
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_MIDNIGHT = re.compile("T00:00:00(?:[.,]0+)?$")
_SPAN = re.compile(r"P(?:T)?(\d+)H(\d+)M(\d+)")


class OpenSheet:
    """One sheet of an OpenDocument workbook."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Read the sheets; ReadError where the file is damaged, protected, or would fill the memory."""
        try:
            with source.seekable() as file, zipfile.ZipFile(file) as archive:
                entry = archive.getinfo("content.xml")
                packing.refuse_swollen(source.name, entry.file_size, entry.compress_size, UNPACKED_MAXIMUM)
                with archive.open(entry) as content:
                    tables = _Tables(source.name, content)
        except (*packing.SPOILT, KeyError, ParseError) as refused:
            raise ReadError(
                f"{source.name} cannot be read as a workbook ({refused}); open it and save it again."
            ) from None
        names = list(tables.rows)
        sheet, self._problems = sheets.choose(names, wishes.sheet, [name for name in tables.rows if tables.rows[name]])
        self._rows, self._header_row = tables.rows[sheet], wishes.header_row
        self.found = Findings(sheet=sheet, sheets=names, problems=self._problems)

    def __iter__(self) -> Iterator[Piece]:
        self.found.problems = self._problems
        yield from sheets.pieces(self._rows, self.found, self._header_row)


class _Tables:
    """The sheets of a content.xml, read once from its beginning to its end; what is repeated is counted."""

    def __init__(self, name: str, content: IO[bytes]) -> None:
        self.rows: dict[str, list[tuple[int, Row]]] = {}
        self._name, self._cells = name, 0
        self._pads: dict[str, int] = {}
        self._styles: dict[str, str] = {}
        self._defaults: list[str] = []
        self._blank: list[int] = []
        sheet, number = "", 0
        for event, element in iterparse(content, ("start", "end")):  # noqa: S314 - expat bounds what entities may grow to
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    sheet, number = element.get(f"{_TABLE}name", ""), 0
                    self.rows[sheet], self._defaults, self._blank = [], [], []
            elif element.tag == f"{_TABLE}table-row":
                times = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                self._add(sheet, number + 1, self._row(element), times)
                number += times
                element.clear()
            elif element.tag == f"{_TABLE}table-column":
                times = min(int(element.get(f"{_TABLE}number-columns-repeated", "1")), _WIDEST)
                self._defaults += [element.get(f"{_TABLE}default-cell-style-name", "")] * times
            elif element.tag == f"{_NUMBER}number-style":
                digits = element.find(f"{_NUMBER}number")
                zeros = 0 if digits is None else int(digits.get(f"{_NUMBER}min-integer-digits", "0"))
                self._pads[element.get(f"{_STYLE}name", "")] = zeros
            elif element.tag == f"{_STYLE}style":
                self._styles[element.get(f"{_STYLE}name", "")] = element.get(f"{_STYLE}data-style-name", "")

    def _add(self, sheet: str, number: int, row: Row, times: int) -> None:
        if not row:
            self._blank += range(number, number + min(times, _BLANK_TOLD))
            return
        self.rows[sheet] += [(blank, []) for blank in self._blank]
        self._blank = []
        self._cells += len(row) * times
        if self._cells > sheets.CELLS_MAXIMUM // 10:
            raise ReadError(f"{self._name} has more than {sheets.CELLS_MAXIMUM // 10:,} cells: save it as xlsx or csv.")
        self.rows[sheet] += [(number + at, row) for at in range(times)]

    def _row(self, element: Element) -> Row:
        cells: Row = []
        blank = 0
        for cell in element:
            if cell.tag not in _CELLS:
                continue
            times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            at = len(cells) + blank
            text = self._text(cell, self._defaults[at] if at < len(self._defaults) else "")
            if text is None:
                blank += times
                continue
            if len(cells) + blank + times > _WIDEST:
                raise ReadError(f"A sheet of {self._name} has more than {_WIDEST:,} columns: delete the far cells.")
            cells += [None] * blank + [text] * times
            blank = 0
        return cells

    def _text(self, cell: Element, default: str) -> str | None:
        """Write a cell's stored value as text."""
        kind = cell.get(f"{_OFFICE}value-type")
        if kind == "boolean":
            return as_text(cell.get(f"{_OFFICE}boolean-value") == "true")
        if kind == "date":
            return _MIDNIGHT.sub("", cell.get(f"{_OFFICE}date-value", "")) or None
        if kind == "time" and (span := _SPAN.match(cell.get(f"{_OFFICE}time-value", ""))):
            return ":".join(part.zfill(2) for part in span.groups())
        if kind in {"float", "currency", "percentage"}:
            zeros = self._pads.get(self._styles.get(cell.get(f"{_TABLE}style-name", default), ""), 0)
            return formats.write(float(cell.get(f"{_OFFICE}value", "nan")), formats.Format(zeros=zeros))
        return as_text("\n".join(_plain(line) for line in cell.findall(f"{_TEXT}p")))


def _plain(line: Element) -> str:
    """Write a paragraph, in which several blanks and tabs are elements."""
    text = line.text or ""
    for part in line:
        if part.tag == f"{_TEXT}s":
            text += " " * min(int(part.get(f"{_TEXT}c", "1")), 1000)
        elif part.tag in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
            text += "\t" if part.tag == f"{_TEXT}tab" else "\n"
        elif part.tag != f"{_OFFICE}annotation":
            text += _plain(part)
        text += part.tail or ""
    return text
