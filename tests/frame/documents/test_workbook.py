"""Workbooks are read by what they store."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

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
