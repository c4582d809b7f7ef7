"""A file is read row by row as its API says, from any row on, and never as a whole."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.server.pieces import LONGEST_LINE, read_pieces
from listkit.server.store.base import Job

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.contact import Contact
    from listkit.server.store.base import Api

JOB = Job(upload_id="1", account_id=1, api="exotel", list_id="1", path="f.csv", layout={0: "phone", 1: "first_name"})


def read(folder: Path, content: bytes, *, api: Api = "exotel", rows: int = 5000, **job: object) -> tuple[object, ...]:
    """Read a file whole and return contacts, total, failed, and whether it was broken."""
    path = folder / "f.csv"
    path.write_bytes(content)
    pieces = list(read_pieces(msgspec.structs.replace(JOB, api=api, **job), path, rows=rows))
    contacts: list[Contact] = [contact for piece in pieces for contact in piece.contacts]
    assert [piece.is_broken for piece in pieces[:-1]] == [False] * (len(pieces) - 1)
    assert pieces[-1].is_broken or pieces[-1].at == len(content)
    total, failed = (sum(getattr(piece, name) for piece in pieces) for name in ("total", "failed"))
    assert total == len(contacts) + failed
    return [(contact.phone, contact.first_name) for contact in contacts], total, failed, pieces[-1].is_broken


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
    assert [contact.custom for contact in piece.contacts] == [{"city": "Pune"}, None, {"city": "Goa", "pet": "cat"}]


def test_the_first_row_is_a_heading_by_the_apis_rule(tmp_path: Path) -> None:
    """Exotel's first row always is; TextMagic's only where its number cell has no digit."""
    number = b"442079460101\n"
    assert read(tmp_path, b"\n" + number + number)[1] == 1
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


CELL = st.text(st.sampled_from("ab ,\"\n\r'é१"), max_size=6)


@given(names=st.lists(CELL, max_size=12), rows=st.integers(1, 4), line=st.sampled_from(["\n", "\r\n", "\r"]))
def test_reading_may_stop_and_go_on_at_any_piece(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: int, line: str
) -> None:
    """Going on where a piece ended gives the same rows as reading through, whatever the cells hold."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line, quoting=csv.QUOTE_ALL)
    writer.writerow(["number", "first_name"])
    writer.writerows((f"+1202555{at:04d}", name) for at, name in enumerate(names))
    path = tmp_path_factory.mktemp("pieces") / "f.csv"
    path.write_bytes(text.getvalue().encode())
    resumed: list[Contact] = []
    at, is_over = 0, False
    while not is_over:
        piece = next(read_pieces(msgspec.structs.replace(JOB, at=at), path, rows=rows))
        is_over = piece.at == at or piece.total < rows
        resumed += piece.contacts
        at = piece.at
    assert [(contact.phone, contact.first_name) for contact in resumed] == [
        (f"+1202555{number:04d}", name.strip() or None) for number, name in enumerate(names)
    ]


def test_a_file_is_never_in_memory(tmp_path: Path) -> None:
    """Reading a file needs the memory of a piece, however long the file is."""
    path = tmp_path / "f.csv"
    path.write_bytes(b"number\n" + b"".join(b"+1202%07d,%0400d\n" % (at, at) for at in range(20_000)))
    tracemalloc.start()
    assert sum(piece.total for piece in read_pieces(JOB, path, rows=500)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 4
