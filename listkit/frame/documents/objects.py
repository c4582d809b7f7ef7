"""json and jsonl: objects into rows, one inside another as a dotted column, every number as it is written."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from listkit.errors import ReadError
from listkit.frame.documents import encodings, header
from listkit.frame.documents.document import Findings, Piece, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listkit.frame.documents.document import Wishes
    from listkit.frame.documents.packing import Source

WHOLE_MAXIMUM = 20_000_000
"""How many bytes a file may have that has to be held whole, as one of lists under keys has."""
COLUMNS_MAXIMUM = 16_384
"""How many columns objects may make: as many as a sheet of a workbook has."""
_DEEPEST = 20
_SEARCHED = 3
_LINES = 20_000
_NAMED = 3

Record: TypeAlias = "dict[str, str | None]"


class Pairs(list[tuple[str, Any]]):
    """An object as it is written: its names in their order, one that is there twice included."""


_PLAIN = {str, type(None)}
_OBJECTS = re.compile(rb"\s*\[\s*\{")
_FIRST = re.compile(r"\s*\[\s*(?P<end>\])?")
_NEXT = re.compile(r"\s*(?:,\s*(?=[^\s\]])|(?P<end>\]))")
_BLOCK = 1 << 22
_DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=str, parse_float=str, parse_constant=str)


def find(source: Source, wishes: Wishes) -> Objects | Elements | Lines:
    """Open a JSON file, which may be one value or hold one on each line."""
    start = source.start(encodings.SAMPLE)
    line, _, below = start.partition(b"\n")
    if below.lstrip().startswith((b"{", b"[")) and line.strip().endswith((b"}", b"]")):
        return Lines(source, wishes)
    return Elements(source, wishes) if _OBJECTS.match(start) else Objects(source, wishes)


class Objects:
    """A file that is one JSON value: a list of objects, lists under keys, or one object for each name.

    A list that stands under a key is a sheet by that key's name; the longest is read unless `sheet` names another.
    """

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Read the file, and find the records in it."""
        decoding = encodings.Decoding(source.name, source.start(encodings.SAMPLE), wishes.encoding)
        if source.start(WHOLE_MAXIMUM + 1)[WHOLE_MAXIMUM:]:
            raise ReadError(
                f"{source.name} has more than {WHOLE_MAXIMUM:,} bytes, the most that are read of json at once where it "
                "is no plain list: save it as a list of objects, or as jsonl."
            )
        with source.open() as file:
            text = decoding.text(b"".join(decoding.blocks(file, _BLOCK)))
        value = _decoded(text, source.name)
        lists = {".".join(path): found for path, found in _lists(value)}
        if not lists:
            raise ReadError(f"{source.name} holds no list of objects: a list of contacts is [{{…}}, {{…}}].")
        sheet, told = _chosen(lists, wishes.sheet)
        self._records = lists[sheet]
        self._told = told + decoding.problems
        self._header_row = wishes.header_row
        self.found = Findings(
            encoding=decoding.called, sheet=sheet or None, sheets=[name for name in lists if name], problems=self._told
        )

    def __iter__(self) -> Iterator[Piece]:
        if all(isinstance(row, list) and not isinstance(row, Pairs) for row in self._records):
            rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(self._records, 1)]
            named = header.find(rows, self._header_row)
            told = header.Told(named)
            piece = told.square(rows)
            self.found.header_row, self.found.unnamed = named.row, told.unnamed
            self.found.problems = [*self._told, *told.sentences()]
            yield piece
        else:
            yield tabulate(map(flatten, self._records), np.arange(1, len(self._records) + 1))


class Elements:
    """A file that is one list of objects, read a piece at a time."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the file's beginning."""
        self._source = source
        self._decoding = encodings.Decoding(source.name, source.start(encodings.SAMPLE), wishes.encoding)
        self.found = Findings(encoding=self._decoding.called)

    def __iter__(self) -> Iterator[Piece]:
        self._decoding.begin()
        count, elements = 0, self._elements()
        while part := list(islice(elements, _LINES)):
            yield tabulate(map(flatten, part), np.arange(count + 1, count + len(part) + 1))
            count += len(part)
        self.found.encoding, self.found.problems = self._decoding.called, self._decoding.problems

    def _elements(self) -> Iterator[Any]:
        """Decode one object after the other; one that is not whole yet waits for more of the file."""
        text, at, count, between = "", 0, 0, _FIRST
        for part, is_last in self._parts():
            text, at = text[at:] + part, 0
            while mark := between.match(text, at):
                if mark["end"]:
                    if is_last and text[mark.end() :].strip():
                        raise ReadError(f"{self._source.name} is no JSON: it goes on behind its {count:,} objects.")
                    break
                try:
                    value, at = _DECODER.raw_decode(text, mark.end())
                except json.JSONDecodeError as refused:
                    if is_last:
                        raise ReadError(
                            f"{self._source.name} is no JSON: {refused.msg} in object {count + 1:,} of its list."
                        ) from None
                    break
                except RecursionError:
                    raise _too_deep(self._source.name) from None
                yield value
                count, between = count + 1, _NEXT
            else:
                if is_last:
                    raise ReadError(f"{self._source.name} is no JSON: its list breaks off behind {count:,} objects.")

    def _parts(self) -> Iterator[tuple[str, bool]]:
        """Read text that ends where an object may end, so that no letter is cut in two."""
        rest = b""
        with self._source.open() as file:
            for block in self._decoding.blocks(file, _BLOCK):
                data = rest + block
                end = data.rfind(b"}") + 1 if block else len(data)
                rest = data[end:]
                yield self._decoding.text(data[:end]), not block


class Lines:
    """A file with a JSON object on every line, read a piece at a time; a line that is none is told and left out."""

    def __init__(self, source: Source, wishes: Wishes) -> None:
        """Look at the file's beginning."""
        self._source = source
        self._decoding = encodings.Decoding(source.name, source.start(encodings.SAMPLE), wishes.encoding)
        self.found = Findings(encoding=self._decoding.called)

    def __iter__(self) -> Iterator[Piece]:
        self._decoding.begin()
        bad: dict[int, str] = {}
        count = 0
        records = self._read(bad)
        while part := list(islice(records, _LINES)):
            count += len(part)
            yield tabulate((flatten(value) for _, value in part), [number for number, _ in part])
        if not count:
            raise ReadError(f"{self._source.name} has no line that is a JSON object: a contact a line is {{…}}.")
        first = "; ".join(f"row {number:,} {why}" for number, why in islice(bad.items(), _NAMED))
        told = [f"{len(bad):,} of {count + len(bad):,} rows are no JSON and left out: {first}."] if bad else []
        self.found.encoding, self.found.problems = self._decoding.called, told + self._decoding.problems

    def _read(self, bad: dict[int, str]) -> Iterator[tuple[int, Any]]:
        for number, line in enumerate(self._lines(), 1):
            if not line.strip():
                continue
            try:
                value = _decoded(self._decoding.text(line), self._source.name)
            except ReadError as refused:
                bad[number] = str(refused).partition(": ")[2].removesuffix(".")
            else:
                yield number, value

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        with self._source.open() as file:
            for block in self._decoding.blocks(file, 1 << 20):
                *lines, rest = (rest + block).split(b"\n")
                yield from lines
        yield rest


def _decoded(text: str, name: str) -> Any:
    try:
        return _DECODER.decode(text.strip())
    except json.JSONDecodeError as refused:
        where = f"line {refused.lineno:,}, column {refused.colno:,}"
        raise ReadError(f"{name} is no JSON: {refused.msg} in {where}.") from None
    except RecursionError:
        raise _too_deep(name) from None


def _too_deep(name: str) -> ReadError:
    return ReadError(f"{name} is no list: its objects are nested too deep to be contacts.")


def _lists(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Find the lists of records in a value."""
    if isinstance(value, Pairs):
        if len(path) < _SEARCHED:
            for name, inner in value:
                if isinstance(inner, list):
                    yield from _lists(inner, (*path, name))
        if not path and value and not any(isinstance(inner, list) for _, inner in value):
            yield (), [value]
        elif not path and value and all(isinstance(inner, Pairs) for _, inner in value):
            yield (), [inner for _, inner in value]
    elif isinstance(value, list) and value and all(isinstance(one, list) for one in value):
        yield path, value
    elif isinstance(value, list) and value and not path:
        yield path, [one if isinstance(one, Pairs) else Pairs([("value", one)]) for one in value]


def _chosen(lists: dict[str, list[Any]], wanted: str | int | None) -> tuple[str, list[str]]:
    names = list(lists)
    if isinstance(wanted, int) and 0 <= wanted < len(names):
        return names[wanted], []
    if wanted is not None and wanted not in names:
        raise ReadError(f"There is no list {wanted!r}; there are {', '.join(map(repr, names))}.")
    if isinstance(wanted, str):
        return wanted, []
    chosen = max(names, key=lambda name: len(lists[name]))
    others = ", ".join(repr(name) for name in names if name != chosen)
    return chosen, [f"The list {chosen!r} is read; {others} is not: name it with sheet=."] if others else []


def flatten(value: Any) -> Record:
    """Make one row of an object: what is inside another by a dotted name, the items of a list by a number."""
    row: Record = {}
    if isinstance(value, Pairs) and len(plain := dict(value)) == len(value):
        kinds = set(map(type, plain.values()))
        if kinds <= _PLAIN:
            return plain
    _fill(row, value, "", 0)
    return row


def _fill(row: Record, value: Any, name: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise ReadError(
            f"An object is nested more than {_DEEPEST} deep under {name.partition('.')[0]!r}: it is no contact."
        )
    if isinstance(value, Pairs):
        for inner, one in value:
            _fill(row, one, f"{name}.{inner}" if name else inner, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _fill(row, one, name, depth + 1)
    else:
        row[numbered(name or "value", row)] = _text(value)


def numbered(name: str, taken: Iterable[str]) -> str:
    """Return a name for one more value of a kind: phone, phone_2, phone_3."""
    number = 1
    while (called := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return called


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return None if value is None else str(value).encode("utf-8", "replace").decode()


def tabulate(records: Iterable[Record], numbers: Any) -> Piece:
    """Make a piece of records; a name that a record does not have is a missing cell."""
    columns: dict[str, list[str | None]] = {}
    for at, record in enumerate(records):
        for name, cell in record.items():
            cells = columns.setdefault(name, [])
            cells.extend([None] * (at - len(cells)))
            cells.append(cell)
        if len(columns) > COLUMNS_MAXIMUM:
            raise ReadError(f"The records have more than {COLUMNS_MAXIMUM:,} different names: they are no list.")
    for cells in columns.values():
        cells.extend([None] * (len(numbers) - len(cells)))
    return Piece(texts(columns), numbers)
