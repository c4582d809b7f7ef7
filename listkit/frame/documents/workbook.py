"""xlsx: the values that a workbook stores, not the ones it shows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ReadError
from listkit.frame.documents import formats, header, packing, sheets
from listkit.frame.documents.document import Findings, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listkit.frame.documents.document import Wishes
    from listkit.frame.documents.packing import Source

UNPACKED_MAXIMUM = 500_000_000
_SPAN_SURE = 2_000_000
_SPARSE = 50
_TOP = 200
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATED_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[ >]")
_FAR = re.compile(rb'<c r="[A-Z]{2}')
_COLUMNS = re.compile(rb'<c r="([A-Z]+)')
_ROWS = re.compile(rb'<row r="(\d+)"')
_ATTRIBUTE = re.compile(rb' (s|t)="(\w+)"')
_NO_PLACE = re.compile(rb"<(?:\w+:c[ >]|c>)")


class Kin(NamedTuple):
    """Where cells of one column, kind and style are, which are no plain texts and numbers."""

    column: int
    kind: str
    style: int


Special: TypeAlias = "dict[Kin, tuple[list[int], list[str]]]"
"""The rows of such cells, and what they store."""


class Workbook:
    """One sheet of a workbook: the first that shows and holds something, unless another is named or counted from 0."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the workbook from outside before anything unpacks it, then read the sheet."""
        try:
            with source.seekable() as file, zipfile.ZipFile(file) as archive:
                parts = _Parts(source.name, archive)
                sheet, self._problems = sheets.choose(list(parts.paths), wishes.sheet, parts.filled)
                xml = archive.read(parts.paths[sheet])
                refuse_far(source.name, xml)
                self._table = _read(source, sheet, parts, xml)
        except (*packing.SPOILT, KeyError, ValueError, ParseError, fastexcel.FastExcelError) as refused:
            why = " ".join(str(refused).split("Context:")[0].split())
            raise ReadError(f"{source.name} cannot be read as a workbook ({why}); open it and save it again.") from None
        top = self._table.slice(0, _TOP).to_pydict().values()
        rows = [(number, list(row) if any(row) else []) for number, row in enumerate(zip(*top, strict=True), 1)]
        self._header = header.find(rows, wishes.header_row)
        self.found = Findings(
            sheet=sheet, sheets=list(parts.paths), header_row=self._header.row, problems=self._problems
        )

    def __iter__(self) -> Iterator[Piece]:
        told = header.Told(self._header)
        body = self._table.slice(self._header.row).rename_columns(self._header.names)
        yield told.take(body, self._header.row + 1)
        self.found.unnamed, self.found.problems = told.unnamed, [*self._problems, *told.sentences()]


class _Parts:
    """What a workbook says of itself: where its sheets are, which of them hold something, and how numbers are shown."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        entries = archive.infolist()
        packed = sum(entry.compress_size for entry in entries)
        packing.refuse_swollen(name, sum(entry.file_size for entry in entries), packed, UNPACKED_MAXIMUM)
        book = fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat bounds what entities may grow to
        related = fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
        targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", ""))[1:] for one in related}
        self.paths: dict[str, str] = {}
        self.filled: list[str] = []
        for one in _named(book, "sheet"):
            path = targets.get(one.get(_RELATED) or one.get(_RELATED_STRICT), "")
            if "chartsheet" in path or "dialogsheet" in path:
                continue
            called = one.get("name", "")
            self.paths[called] = path
            if one.get("state", "visible") == "visible" and _is_filled(archive, path):
                self.filled.append(called)
        self.is_1904 = any(one.get("date1904") in {"1", "true"} for one in _named(book, "workbookPr"))
        styles = next((path for path in targets.values() if path.endswith("styles.xml")), "")
        known = _formats(archive.read(styles)) if styles in archive.namelist() else []
        self.formats = defaultdict(lambda: formats.PLAIN, enumerate(known))


def _named(root: Element, tag: str) -> Iterator[Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == tag)


def _is_filled(archive: zipfile.ZipFile, path: str) -> bool:
    with archive.open(path) as file:
        rest = b""
        while block := file.read(1 << 16):
            if _FILLED.search(rest + block):
                return True
            rest = block[-16:]
    return False


def _formats(styles: bytes) -> list[formats.Format]:
    """Understand the format of each style that a cell can name."""
    root = fromstring(styles)  # noqa: S314 - as above
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in _named(root, "numFmt")}
    styled = next(_named(root, "cellXfs"), Element("none"))
    found = []
    for one in styled:
        number = one.get("numFmtId", "0")
        if number in codes:
            found.append(formats.understand(codes[number]))
        elif number == "46":
            found.append(formats.Format(is_elapsed=True))
        else:
            found.append(formats.Format(is_date=int(number) in formats.DATES))
    return found


def refuse_far(name: str, xml: bytes) -> None:
    """Refuse a sheet whose one far cell would make the reader allot every cell before it."""
    rows = max(map(int, _ROWS.findall(xml)), default=1)
    if 26 * rows < _SPAN_SURE and not _FAR.search(xml):
        return
    columns = max(map(_number, set(_COLUMNS.findall(xml))), default=1)
    cells = xml.count(b"<c ")
    if rows * columns > sheets.CELLS_MAXIMUM or rows * columns > max(_SPAN_SURE, _SPARSE * cells):
        raise ReadError(
            f"A sheet of {name} spans {rows:,} rows and {columns:,} columns with {cells:,} cells in them, and at most "
            f"{sheets.CELLS_MAXIMUM:,} well filled ones are read: delete the far cells, or save it as csv."
        )


def _number(letters: bytes) -> int:
    """Count a column by its letters, from 1.

    >>> _number(b"A"), _number(b"AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _read(source: Source, sheet: str, parts: _Parts, xml: bytes) -> pa.Table:
    """Read a sheet as text, then mend the cells of which the reader makes another text than they store."""
    with source.seekable() as file:
        loaded = fastexcel.read_excel(file.read()).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    first = min((one.absolute_index for one in loaded.available_columns()), default=0)
    table = pa.Table.from_batches([loaded.to_arrow()])
    table = pa.table([pc.if_else(pc.equal(one, ""), None, one) for one in table.columns], names=table.column_names)
    mended: dict[int, list[str | None]] = {}
    for (column, kind, style), (rows, stored) in find_special(xml, parts.formats).items():
        at = column - 1 - first
        cells = mended[at] = mended.get(at) or table.column(at).to_pylist()
        for row, text in zip(rows, _texts(kind, stored, parts.formats[style], is_1904=parts.is_1904), strict=True):
            cells[row - 1] = text
    for at, cells in mended.items():
        table = table.set_column(at, table.column_names[at], pa.array(cells, pa.string()))
    blanks = pa.nulls(table.num_rows, pa.string())
    return pa.table([blanks] * first + table.columns, names=[str(at) for at in range(first + table.num_columns)])


def _texts(kind: str, stored: list[str], shown: formats.Format, *, is_1904: bool) -> Sequence[str | None]:
    if kind == "b":
        return ["TRUE" if value.strip() in {"1", "true"} else "FALSE" for value in stored]
    if kind == "n":
        return formats.write_all(np.array(stored, dtype=float), shown, is_1904=is_1904)
    return [value.removesuffix("T00:00:00") if kind == "d" else value for value in stored]


def find_special(xml: bytes, styles: Mapping[int, formats.Format]) -> Special:
    """Find the cells that are not plain: truths, errors, dates, numbers with zeros before them."""
    marked = [b"%d" % at for at, one in styles.items() if not one.is_plain]
    kinds = (b' t="b"', b' t="e"', b' t="d"')
    if not any(mark in xml for mark in (*kinds, *(b' s="%s"' % style for style in marked))):
        return {}
    if xml.count(b"<c ") != xml.count(b'<c r="') or _NO_PLACE.search(xml):
        return _walked(BytesIO(xml), styles)
    return _matched(xml, styles, b"|".join(marked) or b"none")


def _matched(xml: bytes, styles: Mapping[int, formats.Format], marked: bytes) -> Special:
    """Find them in a sheet as nearly every program writes it."""
    cell = re.compile(
        rb'<c r="([A-Z]+)(\d+)"(?=[^>]*(?: s="(?:' + marked + rb')"| t="[bed]"))([^>]*[^/>])?>'
        rb"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v[^>]*>([^<]*)</v>"
    )
    alike: dict[tuple[bytes, bytes], tuple[list[int], list[str]]] = {}
    for letters, row, attributes, value in cell.findall(xml):
        rows, stored = alike.setdefault((letters, attributes), ([], []))
        rows.append(int(row))
        stored.append(value.decode())
    found: Special = {}
    for (letters, attributes), (rows, stored) in alike.items():
        told = dict(_ATTRIBUTE.findall(attributes))
        kin = Kin(_number(letters), told.get(b"t", b"n").decode(), int(told.get(b"s", b"0")))
        if _is_special(kin, styles):
            before = found.setdefault(kin, ([], []))
            before[0].extend(rows)
            before[1].extend(stored)
    return found


def _walked(file: IO[bytes], styles: Mapping[int, formats.Format]) -> Special:
    """Find them element by element, in a sheet that leaves out where its cells are, or names elements otherwise."""
    found: Special = {}
    row = column = 0
    for event, element in iterparse(file, ("start", "end")):  # noqa: S314 - as above
        tag = element.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(element.get("r", row + 1)), 0
        elif event == "end" and tag == "c":
            place = element.get("r")
            column = _number(place.rstrip("0123456789").encode()) if place else column + 1
            value = next((one.text or "" for one in element if one.tag.rpartition("}")[2] == "v"), "")
            kin = Kin(column, element.get("t", "n"), int(element.get("s", "0")))
            if value and _is_special(kin, styles):
                rows, stored = found.setdefault(kin, ([], []))
                rows.append(row)
                stored.append(value)
        elif event == "end" and tag == "row":
            element.clear()
    return found


def _is_special(cell: Kin, styles: Mapping[int, formats.Format]) -> bool:
    return cell.kind in {"b", "e", "d"} or (cell.kind == "n" and not styles[cell.style].is_plain)
