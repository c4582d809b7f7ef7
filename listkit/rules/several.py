"""Several numbers in one cell: where one ends and the next begins, and what was written only once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from listkit.rules import damage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.rules.numbers.parsing import Phone

Reader: TypeAlias = "Callable[[str], Phone]"


def parts(text: str) -> list[str]:
    """Take a cell apart at the marks that people put between numbers; a plus begins a new one.

    Parts without a digit stay, for they are text beside a number. One number in the
    thousands marks of a spreadsheet is one part.

    >>> parts("011 23965532, 011 23831524")
    ['011 23965532', '011 23831524']
    >>> parts("919,876,543,210")
    ['919876543210']
    """
    if _THOUSANDS.fullmatch(text):
        return [text.replace(",", "")]
    return [part for piece in _BETWEEN.split(text) if (part := piece.strip(" .:-"))]


def is_area_and_local(text: str) -> bool:
    """Whether the one slash in a text stands between an area code and its number, as in 030/1234567.

    >>> is_area_and_local("030/1234567"), is_area_and_local("2345700/2345800")
    (True, False)
    """
    area, slash, rest = text.partition("/")
    longest = _AREA_MAXIMUM + 2 * area.startswith("+")
    before, after = damage.digits(area), damage.digits(rest)
    return bool(slash) and not _BETWEEN.search(rest) and len(before) <= longest and len(after) > len(before)


def is_one(text: str) -> bool:
    """Whether the one slash in a text may stand in the middle of a number that is written whole, as in 098765/43210.

    >>> is_one("+91 98765/43210"), is_one("26409141/42")
    (True, False)
    """
    before, slash, after = text.partition("/")
    is_whole = before.startswith(("+", "0")) or len(damage.digits(text)) > _WHOLE
    return bool(slash) and is_whole and len(damage.digits(after)) == _LOCAL_MINIMUM and not _BETWEEN.search(after)


def wanted(cell: str) -> list[str]:
    """Say which numbers may have to be read in a cell of several, by the first of them.

    >>> wanted("020 26123415, 16")
    ['020 26123415', '16', '020 26123416']
    """
    pieces = [piece for piece in parts(cell) if damage.digits(piece)]
    if len(pieces) < _SEVERAL:
        return []
    first = _local(pieces[0])
    bare = [damage.digits(piece) for piece in pieces[1:]]
    ended = [f"{first.area} {first.digits[: -len(end)]}{end}".strip() for end in bare if len(end) < _LOCAL_MINIMUM]
    shared = [f"{first.area} {rest}" for rest in bare if first.area and len(rest) >= _LOCAL_MINIMUM]
    return [*pieces, *ended, *shared, *([cell] if is_one(cell) else [])]


def apart(text: str, reader: Reader) -> list[str]:
    """Take a part that is no number as a whole apart at its spaces, where that makes numbers of it.

    Half of it is a number and the other half is too, or leaves out what the first one says.
    Or an area code stands before a mobile number; or each group is long enough for a number.
    """
    groups = text.split()
    is_short = len(groups) not in _GROUPS or len(damage.digits(text)) < _TWO_MINIMUM
    if is_short or (whole := reader(text)).value or whole.code == "odd_marks":
        return [text]
    if groups[-1] == _NOTHING:
        return [*apart(" ".join(groups[:-1]), reader), _NOTHING]
    if len(again := _at_repeated_area(text, groups)) > 1:
        return again
    cuts = sorted(range(1, len(groups)), key=lambda cut: abs(2 * cut - len(groups)))
    halves = [(" ".join(groups[:cut]), " ".join(groups[cut:])) for cut in cuts]
    for first, second in halves:
        if reader(first).value and (reader(second).value or _local(first).may_share_area_with(second)):
            return [first, second]
    for is_beside in () if whole.suggestion else (_is_tail, _is_area_and_mobile):
        for first, second in halves:
            if is_beside(first, second, reader):
                return [first, second]
    return groups if all(len(damage.digits(group)) > _AREA_MAXIMUM for group in groups) else [text]


def _at_repeated_area(text: str, groups: Sequence[str]) -> list[str]:
    """Take a text apart where the area code that begins it stands again, even at the end of the digits before."""
    if not _ONLY_AREA.fullmatch(groups[0]):
        return [text]
    return re.split(rf"(?:(?<=\s)|(?<=[0-9]{{5}}))(?={re.escape(groups[0])}\s)", text)


def _is_tail(first: str, second: str, reader: Reader) -> bool:
    """Whether a local number stands first, and then only the last digits of another one."""
    return first.startswith(("0", "(")) and len(damage.digits(second)) < _LOCAL_MINIMUM and bool(reader(first).value)


def _is_area_and_mobile(first: str, second: str, reader: Reader) -> bool:
    """Whether an area code was put before a number that has none."""
    is_area = len(first) in range(_CODE_MINIMUM, _AREA_MAXIMUM + 1) and first.isdecimal()
    return is_area and reader(second).kind in {"mobile", "fixed_line_or_mobile"}


def read(numbers: Sequence[str], reader: Reader) -> list[tuple[str, Phone]]:
    """Read numbers side by side: a later one may leave out what the last whole one before it says.

    Each comes back as it was written, with what it borrowed. An area code that stands alone
    before others is theirs, and no number.
    """
    readings: list[tuple[str, Phone]] = []
    last = with_area = _Local("", "", is_read=False)
    for place, written in enumerate(numbers):
        own = reader(written)
        told, verdict = _borrow(written, own, last, reader)
        if told == written and last is not with_area:
            told, verdict = _borrow(written, own, with_area, reader)
        if told == written and not verdict.value and _ONLY_AREA.fullmatch(written) and place < len(numbers) - 1:
            last = with_area = _Local(written, "", is_read=False)
            continue
        if told == written and (verdict.value or (written.startswith("0") and _local(written).area)):
            last = _local(written)._replace(is_read=bool(verdict.value))
            with_area = last if last.area else with_area
        if told == written and verdict.code == _WITHOUT_AREA:
            last = _Local("", damage.digits(written))
        readings.append((told, verdict))
    return readings


class _Local(NamedTuple):
    """A number as it was written: its area code, the digits after it, and whether it could be read."""

    area: str
    digits: str
    is_read: bool = True

    def may_share_area_with(self, text: str) -> bool:
        """Whether a text has as many digits as this number after its area code, and none of a code before them."""
        as_long = len(damage.digits(text)) == len(self.digits) or not self.is_read
        return bool(self.area) and as_long and not text.startswith(("+", "0"))


def _local(text: str) -> _Local:
    code = _AREA.match(text)
    if not code:
        return _Local("", damage.digits(text))
    return _Local(code[0].strip(" -"), damage.digits(text[code.end() :]))


def _borrow(written: str, own: Phone, whole: _Local, reader: Reader) -> tuple[str, Phone]:
    """Read a number that leaves out the area code, or all but its last digits, of the whole one before it."""
    bare = damage.digits(written)
    is_tail = whole.is_read and len(bare) < _LOCAL_MINIMUM and len(bare) < len(whole.digits)
    if own.value and not (whole.is_read and whole.may_share_area_with(written)):
        return written, own
    if is_tail:
        borrowed = reader(f"{whole.area} {whole.digits[: -len(bare)]}{bare}".strip())
        is_ended = borrowed.value or borrowed.code == _WITHOUT_AREA
        return (f"{written} as the end of {whole.digits}", borrowed) if is_ended else (written, own)
    if not whole.area or written.startswith(("+", "0")):
        return written, own
    shared = reader(f"{whole.area} {bare}")
    is_area = whole.area.startswith(("0", "(0")) and len(bare) >= _LOCAL_MINIMUM
    return (f"{written} with area code {whole.area}", shared) if shared.value or is_area else (written, own)


_GROUPS = range(2, 9)
_TWO_MINIMUM = 9
"""Two numbers have not fewer digits than this."""

_WITHOUT_AREA = "area_code_missing"
_LOCAL_MINIMUM = 5
_WHOLE, _SEVERAL = 10, 2
_NOTHING = "0"
_CODE_MINIMUM = 3
_AREA_MAXIMUM = 5
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}|[1-9][0-9]{0,1}(?:,[0-9]{2}){2,},[0-9]{3}")
_BETWEEN = re.compile(r"[,;/|&\n\r\t]|\\[nrt]|\s+(?:or|and)\s+|\s+(?=\+\s?[0-9])", re.IGNORECASE)
_ONLY_AREA = re.compile(r"\(?0[0-9]{2,4}\)?")
_AREA = re.compile(r"(?:\+[0-9]{1,3}[\s\-]+)?\(?[0-9]{2,5}\)?(?:\s+|\s*-\s*|(?<=\)))(?=[0-9])")
