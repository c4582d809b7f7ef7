"""How often two people agree by chance: any two, two of one name, and two of one surname."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from listkit.frame.duplicates.comparing import GRADES, MISSING, NAMED, OTHER, RELATED, SAME, levels, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.duplicates.comparing import Levels
    from listkit.frame.duplicates.fields import Field, Floats, Records

_DRAWN = 100_000
_CROWD = 4
"""So many records of one name are hardly all one person."""
_TELLING = 0.02
_OTHER = np.array([0, 500, 5, 1, 0])
"""How the values of two people agree that differ, by as many pairs, where the list is too short to tell."""
_NAMED = np.array([40, 6, 1, 3])
"""And how the addresses of two people of one name do."""
_RELATED = np.array([45, 0.5, 0.5, 4])
"""And the numbers and addresses of two people of one surname."""


def by_chance(records: Records, seed: int) -> Floats:
    """Say how often each level of each field is seen of two people.

    The same they are as often as their shares say; nearly the same as often as pairs drawn by
    the seed are. What hangs on names is counted on pairs that have these in common.
    """
    chance = np.random.default_rng(seed)
    left, right = chance.integers(0, len(records), (2, _DRAWN))
    found = plain(levels(records.fields, left[left != right], right[left != right]))
    told = np.stack([np.bincount(level, minlength=SAME + 1) for level in found.T], dtype=np.float64)
    told[:, [MISSING, SAME]] = 0
    told = told * min(1, len(records) ** 2 / _DRAWN) + _OTHER
    same = np.array([field.chance for field in records.fields])
    told *= ((1 - same) / told.sum(axis=1))[:, None]
    told[:, SAME] = same
    told = np.hstack([told, told[:, OTHER:], told[:, OTHER:]])
    names = [field for field in records.fields if field.kind == "name"]
    named = _drawn(records, names, chance)
    telling = [field.kind not in ("name", "email") and field.chance < _TELLING for field in records.fields]
    named = named[(named[:, telling] <= OTHER).all(axis=1)]
    related = _drawn(records, [field for field in names if field.name == "last_name"], chance)
    for at, field in enumerate(records.fields):
        if field.kind == "email":
            told[at, NAMED + OTHER : RELATED + OTHER] = _shares(named[:, at], NAMED, _NAMED)
        if field.kind in ("phone", "email"):
            told[at, RELATED + OTHER :] = _shares(related[:, at], RELATED, _RELATED)
    return told


def _drawn(records: Records, names: Sequence[Field], chance: np.random.Generator) -> Levels:
    """Compare pairs drawn from the names that several records have."""
    key = np.zeros(len(records), np.int64)
    for field in names:
        key = np.where((key < 0) | (field.codes < 0), -1, key * len(field.values) + field.codes)
    members = np.argsort(key, kind="stable")[np.count_nonzero(key < 0) :]
    _, start, size = np.unique(key[members], return_index=True, return_counts=True)
    start, size = np.repeat(start, size), np.repeat(size, size)
    crowded = np.flatnonzero(size >= _CROWD)
    if not names or not len(crowded):
        return np.empty((0, len(records.fields)), np.uint8)
    drawn = chance.choice(crowded, min(_DRAWN, _CROWD * len(crowded)))
    left, right = members[drawn], members[start[drawn] + chance.integers(0, size[drawn])]
    return levels(records.fields, left[left != right], right[left != right])


def _shares(level: Levels, added: int, expected: Floats) -> Floats:
    """Return the share of each level, among those to which so much is added, beside what is expected."""
    seen = np.bincount(level, minlength=GRADES)[added + OTHER : added + SAME + 1] + expected
    return np.asarray(seen / seen.sum())
