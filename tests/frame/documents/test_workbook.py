"""Workbooks are read by what they store."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
import xlwt

from listkit.errors import ReadError
from listkit.frame.documents import workbook
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path


def _book(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_stored_values_are_read_whole(tmp_path: Path) -> None:
    """Numbers without exponent or point, dates as ISO 8601, truth as TRUE: whatever the sheet shows."""
    day = dt.datetime(2026, 11, 8)  # noqa: DTZ001 - a workbook knows no time zones
    rows: list[list[object]] = [
        ["Mobile", "Amount", "Paid", "On"],
        [919876543210, 12.5, True, day],
        [9.87654e9, 1e20, False, day.replace(hour=9)],
    ]
    frame = read_file(_book(tmp_path / "a.xlsx", Sheet=rows))
    assert frame.to_numpy().tolist() == [
        ["919876543210", "12.5", "TRUE", "2026-11-08"],
        ["9876540000", "100000000000000000000", "FALSE", "2026-11-08T09:00:00"],
    ]


def test_the_first_filled_sheet_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    """A sheet can be chosen by name or position; one that is not there names those that are."""
    path = _book(tmp_path / "a.xlsx", Empty=[], One=[["A"], ["x"]], Two=[["B"], ["y"]])
    found = reading(path)
    assert (found.sheet, found.sheets) == ("One", ["Empty", "One", "Two"])
    assert found.problems == ["Sheet 'One' is read; 'Two' is not: name it with sheet=."]
    assert read_file(path, sheet="Two").columns.tolist() == ["B"]
    assert read_file(path, sheet=2).columns.tolist() == ["B"]
    with pytest.raises(ReadError, match="'Empty', 'One', 'Two'"):
        read_file(path, sheet="Three")


def test_rows_keep_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    """A title above and a blank row between count, as they do in the spreadsheet's margin."""
    path = _book(tmp_path / "a.xlsx", S=[["Guests"], [], ["Name", "City"], ["Asha", "Pune"], [], ["Ravi"]])
    found = reading(path)
    assert found.problems == [
        "Row 1 is above the header in row 3, and left out.",
        "Row 5 is blank and left out.",
    ]
    assert found.header_row == 3
    assert found.frame.index.tolist() == [4, 6]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that unpacks to more than the bound says how much and stops."""
    path = _book(tmp_path / "a.xlsx", S=[["A"], ["x" * 5_000]])
    monkeypatch.setattr(workbook, "UNPACKED_MAXIMUM", 4_000)
    with pytest.raises(ReadError, match=r"at most 4,000 are read"):
        read_file(path)


def test_one_far_cell_is_refused(tmp_path: Path) -> None:
    """A sheet that would be billions of empty cells in memory says how wide it is."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "A")
        sheet.write(1_000_000, 16_000, "far")
    with pytest.raises(ReadError, match="1,000,001 rows and 16,001 columns"):
        read_file(tmp_path / "a.xlsx")


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    """A zip with something else inside is one sentence too."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.bin", "x")
    with pytest.raises(ReadError, match="holds no file of a kind"):
        read_file(tmp_path / "a.xlsx")


def _styled(path: Path, cells: list[tuple[object, str]], **options: object) -> Path:
    """Write numbers one below the other, each in its number format."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 1, "Value")
        for row, (value, code) in enumerate(cells, 1):
            sheet.write(row, 1, value, book.add_format({"num_format": code}))
    return path


STYLED: list[tuple[object, str, str]] = [
    (12, "00000", "00012"),
    (9876543210, "00000000000", "09876543210"),
    (2025550123, "000-000-0000", "2025550123"),
    (5550123, "(000) 000-0000", "0005550123"),
    (-7, "000", "-007"),
    (1.5, "000.00", "001.5"),
    (919876543210, "0.00E+00", "919876543210"),
    (919876543210, "#,##0", "919876543210"),
    (0.25, "0%", "0.25"),
    (46334, "dd/mm/yyyy", "2026-11-08"),
    (46334.375, "[$-409]d mmm yyyy h:mm AM/PM;@", "2026-11-08T09:00:00"),
    (46334.375, '"Year" yyyy', "2026-11-08T09:00:00"),
    (0.5, "hh:mm", "12:00:00"),
    (1.25, "[h]:mm", "30:00:00"),
    (1, "yyyy-mm-dd", "1900-01-01"),
    (12, '"day" 0', "12"),
]


def test_zeros_and_dates_are_those_of_the_format(tmp_path: Path) -> None:
    """A number keeps the zeros that its format shows, a date is ISO 8601, and nothing else changes a stored number."""
    path = _styled(tmp_path / "a.xlsx", [(value, code) for value, code, _ in STYLED])
    assert read_file(path)["Value"].tolist() == [text for *_, text in STYLED]
    later = _styled(tmp_path / "b.xlsx", [(44872, "yyyy-mm-dd")], date_1904=True)
    assert read_file(later)["Value"].tolist() == ["2026-11-08"]


def test_truths_errors_and_formulas_are_what_they_store(tmp_path: Path) -> None:
    """A formula is its last value; what went wrong in the sheet is read, not dropped."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["A", "B"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(2, 0, '="x"', None, "x")
        sheet.write_formula(3, 0, "=1/0", None, "#DIV/0!")
        sheet.write_boolean(1, 1, True)
        sheet.write_formula(2, 1, "=TRUE()", None, True)
    frame = read_file(tmp_path / "a.xlsx")
    assert frame["A"].tolist() == ["2", "x", "#DIV/0!"]
    assert frame["B"].tolist()[:2] == ["TRUE", "TRUE"]


def _rewritten(path: Path, to: Path, *changes: tuple[str, str]) -> Path:
    """Write a workbook anew, with its sheets as another program writes them."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                text = content.decode()
                for pattern, into in changes:
                    text = re.sub(pattern, into, text)
                content = text.encode()
            new.writestr(entry, content)
    return to


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    "changes",
    [
        [(r' r="[A-Z]+\d+"', "")],
        [(r"<(/?)(c|v|f|row|sheetData)\b", r"<\1x:\2"), ("<worksheet ", f'<worksheet xmlns:x="{MAIN}" ')],
        [(r'<c r="(\w+)" s="(\d+)"', r'<c s="\2" r="\1"')],
    ],
    ids=["without places", "with a prefix", "in another order"],
)  # fmt: skip
def test_other_programs_sheets_read_the_same(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    """Cells that do not say where they are, elements with a prefix, attributes in another order."""
    rows = [["Name", "On", "Paid"], ["Asha", dt.date(2026, 11, 8), True], ["Bo", dt.date(2026, 11, 9), False]]
    path = _book(tmp_path / "a.xlsx", S=rows)
    expected = [["Asha", "2026-11-08", "TRUE"], ["Bo", "2026-11-09", "FALSE"]]
    assert read_file(path).to_numpy().tolist() == expected
    assert read_file(_rewritten(path, tmp_path / "b.xlsx", *changes)).to_numpy().tolist() == expected


def test_a_hidden_sheet_is_not_taken_for_the_list(tmp_path: Path) -> None:
    """It can be named."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        hidden, shown = book.add_worksheet("Old"), book.add_worksheet("New")
        hidden.write_column(0, 0, ["A", "x"])
        shown.write_column(0, 0, ["B", "y"])
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
    assert read_file(tmp_path / "a.xlsx").columns.tolist() == ["B"]
    assert read_file(tmp_path / "a.xlsx", sheet="Old").columns.tolist() == ["A"]


def test_an_old_workbook_is_read_as_a_new_one(tmp_path: Path) -> None:
    """xls: numbers, zeros, dates, truths and errors, hidden sheets, sheets by name."""
    book = xlwt.Workbook()
    sheet, other = book.add_sheet("One"), book.add_sheet("Two")
    for column, name in enumerate(("Name", "Value")):
        sheet.write(1, column, name)
    for row, (value, code, _) in enumerate(STYLED, 3):
        sheet.write(row, 1, value, xlwt.easyxf(num_format_str=code))
    sheet.write(20, 0, "Zoë")
    sheet.write(20, 1, True)
    other.write(0, 0, "x")
    book.save(str(tmp_path / "a.xls"))
    found = reading(tmp_path / "a.xls")
    assert found.frame["Value"].tolist() == [*(text for *_, text in STYLED), "TRUE"]
    assert found.frame["Name"].tolist()[-1] == "Zoë"
    assert (found.header_row, found.frame.index[0], found.frame.index[-1]) == (2, 4, 21)
    assert (found.sheet, found.sheets) == ("One", ["One", "Two"])
    assert "'Two' is not" in found.problems[0]
    (tmp_path / "b.xls").write_bytes((tmp_path / "a.xls").read_bytes()[:2_000])
    with pytest.raises(ReadError, match="cannot be read as a workbook"):
        read_file(tmp_path / "b.xls")


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"><office:automatic-styles>
<number:number-style style:name="N5"><number:number number:min-integer-digits="11"/></number:number-style>
<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N5"/></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="One"><table:table-column/>
<table:table-column table:default-cell-style-name="ce1"/>{}</table:table>
<table:table table:name="Two"/></office:spreadsheet></office:body></office:document-content>"""


def _ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows))
    return path


def _cell(inside: str = "", **told: str) -> str:
    attributes = "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in told.items())
    return f"<table:table-cell{attributes}>{inside}</table:table-cell>"


def test_an_open_document_is_read_by_what_it_stores(tmp_path: Path) -> None:
    """ods: text with blanks and lines, numbers, zeros by a column's format, dates, truths, what is repeated."""
    words = _cell("<text:p>Asha<text:s text:c='2'/>Rao</text:p><text:p>Pune</text:p>")
    noted = _cell("<office:annotation><text:p>a note</text:p></office:annotation><text:p>Bo</text:p>")
    number = _cell("<text:p>9.88E+09</text:p>", office__value_type="float", office__value="9876543210")
    named = "<table:table-row>" + "".join(_cell(f"<text:p>{one}</text:p>") for one in ("Name", "Mobile", "On", "Ok"))
    day = _cell(office__value_type="date", office__date_value="2026-11-08T00:00:00")
    truth = _cell(office__value_type="boolean", office__boolean_value="true")
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    far = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    many = '<table:table-row table:number-rows-repeated="2">'
    rows = f"{named}</table:table-row>{blank}<table:table-row>{words}{number}{day}{truth}</table:table-row>"
    found = reading(_ods(tmp_path / "a.ods", f"{rows}{many}{noted}{number}</table:table-row>{far}"))
    assert found.frame.fillna("").to_numpy().tolist() == [
        ["Asha  Rao\nPune", "09876543210", "2026-11-08", "TRUE"],
        ["Bo", "09876543210", "", ""],
        ["Bo", "09876543210", "", ""],
    ]
    assert found.frame.index.tolist() == [4, 5, 6]
    assert found.sheets == ["One", "Two"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<table:table-row table:number-rows-repeated="1048576">' + _cell("<text:p>x</text:p>") * 3
         + "</table:table-row>", "more than 2,000,000 cells"),
        ("<table:table-row>" + _cell("<text:p>x</text:p>", table__number_columns_repeated="99999")
         + "</table:table-row>", "more than 16,384 columns"),
        ("<table:table-row>", "cannot be read as a workbook"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_an_open_document_that_cannot_be_a_list_is_one_sentence(tmp_path: Path, rows: str, words: str) -> None:
    """What is repeated without end, broken off, or empty."""
    with pytest.raises(ReadError, match=words):
        read_file(_ods(tmp_path / "a.ods", rows))


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_entities_without_end_are_refused(tmp_path: Path, ending: str) -> None:
    """A few lines of XML that grow to gigabytes."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{levels}]><x>&a11;</x>'
    path = tmp_path / f"a.{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml" if ending == "xlsx" else "content.xml", bomb)
    with pytest.raises(ReadError, match="cannot be read as a workbook"):
        read_file(path)
