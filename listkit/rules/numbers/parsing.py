"""What libphonenumber says of numbers: E.164, country and kind, or a reason; of one, and of a column at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage
from listkit.rules.numbers import walking
from listkit.rules.numbers.digits import ZERO
from listkit.rules.numbers.outcome import Outcome
from listkit.rules.numbers.walking import NATIONAL
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    import phonenumbers

    from listkit.rules.numbers.digits import Bytes, Flags, Ints
    from listkit.rules.numbers.walking import Reading, Readings

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
    if len(column) < FEW:
        return each(parse_one, column, region)
    texts = column_in_one(column)
    there = region if region is None or isinstance(region, str) else column_in_one(region)
    return reported(read(texts, there), texts, there)


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


FEW = 32
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


class Read(NamedTuple):
    """A column of numbers, read: the place of each outcome in `walking.outcomes()`, and E.164 where it is valid.

    `rows` are those that are no number, each with a key that says all there is to tell of it.
    """

    outcomes: Ints
    value: Column
    rows: Ints
    keys: Ints

    def is_told(self, *names: str) -> Flags:
        """Say which rows have one of some outcomes."""
        return np.array([one.told in names for one in walking.outcomes()])[self.outcomes]


class _Tables(NamedTuple):
    """What is to be told of each outcome: its country code as text, country and kind; and where some are."""

    codes: Bytes
    code_sizes: Ints
    country: Column
    kind: Column
    places: dict[tuple[str | None, str | None], int]


_CODE = 4
"""A plus and a country code are no longer than this."""

_COUNTED = 24
"""So many bits hold the number of digits in a cell."""


def read(texts: Column, region: Region) -> Read:
    """Read a column by walking the atlas; cells that only the library can read have the outcome `ASK`."""
    outcomes, written, sizes, keys = zip(*map(_block, walking.read_column(texts, region)), strict=True)
    value = _strings(np.concatenate(sizes), np.concatenate(written))
    rows = np.flatnonzero(value.is_null())
    return Read(np.concatenate(outcomes), value, rows, np.concatenate(keys)[rows])


def reported(seen: Read, texts: Column, region: Region) -> Phones:
    """Say of a column that was read what `parse` says, and ask the library about what was left to it."""
    phones, which = _refusals_of(seen, texts)
    asked = np.flatnonzero(seen.is_told("ask"))
    if not len(asked):
        return made(seen.outcomes, seen.value, seen.rows, which, phones)
    own = [_ask(*cell) for cell in zip(*_listed(texts, region, asked), strict=True)]
    outcomes, value = seen.outcomes.copy(), seen.value
    outcomes[asked] = [_tables().places[one.country, one.kind] for one in own]
    which[np.searchsorted(seen.rows, asked)] = np.arange(len(own)) + len(phones)
    if any(one.value for one in own):
        mask = np.zeros(len(texts), np.bool_)
        mask[asked] = True
        value = pc.replace_with_mask(value, pa.array(mask), pa.array([one.value for one in own], pa.string()))
    return made(outcomes, value, seen.rows, which, [*phones, *own])


def _listed(texts: Column, region: Region, rows: Ints) -> tuple[list[str], list[str | None]]:
    some, there = of_rows(texts, region, rows)
    return some.to_pylist(), [there] * len(rows) if there is None or isinstance(there, str) else there.to_pylist()


def made(
    outcomes: Ints,
    value: Column,
    rows: Ints,
    which: Ints,
    findings: Sequence[damage.Finding | Phone],
    *,
    suggestion: Column | None = None,
) -> Phones:
    """Make verdicts of what was read; in some rows, in their order, something is told beside it."""
    tables, size = _tables(), len(outcomes)
    places = pa.array(outcomes, pa.int16())
    return Phones(
        value=value,
        code=_spread([one.code for one in findings], rows, which, size),
        reason=_spread([one.reason for one in findings], rows, which, size),
        suggestion=pa.nulls(size, pa.string()) if suggestion is None else suggestion,
        country=tables.country.take(places),
        kind=tables.kind.take(places),
    )


def _spread(texts: Sequence[str], rows: Ints, which: Ints, size: int) -> Column:
    """Make a column that is empty but in some rows, where it has one of some texts."""
    told = pa.array(texts, pa.string()).take(pa.array(which))
    sizes = np.zeros(size, np.int64)
    sizes[rows] = pc.binary_length(told).to_numpy(zero_copy_only=False)
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.StringArray.from_buffers(size, pa.py_buffer(offsets), told.buffers()[2] or pa.py_buffer(b""))


def of_rows(texts: Column, region: Region, rows: Ints) -> tuple[Column, Region]:
    """Return some rows of a column, and of a column of regions."""
    places = pa.array(rows)
    return texts.take(places), region if region is None or isinstance(region, str) else region.take(places)


def _block(readings: Readings) -> tuple[Ints, Bytes, Ints, Ints]:
    """Write the valid numbers of a block as E.164, and what is to be told of the others as a number."""
    tables = _tables()
    outcomes = readings.outcomes
    code_sizes = tables.code_sizes[outcomes]
    sizes = np.where(code_sizes, code_sizes + readings.sizes, 0)
    whole = np.empty((len(sizes), _CODE + NATIONAL), np.uint8)
    whole[:, :_CODE] = tables.codes[outcomes]
    np.add(readings.national, ZERO, out=whole[:, _CODE:])
    first, last = (_CODE - code_sizes).astype(np.int8), (_CODE - code_sizes + sizes).astype(np.int8)
    place = np.arange(_CODE + NATIONAL, dtype=np.int8)
    is_own = (place >= first[:, None]) & (place < last[:, None])
    keys = (outcomes * 2 + readings.has_plus) << 2 * _COUNTED
    keys += (np.maximum(readings.sizes, 0) << _COUNTED) + readings.counts
    return outcomes, whole[is_own], sizes, keys


def _strings(sizes: Ints, written: Bytes) -> Column:
    """Make a column of text from its bytes, side by side; what has none is null."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    mask = np.packbits(sizes > 0, bitorder="little")
    return pa.StringArray.from_buffers(len(sizes), pa.py_buffer(offsets), pa.py_buffer(written), pa.py_buffer(mask))


def _refusals_of(seen: Read, texts: Column) -> tuple[list[Phone], Ints]:
    """Make each verdict that is no number once, and say which of them each row has that is none."""
    distinct, which = np.unique(seen.keys, return_inverse=True)
    phones = []
    for key in distinct.tolist():
        outcome, has_plus = divmod(key >> 2 * _COUNTED, 2)
        size, count = divmod(key % (1 << 2 * _COUNTED), 1 << _COUNTED)
        phones.append(_refused(walking.outcomes()[outcome], size, count, has_plus=bool(has_plus)))
    which[texts.is_null().to_numpy(zero_copy_only=False)[seen.rows]] = len(phones)
    return [*phones, told("empty")], which


@cache
def _tables() -> _Tables:
    outcomes = walking.outcomes()
    codes = [f"+{one.code}" if not one.told else "" for one in outcomes]
    return _Tables(
        np.array([list(code.rjust(_CODE).encode()) for code in codes], np.uint8),
        np.array([len(code) for code in codes], np.int64),
        pa.array([one.country or None for one in outcomes], pa.string()),
        pa.array([one.kind or None for one in outcomes], pa.string()),
        {(one.country or None, one.kind or None): place for place, one in enumerate(outcomes)},
    )
