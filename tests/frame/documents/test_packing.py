"""Lists are read out of gzip and zip, and what is damaged, hidden or a bomb is one sentence."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from listkit.errors import ReadError
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path

LIST = b"Name,Mobile\nAsha,+12025550123\n"


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _gzip(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


@pytest.mark.parametrize("name", ["list.csv.gz", "list.gz", "list.tsv.gz", "list.csv"])
def test_a_gzipped_list_is_read(tmp_path: Path, name: str) -> None:
    """By its first bytes, whatever its ending; whole and in chunks."""
    path = _gzip(tmp_path / name, LIST)
    assert read_file(path)["Mobile"].tolist() == ["+12025550123"]
    assert [len(part) for part in read_file(path, chunksize=5)] == [1]


def test_the_one_list_of_an_archive_is_read(tmp_path: Path) -> None:
    """Folders, a Macintosh's notes and pictures beside it are none; what is packed twice is unpacked twice."""
    aside = {"__MACOSX/._list.csv": b"x", "logo.png": b"x", "folder/": b"", ".hidden.csv": b"x"}
    assert len(read_file(_zip(tmp_path / "a.zip", **{"in/list.csv": LIST, **aside}))) == 1
    assert len(read_file(_zip(tmp_path / "b.zip", **{"list.csv.gz": gzip.compress(LIST)}))) == 1
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("list.csv", LIST)
    assert len(read_file(_gzip(tmp_path / "c.zip.gz", inner.getvalue()))) == 1


def test_one_of_several_members_has_to_be_named(tmp_path: Path) -> None:
    """No list is taken for another in silence."""
    path = _zip(tmp_path / "a.zip", **{"one.csv": LIST, "two.json": b'[{"phone": "+12025550124"}]'})
    with pytest.raises(ReadError, match=r"holds 2 lists: name one of 'one.csv', 'two.json' with member="):
        read_file(path)
    assert read_file(path, member="two.json")["phone"].tolist() == ["+12025550124"]
    with pytest.raises(ReadError, match=r"no member 'three.csv' in a.zip; there are 'one.csv', 'two.json'"):
        read_file(path, member="three.csv")
    plain = tmp_path / "list.csv"
    plain.write_bytes(LIST)
    with pytest.raises(ReadError, match="is no zip archive"):
        read_file(plain, member="one.csv")


def test_a_file_is_what_it_holds(tmp_path: Path) -> None:
    """An ending that says another kind is told: text that is called a workbook, cards that are called text."""
    book = tmp_path / "export.xls"
    book.write_bytes(LIST.replace(b",", b"\t"))
    assert reading(book).problems == ["export.xls is text by what it holds, and read as that."]
    cards = tmp_path / "cards.txt"
    cards.write_bytes(b"BEGIN:VCARD\nTEL:+12025550123\nEND:VCARD\n")
    assert reading(cards).frame["phone"].tolist() == ["+12025550123"]


def test_what_is_damaged_or_locked_is_one_sentence(tmp_path: Path) -> None:
    """A file that breaks off, a wrong checksum, a password, another kind, nothing to read, or packed without end."""
    whole = gzip.compress(LIST * 1000)
    cut, spoilt = tmp_path / "cut.csv.gz", tmp_path / "spoilt.csv.gz"
    cut.write_bytes(whole[:-20])
    spoilt.write_bytes(whole[:-8] + b"\0" * 8)
    word = _zip(tmp_path / "a.zip", **{"word/document.xml": b"x"})
    empty = _zip(tmp_path / "b.zip", **{"readme.md": b"x"})
    locked = _zip(tmp_path / "c.zip", **{"list.csv": LIST})
    raw = bytearray(locked.read_bytes())
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(raw)
    deep = tmp_path / "d.gz"
    deep.write_bytes(gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(LIST))))))
    for path, words in (
        (cut, "is damaged"),
        (spoilt, "is damaged"),
        (word, "is a Word document"),
        (empty, "holds no file of a kind that is read"),
        (locked, "is protected by a password"),
        (deep, "packed more than 3 times over"),
    ):
        with pytest.raises(ReadError, match=words) as refused:
            read_file(path)
        assert "\n" not in str(refused.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A list that grows a thousandfold is refused after fifty megabytes, by gzip and by zip."""
    row = b"Asha,+12025550123\n" * 4_000_000
    for path in (_gzip(tmp_path / "a.csv.gz", LIST + row), _zip(tmp_path / "a.zip", **{"a.csv": LIST + row})):
        with pytest.raises(ReadError, match="unpacks to more than 100 times"):
            read_file(path)
