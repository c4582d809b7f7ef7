"""Cells that hold one number and nothing else, judged a column at once.

To most cells of a list nothing has happened: there are digits, perhaps a plus, and the usual
marks. What is to be said of them hangs only on what their digits are with a plus and without
one, and that is read for a whole column. Where anything else may have to be told, a row is
left over, to be judged by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage, numbering
from listkit.rules.numbers import parsing, walking
from listkit.rules.verdict import truths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.rules.numbers.digits import Flags, Ints
    from listkit.rules.numbers.parsing import Phones, Region
    from listkit.rules.verdict import Column

_PLAIN = r"^\(?\+? ?\(?[0-9](?:[0-9 ()\-]|\.[0-9]{3}|\.[0-9]{2}\.)*$"
"""Digits with the usual marks among them. A point that may begin a trailing .0 is left over."""

_ABROAD = r"^[( ]*0[ ().\-]*(?:0|$|1[ ().\-]*1)"
"""00 or 011, which are dialled before a country code in many countries; or a zero that stands for no number."""

_ROUND = "000"
"""What ends like this may be rounded, or stand for no number."""

_MANY = 1 << 24


class _Told(NamedTuple):
    """What is said of some rows: which of some findings."""

    rows: Ints
    which: Ints
    findings: Sequence[damage.Finding]


def judge(texts: Column, region: Region) -> tuple[Phones, Ints]:
    """Judge the plain cells of a column; also return the rows that are left over, of which nothing is said.

    >>> from listkit.rules.verdict import column
    >>> phones, left = judge(column(["98765 43210", "919876543210", "98765 43210 x12"]), "IN")
    >>> phones.code.to_pylist(), left.tolist()
    (['', 'plus_lost', ''], [2])
    """
    here = parsing.read(texts, region)
    may_be_round = truths(pc.ends_with(texts, _ROUND))
    is_plain = truths(pc.match_substring_regex(texts, _PLAIN)) & ~may_be_round
    has_plus = truths(pc.starts_with(texts, "+")) | truths(pc.starts_with(texts, "(+"))
    is_valid, is_given = truths(here.value.is_valid()), given(region, len(texts))
    is_done = is_plain & is_valid & (has_plus | is_given)
    told = _at_home(texts, region, here, np.flatnonzero(is_done & ~has_plus))
    made = parsing.made(here.outcomes, here.value, *_joined(told))
    rows = np.flatnonzero(is_plain & ~has_plus & ~is_given & ~truths(pc.match_substring_regex(texts, _ABROAD)))
    if len(rows):
        own, is_sure = _anywhere(texts.take(pa.array(rows)))
        made = made.patched(rows, own)
        is_done[rows[is_sure]] = True
    return made, np.flatnonzero(~is_done)


def _at_home(texts: Column, region: Region, here: parsing.Read, rows: Ints) -> list[_Told]:
    """Tell of numbers that were read in a country where their digits are a number with a plus too."""
    if not len(rows):
        return []
    there = parsing.read(_with_plus(texts.take(pa.array(rows))), None)
    own = here.value.take(pa.array(rows))
    is_same = truths(pc.equal(own, there.value))
    is_foreign = truths(there.value.is_valid()) & ~is_same
    same = rows[is_same & ~_dials_own_code(region, len(texts))[rows]]
    foreign = here.outcomes[rows[is_foreign]] * _MANY + there.outcomes[is_foreign]
    return [_told(same, here.outcomes[same], _plus_lost), _told(rows[is_foreign], foreign, _also_foreign)]


def _anywhere(texts: Column) -> tuple[Phones, Flags]:
    """Judge digits without a plus when nobody said where they are from; also say where that is all there is to say."""
    there = parsing.read(_with_plus(texts), None)
    holders = walking.holders(texts)
    is_number, is_held = truths(there.value.is_valid()), holders > 0
    is_sure = (is_number & ~is_held) | (~truths(pc.match_substring(texts, " ")) & (holders >= 0))
    both, alone = np.flatnonzero(is_number & is_held), np.flatnonzero(is_number & ~is_held)
    held, none = np.flatnonzero(~is_number & is_held), np.flatnonzero(~is_number & ~is_held)
    told = [
        _told(both, there.outcomes[both] * _MANY + holders[both], _ambiguous),
        _told(alone, there.outcomes[alone], _plus_lost),
        _told(held, holders[held], _no_region),
        _told(none, none * 0, _in_no_country),
    ]
    is_ambiguous = pa.array(is_held)
    outcomes = np.where(is_number & ~is_held, there.outcomes, walking.place(walking.NO_REGION))
    value = pc.if_else(is_ambiguous, None, there.value)
    return parsing.made(
        outcomes, value, *_joined(told), suggestion=pc.if_else(is_ambiguous, there.value, None)
    ), is_sure


# ---- what is told ----------------------------------------------------------------------


def _plus_lost(outcome: int) -> damage.Finding:
    return damage.name("plus_lost", what=f"{walking.outcomes()[outcome].code}, a country code")


def _also_foreign(key: int) -> damage.Finding:
    here, there = (walking.outcomes()[place].country for place in divmod(key, _MANY))
    return damage.name("also_foreign", here=here, abroad=there)


def _ambiguous(key: int) -> damage.Finding:
    outcome, held = divmod(key, _MANY)
    return damage.name(
        "ambiguous", abroad=walking.outcomes()[outcome].country, national=numbering.named(_holders(held))
    )


def _no_region(held: int) -> damage.Finding:
    return damage.name("no_region", what=numbering.named(_holders(held)))


def _in_no_country(_: int) -> damage.Finding:
    return damage.name("invalid_number", what="valid in no country, with a plus or without")


def _holders(place: int) -> tuple[str, ...]:
    return walking.known().holders[place]


def _told(rows: Ints, keys: Ints, name: Callable[[int], damage.Finding]) -> _Told:
    """Name each finding once, and say which of them each row has."""
    distinct, which = np.unique(keys, return_inverse=True)
    return _Told(rows, which, [name(key) for key in distinct.tolist()])


def _joined(told: Sequence[_Told]) -> _Told:
    rows, which = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    findings: list[damage.Finding] = []
    for one in told:
        rows.append(one.rows)
        which.append(one.which + len(findings))
        findings += one.findings
    order = np.argsort(np.concatenate(rows), kind="stable")
    return _Told(np.concatenate(rows)[order], np.concatenate(which)[order], findings)


# ---- columns ---------------------------------------------------------------------------


def _with_plus(texts: Column) -> Column:
    return pc.binary_join_element_wise("+", texts, "")


def given(region: Region, size: int) -> Flags:
    """Say in which rows a region is given."""
    if region is None or isinstance(region, str):
        return np.full(size, bool(region))
    return truths(pc.not_equal(region, ""))


def _dials_own_code(region: Region, size: int) -> Flags:
    """Say in which rows people dial their own country code at home."""
    if region is None or isinstance(region, str):
        return np.full(size, numbering.dials_own_code(region or ""))
    known = pc.unique(region).drop_null().to_pylist()
    return truths(pc.is_in(region, pa.array([one for one in known if numbering.dials_own_code(one)], pa.string())))
