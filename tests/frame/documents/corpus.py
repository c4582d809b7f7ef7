"""A corpus of damaged files, made from rules: what happened to a list, and what has to come of it.

Each case is a file's name and bytes, and its outcome: the rows that are in it with the sentences
that tell what was odd, or the one sentence that refuses it. Nothing is drawn by chance.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
import xlwt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NAMES = ("Name", "Mobile", "City")
PEOPLE = tuple(
    (name, f"+1202555{number:04}", city)
    for number, (name, city) in enumerate(
        [("Asha Rao", "Pune"), ("Bo Null", "Goa"), ("Cem NA", "Delhi"), ("Dia None", "Agra"), ("Eli True", "Surat"),
         ("Fay O'Neil", "Kochi"), ("Gil Rao", "Pune"), ("Hana Das", "Goa")], 100
    )
)  # fmt: skip
WESTERN = (("Zoë Müller", "+12025550100", "Köln"), ("René Côté", "+12025550101", "Orléans"))

Cells = tuple[Any, ...]
NO_TELLING = ()


@dataclass(frozen=True)
class Case:
    """A file and its outcome: `rows` under `names` and the beginnings of what is `told`, or an `error`."""

    what: str
    file: str
    content: bytes
    rows: Sequence[Cells] = PEOPLE
    names: Sequence[str] = NAMES
    told: Sequence[str] = NO_TELLING
    error: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    lines: Sequence[int] | None = None


def cases() -> Iterator[Case]:
    """Make all of them."""
    yield from _plain_text()
    yield from _encodings()
    yield from _quotes()
    yield from _cells()
    yield from _rows_of_text()
    yield from _headers()
    yield from _no_text()
    yield from _workbooks()
    yield from _old_workbooks()
    yield from _packed()
    yield from _json()
    yield from _cards()
    yield from _parquet()


def text(
    rows: Sequence[Cells] = PEOPLE, names: Sequence[str] = NAMES, *, mark: str = ",", ends: str = "\n", quote: str = ""
) -> str:
    """Write a list as text, as plainly as it goes."""
    return "".join(mark.join(f"{quote}{cell}{quote}" for cell in row) + ends for row in (names, *rows))


def _plain_text() -> Iterator[Case]:
    for mark, ending in ((",", "csv"), (";", "csv"), ("\t", "csv"), ("|", "txt"), ("\t", "tsv"), (";", "tsv")):
        for ends in ("\n", "\r\n", "\r"):
            yield Case(f"{mark!r} and {ends!r} in a {ending}", f"a.{ending}", text(mark=mark, ends=ends).encode())
    yield Case("no end after the last line", "a.csv", text().rstrip("\n").encode())
    yield Case("blank lines at the end", "a.csv", (text() + "\n\n\n").encode())
    yield Case("a line that names the delimiter", "a.csv", ("sep=;\r\n" + text(mark=";", ends="\r\n")).encode())
    yield Case("a margin of empty cells", "a.csv", text([(*row, "", "") for row in PEOPLE], (*NAMES, "", "")).encode())
    yield Case("one column", "a.csv", text([row[1:2] for row in PEOPLE], ["Mobile"]).encode(),
               rows=[row[1:2] for row in PEOPLE], names=["Mobile"])  # fmt: skip
    yield Case("names and no rows", "a.csv", text([]).encode(), rows=[])
    wide = tuple(f"c{at}" for at in range(10_000))
    yield Case("ten thousand columns", "a.csv", text([wide[::-1]], wide).encode(), names=wide, rows=[wide[::-1]])
    yield Case("a delimiter that is named", "a.csv", text(mark="^").encode(), options={"delimiter": "^"})
    yield Case("a delimiter of two bytes", "a.csv", text(mark="¦").encode(), options={"delimiter": "¦"})


def _encodings() -> Iterator[Case]:
    written = text(WESTERN)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield Case(f"in {encoding}", "a.csv", written.encode(encoding), rows=WESTERN)
    for encoding in ("cp1252", "mac_roman", "cp850"):
        yield Case(f"in {encoding}", "a.csv", written.encode(encoding), rows=WESTERN, told=["The text is not UTF-8"])
    for encoding, name, city in (
        ("cp1250", "Łukasz Wiśniewski", "Łódź"),
        ("cp1251", "Иван Петров", "Москва"),
        ("koi8-r", "Мария Сидорова", "Казань"),
        ("cp1253", "Γιώργος Παπαδόπουλος", "Αθήνα"),
        ("cp1254", "Ayşe Yılmaz", "İstanbul"),
        ("cp1256", "محمد أحمد", "القاهرة"),
        ("shift_jis", "田中太郎", "東京"),
        ("gb18030", "王小明李小红", "北京上海"),
        ("big5", "陳美麗王小明", "臺北高雄"),
        ("euc-kr", "김철수이영희", "서울부산"),
    ):
        rows = [(name, "+12025550100", city)]
        yield Case(f"in {encoding}", "a.csv", text(rows).encode(encoding), rows=rows, told=["The text is not UTF-8"])
    mixed = written.encode() + b"Ren\xe9,+12025550102,Goa\n"
    yield Case("in UTF-8 with a line in Windows-1252", "a.csv", mixed,
               rows=[*WESTERN, ("René", "+12025550102", "Goa")], told=["1 bytes are not UTF-8"])  # fmt: skip
    yield Case("a byte that means nothing", "a.csv", text().encode() + b"I\x81x,1,Zo\xeb\n",
               rows=[*PEOPLE, ("I\ufffdx", "1", "Zoë")],
               told=["The text is not UTF-8", "1 bytes mean nothing"])  # fmt: skip
    yield Case("NUL bytes", "a.csv", text().replace("Rao", "Ra\0o").encode(), told=["2 NUL bytes were taken out"])
    yield Case("another encoding than is named", "a.csv", written.encode("cp1252"),
               options={"encoding": "utf-8"}, error="does not fit")  # fmt: skip
    yield Case("an encoding that is not there", "a.csv", text().encode(), options={"encoding": "utf-9"},
               error="no encoding called")  # fmt: skip


def _quotes() -> Iterator[Case]:
    yield Case("all cells in quotes", "a.csv", text(quote='"').encode())
    yield Case("all cells in apostrophes", "a.csv", text(PEOPLE[:4], quote="'").encode(), rows=PEOPLE[:4])
    for what, cell in (
        ("a delimiter", "Rao, Asha"),
        ("a line", "Asha\nRao"),
        ("a line of Windows", "Asha\r\nRao"),
        ("a blank line", "Asha\n\nRao"),
        ("quotes", 'Asha "Ash" Rao'),
        ("a quote at the end", 'Asha "Ash"'),
        ("only a quote", '"'),
    ):
        quoted = '"' + cell.replace('"', '""') + '"'
        rows = [(cell, "1", "Pune"), *PEOPLE]
        yield Case(f"{what} in quotes", "a.csv", text([(quoted, "1", "Pune"), *PEOPLE]).encode(), rows=rows)
    for what, cell in (("in a cell", 'Asha "Ash" Rao'), ("in inches", '5" pipe'), ("at the end", 'Asha"')):
        yield Case(f"a stray quote {what}", "a.csv", text([*PEOPLE, (cell, "1", "Goa")]).encode(),
                   rows=[*PEOPLE, (cell, "1", "Goa")])  # fmt: skip
    yield Case("a quote that is never closed", "a.csv", text([('"Asha', "1", "Pune"), *PEOPLE]).encode(),
               rows=[('"Asha', "1", "Pune"), *PEOPLE], told=["Row 2 has a quote that is never closed"])  # fmt: skip
    last = text([*PEOPLE, ('"Asha', "1", "Goa")])
    yield Case("a quote that is never closed, on the last line", "a.csv", last.encode(),
               rows=[*PEOPLE, ('"Asha', "1", "Goa")], told=["Row 10 has a quote that is never closed"])  # fmt: skip
    yield Case("no quotes at all, as is said", "a.csv", text([('"Asha"', '"', "Goa")]).encode(),
               rows=[('"Asha"', '"', "Goa")], options={"quote": ""})  # fmt: skip


def _cells() -> Iterator[Case]:
    for what, cell in (
        ("zeros before a number", "00912025550100"),
        ("scientific notation", "9.19877E+11"),
        ("a point at the end", "919876543210.0"),
        ("a date", "11/08/2026"),
        ("a truth", "TRUE"),
        ("a missing name", "NA"),
        ("marks of direction", "\u200f+12025550100\u200e"),
        ("a space that does not break", "+1\u00a0202\u2009555"),
        ("a wide plus", "\uff0b12025550100"),
        ("other digits", "\u0966\u0967"),
        ("a formula", "=1+1"),
        ("spaces around", "  Asha  "),
        ("a long cell", "x" * 30_000),
        ("an emoji", "Asha \U0001f600"),
    ):
        rows = [*PEOPLE[:3], ("Asha", cell, "Goa")]
        yield Case(f"{what} in a cell", "a.csv", text(rows).encode(), rows=rows)
    yield Case("a guard before a formula", "a.csv", text([("Asha", "'=1+1", "Goa")]).encode(),
               rows=[("Asha", "=1+1", "Goa")])  # fmt: skip


def _rows_of_text() -> Iterator[Case]:
    lines = text().splitlines()

    def changed(*more: str, at: int = 4) -> bytes:
        return "\n".join([*lines[:at], *more, *lines[at:], ""]).encode()

    def with_row(*rows: Cells, at: int = 3) -> list[Cells]:
        return [*PEOPLE[:at], *rows, *PEOPLE[at:]]

    yield Case("a short row", "a.csv", changed("Ida"), rows=with_row(("Ida", None, None)), told=["Row 5 is shorter"])
    yield Case("a long row", "a.csv", changed("Ida,1,Goa,x"), names=(*NAMES, "unnamed_4"),
               rows=[(*row, "x" if row[0] == "Ida" else None) for row in with_row(("Ida", "1", "Goa"))],
               told=["Row 5 is longer"])  # fmt: skip
    yield Case("a row with a margin", "a.csv", changed("Ida,1,Goa,,"), rows=with_row(("Ida", "1", "Goa")))
    yield Case("blank lines within", "a.csv", changed("", ""), told=["2 rows (5, 6) are blank"],
               lines=[2, 3, 4, 7, 8, 9, 10, 11])  # fmt: skip
    yield Case("a row of delimiters", "a.csv", changed(",,"), rows=with_row((None, None, None)))
    yield Case("a total below", "a.csv", changed("Total,8,", at=9), rows=[*PEOPLE, ("Total", "8", None)],
               told=["Row 10 looks like a total"])  # fmt: skip
    yield Case("notes below", "a.csv", changed("", "Generated on 2026-11-08,,", "Page 1 of 1,,", at=9),
               rows=[*PEOPLE, ("Generated on 2026-11-08", None, None), ("Page 1 of 1", None, None)],
               told=["Row 10 is blank", "Row 11 looks like a total or a note", "Row 12 looks"],
               lines=[*range(2, 10), 11, 12])  # fmt: skip
    yield Case("the header again", "a.csv", changed(lines[0]), rows=with_row(NAMES), told=["Row 5 is the header again"])
    yield Case("mixed ends of lines", "a.csv", text().replace("\n", "\r\n", 4).encode())


def _headers() -> Iterator[Case]:
    body = text().partition("\n")[2]
    yield Case("titles above", "a.csv", f"Guests of 2026\n\n{text()}".encode(), told=["Row 1 is above the header"],
               lines=range(4, 12))  # fmt: skip
    yield Case("titles of three lines above", "a.csv", f"Guests\nof\n2026\n{text()}".encode(),
               told=["3 rows (1, 2, 3) are above the header"], lines=range(5, 13))  # fmt: skip
    yield Case("a name twice", "a.csv", f"Name,Mobile,Mobile\n{body}".encode(), names=("Name", "Mobile", "Mobile (2)"),
               told=["More than one column is called 'Mobile'"])  # fmt: skip
    yield Case("a name missing", "a.csv", f"Name,,City\n{body}".encode(), names=("Name", "unnamed_2", "City"),
               told=["1 column(s) without a name"])  # fmt: skip
    yield Case("spaces in names", "a.csv", f' Name , Mobile,"City\n of birth"\n{body}'.encode(),
               names=("Name", "Mobile", "City of birth"))  # fmt: skip
    yield Case("no names", "a.csv", body.encode(), error="header_row=0")
    yield Case("no names, as is said", "a.csv", body.encode(), names=("unnamed_1", "unnamed_2", "unnamed_3"),
               options={"header_row": 0})  # fmt: skip
    yield Case("a row of names that is not there", "a.csv", text().encode(), options={"header_row": 50},
               error="header_row=50 is no filled row")  # fmt: skip


def _no_text() -> Iterator[Case]:
    for what, file, content, error in (
        ("nothing", "a.csv", b"", "is empty"),
        ("blanks", "a.csv", b" \r\n\r\n", "is empty"),
        ("a byte order mark", "a.csv", b"\xef\xbb\xbf", "is empty"),
        ("delimiters", "a.csv", b",,\n,,\n", "is empty"),
        ("signals", "a.csv", bytes(range(1, 32)) * 50, "control characters"),
        ("a PDF", "a.csv", b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        ("a picture", "a.csv", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("a database", "a.csv", b"SQLite format 3\x00", "is a database"),
        ("a page of the web that is called xls", "a.xls", b"<html><body><table><tr><td>Name", "is a web page"),
        ("an unknown ending", "a.docx", b"Name,Mobile\n", "'.docx'"),
        ("no ending", "a", b"Name,Mobile\n", "'nothing'"),
        ("a row without end", "a.csv", b"Name,Mobile\n" + b"x" * 40_000_000, "a row of over"),
    ):
        yield Case(f"{what} instead of text", file, content, error=error)


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
