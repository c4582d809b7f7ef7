"""Phone numbers: what libphonenumber reads, and what may be sent."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import ahead, beside, damage, numbering, plain, refusals, several, shapes
from listkit.rules.numbers import parsing
from listkit.rules.numbers.parsing import Phone, Phones, Region, each, parse, parse_one, told
from listkit.rules.verdict import column_in_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.rules.verdict import Column

__all__ = ["Phone", "Phones", "Region", "confirm", "judge", "parse"]


def judge(column: Column, *, region: Region = None) -> Phones:
    """Say which number may be sent for each cell, and name what happened to those that may not.

    Damage is named first, then the number is read. With a region, digits without a plus are
    read there, and `also_foreign` is noted where a plus would make them a number abroad.
    Without one they are accepted only if no other reading exists. `value` is null where
    nothing may be sent; `suggestion` is then the reading a person could choose.
    """
    if len(column) < parsing.FEW:
        return each(_judge, column, region)
    texts = column_in_one(column)
    there = region if region is None or isinstance(region, str) else column_in_one(region)
    phones, left = plain.judge(texts, there)
    if not len(left):
        return phones
    odd, alone = shapes.judge(*parsing.of_rows(texts, there, left))
    for first in range(0, len(alone), _BLOCK):
        rows = alone[first : first + _BLOCK]
        cells = parsing.of_rows(texts, there, left[rows])
        odd = odd.patched(rows, each(partial(_judge, memory=ahead.read(*cells)), *cells))
    return phones.patched(left, odd)


def confirm(column: Column) -> Phones:
    """Accept only what is E.164 already, as it is sent; for everything else say why it is not."""
    texts = column_in_one(column)
    phones = parse(texts)
    is_odd = pc.fill_null(pc.not_equal(phones.value, texts), pc.is_valid(texts))
    rows = np.flatnonzero(is_odd)
    return phones.patched(rows, each(_confirm, texts.take(pa.array(rows)), None))


# ---- what may be sent ------------------------------------------------------------------


_BLOCK = 1 << 15
"""So many cells are judged with the numbers in mind that were read ahead for them."""


def _judge(text: str | None, region: str | None, memory: dict[ahead.Asked, Phone] | None = None) -> Phone:
    seen = damage.examine(text)
    if seen.blocked:
        return Phone(code=seen.blocked.code, reason=damage.together(seen.mended, seen.blocked, is_good=False).reason)
    if ";phone-context=" in seen.text:
        return _with(seen.mended, parse_one(seen.text, region))
    number, extension = beside.cut_extension(seen.text)
    found = [*seen.mended, extension] if extension else seen.mended
    return _with(found, _read_cell(number, partial(_remember, region=region, memory={} if memory is None else memory)))


def _confirm(text: str | None, region: str | None) -> Phone:
    phone = parse_one(text, region)
    if text is None or phone.value == text:
        return phone
    if phone.value:
        return told("not_e164", what=phone.value)
    seen = damage.examine(text)
    is_one = len(several.parts(seen.text)) == 1 and not damage.rounded(seen.text)
    if not seen.blocked and is_one and damage.is_plain(seen.text) and "+" not in seen.text:
        return told("no_plus")
    judged = _judge(text, region)
    is_whole = judged.value and judged.code != "several_numbers"
    return told("not_e164", what=judged.value) if is_whole else replace(judged, value=None, country=None, kind=None)


def _read_cell(text: str, read: several.Reader) -> Phone:
    """Read a cell that may hold one number or several, and words beside them."""
    pieces = several.parts(text)
    numbers = [piece for piece in pieces if damage.digits(piece) and not damage.is_placeholder(piece)]
    words = ", ".join(piece for piece in pieces if piece not in numbers)
    found = [damage.name("text_beside", what=words)] if words and numbers else []
    return _with(found, _read_numbers(text, numbers or [text], read))


def _read_numbers(text: str, numbers: Sequence[str], read: several.Reader) -> Phone:
    if several.is_area_and_local(text) and (whole := read(text)).value:
        return whole
    apart = [group for number in numbers for group in several.apart(number, read)]
    groups = [group for group in apart if not damage.is_placeholder(group)] or apart[:1]
    found = [damage.name("text_beside", what="0")] if len(groups) < len(apart) else []
    if len(groups) == 1:
        return _with(found, read(groups[0]))
    told_apart = _tell_apart(groups, read)
    if not told_apart.value and several.is_one(text) and (whole := read(text)).value:
        return whole
    return _with(found, told_apart)


def _remember(text: str, region: str | None, memory: dict[ahead.Asked, Phone]) -> Phone:
    if (known := memory.get((text, region))) is None:
        known = memory[text, region] = _read_one(text, region)
    return known


def _read_one(text: str, region: str | None) -> Phone:
    """Read one number, with its extension and the words around it told apart from its digits."""
    number, extension = beside.cut_extension(text)
    found = [extension] if extension else []
    if not damage.letters(number):
        return _with(found, _read_digits(number, region))
    if damage.is_scientific(number):
        seen = damage.examine(number)
        return Phone(None, *seen.blocked) if seen.blocked else _with(seen.mended, _read_digits(seen.text, region))
    if lookalike := beside.substitute(number):
        return told("letter_for_digit", suggestion=_read_digits(lookalike[0], region).value, what=lookalike[1])
    keypad = parse_one(beside.without_brackets(number), region).value if beside.may_be_dialled(number) else None
    parted = beside.words_beside(number)
    alone = _read_digits(parted[0], region) if parted else Phone()
    if not parted or (keypad and keypad != alone.value):
        return told("letters", suggestion=keypad)
    return _with([*found, damage.name("text_beside", what=parted[1])], alone)


def _read_digits(text: str, region: str | None) -> Phone:
    """Read a number without letters, by the rules for a region or for none."""
    bare = ("+" if text.lstrip(" (").startswith("+") else "") + damage.digits(text)
    if rounded := damage.rounded(text):
        return Phone(None, *rounded)
    phone = _read_plain(bare, region)
    if not damage.is_plain(text) and phone.value and parse_one(text, region).value != phone.value:
        return told("odd_marks", suggestion=phone.value)
    return refusals.explain(phone, text, bare, region)


def _read_plain(bare: str, region: str | None) -> Phone:
    """Read digits, with a plus before them or without."""
    if bare.startswith("+"):
        return parse_one(bare, region)
    if bare.startswith("00") and not (parse_one(bare, region).value if region else numbering.holding(bare)):
        dialled = parse_one(f"+{bare[2:]}", None)
        if dialled.value or not region:
            return _with([damage.name("international_prefix")], dialled) if dialled.value else dialled
    abroad = parse_one(f"+{bare}", None)
    return _read_there(bare, region, abroad) if region else _read_anywhere(bare, abroad)


def _read_there(bare: str, region: str, abroad: Phone) -> Phone:
    """Read digits without a plus as people in a country write them."""
    here = parse_one(bare, region)
    if here.value and here.value == abroad.value:
        usual = numbering.dials_own_code(region)
        return here if usual else _with([damage.name("plus_lost", what=_code_of(here.value))], here)
    if here.value and abroad.value:
        return _with([damage.name("also_foreign", here=here.country, abroad=abroad.country)], here)
    if here.value:
        return here
    longer = Phone() if bare.startswith("0") else parse_one(f"0{bare}", region)
    return refusals.read_elsewhere(bare, region, longer, abroad) or here


def _read_anywhere(bare: str, abroad: Phone) -> Phone:
    """Read digits without a plus when nobody said where they are from: accepted only with no second reading."""
    national = numbering.holding(bare)
    named = numbering.named(national)
    if abroad.value and national:
        return told("ambiguous", suggestion=abroad.value, abroad=abroad.country, national=named)
    if abroad.value:
        return _with([damage.name("plus_lost", what=_code_of(abroad.value))], abroad)
    if national:
        return told("no_region", what=named)
    dialled = parse_one(f"+{bare[3:]}", None).value if bare.startswith("011") else None
    return told("invalid_number", suggestion=dialled, what="valid in no country, with a plus or without")


def _tell_apart(numbers: Sequence[str], read: several.Reader) -> Phone:
    """Name each number of a cell with its own verdict, and keep the first good one."""
    readings = several.read(numbers, read)
    phones = [phone for _, phone in readings]
    good = list(dict.fromkeys(phone.value for phone in phones if phone.value))
    named = "; ".join(f"{written} → {phone.value or phone.reason}" for written, phone in readings)
    if not good:
        suggestions = dict.fromkeys(phone.suggestion for phone in phones if phone.suggestion)
        return told("several_refused", suggestion=", ".join(suggestions) or None, count=len(phones), what=named)
    first = next(phone for phone in phones if phone.value)
    if len(phones) == 1:
        beside = ", ".join(written for written in numbers if written != readings[0][0])
        return _with([damage.name("text_beside", what=beside)], first)
    if len(good) == 1 and all(phone.value for phone in phones):
        return _with([damage.name("repeated", count=len(phones))], first)
    count_good = sum(phone.value is not None for phone in phones)
    facts = damage.name("several_numbers", good=count_good, count=len(phones), kept=first.value, what=named)
    return replace(first, code=facts.code, reason=facts.reason, suggestion=", ".join(good[1:]) or None)


# ---- putting verdicts together ---------------------------------------------------------


def _with(found: Sequence[damage.Finding], phone: Phone) -> Phone:
    """Add what was mended on the way to a verdict; the gravest code names it, every reason is told."""
    if not found:
        return phone
    told = damage.together(found, damage.Finding(phone.code, phone.reason), is_good=phone.value is not None)
    return replace(phone, code=told.code, reason=told.reason)


def _code_of(e164: str) -> str:
    """Return the country code that a number begins with."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as CODES  # noqa: PLC0415 - heavy, and only needed here

    begun = (e164[1:end] for end in range(2, len(e164)))
    return f"{next(code for code in begun if int(code) in CODES)}, a country code"
