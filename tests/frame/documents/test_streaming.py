"""A file read a piece at a time has the cells, the rows and the numbers of the same file read whole."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listkit.errors import ReadError
from listkit.frame.documents import delimited
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.text("ab 1é\"',;\n\r|", max_size=5)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one folder for all the files that hypothesis thinks of."""
    return tmp_path_factory.mktemp("chunks")


@pytest.fixture(scope="module", autouse=True)
def _short_blocks() -> object:
    """Read a few bytes at a time, so that every row is cut somewhere."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delimited, "_BLOCK", 7)
        yield


def _joined(path: Path, size: int, **options: object) -> pd.DataFrame:
    parts = list(read_file(path, chunksize=size, **options))
    assert all(len(part) == size for part in parts[:-1])
    return pd.concat(parts)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), size=st.integers(1, 5))
def test_the_pieces_make_the_whole(folder: Path, rows: list[tuple[str, str, str]], size: int) -> None:
    """Whatever a program wrote, cut anywhere: the same frame, line numbers included."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("A", "B", "C"), *rows])
    path = folder / "list.csv"
    path.write_bytes(file.getvalue().encode())
    options = {"header_row": 1, "delimiter": ","}
    whole = read_file(path, **options)
    if len(whole):
        pd.testing.assert_frame_equal(_joined(path, size, **options), whole, check_index_type=False)
    else:
        assert list(read_file(path, chunksize=size, **options)) == []


@given(noise=st.text('ab,"\n 1;', max_size=40), size=st.integers(1, 4))
@example(noise='1,"a"b\n2,3\n', size=1)
@example(noise='"1\n2",b\n\n3,4,5\n', size=2)
@example(noise='"a\n";1\n,;" a', size=2)
@example(noise='"\n "1; 1;1b,ab\n\n', size=2)
def test_no_row_is_lost_in_a_file_that_no_program_wrote(folder: Path, noise: str, size: int) -> None:
    """Stray quotes, ragged and blank rows: every named cell stands in the line that it has in the whole."""
    path = folder / "noise.csv"
    path.write_text(f"A,B\n{noise}", encoding="utf-8")
    options = {"header_row": 1, "delimiter": ","}
    whole = read_file(path, **options)
    parts = pd.concat([whole.iloc[:0], *read_file(path, chunksize=size, **options)])
    assert parts.index.tolist() == whole.index.tolist()
    assert parts[["A", "B"]].fillna("").to_numpy().tolist() == whole[["A", "B"]].fillna("").to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_encoding_is_found_as_ever(tmp_path: Path, encoding: str) -> None:
    """A byte that is no UTF-8 may come late: the file is read through first, and none of it kept."""
    path = tmp_path / "list.csv"
    path.write_bytes(("Titel\n\nName,Mobile\n" + "Asha,1\n" * 30 + "Zoë,2\n").encode(encoding))
    pd.testing.assert_frame_equal(_joined(path, 9), read_file(path), check_index_type=False)
    parts = read_file(path, chunksize=9)
    assert pd.concat(parts)["Name"].iloc[-1] == "Zoë"
    assert sorted(parts.problems) == sorted(reading(path).problems)


def test_the_chunks_can_be_walked_again(tmp_path: Path) -> None:
    """Each walk begins at the file's beginning, and tells the problems once."""
    path = tmp_path / "list.csv"
    path.write_bytes(b"Name,Mobile\nAsha\0,1\nBo\n")
    parts = read_file(path, chunksize=1)
    first, second = (pd.concat(parts) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert parts.problems == [
        "Row 3 is shorter than the header: the missing cells are empty.",
        "1 NUL bytes were taken out.",
    ]


def test_a_workbook_comes_in_parts_too(tmp_path: Path) -> None:
    """A workbook is read whole, as its kind must be, and handed out in frames."""
    path = tmp_path / "list.xlsx"
    pd.DataFrame({"phone": ["+12025550123", "+12025550124", "+12025550125"]}).listkit.to_file(path)
    assert [len(part) for part in read_file(path, chunksize=2)] == [2, 1]
    pd.testing.assert_frame_equal(_joined(path, 2), read_file(path))


@pytest.mark.parametrize(
    ("raw", "options", "sentence"),
    [
        (b"", {}, "is empty"),
        (b"%PDF-1.7", {}, "is a PDF"),
        (b"A\n\x01\x02\x03", {}, "control characters"),
        (b"A\nB\n\xe9\n", {"encoding": "utf-8"}, "byte 4 does not fit"),
        (b"A\n1\n", {"encoding": "utf-9"}, "no encoding called 'utf-9'"),
        (b"A\n1\n", {"chunksize": 0}, "chunksize= is how many rows a frame has, 1 or more; 0 is not"),
    ],
)
def test_what_is_no_list_is_refused_as_ever(
    tmp_path: Path, raw: bytes, options: dict[str, object], sentence: str
) -> None:
    """The same sentences as for the whole file, before the first frame."""
    path = tmp_path / "list.csv"
    path.write_bytes(raw)
    with pytest.raises(ReadError, match=sentence):
        read_file(path, **{"chunksize": 5, **options})


def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(ReadError, match=r"gone\.csv cannot be opened"):
        read_file(tmp_path / "gone.csv", chunksize=5)
