"""Forms with files in them, as browsers send them: fields ⇄ bytes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from listkit.errors import MissingExtraError, UnreadableBodyError

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "multipart/form-data"
MOST_PARTS = 32
"""No form of either vendor has more than a handful."""
MOST_HEADERS, LONGEST_HEADER = 8, 4096
"""Of each part."""


class FilePart(msgspec.Struct, frozen=True, kw_only=True):
    """A file in a form."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


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
        chunks += [f"--{boundary}\r\n".encode(), _heading(name, part), _content(part), b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    return f"{MEDIA_TYPE}; boundary={boundary}", b"".join(chunks)


def decode(content_type: str, body: bytes) -> dict[str, Part]:
    """Read a form; of parts with one name the last counts.

    Raises UnreadableBodyError for anything that is not a whole and sane form: no boundary, a
    missing end, a part without a name, text that is not UTF-8, more than 32 parts.
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
        parser.write(body)
    except FormParserError as error:
        raise UnreadableBodyError("the form cannot be read: its parts are broken") from error
    if not form.is_whole:
        raise UnreadableBodyError("the form is cut off: its last boundary is missing")
    parts: dict[str, Part] = {}
    for headers, content in form.parts:
        _, about = parse_options_header(headers.get("content-disposition"))
        if b"name" not in about:
            raise UnreadableBodyError("a part of the form has no name")
        name = _text(about[b"name"])
        if b"filename" in about:
            media_type = headers.get("content-type", "application/octet-stream")
            parts[name] = FilePart(filename=_text(about[b"filename"]), content=content, content_type=media_type)
        else:
            parts[name] = _text(content)
    return parts


class _Form:
    """Collects what the parser calls out, and says when it is too much."""

    def __init__(self) -> None:
        self.parts: list[tuple[dict[str, str], bytes]] = []
        self.is_whole = False
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._chunks: list[bytes] = []

    def begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise UnreadableBodyError(f"the form has more than {MOST_PARTS} parts")
        self._headers, self._chunks = {}, []

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        # Latin-1 takes every byte, so that a name in UTF-8 passes through whole.
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self._chunks.append(data[start:end])

    def end(self) -> None:
        self.parts.append((self._headers, b"".join(self._chunks)))

    def close(self) -> None:
        self.is_whole = True


def _heading(name: str, part: Part) -> bytes:
    heading = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if isinstance(part, FilePart):
        heading += f'; filename="{_quoted(part.filename)}"\r\nContent-Type: {part.content_type}'
    return f"{heading}\r\n\r\n".encode()


def _content(part: Part) -> bytes:
    return part.content if isinstance(part, FilePart) else part.encode()


def _quoted(text: str) -> str:
    """Write a name as browsers do (https://html.spec.whatwg.org/#multipart-form-data)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableBodyError("a text in the form is not UTF-8") from error
