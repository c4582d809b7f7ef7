"""vcf: electronic business cards, one a row, as telephones and address books write them (vCard 2.1, 3.0 and 4.0)."""

from __future__ import annotations

import quopri
import re
from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from listkit.errors import ReadError
from listkit.frame.documents import encodings
from listkit.frame.documents.document import Findings
from listkit.frame.documents.objects import numbered, tabulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.documents.document import Piece, Wishes
    from listkit.frame.documents.objects import Record
    from listkit.frame.documents.packing import Source

COLUMNS = {
    "FN": "full_name", "TEL": "phone", "EMAIL": "email", "ORG": "company", "CATEGORIES": "tag", "NICKNAME": "nickname",
    "TITLE": "title", "ROLE": "role", "ADR": "address", "NOTE": "note", "BDAY": "birthday", "URL": "url",
    "UID": "uid",
}  # fmt: skip
"""What each property is called as a column; a card with two telephones has `phone` and `phone_2`."""
NAME = ("last_name", "first_name", "middle_name", "prefix", "suffix")
"""The parts of the property N, in their order."""

_CARDS = 10_000
_HEADS = 1_000
_LINE_MAXIMUM = 1 << 24
_SILENT = frozenset(("VERSION", "PRODID", "REV", "BEGIN", "END"))
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEMICOLON = re.compile(r"(?<!\\);")
_QUOTED = re.compile(r'"[^"]*"')


class Property(NamedTuple):
    """One line of a card: `TEL;TYPE=CELL:+1 202 555 0123`."""

    name: str
    parameters: dict[str, str]
    value: str


class Cards:
    """A file of cards, read a piece at a time; what is no card, or a card that is not ended, is told."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the file's beginning."""
        self._source = source
        self._decoding = encodings.Decoding(source.name, source.start(encodings.SAMPLE), wishes.encoding)
        self.found = Findings(encoding=self._decoding.called)

    def __iter__(self) -> Iterator[Piece]:
        self._decoding.begin()
        told: list[str] = []
        passed: Counter[str] = Counter()
        count, cards = 0, self._cards(told)
        while part := list(islice(cards, _CARDS)):
            count += len(part)
            yield tabulate((_record(card, passed) for _, card in part), [number for number, _ in part])
        if not count:
            raise ReadError(f"{self._source.name} holds no card: one begins with BEGIN:VCARD and ends with END:VCARD.")
        if passed:
            told.append(f"Not read of the cards: {', '.join(f'{name} ({times:,})' for name, times in passed.items())}.")
        self.found.encoding, self.found.problems = self._decoding.called, told + self._decoding.problems

    def _cards(self, told: list[str]) -> Iterator[tuple[int, list[Property]]]:
        card: list[Property] | None = None
        begun = 0
        for number, line in self._unfolded():
            mark = line.strip().upper() if line[:1] in "BbEe" else ""
            if mark == "BEGIN:VCARD":
                if card is not None:
                    told.append(f"The card in row {begun:,} is not ended: it is read up to row {number:,}.")
                    yield begun, card
                card, begun = [], number
            elif card is not None and mark == "END:VCARD":
                yield begun, card
                card = None
            elif card is not None:
                found = _property(line)
                if found:
                    card.append(found)
                else:
                    told.append(f"Row {number:,} is no property of a card, and left out.")
            else:
                told.append(f"Row {number:,} belongs to no card, and is left out.")
        if card is not None:
            told.append(f"The card in row {begun:,} is not ended: the file breaks off.")
            yield begun, card

    def _unfolded(self) -> Iterator[tuple[int, str]]:
        """Join the lines that were cut because they were long, as each version cuts them."""
        begun, whole, is_soft = 0, "", False
        for number, line in enumerate(self._lines(), 1):
            if is_soft:
                whole, is_soft = whole[:-1] + line.lstrip("\t"), line.endswith("=")
            elif line[:1] in {" ", "\t"} and whole:
                whole += line[1:]
            else:
                if whole.strip():
                    yield begun, whole
                begun, whole = number, line
                is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
            if len(whole) > _LINE_MAXIMUM:
                raise ReadError(f"A card of {self._source.name} has a line of more than {_LINE_MAXIMUM:,} characters.")
        if whole.strip():
            yield begun, whole

    def _lines(self) -> Iterator[str]:
        rest = b""
        with self._source.open() as file:
            for block in self._decoding.blocks(file, 1 << 20):
                whole, _, rest = (rest + block).replace(b"\r\n", b"\n").replace(b"\r", b"\n").rpartition(b"\n")
                if whole:
                    yield from self._decoding.text(whole).split("\n")
        yield self._decoding.text(rest)


def _property(line: str) -> Property | None:
    """Read one line; a group before the name, as in `item1.TEL`, is nobody's business.

    >>> _property("item1.TEL;TYPE=CELL:+1 202 555 0123")
    Property(name='TEL', parameters={'TYPE': 'CELL'}, value='+1 202 555 0123')
    """
    head, colon, value = _cut_at_colon(line)
    if not colon:
        return None
    name, parameters = _read_head(head)
    return Property(name, parameters, _plain(value, parameters) if parameters else value)


@lru_cache(_HEADS)
def _read_head(head: str) -> tuple[str, dict[str, str]]:
    """Read what stands before the colon; the same few stand in every card."""
    name, *told = _SEMICOLON.split(head)
    parameters: dict[str, str] = {}
    for one in told:
        key, is_named, what = one.partition("=")
        key, what = (key, what) if is_named else (_bare(one), one)
        parameters[key.strip().upper()] = what.strip('"')
    return name.rpartition(".")[2].strip().upper(), parameters


def _cut_at_colon(line: str) -> tuple[str, str, str]:
    """Cut a line at the first colon that stands in no quotes."""
    outside = _QUOTED.sub(lambda quoted: "q" * len(quoted[0]), line) if '"' in line else line
    at = outside.find(":")
    return (line[:at], ":", line[at + 1 :]) if at > 0 else (line, "", "")


def _bare(parameter: str) -> str:
    """Name a parameter that version 2.1 writes by its value alone."""
    return "ENCODING" if parameter.strip().upper() in {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"} else "TYPE"


def _plain(value: str, parameters: dict[str, str]) -> str:
    if parameters.get("ENCODING", "").upper() != "QUOTED-PRINTABLE":
        return value
    raw = quopri.decodestring(value.encode())
    try:
        return raw.decode(parameters.get("CHARSET", "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return raw.decode("cp1252", "replace")


def _parts(value: str) -> list[str]:
    r"""Cut a value at its semicolons, and take the escapes out of each part.

    >>> _parts(r"Rao;Asha\, M.D.;;")
    ['Rao', 'Asha, M.D.', '', '']
    """
    if "\\" not in value:
        return value.split(";")
    return [_ESCAPED.sub(lambda mark: "\n" if mark[1] in "nN" else mark[1], part) for part in _SEMICOLON.split(value)]


def _record(card: list[Property], passed: Counter[str]) -> Record:
    """Make one row of a card: a value that is there again is numbered."""
    row: Record = {}
    for name, _, value in card:
        if name == "N":
            told = zip(NAME, _parts(value), strict=False)
            row |= {numbered(called, row): part.strip() for called, part in told if part.strip()}
        elif called := COLUMNS.get(name):
            text = ", ".join(part.strip() for part in _parts(value) if part.strip())
            if text:
                row[numbered(called, row)] = text
        elif name not in _SILENT:
            passed[name] += 1
    return row
