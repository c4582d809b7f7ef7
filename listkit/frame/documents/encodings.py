"""Which encoding a text is in, by its bytes alone, and the text as UTF-8."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from listkit.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

SAMPLE = 1 << 17

_OTHERS = {
    b"PK\x03\x04": "a zip or Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document (rtf)",
    b"SQLite format 3\x00": "a database",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a rar archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|table|\?xml)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.05
_GUESSES = 4
_LATIN = {
    "cp1252": "Windows-1252 (cp1252)",
    "mac_roman": "Mac Roman (mac_roman)",
    "cp850": "DOS (cp850)",
    "cp1250": "Windows-1250 (cp1250)",
    "iso8859-2": "ISO 8859-2 (iso8859-2)",
}
"""The encodings of Latin letters, the likeliest first."""
_WEIGHTS = {**dict.fromkeys("áàäãåçéèëíñóöøúüßÁÄÇÉÖÜ", 1.0), **dict.fromkeys("âêîïòôõœæąćęłńśźżčěřšůžÅØŁŚŻČŘŠŽ", 0.8)}
"""How usual a letter with an accent is in names."""
_MARKS_OF_PROSE = frozenset("\xa0€£°®™ºª«»\u2018\u2019“”–—…¡¿")
_TURKISH = frozenset("ğĞışİŞ")


class Decoding:
    """A text's blocks as UTF-8, whatever it was written in.

    As long as all is ASCII nothing is decided; the first block with more decides. A byte that
    is no UTF-8 in a text that is, is read as Windows-1252, and told.
    """

    def __init__(self, name: str, start: bytes, encoding: str | None) -> None:
        """Look at the beginning; ReadError where it is empty or no text, or the encoding does not exist."""
        self.name, self.is_given = name, encoding is not None
        self.encoding = encoding or _marked(start)
        self.lost = self.nul = self.stray = 0
        _refuse_others(start, name)
        if encoding is not None and not _exists(encoding):
            raise ReadError(f"There is no encoding called {encoding!r}; utf-8, utf-16 and cp1252 are usual.")

    def blocks(self, file: IO[bytes], size: int) -> Iterator[bytes]:
        """Read a file block by block."""
        decoder, before, is_first = None, 0, True
        while True:
            raw = file.read(size)
            if self.encoding is None and not raw.isascii():
                self.encoding = _decide(raw)
            if self.encoding in {None, "utf-8"} and not self.is_given:
                block = raw
            else:
                decoder = decoder or codecs.getincrementaldecoder(self.encoding or "utf-8")(self._errors)
                block = self._decoded(decoder, raw, before)
            before += len(raw)
            if is_first:
                block, is_first = block.removeprefix(codecs.BOM_UTF8), False
            if b"\0" in block:
                self.nul += block.count(b"\0")
                block = block.replace(b"\0", b"")
            yield block
            if not raw:
                return

    def begin(self) -> None:
        """Forget what was counted, for the file is read again from its beginning."""
        self.lost = self.nul = self.stray = 0

    @property
    def called(self) -> str:
        """The encoding by its usual name."""
        return (self.encoding or "utf-8").removesuffix("-sig")

    def text(self, block: bytes) -> str:
        """Return a block that is whole lines as text."""
        try:
            return block.decode()
        except UnicodeDecodeError:
            text = block.decode(errors="surrogateescape")
            self.stray += len(_STRAY.findall(text))
            text = _STRAY.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)
            self.lost += text.count("\ufffd")
            return text

    @property
    def problems(self) -> list[str]:
        """What had to be assumed of the text, and what was taken out of it, as sentences."""
        called = self.called
        told = []
        if not self.is_given and not called.startswith("utf-"):
            read_as = _LATIN.get(called, called)
            told.append(f"The text is not UTF-8; it is read as {read_as}, so look at names with accents.")
        if self.stray:
            told.append(f"{self.stray:,} bytes are not UTF-8 as the others are: they are read as cp1252.")
        if self.lost:
            told.append(f"{self.lost:,} bytes mean nothing in {called}: each is shown as \ufffd.")
        if self.nul:
            told.append(f"{self.nul:,} NUL bytes were taken out.")
        return told

    @property
    def _errors(self) -> str:
        return "strict" if self.is_given else "replace"

    def _decoded(self, decoder: codecs.IncrementalDecoder, raw: bytes, before: int) -> bytes:
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as refused:
            place = before - waiting + refused.start
            raise ReadError(
                f"{self.name} is not {self.encoding}: byte {place:,} does not fit; leave encoding= out to find it."
            ) from None
        self.lost += text.count("\ufffd")
        return text.encode("utf-8", "replace")


_WORDS = re.compile(r"(?<![a-zA-Z])[^\W\d_a-zA-Z]{2,}(?![a-zA-Z])")
_STRAY = re.compile("[\udc80-\udcff]")


def _exists(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding  # noqa: SLF001 - base64 and zip are codecs too
    except LookupError:
        return False


def _refuse_others(start: bytes, name: str) -> None:
    if not start.strip():
        raise ReadError(f"{name} is empty: there is nothing to read.")
    if kind := next((kind for magic, kind in _OTHERS.items() if start.startswith(magic)), None):
        raise ReadError(f"{name} is {kind}, not text: give it the ending of its kind, or save it as csv.")
    if _WEB_PAGE.match(start):
        raise ReadError(f"{name} is a web page: open it in a spreadsheet, and save it as xlsx or csv.")


def refuse_signals(start: bytes, name: str) -> None:
    """Refuse what a machine speaks to machines."""
    if len(_CONTROL.findall(start)) > _CONTROL_SHARE * len(start):
        raise ReadError(f"{name} is not text: it is full of control characters; save it as csv or xlsx first.")


def _marked(start: bytes) -> str | None:
    """Tell the encoding by a byte order mark, or by every other byte being zero."""
    if mark := next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), None):
        return mark
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 > len(start) and max(even, odd) > 2 * min(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _decide(raw: bytes) -> str:
    """Decide the encoding of a text by the first block that is more than ASCII."""
    text = raw.decode(errors="surrogateescape")
    strange = len(_STRAY.findall(text))
    if 2 * strange <= len(text) - len(text.encode("ascii", "ignore")):
        return "utf-8"
    lines = b"\n".join([line for line in raw.splitlines() if not line.isascii()])[:SAMPLE]
    import chardet  # noqa: PLC0415 - most texts are UTF-8, and do without it

    for guess in chardet.detect_all(lines)[:_GUESSES]:
        found = _codec(guess["encoding"])
        if found in {"cp1252", "iso8859-1"}:
            break
        if found and _is_sure(lines, found):
            return found
    return max(_LATIN, key=lambda encoding: _plausible(lines.decode(encoding, "replace")))


def _codec(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _is_sure(raw: bytes, encoding: str) -> bool:
    """Whether a text has words of other letters than Latin ones, where an encoding is not mistaken for another."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    strange = sum(mark > "\x7f" for mark in text)
    inside = sum(
        len(word) for word in _WORDS.findall(text) if not unicodedata.name(word[0], "LATIN").startswith("LATIN")
    )
    return 2 * inside > strange or (encoding == "cp1254" and not _TURKISH.isdisjoint(text))


def _plausible(text: str) -> float:
    """Judge how well letters with accents stand among the others: no capital inside a word, and no mark either."""
    score = 0.0
    for before, mark, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if mark <= "\x7f":
            continue
        if mark in _MARKS_OF_PROSE:
            score += 0.5 if before.isalpha() and after.isalpha() else 0.2
        elif not before.isalpha() and not after.isalpha():
            score -= 0.5
        elif not mark.isalpha() or _is_odd_case(before, mark, after):
            score -= 1
        else:
            score += _WEIGHTS.get(mark, 0.3)
    return score


def _is_odd_case(before: str, mark: str, after: str) -> bool:
    """Whether a letter is a capital inside a word, or a small one among capitals."""
    if mark.isupper():
        return before.islower() or (before.isalpha() and after.islower())
    return before.isupper() and after.isupper()
