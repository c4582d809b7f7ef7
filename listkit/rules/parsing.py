"""What libphonenumber says of numbers: E.164, country and kind, or a reason; of one, and of a column at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage, walking
from listkit.rules.digits import ZERO
from listkit.rules.outcome import Outcome
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one
from listkit.rules.walking import NATIONAL, Reading

if TYPE_CHECKING:
    import phonenumbers

    from listkit.rules.digits import Ints
    from listkit.rules.walking import Readings

Region: TypeAlias = "str | Column | None"


@dataclass(frozen=True, slots=True)
class Phone(Verdict):
    """The verdict on one number; `country` is its ISO code, `kind` is mobile, fixed_line, toll_free and so on."""

    country: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Phones(Verdicts):
    """Verdicts on a column of numbers; `value` is E.164, null where there is no valid number."""

    country: pa.StringArray
    kind: pa.StringArray


def parse(column: Column, *, region: Region = None) -> Phones:
    """Read phone numbers as libphonenumber does; E.164 or a reason, one verdict a value.

    `region` is the country that numbers without a plus are read in, one for all or a column
    of them. Nothing is asked of `rules.damage` here: this is what the library answers, whatever
    happened to the text. The verbs call `phone.judge`.
    """
    if len(column) < _FEW:
        return each(parse_one, column, region)
    texts = column_in_one(column)
    there = region if region is None or isinstance(region, str) else column_in_one(region)
    blocks: list[list[pa.Array]] = []
    first = 0
    for readings in walking.read_column(texts, there):
        part = slice(first, first + len(readings.outcomes))
        blocks.append(_columns(readings, texts[part], _some(there, part)))
        first = part.stop
    return Phones(*(pa.concat_arrays(parts) for parts in zip(*blocks, strict=True)))


def _some(region: Region, part: slice) -> Region:
    return region if region is None or isinstance(region, str) else region[part]


def parse_one(text: str | None, region: str | None) -> Phone:
    """Read one number, as `parse` reads a column of them."""
    if text is None:
        return told("empty")
    reading = walking.read(text, region)
    return _ask(text, region) if reading.outcome.told == "ask" else _phone(reading)


def each(rule: Any, column: Column, region: Region) -> Phones:
    """Ask a rule about each text and its region."""
    if region is None or isinstance(region, str):
        return Phones.of(lambda text: rule(text, region), column)
    return Phones.of(rule, column, region)


def told(code: str, *, suggestion: str | None = None, **facts: object) -> Phone:
    """Make the verdict on what is no number, in the words of `rules.damage`."""
    return Phone(None, *damage.name(code, **facts), suggestion)


_FEW = 32
"""Below so many, a column is read sooner value by value."""


# ---- one number ------------------------------------------------------------------------


def _phone(reading: Reading) -> Phone:
    outcome = reading.outcome
    if not outcome.told:
        return Phone(f"+{outcome.code}{reading.national}", country=outcome.country, kind=outcome.kind)
    return _refused(outcome, len(reading.national), reading.size, has_plus=reading.has_plus)


def _refused(outcome: Outcome, size: int, count: int, *, has_plus: bool) -> Phone:
    """Tell what is wrong: with so many digits of a national number, and so many in the whole text."""
    match outcome.told:
        case "too_short" | "too_long":
            return told(outcome.told, digits=f"{size} national")
        case "invalid_number":
            return told(outcome.told, what=f"in +{outcome.code} none of {size} digits begins like this")
        case "long_number" | "short_number" | "short_after_plus":
            return told("too_long" if outcome.told == "long_number" else "too_short", digits=count)
        case "unviable":
            return told("invalid_number", what="unreadable") if count else told("no_digits")
        case _ if has_plus:
            return told("invalid_number", what="no country code begins it")
        case _:
            return told("no_region", what="some country")


def _ask(text: str, region: str | None) -> Phone:
    """Ask the library itself."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as refused:
        count = sum(mark.isdecimal() for mark in text)
        return _refused(Outcome(_refusals()[refused.error_type]), 0, count, has_plus=bool(_PLUS_FIRST.match(text)))
    country = phonenumbers.region_code_for_number(number)
    kind = phonenumbers.number_type(number)
    national = phonenumbers.national_significant_number(number)
    if country is None or kind == phonenumbers.PhoneNumberType.UNKNOWN:
        return _refused(Outcome(_not_assigned(number), number.country_code or 0), len(national), 0, has_plus=False)
    named = phonenumbers.PhoneNumberType.to_string(kind).lower()
    return Phone(f"+{number.country_code}{national}", country=country, kind=named)


def _not_assigned(number: phonenumbers.PhoneNumber) -> str:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in {phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        return "too_short"
    return "too_long" if possible == phonenumbers.ValidationResult.TOO_LONG else "invalid_number"


@cache
def _refusals() -> dict[int, str]:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    kinds = phonenumbers.NumberParseException
    return {
        kinds.INVALID_COUNTRY_CODE: "invalid_code",
        kinds.NOT_A_NUMBER: "unviable",
        kinds.TOO_SHORT_AFTER_IDD: "short_after_plus",
        kinds.TOO_SHORT_NSN: "short_number",
        kinds.TOO_LONG: "long_number",
    }


_PLUS_FIRST = re.compile(r"[^+＋\d]*[+＋]")


# ---- a column --------------------------------------------------------------------------


class _Tables(NamedTuple):
    """What is to be told of each outcome: its country code as text, country and kind; and which are valid numbers."""

    codes: Any
    code_sizes: Ints
    country: Column
    kind: Column
    is_valid: Any
    is_asked: Any


_CODE = 4
"""A plus and a country code are no longer than this."""


def _columns(readings: Readings, texts: Column, region: Region) -> list[pa.Array]:
    """Make the columns of `Phones` of a block of readings."""
    tables = _tables()
    is_null = texts.is_null().to_numpy(zero_copy_only=False)
    is_asked = tables.is_asked[readings.outcomes] & ~is_null
    is_valid = tables.is_valid[readings.outcomes] & ~is_null
    value = _written(readings, is_valid)
    country = tables.country.take(pa.array(readings.outcomes, mask=is_null))
    kind = tables.kind.take(pa.array(readings.outcomes, mask=is_null))
    phones, which = _others(readings, is_null, is_valid, is_asked)
    code, reason = (pa.array([getattr(one, name) for one in phones]).take(which) for name in ("code", "reason"))
    if is_asked.any():
        rows = pa.array(np.flatnonzero(is_asked))
        own = each(_ask, texts.take(rows), region if region is None or isinstance(region, str) else region.take(rows))
        mask = pa.array(is_asked)
        value, code = pc.replace_with_mask(value, mask, own.value), pc.replace_with_mask(code, mask, own.code)
        country, kind = pc.replace_with_mask(country, mask, own.country), pc.replace_with_mask(kind, mask, own.kind)
        reason = pc.replace_with_mask(reason, mask, own.reason)
    return [value, code, reason, pa.nulls(len(texts), pa.string()), country, kind]


def _written(readings: Readings, is_valid: Any) -> Column:
    """Write the valid numbers of a block as E.164: bytes side by side, and where each begins."""
    tables = _tables()
    code_sizes = tables.code_sizes[readings.outcomes]
    sizes = np.where(is_valid, code_sizes + readings.sizes, 0)
    whole = np.empty((len(sizes), _CODE + NATIONAL), np.uint8)
    whole[:, :_CODE] = tables.codes[readings.outcomes]
    np.add(readings.national, ZERO, out=whole[:, _CODE:])
    first = (_CODE - code_sizes).astype(np.int8)
    place = np.arange(_CODE + NATIONAL, dtype=np.int8)
    is_own = (place >= first[:, None]) & (place < (first + sizes.astype(np.int8))[:, None])
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    mask = pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(offsets), pa.py_buffer(whole[is_own]), mask)


def _others(readings: Readings, is_null: Any, is_valid: Any, is_asked: Any) -> tuple[list[Phone], pa.Array]:
    """Make each verdict that is no valid number once, and say which of them each row has; the first is of none."""
    rows = np.flatnonzero(~is_valid & ~is_null & ~is_asked)
    sizes, counts = np.maximum(readings.sizes[rows], 0), readings.counts[rows]
    keys = ((readings.outcomes[rows] * 2 + readings.has_plus[rows]) << 2 * _COUNTED) + (sizes << _COUNTED) + counts
    distinct, at = np.unique(keys, return_inverse=True)
    phones = [Phone(), told("empty")]
    for key in distinct.tolist():
        outcome, has_plus = divmod(key >> 2 * _COUNTED, 2)
        size, count = divmod(key % (1 << 2 * _COUNTED), 1 << _COUNTED)
        phones.append(_refused(walking.outcomes()[outcome], size, count, has_plus=bool(has_plus)))
    which = is_null.astype(np.int64)
    which[rows] = at + 2
    return phones, pa.array(which)


_COUNTED = 24
"""So many bits hold the number of digits in a cell."""


@cache
def _tables() -> _Tables:
    outcomes = walking.outcomes()
    codes = [f"+{one.code}" for one in outcomes]
    return _Tables(
        np.array([list(code.rjust(_CODE).encode()) for code in codes], np.uint8),
        np.array([len(code) for code in codes], np.int64),
        pa.array([one.country or None for one in outcomes], pa.string()),
        pa.array([one.kind or None for one in outcomes], pa.string()),
        np.array([not one.told for one in outcomes]),
        np.array([one.told == "ask" for one in outcomes]),
    )
