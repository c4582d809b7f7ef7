"""A file is read row by row as its API says, from any row on, and never as a whole."""

from __future__ import annotations

import csv
import io
import sys
import tracemalloc
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listkit.server import cutting
from listkit.server.cutting import LONGEST_LINE
from listkit.server.pieces import count_rows, read_pieces
from listkit.server.store.jobs import Job, Loaded
from listkit.wire import exotel, textmagic
from listkit.wire.rejects import HEADING, Why

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from listkit.server.store.base import Api

JOB = Job(upload_id="1", account_id=1, api="exotel", list_id="1", path="f.csv", layout={0: "phone", 1: "first_name"})


def read(folder: Path, content: bytes, *, api: Api = "exotel", **job: object) -> tuple[object, ...]:
    """Read a file whole and return contacts, total, failed, and whether it was broken."""
    path = folder / "f.csv"
    path.write_bytes(content)
    job_read = msgspec.structs.replace(JOB, api=api, **job)
    pieces = list(read_pieces(job_read, path))
    assert not any(piece.trouble for piece in pieces[:-1])
    assert pieces == [] or pieces[-1].at == len(content)
    failed = sum(piece.count(Why.MISSING, Why.INVALID, Why.NUL) for piece in pieces)
    total = sum(len(piece.taken) + len(piece.rejects.lines) for piece in pieces)
    assert total == sum(count_rows(job_read, path))
    contacts = [tuple(row.values())[:2] for piece in pieces for row in piece.taken.to_pylist()]
    return contacts, total, failed, bool(pieces and pieces[-1].trouble)


def test_rows_become_contacts(tmp_path: Path) -> None:
    """Cells are stripped, an empty one is missing, quotes may hold line breaks, blank lines are nothing."""
    content = (
        b"\xef\xbb\xbfnumber,first_name\r\n"
        b'+12025550101, Asha \r\n\r\n  \r\n,,\r\n"+12025550102","a\r\n""b"", c"\r\n+12025550103\n+12025550104,\r'
        b"+12025550105,x"
    )
    contacts, *counts = read(tmp_path, content)
    assert contacts == [
        ("+12025550101", "Asha"), ("+12025550102", 'a\r\n"b", c'), ("+12025550103", None), ("+12025550104", None),
        ("+12025550105", "x"),
    ]  # fmt: skip
    assert counts == [5, 0, False]


def test_a_row_without_a_number_fails(tmp_path: Path) -> None:
    """A number that is missing or wrong, and a NUL, are failed rows; the others go on."""
    contacts, *counts = read(tmp_path, b"number\n,Asha\nabc\n12025550101\n+12025550102,a\0b\n+12025550103\n")
    assert contacts == [("+12025550103", None)]
    assert counts == [5, 4, False]


def test_columns_are_where_the_layout_says(tmp_path: Path) -> None:
    """Fields come from their columns, own fields with them; other columns are let by."""
    path = tmp_path / "f.csv"
    path.write_bytes(b"city,x,number,pet\nPune,1,+12025550101,\n,1,+12025550102,\nGoa,1,+12025550103,cat,more\n")
    layout = {0: "custom.city", 2: "phone", 3: "custom.pet"}
    (piece,) = read_pieces(msgspec.structs.replace(JOB, layout=layout), path)
    assert piece.taken["custom.city"].to_pylist() == ["Pune", None, "Goa"]
    assert piece.taken["custom.pet"].to_pylist() == [None, None, "cat"]


def test_the_first_row_is_a_heading_by_the_apis_rule(tmp_path: Path) -> None:
    """Exotel's first row always is; TextMagic's only where its number cell has no digit."""
    number = b"442079460101\n"
    assert read(tmp_path, b"\n" + number + number)[1] == 1
    assert read(tmp_path, number + number, api="textmagic")[0] == [("+442079460101", None)]
    assert read(tmp_path, number + number, api="textmagic")[1] == 2
    assert read(tmp_path, b"\nphone\n" + number, api="textmagic")[1] == 1
    assert read(tmp_path, b"phone\nphone\n" + number, api="textmagic")[1:3] == (2, 1)


@pytest.mark.parametrize(
    "broken",
    [b'"+12025550102', b'"+12025550102"x,y\n', b"\xff\xfe", b"a" * (LONGEST_LINE + 1), b'"' + b"a\n" * 200_000],
    ids=["open quote", "text after a quote", "not UTF-8", "a line without end", "a field without end"],
)
def test_what_cannot_be_read_ends_the_file(tmp_path: Path, broken: bytes) -> None:
    """What was read before the broken place is kept; nothing after it is guessed."""
    contacts, *counts = read(tmp_path, b"number\n+12025550101\n" + broken + b"\n+12025550103\n")
    assert contacts == [("+12025550101", None)]
    assert counts == [1, 0, True]


def test_nothing_is_in_an_empty_file(tmp_path: Path) -> None:
    """A file without rows ends at once, well."""
    for content in (b"", b"\xef\xbb\xbf", b"number", b"\n\n"):
        assert read(tmp_path, content) == ([], 0, 0, False)


CELL = st.text(st.sampled_from("ab ,\"\n\r'é१\x1c\u3000"), max_size=6)
LINE = st.sampled_from(["\n", "\r\n", "\r"])


@given(
    names=st.lists(CELL, max_size=12),
    size=st.integers(1, 120),
    line=LINE,
)
def test_reading_may_stop_and_go_on_at_any_piece(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], size: int, line: str
) -> None:
    """Going on where a piece ended gives the same rows as reading through, whatever the cells hold."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line, quoting=csv.QUOTE_ALL)
    writer.writerow(["number", "first_name"])
    writer.writerows((f"+1202555{at:04d}", name) for at, name in enumerate(names))
    path = tmp_path_factory.mktemp("pieces") / "f.csv"
    path.write_bytes(text.getvalue().encode())
    resumed: list[tuple[object, ...]] = []
    at = 0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cutting, "BLOCK", size)
        while (piece := next(read_pieces(msgspec.structs.replace(JOB, at=at), path), None)) is not None:
            resumed += [tuple(row.values()) for row in piece.taken.to_pylist()]
            assert piece.at > at
            at = piece.at
    assert resumed == [(f"+1202555{number:04d}", name.strip() or None) for number, name in enumerate(names)]


class Odd:
    """Text that may be no CSV at all, as bytes."""

    PARTS = st.sampled_from(
        [",", "\n", "\r\n", "\r", '"', '""', " ", "+12025550101", "+12025550102", "é", "\0", "a", "\t", "\x85", "91"]
    )
    FILES = st.lists(PARTS, max_size=40).map("".join)


@given(text=Odd.FILES, size=st.integers(1, 60) | st.just(cutting.BLOCK), bom=st.booleans())
@example(text='"a\r\n"",b"\r\n\r\nc', size=1, bom=True)
@example(text='a"\n"b",\n', size=cutting.BLOCK, bom=False)
def test_blocks_are_read_as_the_csv_module_reads_them(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int, *, bom: bool
) -> None:
    """Any text, cut, gives the rows, the lines and the trouble of the csv module."""
    path = tmp_path_factory.mktemp("cells") / "f.csv"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode())
    expected: list[tuple[int, list[str]]] = []
    is_broken = False
    # Of a file the csv module is given lines that end in CR, LF or CRLF, and no others.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 0
    try:
        for row in reader:
            expected.append((line, [cell.strip() for cell in row]))
            line = reader.line_num
    except csv.Error:
        is_broken = True
    with path.open("rb") as file, pytest.MonkeyPatch.context() as patched:
        patched.setattr(cutting, "BLOCK", size)
        blocks = list(cutting.cut(file))
    widest = max((len(row) for _, row in expected), default=0)
    found: list[tuple[int, list[str]]] = []
    for cells in blocks:
        columns = [cells.column(place).to_pylist() for place in range(widest)]
        found += [(int(start), list(row)) for start, *row in zip(cells.lines, *columns, strict=True)]
    assert found == [(start, row + [""] * (widest - len(row))) for start, row in expected]
    assert [has for cells in blocks for has in cells.any_text()] == [any(row) for _, row in expected]
    assert [has for cells in blocks for has in cells.any_nul()] == [
        any("\0" in cell for cell in row) for _, row in expected
    ]
    assert bool(blocks and blocks[-1].trouble) == is_broken


@pytest.mark.parametrize(
    ("column", "one"), [(exotel.read_phones, exotel.read_phone), (textmagic.read_phones, textmagic.read_phone)]
)
@given(texts=st.lists(st.from_regex(r"\A\+?(91|0)?[0-9१ ]{0,16}\n?\Z") | st.text(max_size=5)))
def test_a_column_of_numbers_is_read_as_each_of_them(
    texts: list[str], column: Callable[[pa.Array], pa.Array], one: Callable[[str], str | None]
) -> None:
    """The rule for a column gives what the rule for one number gives."""
    assert column(pa.array(texts, pa.string())).to_pylist() == [one(text) for text in texts]


def test_blanks_are_those_that_python_strips() -> None:
    """What is taken off a cell is what `str.strip` takes off, in all of Unicode."""
    assert set(cutting._BLANKS) == {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}


def test_every_rejected_row_is_named(tmp_path: Path) -> None:
    """Each has its line, its number as it stood, a code and a reason; formulas are guarded."""
    content = (
        b'number,first_name\n+12025550101,"a\nb"\n\n,x\n=1+1,\n+12025550101,again\n12345,\n'
        b'+12025550102,nul\0\n-5,\n"+1 202",\n+12025550103,\n+12025550104,\n'
    )
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    (piece,) = read_pieces(JOB, path)
    written = piece.name_rejects(Loaded(np.array([1]), np.array([2])))
    rows = list(csv.reader(io.StringIO((HEADING + written).decode(), newline="")))
    assert rows[0] == ["line", "number", "code", "reason"]
    assert [row[:3] for row in rows[1:]] == [
        ["5", "", "missing_number"], ["6", "'=1+1", "invalid_number"], ["7", "+12025550101", "duplicate"],
        ["8", "12345", "invalid_number"], ["9", "+12025550102", "nul_character"], ["10", "'-5", "invalid_number"],
        ["11", "'+1 202", "invalid_number"], ["12", "+12025550103", "duplicate"], ["13", "+12025550104", "list_full"],
    ]  # fmt: skip
    assert all(row[3] for row in rows[1:])
    half = content.index(b"12345")
    resumed = next(read_pieces(msgspec.structs.replace(JOB, at=half), path))
    assert resumed.name_rejects(Loaded(np.array([0]), np.array([1]))) == written[written.index(b'"8"') :]


def test_a_file_is_never_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a file needs the memory of a few blocks, however long the file is."""
    monkeypatch.setattr(cutting, "BLOCK", 64 * 1024)
    path = tmp_path / "f.csv"
    path.write_bytes(b"number\n" + b"".join(b"+1202%07d,%0400d\n" % (at, at) for at in range(20_000)))
    tracemalloc.start()
    before = pa.total_allocated_bytes()
    largest = 0
    for piece in read_pieces(JOB, path):
        largest = max(largest, pa.total_allocated_bytes() - before, len(piece.taken))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(peak, largest) < path.stat().st_size / 4
