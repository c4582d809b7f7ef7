"""Numbers as libphonenumber reads them, without asking it: the atlas is walked, by one number or by a column at once.

The library finds where a number begins and what of it is an extension, turns letters and other
scripts' digits into plain ones, strips the way to dial abroad, and reads the digits by the plan
of a country. Nearly every cell that there is holds only digits, a plus before them and the usual
marks among them: there the digits are at hand. What is written otherwise is brought into that
form by `spelling`, and what even that leaves open is said to be `ASK`: the library is asked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules.numbers import atlas, spelling
from listkit.rules.numbers.atlas import PAST, WIDTH
from listkit.rules.numbers.digits import MARKS, WIDEST, Written, count_decimals, write_out
from listkit.rules.numbers.outcome import ASK, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.rules.numbers.atlas import Atlas
    from listkit.rules.numbers.digits import Bytes, Flags, Ints
    from listkit.rules.verdict import Column

BLOCK = 1 << 17
"""So many cells are read at a time: what they need is some ten megabytes."""

NATIONAL = 17
"""A national number has no more digits than this."""

UNVIABLE, NO_REGION, LONG = Outcome("unviable"), Outcome("no_region"), Outcome("long_number")

_AFTER_PLUS, _FEWEST = 3, 2
_ABROAD = 9
_PLAIN = re.compile(rf"[^+＋\d]*+(\+?)([{re.escape(MARKS)}0-9]*+)(?:_|[^#\w])*+")
_ALL_MARKS = {ord(mark): None for mark in MARKS}


class Reading(NamedTuple):
    """One number, read: its outcome, its national number, how many digits its text has, and whether after a plus."""

    outcome: Outcome
    national: str = ""
    size: int = 0
    has_plus: bool = False


class Readings(NamedTuple):
    """Numbers, read: the place of each outcome in `outcomes()`, and the national number, a digit a column.

    `sizes` says how many of the digits are the number's own, `counts` how many its text has.
    """

    outcomes: Ints
    national: Bytes
    sizes: Ints
    counts: Ints
    has_plus: Flags

    def put(self, rows: Ints, part: Readings) -> None:
        """Put the readings of some rows in their places."""
        self.outcomes[rows], self.national[rows], self.sizes[rows] = part.outcomes, part.national, part.sizes
        self.counts[rows], self.has_plus[rows] = part.counts, part.has_plus


def read(text: str, region: str | None) -> Reading:
    """Read one number.

    >>> read("098765 43210", "IN").national
    '9876543210'
    """
    if len(text) > spelling.LONGEST:
        return Reading(LONG, "", count_decimals(text))
    written = _PLAIN.fullmatch(text)
    if not written or ";" in text:
        return Reading(ASK)
    bare = written[2].translate(_ALL_MARKS)
    has_plus = bool(written[1])
    if len(bare) < (_AFTER_PLUS if has_plus else _FEWEST) or (len(bare) == _FEWEST and bare not in text):
        return Reading(UNVIABLE, "", len(bare), has_plus)
    return read_digits(bare, region, has_plus=has_plus)


def read_digits(bare: str, region: str | None, *, has_plus: bool) -> Reading:
    """Read digits, which stand behind a plus or do not."""
    plans, count = known(), len(bare)
    if has_plus:
        node = plans.walk(plans.international, bare)
        if plans.outcome(node).told == "invalid_code" and region:
            may_be_dialled = region not in plans.abroad or plans.dialled_abroad(region, bare)
            return Reading(ASK if may_be_dialled else plans.outcome(node), "", count, has_plus)
    elif region not in plans.national:
        return Reading(NO_REGION, "", count)
    elif skip := plans.dialled_abroad(region, bare):
        bare = bare[skip:]
        node = plans.walk(plans.international, bare)
    else:
        node = plans.walk(plans.national[region], bare)
    outcome = plans.outcome(node)
    return Reading(outcome, outcome.edit.on(bare) if outcome.code else "", count, has_plus)


def read_column(column: Column, region: str | Column | None) -> Iterator[Readings]:
    """Read a column, a block at a time."""
    for first in _blocks(column):
        there = region if region is None or isinstance(region, str) else region[first : first + BLOCK]
        yield _read_block(column[first : first + BLOCK], there)


def holders(column: Column) -> Ints:
    """Say of which countries the digits of each cell are a national number: a place in the atlas's `holders`.

    Only of cells that hold nothing but digits and marks; -1 where there are too many digits to be sure.
    """
    plans = known()
    found = []
    for first in _blocks(column):
        written = write_out(column[first : first + BLOCK])
        nodes = _step(np.full(len(written.counts), plans.anywhere), _digits(written, written.starts, written.counts))
        is_sure = (written.counts <= WIDEST) | (plans.steps[nodes] == nodes)
        found.append(np.where(is_sure, plans.told[nodes // WIDTH], -1))
    return np.concatenate(found)


def _blocks(column: Column) -> range:
    """Say where the blocks of a column begin; an empty column is one of no rows."""
    return range(0, max(len(column), 1), BLOCK)


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Return all outcomes that a reading may have."""
    return (*known().outcomes, UNVIABLE, NO_REGION, LONG, ASK)


@cache
def place(outcome: Outcome) -> int:
    """Return the place of an outcome among all."""
    return outcomes().index(outcome)


@cache
def known() -> Atlas:
    """Return the atlas for the library that is installed."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    return atlas.of(phonenumbers.__version__)


# ---- a block of a column ---------------------------------------------------------------


class _Places(NamedTuple):
    """Where each row begins to be walked in its own region, whether there is one, and whether it is known."""

    national: Ints
    abroad: Ints
    is_given: Flags
    is_known: Flags

    def of(self, rows: Ints) -> _Places:
        """Return the places of some rows."""
        return _Places(self.national[rows], self.abroad[rows], self.is_given[rows], self.is_known[rows])


class _Facts(NamedTuple):
    """What is to be known of each outcome, to do something with it."""

    rest: Ints
    is_moved: Flags
    is_code_unknown: Flags
    is_valid: Flags


def _read_block(column: Column, region: str | Column | None) -> Readings:
    places = _places(region, len(column))
    written = write_out(column)
    seen = _walk(written, places)
    is_two = ~written.has_plus & (written.counts == _FEWEST)  # digits, which have to stand side by side
    may_be_long = pc.fill_null(pc.greater(pc.binary_length(column), spelling.LONGEST), fill_value=False)
    if len(rows := np.flatnonzero(written.is_other | is_two | may_be_long.to_numpy(zero_copy_only=False))):
        texts = column.take(pa.array(rows))
        is_long = pc.fill_null(pc.greater(pc.utf8_length(texts), spelling.LONGEST), fill_value=False)
        odd = _read_odd(pc.if_else(is_long, None, texts), places.of(rows))
        odd.outcomes[is_long.to_numpy(zero_copy_only=False)] = place(LONG)
        seen.put(rows, odd)
        wrong = rows[~_facts().is_valid[odd.outcomes]]
        seen.counts[wrong] = _decimals(column.take(pa.array(wrong)))
    seen.outcomes[column.is_null().to_numpy(zero_copy_only=False)] = place(UNVIABLE)
    return seen


def _decimals(texts: Column) -> Ints:
    """Count the digits of any script."""
    counts: Ints = pc.fill_null(pc.count_substring_regex(texts, "[0-9]"), 0).to_numpy(zero_copy_only=False).copy()
    foreign = np.flatnonzero(pc.invert(pc.string_is_ascii(texts)))
    counts[foreign] = [count_decimals(text) for text in texts.take(pa.array(foreign)).to_pylist()]
    return counts


def _read_odd(texts: Column, places: _Places) -> Readings:
    """Read texts that hold more than digits, by the numbers that are found in them."""
    numbers, is_asked = spelling.find(texts)
    odd = _walk(write_out(numbers, is_found=True), places)
    odd.outcomes[numbers.is_null().to_numpy(zero_copy_only=False)] = place(UNVIABLE)
    odd.outcomes[is_asked.to_numpy(zero_copy_only=False)] = place(ASK)
    return odd


def _places(region: str | Column | None, size: int) -> _Places:
    plans = known()
    names: list[str | None] = [region] if region is None or isinstance(region, str) else []
    which = np.zeros(size, np.int64)
    if not names:
        encoded = pc.dictionary_encode(region, null_encoding="encode")
        names, which = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    return _Places(
        np.array([plans.national.get(name or "", 0) for name in names], np.int64)[which],
        np.array([plans.abroad.get(name or "", 0) for name in names], np.int64)[which],
        np.array([bool(name) for name in names], np.bool_)[which],
        np.array([name in plans.national for name in names], np.bool_)[which],
    )


def _walk(written: Written, places: _Places) -> Readings:
    """Read the digits of a block by the plans of each row's region."""
    plans = known()
    starts, counts, has_plus = written.starts, written.counts, written.has_plus
    digits = _digits(written, starts, counts)
    nodes = np.where(has_plus, plans.international, places.national)
    # Where anything else stands among the digits, a walk ends anywhere: such cells are read in another way.
    skips = _dialled_abroad(digits, np.flatnonzero(~has_plus & ~written.is_other & places.is_known), places)
    if len(rows := np.flatnonzero(skips)):
        starts, counts = starts + skips, counts - skips
        nodes[rows] = plans.international
        fewer = _digits(written, starts[rows], counts[rows])
        digits[:, rows] = PAST
        digits[: len(fewer), rows] = fewer
    nodes = _step(nodes, digits)
    told = plans.told[nodes // WIDTH]
    told[(counts > WIDEST) & (plans.steps[nodes] != nodes)] = place(ASK)
    told[~has_plus & ~places.is_known] = place(NO_REGION)
    told[written.counts < np.where(has_plus, _AFTER_PLUS, _FEWEST)] = place(UNVIABLE)
    if len(rows := np.flatnonzero(has_plus & _facts().is_code_unknown[told] & places.is_given)):
        may_be_dialled = _dialled_abroad(digits, rows, places)[rows].astype(np.bool_) | ~places.is_known[rows]
        told[rows[may_be_dialled]] = place(ASK)
    return _edited(written, Readings(told, digits, counts, written.counts, has_plus), starts)


def _digits(written: Written, starts: Ints, counts: Ints) -> Bytes:
    """Return the digits of some numbers turned round: a row for the first digit of each, one for the second."""
    width = min(WIDEST, int(counts.max(initial=1)))
    digits = written.matrix(starts, width)
    is_past = np.arange(width, dtype=np.int8) >= np.minimum(counts, width).astype(np.int8)[:, None]
    np.putmask(digits, is_past, PAST)
    return np.ascontiguousarray(digits.T)


def _step(nodes: Ints, digits: Bytes) -> Ints:
    """Walk all numbers at once, a step a digit."""
    steps = known().steps
    for digit in digits:
        nodes = steps[nodes + digit]
    return nodes


def _dialled_abroad(digits: Bytes, rows: Ints, places: _Places) -> Ints:
    """Count for each row the digits that are dialled in its region before a country code; only some rows are asked."""
    plans = known()
    skips = np.zeros(digits.shape[1], np.int64)
    nodes = plans.steps[places.abroad[rows] + digits[0, rows]]
    begins = plans.steps[nodes] != nodes
    rows = rows[begins]
    nodes = _step(nodes[begins], digits[1:_ABROAD, rows])
    skips[rows] = plans.told[nodes // WIDTH]
    return skips


def _edited(written: Written, walked: Readings, starts: Ints) -> Readings:
    """Make the national numbers of the digits that were walked."""
    facts = _facts()
    rest = facts.rest[walked.outcomes]
    national, sizes = written.matrix(starts + rest, NATIONAL), walked.sizes - rest
    moved = np.flatnonzero(facts.is_moved[walked.outcomes])
    for told in np.unique(walked.outcomes[moved]):
        rows = moved[walked.outcomes[moved] == told]
        edit = outcomes()[told].edit
        old = written.matrix(starts[rows], WIDEST + NATIONAL)
        first = [np.full(len(rows), one, np.uint8) if isinstance(one, str) else old[:, one] for one in edit.first]
        national[rows] = np.column_stack([*first, old[:, edit.rest :]])[:, :NATIONAL]
        sizes[rows] += len(first)
    return walked._replace(national=national, sizes=sizes)


@cache
def _facts() -> _Facts:
    all_of_them = outcomes()
    return _Facts(
        np.array([one.edit.rest for one in all_of_them], np.int64),
        np.array([bool(one.edit.first) for one in all_of_them], np.bool_),
        np.array([one.told == "invalid_code" for one in all_of_them], np.bool_),
        np.array([not one.told for one in all_of_them], np.bool_),
    )
