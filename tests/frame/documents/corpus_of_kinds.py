"""The corpus of damaged files that are no plain text: workbooks, archives, objects, cards and columns."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

from tests.frame.documents.corpus import NAMES, PEOPLE, Case, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.frame.documents.corpus import Cells


def cases() -> Iterator[Case]:
    """Make all of the other kinds."""
    yield from _workbooks()
    yield from _old_workbooks()
    yield from _packed()
    yield from _json()
    yield from _cards()
    yield from _parquet()


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """Make a workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as made:
        fill(made)
    return file.getvalue()


def sheet(rows: Sequence[Cells], *, first: int = 0, form: str | None = None, **names: Sequence[Cells]) -> bytes:
    """Make a workbook of one sheet, or of more by their names."""

    def fill(made: xlsxwriter.Workbook) -> None:
        style = made.add_format({"num_format": form} if form else {})
        for called, cells in {"Sheet1": rows, **names}.items():
            page = made.add_worksheet(called)
            for at, row in enumerate(cells, first):
                page.write_row(at, 0, row, style)

    return book(fill)


def _workbooks() -> Iterator[Case]:
    whole = [NAMES, *PEOPLE]
    numbers = [("Name", "Mobile"), ("Asha", 919876543210), ("Bo", 12.5)]
    raw = sheet(whole)
    yield Case("text in a workbook", "a.xlsx", raw)
    yield Case("a workbook that is called csv", "a.csv", raw, told=["a.csv is xlsx by what it holds"])
    yield Case("text that is called a workbook", "a.xlsx", text().encode(), told=["a.xlsx is text by what it holds"])
    yield Case("numbers shown as 9.2E+11", "a.xlsx", sheet(numbers, form="0.00E+00"), names=numbers[0],
               rows=[("Asha", "919876543210"), ("Bo", "12.5")])  # fmt: skip
    yield Case("numbers with zeros before them", "a.xlsx", sheet([("Name", "Pin"), ("Asha", 12)], form="00000"),
               names=("Name", "Pin"), rows=[("Asha", "00012")])  # fmt: skip
    yield Case("dates", "a.xlsx", sheet([("Name", "On"), ("Asha", 46334)], form="d/m/yy"), names=("Name", "On"),
               rows=[("Asha", "2026-11-08")])  # fmt: skip
    yield Case(
        "truths", "a.xlsx", sheet([("Name", "Ok"), ("Asha", True)]), names=("Name", "Ok"), rows=[("Asha", "TRUE")]
    )
    yield Case("titles above in a sheet", "a.xlsx", sheet([("Guests",), (), *whole]),
               told=["Row 1 is above the header"], lines=range(4, 12))  # fmt: skip
    yield Case("a sheet that begins lower", "a.xlsx", sheet(whole, first=5), lines=range(7, 15))
    yield Case("blank rows in a sheet", "a.xlsx", sheet([*whole[:4], (), *whole[4:]]), told=["Row 5 is blank"],
               lines=[2, 3, 4, 6, 7, 8, 9, 10])  # fmt: skip
    yield Case("a total below in a sheet", "a.xlsx", sheet([*whole, ("Grand Total:", 8)]),
               rows=[*PEOPLE, ("Grand Total:", "8", None)], told=["Row 10 looks like a total"])  # fmt: skip
    yield Case("two sheets", "a.xlsx", sheet(whole, Other=[("A",), ("x",)]), told=["Sheet 'Sheet1' is read; 'Other'"])
    yield Case(
        "the second sheet, as is said", "a.xlsx", sheet([("A",), ("x",)], Other=whole), options={"sheet": "Other"}
    )
    yield Case("a first sheet that is empty", "a.xlsx", sheet([], Other=whole))
    yield Case("a sheet that is not there", "a.xlsx", raw, options={"sheet": "Third"}, error="no sheet 'Third'")
    yield Case("no cells at all", "a.xlsx", sheet([]), error="is empty")
    yield Case("a workbook that breaks off", "a.xlsx", raw[: len(raw) // 2], error="is damaged")
    yield Case(
        "a workbook with a hole", "a.xlsx", raw[:900] + bytes(400) + raw[1300:], error="cannot be read|is damaged"
    )
    yield Case("a password", "a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
               error="protected by a password")  # fmt: skip

    def far(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write(0, 0, "Name")
        page.write(1_000_000, 16_000, "far")

    yield Case("one far cell", "a.xlsx", book(far), error="1,000,001 rows and 16,001 columns")
    wide = tuple(f"c{at}" for at in range(1_000))
    yield Case("a thousand columns in a sheet", "a.xlsx", sheet([wide, wide]), names=wide, rows=[wide],
               told=["Row 2 is the header again"])  # fmt: skip


def _old_workbooks() -> Iterator[Case]:
    made = xlwt.Workbook()
    page = made.add_sheet("One")
    for at, row in enumerate([NAMES, *PEOPLE]):
        for column, cell in enumerate(row):
            page.write(at, column, cell)
    page.write(9, 1, 12025550123, xlwt.easyxf(num_format_str="00000000000000"))
    file = io.BytesIO()
    made.save(file)
    rows = [*PEOPLE, (None, "00012025550123", None)]
    yield Case("an old workbook", "a.xls", file.getvalue(), rows=rows)
    yield Case("an old workbook that is called xlsx", "a.xlsx", file.getvalue(), rows=rows,
               told=["a.xlsx is xls by what it holds"])  # fmt: skip
    yield Case("an old workbook that breaks off", "a.xls", file.getvalue()[:1500], error="cannot be read as a workbook")


def zipped(**members: bytes) -> bytes:
    """Make a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _packed() -> Iterator[Case]:
    raw = text().encode()
    packed = gzip.compress(raw)
    one = zipped(**{"guests.csv": raw, "__MACOSX/._guests.csv": b"x"})
    yield Case("gzip", "a.csv.gz", packed)
    yield Case("gzip that is called csv", "a.csv", packed)
    yield Case("zip", "a.zip", one)
    yield Case("a workbook in a zip", "a.zip", zipped(**{"a.xlsx": sheet([NAMES, *PEOPLE])}))
    yield Case("gzip in a zip", "a.zip", zipped(**{"a.csv.gz": packed}))
    yield Case(
        "two lists in a zip", "a.zip", zipped(**{"a.csv": raw, "b.csv": raw}), error="name one of 'a.csv', 'b.csv'"
    )
    yield Case("one of two, as is said", "a.zip", zipped(**{"a.csv": raw, "b.csv": b"x"}), options={"member": "a.csv"})
    yield Case("no list in a zip", "a.zip", zipped(**{"a.png": b"x"}), error="holds no file of a kind")
    yield Case("a letter that is called xlsx", "a.xlsx", zipped(**{"word/document.xml": b"x"}), error="a Word document")
    yield Case("gzip that breaks off", "a.csv.gz", packed[:-12], error="is damaged")
    yield Case("gzip with a wrong sum", "a.csv.gz", packed[:-8] + bytes(8), error="is damaged")
    yield Case("a zip that breaks off", "a.zip", one[:-30], error="is damaged")
    yield Case(
        "a bomb of zeros", "a.csv.gz", gzip.compress(raw + bytes(60_000_000)), error="unpacks to more than 100 times"
    )
    yield Case("a bomb of rows", "a.csv.gz", gzip.compress(raw * 300_000), error="unpacks to more than 100 times")


def _json() -> Iterator[Case]:
    records = [dict(zip(NAMES, row, strict=True)) for row in PEOPLE]
    listed = json.dumps(records)
    lines = [json.dumps(record) for record in records]
    rows = range(1, len(PEOPLE) + 1)
    yield Case("a list of objects", "a.json", listed.encode(), lines=rows)
    yield Case("objects under a key", "a.json", f'{{"count": 8, "data": {{"people": {listed}}}}}'.encode(), lines=rows)
    yield Case("objects a line", "a.jsonl", "\n".join(lines).encode(), lines=rows)
    yield Case("objects a line that are called json", "a.json", "\n".join(lines).encode(), lines=rows)
    yield Case("with a byte order mark", "a.json", listed.encode("utf-8-sig"), lines=rows)
    yield Case("in UTF-16", "a.json", listed.encode("utf-16"), lines=rows)
    yield Case("a line that breaks off", "a.jsonl", ("\n".join(lines) + '\n{"Name": "As').encode(), lines=rows,
               told=["1 of 9 rows are no JSON and left out: row 9"])  # fmt: skip
    yield Case("numbers", "a.json", b'[{"a": 919876543210, "b": 1.50}]', names=("a", "b"),
               rows=[("919876543210", "1.50")], lines=[1])  # fmt: skip
    yield Case("objects in objects", "a.json", b'[{"a": {"b": [1, 2]}}]', names=("a.b", "a.b_2"), rows=[("1", "2")],
               lines=[1])  # fmt: skip
    yield Case("a json that breaks off", "a.json", listed[:-9].encode(), error="is no JSON")
    yield Case("a comma too many", "a.json", (listed[:-1] + ",]").encode(), error="is no JSON")
    yield Case("a depth of 100,000", "a.json", b"[" * 100_000, error="nested too deep")
    yield Case("no list", "a.json", b"7", error="no list of objects")
    yield Case("no object on any line", "a.jsonl", b"x\ny\n", error="no line that is a JSON object")


def _cards() -> Iterator[Case]:
    cards = "".join(f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL:{phone}\nEND:VCARD\n" for name, phone, _ in PEOPLE)
    rows, names = [row[:2] for row in PEOPLE], ("full_name", "phone")
    lines = range(1, 41, 5)
    yield Case("cards", "a.vcf", cards.encode(), rows=rows, names=names, lines=lines)
    yield Case("cards of Windows", "a.vcf", cards.replace("\n", "\r\n").encode(), rows=rows, names=names, lines=lines)
    yield Case("cards that are called txt", "a.txt", cards.encode(), rows=rows, names=names, lines=lines,
               told=["a.txt is vcf by what it holds"])  # fmt: skip
    yield Case("cards that break off", "a.vcf", cards[:-10].encode(), rows=rows, names=names, lines=lines,
               told=["The card in row 36 is not ended"])  # fmt: skip
    yield Case("a picture in a card", "a.vcf", cards.replace("TEL", "PHOTO;ENCODING=b:AAAA\n AAAA\nTEL", 1).encode(),
               rows=rows, names=names, lines=[1, *range(8, 43, 5)],
               told=["Not read of the cards: PHOTO (1)"])  # fmt: skip
    yield Case("no card", "a.vcf", text().encode(), error="holds no card")


def _parquet() -> Iterator[Case]:
    file = io.BytesIO()
    pq.write_table(pa.table([list(cells) for cells in zip(*PEOPLE, strict=True)], names=list(NAMES)), file)
    raw = file.getvalue()
    yield Case("parquet", "a.parquet", raw, lines=range(1, 9))
    yield Case("parquet that breaks off", "a.parquet", raw[:-9], error="cannot be read as Parquet")
    yield Case("only the beginning of a parquet", "a.parquet", raw[:4], error="cannot be read as Parquet")
