"""A CSV file read from any row on, a piece at a time, by the rules of the API that it came through."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

import msgspec

from listkit.contact import CUSTOM_PREFIX, Contact
from listkit.wire import exotel, textmagic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from listkit.server.store.base import Api, Job

ROWS = 5_000
LONGEST_LINE = 1024 * 1024
_BLOCK = 64 * 1024
_BOM = b"\xef\xbb\xbf"


class Rule(NamedTuple):
    """What an API asks of a file: how a number is written, which first row is a heading, and how a job ends."""

    read_phone: Callable[[str], str | None]
    is_heading: Callable[[str], bool]
    end: Callable[[Job], Literal["done", "failed"]]


def _has_no_digit(cell: str) -> bool:
    return not any(character.isdigit() for character in cell)


def _end_by_rows(job: Job) -> Literal["done", "failed"]:
    return "failed" if 0 < job.total == job.failed else "done"


RULES: dict[Api, Rule] = {
    "exotel": Rule(exotel.read_phone, is_heading=lambda _: True, end=lambda _: "done"),
    "textmagic": Rule(textmagic.read_phone, is_heading=_has_no_digit, end=_end_by_rows),
}


class Piece(msgspec.Struct):
    """Some rows of a file: the contacts among them, how many rows there were, and where the next one starts."""

    at: int
    contacts: list[Contact] = []
    total: int = 0
    failed: int = 0
    is_broken: bool = False

    def take(self, contact: Contact | None) -> None:
        """Count one more row, and keep its contact where it has one."""
        self.total += 1
        if contact is None:
            self.failed += 1
        else:
            self.contacts.append(contact)


def read_pieces(job: Job, path: Path, *, rows: int = ROWS) -> Iterator[Piece]:
    """Read a job's file from where the job is; the last piece says whether the file could be read to its end."""
    rule = RULES[job.api]
    columns = _Columns(job.layout)
    is_first = job.at == 0
    piece = Piece(job.at)
    with path.open("rb") as file:
        lines = _Lines(file, job.at)
        try:
            for cells in csv.reader(lines, strict=True):
                stripped = [cell.strip() for cell in cells]
                if not any(stripped):
                    continue
                was_first, is_first = is_first, False
                if was_first and rule.is_heading(columns.phone(stripped)):
                    continue
                piece.take(columns.contact(stripped, rule.read_phone))
                if piece.total == rows:
                    piece.at = lines.at
                    yield piece
                    piece = Piece(lines.at)
        except (csv.Error, UnicodeDecodeError):
            piece.is_broken = True
    piece.at = lines.at
    yield piece


class _Lines:
    """The lines of a file as text, and the byte at which the next one starts."""

    def __init__(self, file: IO[bytes], at: int) -> None:
        self.at = at
        self._file = file

    def __iter__(self) -> Iterator[str]:
        self._file.seek(self.at)
        for line in self._lines():
            text = line.removeprefix(_BOM) if self.at == 0 else line
            self.at += len(line)
            yield text.decode()

    def _lines(self) -> Iterator[bytes]:
        """Cut blocks at CR, LF and CRLF; the last line of a block may go on in the next."""
        rest = b""
        while block := self._file.read(_BLOCK):
            whole = (rest + block).splitlines(keepends=True)
            rest = whole.pop()
            if len(rest) > LONGEST_LINE:
                message = f"a line is longer than {LONGEST_LINE:,} bytes"
                raise csv.Error(message)
            yield from whole
        yield from rest.splitlines(keepends=True)


class _Columns:
    """Which column of a file is which field of a contact."""

    def __init__(self, layout: Mapping[int, str]) -> None:
        own = {at: field.removeprefix(CUSTOM_PREFIX) for at, field in layout.items() if field.startswith(CUSTOM_PREFIX)}
        self._own = list(own.items())
        self._phone = next(at for at, field in layout.items() if field == "phone")
        self._texts = [(at, field) for at, field in layout.items() if at not in own and at != self._phone]

    def phone(self, cells: Sequence[str]) -> str:
        """Return the number as it stands there; empty where the row is too short."""
        return cells[self._phone] if self._phone < len(cells) else ""

    def contact(self, cells: Sequence[str], read_phone: Callable[[str], str | None]) -> Contact | None:
        """Make a contact of a row, or return None where its number, or a NUL in it, cannot be taken."""
        phone = read_phone(self.phone(cells))
        if phone is None or any("\0" in cell for cell in cells):
            return None
        texts = {field: cells[at] for at, field in self._texts if at < len(cells) and cells[at]}
        own = {name: cells[at] for at, name in self._own if at < len(cells) and cells[at]}
        return Contact(phone=phone, custom=own or None, **texts)
