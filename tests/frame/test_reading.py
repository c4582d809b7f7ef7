"""Files are read as text, whole, and what was found is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from listkit.errors import ReadError
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path


def _file(folder: Path, content: bytes | str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _cells(frame: pd.DataFrame) -> list[list[str | None]]:
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy()]


def test_every_cell_is_text_and_the_index_is_the_file_s_own_row(tmp_path: Path) -> None:
    """NA, zeros and long numbers stay as written; a cell is missing only where it is empty."""
    frame = read_file(_file(tmp_path, "Name,Mobile\nNA,0012\nNull,\n,919876543210\n"))
    assert _cells(frame) == [["NA", "0012"], ["Null", None], [None, "919876543210"]]
    assert frame.index.tolist() == [2, 3, 4]
    assert frame.index.name == "line"
    assert {str(dtype) for dtype in frame.dtypes} == {"str"}


@pytest.mark.parametrize(
    ("raw", "encoding", "told"),
    [
        ("Name,City\nZoë,Köln\n".encode(), "utf-8", 0),
        ("Name,City\nZoë,Köln\n".encode("utf-8-sig"), "utf-8", 0),
        ("Name,City\nZoë,Köln\n".encode("utf-16"), "utf-16", 0),
        ("Name,City\nZoë,Köln\n".encode("utf-16-le"), "utf-16-le", 0),
        ("Name,City\nZoë,Köln\n".encode("cp1252"), "cp1252", 1),
        ("Name;City\r\nZoë;Köln\r\n".encode("cp1252"), "cp1252", 1),
        ("Name\tCity\rZoë\tKöln\r".encode(), "utf-8", 0),
        ("Name|City\nZoë|Köln".encode(), "utf-8", 0),
    ],
)
def test_encodings_delimiters_and_line_ends_give_one_frame(
    tmp_path: Path, raw: bytes, encoding: str, told: int
) -> None:
    """The same list, saved in eight ways, reads the same; an encoding that is a guess is told."""
    found = reading(_file(tmp_path, raw))
    assert found.frame.columns.tolist() == ["Name", "City"]
    assert _cells(found.frame) == [["Zoë", "Köln"]]
    assert found.encoding == encoding
    assert len(found.problems) == told


@pytest.mark.parametrize(
    ("content", "columns", "cells", "told"),
    [
        ("A,B\n1,2\n3\n4,5,6\n", ["A", "B", "unnamed_3"], [["1", "2", None], ["3", None, None], ["4", "5", "6"]], 2),
        ("A,B\n1,2,,\n3,4\n", ["A", "B"], [["1", "2"], ["3", "4"]], 0),
        ("Phone,Phone,Phone (2)\n1,2,3\n", ["Phone", "Phone (3)", "Phone (2)"], [["1", "2", "3"]], 1),
        ("A,unnamed_3\n1,2,3\n", ["A", "unnamed_3", "unnamed_3 (2)"], [["1", "2", "3"]], 1),
        ("A,,C\n1,2,3\n", ["A", "unnamed_2", "C"], [["1", "2", "3"]], 1),
        ("A,B,\n1,2,\n", ["A", "B"], [["1", "2"]], 0),
        ("A,B\n\n1,2\n\n\n3,4\n\n", ["A", "B"], [["1", "2"], ["3", "4"]], 1),
        ("Our guests\n\nA,B\n1,2\n3,4\n", ["A", "B"], [["1", "2"], ["3", "4"]], 1),
        ('A,B\n"x\ny",2\n"a ""b""",4\n', ["A", "B"], [["x\ny", "2"], ['a "b"', "4"]], 0),
        ('A,B\nAsha "Ash",2\n3,4\n', ["A", "B"], [['Asha "Ash"', "2"], ["3", "4"]], 0),
        ('A,B\n"open,2\n3,4\n5,6\n', ["A", "B"], [['"open', "2"], ["3", "4"], ["5", "6"]], 1),
        ("A,B\n1\0,2\n", ["A", "B"], [["1", "2"]], 1),
        ('"Mobile\nNo.", B \n1,2\n', ["Mobile No.", "B"], [["1", "2"]], 0),
        ("Phone\n98765\n", ["Phone"], [["98765"]], 0),
        ("A,B\n", ["A", "B"], [], 0),
        ("A,B\n'=1+1,'+919876543210\n''@x,'98\n", ["A", "B"], [["=1+1", "+919876543210"], ["'@x", "'98"]], 0),
    ],
)
def test_what_is_odd_is_read_and_told(
    tmp_path: Path, content: str, columns: list[str], cells: list[list[str | None]], told: int
) -> None:
    """No cell and no row is lost, and each oddity is one sentence."""
    found = reading(_file(tmp_path, content))
    assert found.frame.columns.tolist() == columns
    assert _cells(found.frame) == cells
    assert len(found.problems) == told, found.problems


def test_the_rows_keep_their_numbers_around_what_is_left_out(tmp_path: Path) -> None:
    """Titles and blank lines count, so that a person finds the row in the file."""
    found = reading(_file(tmp_path, "Guests of 2026\n\nA,B\n1,2\n\n3,4\n"))
    assert found.header_row == 3
    assert found.frame.index.tolist() == [4, 6]


def test_each_finding_can_be_overruled(tmp_path: Path) -> None:
    """Encoding, delimiter and header row obey their arguments; 0 is no header at all."""
    path = _file(tmp_path, "1;x,y\n2;z,w\n")
    assert read_file(path, delimiter=",", header_row=0).columns.tolist() == ["unnamed_1", "unnamed_2"]
    assert read_file(path, delimiter=";", header_row=2).columns.tolist() == ["2", "z,w"]
    assert _cells(read_file(_file(tmp_path, "A\né\n".encode()), encoding="cp1252")) == [["Ã©"]]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n\n", "is empty"),
        ("a.csv", b",,\n,,\n", "is empty"),
        ("a.csv", b"PK\x03\x04 and so on", "is damaged"),
        ("a.csv", b"%PDF-1.7", "is a PDF, not text"),
        ("a.xls", b"<html><table><tr><td>Name", "is a web page"),
        ("a.csv", bytes(range(1, 32)) * 50, "control characters"),
        ("a.csv", b"98765 43210,Pune\n98765 43211,Goa\n", "header_row=0"),
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 cut short", "is damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cannot be read as a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "by a password"),
        ("a.docx", b"x", "'.docx'"),
        ("a", b"x", "'nothing'"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Each unreadable file is a ReadError that says why and what to do."""
    with pytest.raises(ReadError, match=words) as refused:
        read_file(_file(tmp_path, content, name))
    assert "\n" not in str(refused.value)


def test_wrong_arguments_are_one_sentence(tmp_path: Path) -> None:
    """A missing file, an unknown or wrong encoding and a header row that is not there."""
    path = _file(tmp_path, "A\né\n".encode("cp1252"))
    for arguments, words in (
        ({"encoding": "utf-9"}, "no encoding called 'utf-9'"),
        ({"encoding": "utf-8"}, "byte 2 does not fit"),
        ({"header_row": 9}, "header_row=9"),
    ):
        with pytest.raises(ReadError, match=words):
            read_file(path, **arguments)
    with pytest.raises(ReadError, match="cannot be opened"):
        read_file(tmp_path / "none.csv")


def test_a_long_file_of_old_line_ends_is_read(tmp_path: Path) -> None:
    """Lines may end as on an old Macintosh, and the first may be longer than what is looked at."""
    assert len(read_file(_file(tmp_path, "A,B\r" + "1,2\r" * 40_000))) == 40_000
    assert read_file(_file(tmp_path, f"A,{'B' * 70_000}\n1,2\n")).shape == (1, 2)


def test_a_big_file_is_read_at_full_speed(tmp_path: Path) -> None:
    """A regular file of 200,000 rows takes about a second, not a minute."""
    rows = "".join(f"Asha {n},+9198765{n % 100_000:05d},Pune\n" for n in range(200_000))
    path = _file(tmp_path, f"Name,Mobile,City\n{rows}")
    start = time.perf_counter()
    frame = read_file(path)
    assert time.perf_counter() - start < 5
    assert len(frame) == 200_000
    assert np.array_equal(frame.index, np.arange(2, 200_002))
