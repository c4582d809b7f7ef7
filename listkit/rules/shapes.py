"""Cells that hold one number and something beside it, judged a column at a time by their shapes.

A shape is a text with all its digits made the same. How a cell is taken apart (the quote mark
before its number, the words beside it, the extension behind it) hangs on its shape and on
nothing else, and a list that has a hundred thousand such cells has a few dozen shapes. So a
shape is taken apart once; the numbers of all the cells are then read as a column.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import beside, damage, plain, refusals, several
from listkit.rules.numbers import parsing, spelling
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.rules.numbers.digits import Flags, Ints
    from listkit.rules.numbers.parsing import Phones, Region
    from listkit.rules.verdict import Column

_DIGITS = b"0123456789"
_FOLDED = bytes.maketrans(_DIGITS, b"5" * len(_DIGITS))
"""Every digit is made a 5, which means nothing wherever it stands, as 0 and 1 do."""

_NO_DIGITS = bytes(set(range(256)) - set(_DIGITS))
_ENDS = (".0", ".00", ",0", ",00")
_TWO, _LONG = 14, 6
_MOVED = ("00", "52", "55", "052", "055")
"""So long are two numbers with one area code; so long is one alone; and what is dialled otherwise than written."""

_END = r"[.,]00?$"
_ONLY_ZEROS = r"(?:^|[^0-9])0+(?:[^0-9]|$)"
"""Zeros alone may stand for nothing: a cell that has some is judged by itself."""


class Shape(NamedTuple):
    """How the cells of one shape are taken apart.

    The number is the first `digits` digits, behind a plus or not; the next ones are an
    `extension`. `found` is what is told beside it, None in the place of the extension. The
    digits stand in `groups`, of which some may be numbers alone; none where words are among
    them. In the piece of the text that is `lettered`, the library may take letters for digits.
    """

    digits: int
    has_plus: bool
    found: tuple[damage.Finding | None, ...]
    extension: int = 0
    groups: tuple[int, ...] = ()
    lettered: slice | None = None
    is_odd: bool = False
    """Whether there are marks among its digits that no number has, though the library reads all of them."""


def judge(texts: Column, region: Region) -> tuple[Phones, Ints]:
    """Judge the cells that hold one good number; also return the rows that are left over, of which nothing is said.

    >>> from listkit.rules.verdict import column
    >>> phones, left = judge(column(["Mob: 98765 43210", "020 26123415 x12", "98765 43210, 22"]), "IN")
    >>> phones.code.to_pylist()[:2], left.tolist()
    (['text_beside', 'extension'], [2])
    """
    cells = _in_ascii_digits(pc.fill_null(texts, ""))
    shapes = _shapes(cells)
    digits = [text.encode().translate(None, _NO_DIGITS).decode() for text in cells]
    phones, left = plain.judge(column(map(_number, digits, shapes)), region)
    values, codes, reasons = phones.value.to_pylist(), phones.code.to_pylist(), phones.reason.to_pylist()
    is_left = _is_left(cells, shapes, values, region) | _is_odd(digits, shapes, plain.given(region, len(cells)))
    is_left[left] = True
    suggestions = phones.suggestion.to_pylist()
    rows = np.flatnonzero(is_left & phones.value.is_null().to_numpy(zero_copy_only=False))
    for row, refused in _refused(digits, shapes, rows, region).items():
        is_left[row] = False
        codes[row], reasons[row], suggestions[row] = refused.code, refused.reason, refused.suggestion
    for row in np.flatnonzero(~is_left).tolist():
        if (shape := shapes[row]) and (found := _found(digits[row], shape)):
            own = damage.Finding(codes[row], reasons[row])
            codes[row], reasons[row] = damage.together(found, own, is_good=values[row] is not None)
    return replace(phones, code=column(codes), reason=column(reasons), suggestion=column(suggestions)), np.flatnonzero(
        is_left
    )


def _in_ascii_digits(texts: Column) -> list[str]:
    is_ascii = pc.string_is_ascii(texts).to_pylist()
    pairs = zip(texts.to_pylist(), is_ascii, strict=True)
    return [text if is_plain else damage.in_ascii_digits(text) for text, is_plain in pairs]


def _shapes(cells: Sequence[str]) -> list[Shape | None]:
    """Say how each cell is taken apart; None where that hangs on what its digits are."""
    whole = pc.replace_substring_regex(column(cells), _END, "")
    may_be_nothing = pc.match_substring_regex(whole, _ONLY_ZEROS).to_pylist()
    return [None if zeros else _shape(_folded(text)) for text, zeros in zip(cells, may_be_nothing, strict=True)]


def _folded(text: str) -> str:
    """Make all digits of a text the same, but for the zeros of a number that was a decimal one."""
    folded = text.encode().translate(_FOLDED).decode()
    end = next(filter(text.endswith, _ENDS), "")
    return folded[: len(text) - len(end)] + end


@lru_cache(1 << 14)
def _shape(text: str) -> Shape | None:
    """Take a shape apart; None where it has not one number, or where its digits have to be looked at."""
    seen = damage.examine(text)
    if seen.blocked or "scientific_exact" in {one.code for one in seen.mended} or ";phone-context=" in seen.text:
        return None
    number, extension = beside.cut_extension(seen.text)
    pieces = several.parts(number)
    own = [piece for piece in pieces if damage.digits(piece)]
    if len(own) != 1 or own[0] not in number or several.is_area_and_local(number) or beside.cut_extension(own[0])[1]:
        return None
    words = ", ".join(piece for piece in pieces if piece != own[0])
    parted = _parted(own[0])
    if parted is None:
        return None
    core, others = parted
    told = damage.digits(extension.reason) if extension else ""
    if extension and f"extension {told}:" not in extension.reason:
        return None
    is_lettered = beside.may_be_dialled(own[0])
    if (is_lettered and (not text.isascii() or beside.without_brackets(own[0]) != own[0])) or not (
        damage.is_plain(core) or _is_all_read(core)
    ):
        return None
    first = text.find(own[0])
    return Shape(
        digits=len(damage.digits(core)),
        has_plus=_has_plus(core),
        found=(
            *seen.mended,
            *([None] if extension else []),
            *(damage.name("text_beside", what=one) for one in (words, others) if one),
        ),
        extension=len(told),
        groups=() if damage.letters(own[0]) else tuple(len(damage.digits(group)) for group in core.split()),
        lettered=slice(first, first + len(own[0])) if is_lettered else None,
        is_odd=not damage.is_plain(core),
    )


def _parted(piece: str) -> tuple[str, str] | None:
    """Part a number from the words beside it; None where letters stand among its digits."""
    if not damage.letters(piece):
        return piece, ""
    if damage.is_scientific(piece) or beside.substitute(piece):
        return None
    return beside.words_beside(piece)


def _is_all_read(core: str) -> bool:
    """Whether the library reads all the digits of a number that has odd marks among them."""
    found = spelling.find(column([core]))
    number = found.numbers[0].as_py() or ""
    is_same = (number[:1] == "+", damage.digits(number)) == (_has_plus(core), damage.digits(core))
    return is_same and not found.is_asked[0].as_py()


def _has_plus(core: str) -> bool:
    return core.lstrip(" (").startswith("+")


def _number(digits: str, shape: Shape | None) -> str:
    return f"{'+' * shape.has_plus}{digits[: shape.digits]}" if shape else ""


def _found(digits: str, shape: Shape) -> list[damage.Finding]:
    """Say what is told beside the number of a cell."""
    extension = digits[shape.digits : shape.digits + shape.extension]
    return [one or damage.name("extension", what=extension) for one in shape.found]


def _refused(
    digits: Sequence[str], shapes: Sequence[Shape | None], rows: Ints, region: Region
) -> dict[int, parsing.Phone]:
    """Say what is wrong with numbers that are none, where no part of them is one."""
    tried, parts = {}, []
    for row in rows.tolist():
        shape = shapes[row]
        if shape and _is_one(digits[row][: shape.digits], shape.groups):
            tried[row] = _number(digits[row], shape)
            parts += [(row, part) for part in _parts(tried[row], shape)]
    if parts:
        judged = parsing.parse(column(part for _, part in parts), region=_there(region, [row for row, _ in parts]))
        for (row, _), value in zip(parts, judged.value.to_pylist(), strict=True):
            if value:
                tried.pop(row, None)
    told = refusals.read(column(tried.values()), _there(region, [*tried])) if tried else []
    return {row: one for row, one in zip(tried, told, strict=True) if one and not one.value}


def _is_one(own: str, groups: tuple[int, ...]) -> bool:
    """Whether digits that are no number may be judged without looking at how they are written."""
    if not groups or own.endswith("000") or own.startswith("00") or (own[0] == "0" and groups[0] == 1):
        return False
    is_twice = own[0] == "0" and (len(own) >= _TWO or own[: groups[0]] in own[groups[0] :])
    return len(groups) == 1 or not (is_twice or min(groups) >= _LONG or own.startswith(_MOVED))


def _parts(number: str, shape: Shape) -> list[str]:
    """Return what may be a number alone: the first groups of digits, and what stands behind an area code."""
    ends = [sum(shape.groups[:size]) + shape.has_plus for size in range(1, len(shape.groups))]
    return [*(number[:end] for end in ends), *(number[end:] for end in ends[:1] if not shape.has_plus)]


def _there(region: Region, rows: Sequence[int]) -> Region:
    return region if region is None or isinstance(region, str) else region.take(pa.array(rows, pa.int64()))


def _is_odd(digits: Sequence[str], shapes: Sequence[Shape | None], is_given: Flags) -> Flags:
    """Say which cells have odd marks, and may be read otherwise with them than their digits alone are."""
    rows = zip(digits, shapes, is_given.tolist(), strict=True)
    return np.array([
        shape is not None and shape.is_odd and not shape.has_plus and (own.startswith("00") or not is_at_home)
        for own, shape, is_at_home in rows
    ], np.bool_)  # fmt: skip


def _is_left(
    cells: Sequence[str], shapes: Sequence[Shape | None], values: Sequence[str | None], region: Region
) -> Flags:
    """Say which cells have to be judged by themselves."""
    judged = zip(shapes, values, strict=True)
    is_left = np.array([not shape or (not value and len(shape.groups) != 1) for shape, value in judged])
    pieces = {row: cells[row][shape.lettered] for row, shape in enumerate(shapes) if shape and shape.lettered}
    if rows := [row for row in pieces if not is_left[row]]:
        dialled = parsing.parse(column(pieces[row] for row in rows), region=_there(region, rows)).value.to_pylist()
        is_left[rows] = [other not in {None, values[row]} for row, other in zip(rows, dialled, strict=True)]
    return is_left
