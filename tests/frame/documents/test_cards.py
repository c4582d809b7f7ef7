"""Cards of every version become rows: one card, one row, every number in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from listkit.errors import ReadError
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path


def _file(folder: Path, *lines: str, ends: str = "\r\n", encoding: str = "utf-8") -> Path:
    path = folder / "cards.vcf"
    path.write_bytes(ends.join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode(encoding))
    return path


def _row(path: Path) -> dict[str, str]:
    return {name: cell for name, cell in read_file(path).iloc[0].items() if pd.notna(cell)}


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["VERSION:3.0", "N:Rao;Asha;;Dr.;", "FN:Dr. Asha Rao"],
         {"last_name": "Rao", "first_name": "Asha", "prefix": "Dr.", "full_name": "Dr. Asha Rao"}),
        (["TEL;TYPE=CELL:+12025550123", "TEL;HOME;VOICE:(202) 555-0124", "item1.TEL:5550125"],
         {"phone": "+12025550123", "phone_2": "(202) 555-0124", "phone_3": "5550125"}),
        (['TEL;VALUE=uri;TYPE="cell:x,home":tel:+1-202-555-0123;ext=7'], {"phone": "tel:+1-202-555-0123, ext=7"}),
        (["EMAIL:a@example.org", "email;type=work:b@example.org"],
         {"email": "a@example.org", "email_2": "b@example.org"}),
        ([r"ORG:Bread\, Butter\; Sons;Sales", "CATEGORIES:VIP,Diwali"],
         {"company": "Bread, Butter; Sons, Sales", "tag": "VIP,Diwali"}),
        (["NOTE:a long", "  line", "\tgoes on"], {"note": "a long linegoes on"}),
        ([r"NOTE:two\nlines"], {"note": "two\nlines"}),
        (["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=", "=C3=B6rg;;;"],
         {"last_name": "Müller", "first_name": "Jörg"}),
        (["N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;;;;"], {"last_name": "Müller"}),
        (["FN;QUOTED-PRINTABLE:Zo=EB"], {"full_name": "Zoë"}),
        (["TEL:", "FN:Asha", "N:;;;;"], {"full_name": "Asha"}),
    ],
)  # fmt: skip
def test_a_card_is_a_row(tmp_path: Path, lines: list[str], row: dict[str, str]) -> None:
    """Names, numbers, groups, escapes, folded lines and quoted-printable, whatever the version."""
    assert _row(_file(tmp_path, *lines)) == row
    assert _row(_file(tmp_path, *lines, ends="\n")) == row


def test_a_card_s_row_is_numbered_by_its_first_line(tmp_path: Path) -> None:
    """So that a person finds it in the file; what is not read of it is told."""
    path = _file(tmp_path, "TEL:1", "PHOTO;ENCODING=BASE64:AAAA", " BBBB", "END:VCARD", "BEGIN:VCARD", "TEL:2")
    found = reading(path)
    assert found.frame.index.tolist() == [1, 6]
    assert found.problems == ["Not read of the cards: PHOTO (1)."]
    assert [part.index.tolist() for part in read_file(path, chunksize=1)] == [[1], [6]]


def test_a_card_that_is_not_ended_is_read_and_told(tmp_path: Path) -> None:
    """A file that breaks off loses nobody; lines that belong to nobody are told."""
    path = tmp_path / "cards.vcf"
    path.write_text("BEGIN:VCARD\nTEL:1\nBEGIN:VCARD\nTEL:2\nEND:VCARD\nTEL:3\nBEGIN:VCARD\nTEL:4\nnonsense")
    found = reading(path)
    assert found.frame["phone"].tolist() == ["1", "2", "4"]
    assert found.problems == [
        "The card in row 1 is not ended: it is read up to row 3.",
        "Row 6 belongs to no card, and is left out.",
        "Row 9 is no property of a card, and left out.",
        "The card in row 7 is not ended: the file breaks off.",
    ]


def test_a_file_without_a_card_is_one_sentence(tmp_path: Path) -> None:
    """The ending says cards, and there are none."""
    path = tmp_path / "cards.vcf"
    path.write_text("Name,Mobile\nAsha,1\n")
    with pytest.raises(ReadError, match="holds no card"):
        read_file(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_cards_are_decoded_as_text_is(tmp_path: Path, encoding: str) -> None:
    """By their bytes, as telephones of every age write them."""
    assert _row(_file(tmp_path, "FN:Zoë Müller", encoding=encoding)) == {"full_name": "Zoë Müller"}
