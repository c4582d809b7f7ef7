"""Forms with files in them, as browsers send them: fields ⇄ bytes."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from listkit.errors import MissingExtraError, UnreadableBodyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.wire.message import Request

MEDIA_TYPE = "multipart/form-data"
MOST_PARTS = 32
"""No form of either vendor has more than a handful."""
MOST_HEADERS, LONGEST_HEADER = 8, 4096
"""Of each part."""
LONGEST_TEXT = 1024 * 1024
"""Bytes of a field that is no file; it is read into memory."""
BLOCK = 256 * 1024


class Span(msgspec.Struct, frozen=True):
    """Some bytes of a file on disk."""

    path: Path
    start: int
    length: int


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a form: its bytes, or where they lie on disk."""

    filename: str
    content: bytes | Span
    content_type: str = "application/octet-stream"

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return self.content.length if isinstance(self.content, Span) else len(self.content)

    def beginning(self, size: int) -> bytes:
        """Return the first bytes, `size` at most.

        >>> FilePart(filename="a.csv", content=b"number").beginning(3)
        b'num'
        """
        if isinstance(self.content, bytes):
            return self.content[:size]
        with self.content.path.open("rb") as file:
            file.seek(self.content.start)
            return file.read(min(size, self.content.length))

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes; what lies on disk comes piece by piece."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        left = self.content.length
        with self.content.path.open("rb") as file:
            file.seek(self.content.start)
            while left and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block


Part: TypeAlias = str | FilePart


def encode(fields: Sequence[tuple[str, Part]]) -> tuple[str, bytes]:
    """Write a form and return its content type and its bytes.

    >>> content_type, body = encode([("list_name", "VIP")])
    >>> decode(content_type, body)
    {'list_name': 'VIP'}
    """
    boundary = secrets.token_hex(16)
    chunks: list[bytes] = []
    for name, part in fields:
        content = part.blocks() if isinstance(part, FilePart) else [part.encode()]
        chunks += [f"--{boundary}\r\n".encode(), _heading(name, part), *content, b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    return f"{MEDIA_TYPE}; boundary={boundary}", b"".join(chunks)


def decode_form(request: Request) -> dict[str, Part]:
    """Read the form that is the body of a request, wherever the body is."""
    return decode(request.headers.get("content-type", ""), request.spooled or request.body)


def decode(content_type: str, body: bytes | Path) -> dict[str, Part]:
    """Read a form from memory, or piece by piece from a file; of parts with one name the last counts.

    Files in a form on disk stay there: their content is a `Span`. Raises UnreadableBodyError
    for anything that is not a whole and sane form: no boundary, a missing end, a part without
    a name, text that is not UTF-8 or longer than 1 MiB, more than 32 parts.
    """
    try:
        from python_multipart.exceptions import FormParserError  # noqa: PLC0415 - only servers read forms
        from python_multipart.multipart import MultipartParser, parse_options_header  # noqa: PLC0415 - the same
    except ImportError as missing:
        raise MissingExtraError("server") from missing
    kind, options = parse_options_header(content_type)
    if kind != MEDIA_TYPE.encode() or not options.get(b"boundary"):
        raise UnreadableBodyError(f"a form says {MEDIA_TYPE} and its boundary in Content-Type")
    form = _Form()
    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": form.begin,
                "on_header_field": form.header_name,
                "on_header_value": form.header_value,
                "on_header_end": form.header_end,
                "on_part_data": form.data,
                "on_part_end": form.end,
                "on_end": form.close,
            },
            max_header_count=MOST_HEADERS,
            max_header_size=LONGEST_HEADER,
        )
        for block in _blocks(body):
            form.block = block
            parser.write(block)
            form.at += len(block)
    except FormParserError as error:
        raise UnreadableBodyError("the form cannot be read: its parts are broken") from error
    if not form.is_whole:
        raise UnreadableBodyError("the form is cut off: its last boundary is missing")
    parts: dict[str, Part] = {}
    for headers, start, length in form.parts:
        _, about = parse_options_header(headers.get("content-disposition"))
        if b"name" not in about:
            raise UnreadableBodyError("a part of the form has no name")
        name = _text(about[b"name"])
        if b"filename" in about:
            parts[name] = FilePart(
                filename=_text(about[b"filename"]),
                content=Span(body, start, length) if isinstance(body, Path) else body[start : start + length],
                content_type=headers.get("content-type", "application/octet-stream"),
            )
        else:
            parts[name] = _text(_cut(body, start, length))
    return parts


class _Form:
    """Notes where each part lies, as the parser calls out, and says when it is too much."""

    def __init__(self) -> None:
        self.parts: list[tuple[dict[str, str], int, int]] = []
        self.is_whole = False
        self.block = b""
        self.at = 0
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._start = self._length = 0

    def begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise UnreadableBodyError(f"the form has more than {MOST_PARTS} parts")
        self._headers, self._start, self._length = {}, 0, 0

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        # Latin-1 takes every byte, so that a name in UTF-8 passes through whole.
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._length == 0:
            # Bytes that might have been a boundary are called out later, from a copy: they end where the block begins.
            self._start = self.at + start if data is self.block else self.at - end
        self._length += end - start

    def end(self) -> None:
        self.parts.append((self._headers, self._start, self._length))

    def close(self) -> None:
        self.is_whole = True


def _blocks(body: bytes | Path) -> Iterator[bytes]:
    if isinstance(body, bytes):
        yield body
        return
    with body.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _cut(body: bytes | Path, start: int, length: int) -> bytes:
    if length > LONGEST_TEXT:
        raise UnreadableBodyError(f"a text in the form has more than {LONGEST_TEXT:,} bytes; send it as a file")
    if isinstance(body, bytes):
        return body[start : start + length]
    with body.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _heading(name: str, part: Part) -> bytes:
    heading = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if isinstance(part, FilePart):
        heading += f'; filename="{_quoted(part.filename)}"\r\nContent-Type: {part.content_type}'
    return f"{heading}\r\n\r\n".encode()


def _quoted(text: str) -> str:
    """Write a name as browsers do (https://html.spec.whatwg.org/#multipart-form-data)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableBodyError("a text in the form is not UTF-8") from error
