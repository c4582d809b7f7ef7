"""Where the bytes of a list come from: the file itself, or what is packed into it by gzip or zip."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from listkit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

KINDS = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".vcf": "vcf",
}  # fmt: skip
"""What a file holds by its ending; what its first bytes say comes first."""

WHOLE_MAXIMUM = 200_000_000
"""How many bytes a file may have where it has to be held whole."""
SPOILT = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, gzip.BadGzipFile)
"""What the standard library raises on an archive: damaged, packed in a way that it does not know, with a password."""
_RATIO_MAXIMUM = 100
_RATIO_FROM = 50_000_000
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP = b"\x1f\x8b"
_MARKS = {b"\xd0\xcf\x11\xe0": "xls", b"PAR1": "parquet", b"BEGIN:VCARD": "vcf", b"\xef\xbb\xbfBEGIN:VCARD": "vcf"}
_MARKED = frozenset(("xlsx", "xls", "ods", "parquet"))
_BOOKS = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
_NO_LISTS = {"word/document.xml": "a Word document", "ppt/presentation.xml": "slides", "xl/workbook.bin": "an xlsb"}
_NESTED_MAXIMUM = 3


@dataclass(frozen=True)
class Source:
    """Bytes that can be read from their beginning as often as one likes; `size` is what they take as they are kept."""

    name: str
    ending: str
    size: int
    open: Callable[[], IO[bytes]]
    kind: str | None = None
    is_packed: bool = True

    @property
    def problems(self) -> list[str]:
        """Whether the file is of another kind than its ending says, as a sentence."""
        if self.kind == KINDS.get(self.ending, self.kind):
            return []
        return [f"{self.name} is {self.kind} by what it holds, and read as that."]

    def start(self, count: int) -> bytes:
        """Return the first bytes."""
        with self.open() as file:
            return file.read(count)

    def whole(self, maximum: int = WHOLE_MAXIMUM) -> bytes:
        """Return all bytes; ReadError where they are too many to be held at once."""
        with self.open() as file:
            found = file.read(maximum + 1)
        if len(found) > maximum:
            raise ReadError(f"{self.name} has more than {maximum:,} bytes, the most that are read of its kind at once.")
        return found

    def seekable(self) -> IO[bytes]:
        """Open the bytes so that one can go back and forth in them."""
        return io.BytesIO(self.whole()) if self.is_packed else self.open()


def find(path: Path, member: str | None = None) -> Source:
    """Find the bytes of a list in a file, unpacked as often as they are packed; `member` chooses among several.

    Raises ReadError where an archive holds several lists and none is named, none at all, or is damaged.
    """
    source = Source(path.name, path.suffix.lower(), path.stat().st_size, lambda: path.open("rb"), is_packed=False)
    for _ in range(_NESTED_MAXIMUM + 1):
        start = source.start(16)
        if start.startswith(_GZIP):
            source = _from_gzip(source)
        elif start.startswith(_ZIPS):
            source, member = _from_zip(source, member)
            if source.kind:
                break
        else:
            source = replace(source, kind=_kind(start, KINDS.get(source.ending)))
            break
    else:
        raise ReadError(f"{path.name} is packed more than {_NESTED_MAXIMUM} times over: unpack it first.")
    if member is not None:
        raise ReadError(f"{path.name} is no zip archive, so that it has no member {member!r}: leave member= out.")
    return source


def _kind(start: bytes, expected: str | None) -> str | None:
    """Tell what a file is by its first bytes; without a mark of its own it is text of some kind."""
    marked = next((kind for mark, kind in _MARKS.items() if start.startswith(mark)), None)
    return marked or ("text" if expected in _MARKED else expected)


def _from_gzip(source: Source) -> Source:
    inner = PurePosixPath(source.name.lower().removesuffix(".gz")).suffix or ".txt"

    def unpacked() -> IO[bytes]:
        packed = source.open()
        return io.BufferedReader(_Unpacked(gzip.GzipFile(fileobj=packed), source.name, source.size, packed))

    return Source(source.name, inner if source.ending == ".gz" else source.ending, source.size, unpacked)


def _from_zip(source: Source, wanted: str | None) -> tuple[Source, str | None]:
    """Find a list among the members of an archive; where the zip is itself a workbook, say so."""
    try:
        with source.seekable() as file, zipfile.ZipFile(file) as archive:
            members = {entry.filename: entry for entry in archive.infolist() if not _is_aside(entry)}
    except SPOILT as refused:
        raise ReadError(
            f"{source.name} is damaged ({refused}): fetch it again, or open it and save it again."
        ) from None
    if kind := next((kind for name, kind in _BOOKS.items() if name in members), None):
        return replace(source, kind=kind), wanted
    if other := next((kind for name, kind in _NO_LISTS.items() if name in members), None):
        raise ReadError(f"{source.name} is {other}, and no list is read from one: save the list as xlsx or csv.")
    entry = _chosen(source.name, {name: entry for name, entry in members.items() if _is_list(name)}, wanted)
    if entry.flag_bits & 1:
        raise ReadError(f"{entry.filename} in {source.name} is protected by a password: unpack it first.")

    def unpacked() -> IO[bytes]:
        packed = source.seekable()
        try:
            opened = zipfile.ZipFile(packed).open(entry)  # noqa: SIM115 - _Unpacked closes it
        except SPOILT as refused:
            packed.close()
            raise ReadError(f"{entry.filename} in {source.name} cannot be unpacked ({refused}).") from None
        return io.BufferedReader(_Unpacked(opened, f"{entry.filename} in {source.name}", entry.compress_size, packed))

    path = PurePosixPath(entry.filename)
    return Source(path.name, path.suffix.lower(), entry.compress_size, unpacked), None


def _chosen(archive: str, lists: dict[str, zipfile.ZipInfo], wanted: str | None) -> zipfile.ZipInfo:
    there = ", ".join(map(repr, lists))
    if not lists:
        kinds = ", ".join(ending.removeprefix(".") for ending in KINDS)
        raise ReadError(f"{archive} holds no file of a kind that is read: {kinds}.")
    if wanted is None and len(lists) > 1:
        raise ReadError(f"{archive} holds {len(lists)} lists: name one of {there} with member=.")
    if wanted is not None and wanted not in lists:
        raise ReadError(f"There is no member {wanted!r} in {archive}; there are {there}.")
    return lists[wanted or next(iter(lists))]


def _is_aside(entry: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, or what a Macintosh notes beside its files."""
    path = PurePosixPath(entry.filename)
    return entry.is_dir() or "__MACOSX" in path.parts or path.name.startswith(".")


def _is_list(name: str) -> bool:
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix in KINDS


def refuse_swollen(name: str, size: int, packed: int, maximum: int | None = None) -> None:
    """Refuse what has grown, or says that it grows, as only a bomb does, or past what is read of its kind."""
    if size > max(_RATIO_FROM, _RATIO_MAXIMUM * packed):
        raise ReadError(
            f"{name} unpacks to more than {_RATIO_MAXIMUM} times its {packed:,} bytes, as no list does: it is not read."
        )
    if maximum and size > maximum:
        raise ReadError(f"{name} unpacks to {size:,} bytes and at most {maximum:,} are read: save it as csv.")


class _Unpacked(io.RawIOBase):
    """A packed file's bytes; ReadError where it is damaged, or grows as only a bomb does."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, name: str, size: int, packed: IO[bytes]) -> None:
        self._file, self._name, self._size, self._packed, self._count = file, name, size, packed, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Unpack the next bytes."""
        view = memoryview(buffer).cast("B")
        try:
            found = self._file.read(len(view))
        except SPOILT as refused:
            raise ReadError(f"{self._name} is damaged ({refused}): fetch it again.") from None
        view[: len(found)] = found
        self._count += len(found)
        refuse_swollen(self._name, self._count, self._size)
        return len(found)

    def close(self) -> None:
        """Close the file, and what it is packed in."""
        self._file.close()
        self._packed.close()
        super().close()
