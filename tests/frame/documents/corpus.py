"""A corpus of damaged text files, made from rules: what happened to a list, and what has to come of it.

Each case is a file's name and bytes, and its outcome: the rows that are in it with the sentences
that tell what was odd, or the one sentence that refuses it. Nothing is drawn by chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Make all of text."""
    yield from _plain_text()
    yield from _encodings()
    yield from _quotes()
    yield from _cells()
    yield from _rows_of_text()
    yield from _headers()
    yield from _no_text()


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
