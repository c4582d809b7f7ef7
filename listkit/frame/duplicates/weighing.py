"""How much each agreement says: the weights of Fellegi and Sunter, learned from the list itself, without examples.

An agreement speaks for one person by how much more often it is seen of one person than of
two. How often it is seen of two is counted on pairs drawn by chance; how often of one, by
expectation and maximisation over the patterns of the pairs that were compared, as a share of
all pairs there are. A value that few have speaks louder than one that many have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from listkit.frame.duplicates.comparing import GRADES, OTHER, SAME
from listkit.frame.duplicates.strangers import by_chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.duplicates.comparing import Levels
    from listkit.frame.duplicates.fields import Field, Floats, Records
    from listkit.rules.verdict import Rows

_ROUNDS = 30
_EXPECTED = np.array([0.1, 0.05, 0.1, 0.75])
"""How one person's values agree where nothing is known yet: other, like, close, same."""
_FIRM = 0.2
"""That is believed as firmly as if it had been seen on so many pairs for each record."""
_AT_MOST = 0.05
"""No more of all pairs are taken to be one person, however short the list is."""
_SURE = 0.0
"""Only pairs that are rather one person than two are learned from, by the logarithm of their odds."""
_STEP = 0.5
"""To so much the weight of rare values is rounded while learning."""


@dataclass(frozen=True)
class Weights:
    """What each level of each field adds to the logarithm of the odds that two records are one person.

    `prior` is that logarithm before anything is compared; `same` is the share of random pairs that
    are the same in a field.
    """

    prior: float
    logs: Floats
    same: Floats

    def weigh(self, fields: Sequence[Field], found: Levels, left: Rows) -> Floats:
        """Return the logarithm of the odds of each pair, given its levels."""
        odds = self.prior + rarity(fields, found, left, self.same)
        for at in range(len(fields)):
            odds += self.logs[at, found[:, at]]
        return odds


def learn(records: Records, found: Levels, left: Rows, seed: int) -> Weights:
    """Learn the weights from the levels of the pairs that were compared; `left` is the one record of each."""
    size = len(records)
    every = max(1, size * (size - 1) / 2)
    unmatched = by_chance(records, seed)
    same = unmatched[:, SAME]
    patterns, rare, counts = _patterns(found, rarity(records.fields, found, left, same))
    matched = np.tile(_EXPECTED, (len(records.fields), 1))
    prior = min(0.1 * size / every, _AT_MOST)
    for _ in range(_ROUNDS):
        logs = _logs(matched, unmatched)
        odds = np.log(prior) + rare + sum(logs[at, pattern] for at, pattern in enumerate(patterns))
        mass = np.where(odds > _SURE, counts / (1 + np.exp(-odds)), 0)
        told = np.stack([np.bincount(pattern, mass, GRADES) for pattern in patterns])
        seen = told[:, OTHER:].reshape(len(told), -1, SAME).sum(axis=1) + _EXPECTED * _FIRM * size
        matched = seen / seen.sum(axis=1, keepdims=True)
        prior = min(max(mass.sum(), 1) / every, _AT_MOST)
    return Weights(float(np.log(prior)), _logs(matched, unmatched), same)


def rarity(fields: Sequence[Field], found: Levels, left: Rows, same: Floats) -> Floats:
    """Return how much louder the same values speak for being rare than the same values do on the whole."""
    louder = np.zeros(len(found))
    for at, field in enumerate(fields):
        rows = np.flatnonzero(found[:, at] == SAME)
        louder[rows] += np.log(same[at] / field.shares[field.codes[left[rows]]])
    return louder


def _logs(matched: Floats, unmatched: Floats) -> Floats:
    logs = np.zeros_like(unmatched)
    logs[:, OTHER:] = np.log(np.tile(matched, unmatched.shape[1] // SAME) / unmatched[:, OTHER:])
    return logs


def _patterns(found: Levels, rare: Floats) -> tuple[Sequence[Levels], Floats, Floats]:
    """Return the different patterns of levels, field by field, each with its rarity, and how many pairs show it."""
    steps = np.clip(np.round(rare / _STEP), -_REACH, _REACH).astype(np.int64) + _REACH
    key = steps
    for at in range(found.shape[1]):
        key = key * GRADES + found[:, at]
    keys, counts = np.unique(key, return_counts=True)
    patterns: list[Levels] = []
    for _ in range(found.shape[1]):
        keys, level = np.divmod(keys, GRADES)
        patterns.insert(0, level.astype(np.uint8))
    return patterns, np.asarray((keys - _REACH) * _STEP), counts.astype(np.float64)


_REACH = 200
