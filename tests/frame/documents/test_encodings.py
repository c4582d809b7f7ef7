"""The encoding of a list is found by its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "Zoë,Köln\nRenée Lefèvre,Orléans\nJosé Muñoz,Málaga\n": ("cp1252", "latin-1", "mac_roman", "cp850"),
    "Łukasz Wiśniewski,Łódź\nMałgorzata Żuk,Gdańsk\n": ("cp1250",),
    "Иван Петров,Москва\nМария Сидорова,Казань\n": ("cp1251", "koi8-r", "cp866"),
    "Γιώργος Παπαδόπουλος,Αθήνα\nΜαρία Νικολάου,Πάτρα\n": ("cp1253",),
    "Ayşe Yılmaz,İstanbul\nGökhan Çelik,Muğla\n": ("cp1254",),
    "דוד כהן,תל אביב\nרחל לוי,ירושלים\n": ("cp1255",),
    "محمد أحمد,القاهرة\nفاطمة علي,دبي\n": ("cp1256",),
    "田中太郎,東京\n山田花子,大阪\nサトウケン,京都\n": ("shift_jis", "euc-jp"),
    "王小明,北京\n李小红,上海\n": ("gb18030",),
    "陳美麗,高雄\n王小明,臺北\n": ("big5",),
    "김철수,서울\n이영희,부산\n": ("euc-kr",),
    "आशा राव,पुणे\n": ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8", "utf-8-sig"),
}


@pytest.mark.parametrize(("text", "encoding"), [(text, one) for text, many in WRITTEN.items() for one in many])
@pytest.mark.parametrize("above", [0, 40_000])
def test_what_was_written_is_read(tmp_path: Path, text: str, encoding: str, above: int) -> None:
    """Names in many alphabets, near the beginning of a file or behind a megabyte of plain lines."""
    whole = "Name,City\n" + "John Smith,+1 202 555 0123\n" * (above + 3) + text
    path = tmp_path / "list.csv"
    path.write_bytes(whole.encode(encoding))
    frame = read_file(path)
    assert "".join(f"{name},{city}\n" for name, city in frame.iloc[above + 3 :].itertuples(index=False)) == text


@pytest.mark.parametrize("name", ["José Muñoz", "Müller", "O\u2019Brien", "Renée", "\u20ac 25", "Søren Ærø"])
def test_one_name_among_plain_ones_is_windows(tmp_path: Path, name: str) -> None:
    """Where little is known the usual is taken, and told."""
    path = tmp_path / "list.csv"
    path.write_bytes(f"Name,City\n{name},Goa\nAsha,Pune\n".encode("cp1252"))
    found = reading(path)
    assert found.frame["Name"].tolist() == [name, "Asha"]
    assert (found.encoding, len(found.problems)) == ("cp1252", 1)


def test_two_encodings_in_one_file_are_both_read(tmp_path: Path) -> None:
    """A list that was put together of two: each name is right, and the strange bytes are counted."""
    path = tmp_path / "list.csv"
    path.write_bytes("Name\nZoë\nJürgen\n".encode() + "Renée\n".encode("cp1252"))
    found = reading(path)
    assert found.frame["Name"].tolist() == ["Zoë", "Jürgen", "Renée"]
    assert found.problems == ["1 bytes are not UTF-8 as the others are: they are read as cp1252."]
