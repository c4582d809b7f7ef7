"""How well two records agree in each column, on a short scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.duplicates.fields import Field
    from listkit.rules.verdict import Rows

    Levels = np.ndarray[Any, np.dtype[np.uint8]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]

MISSING, OTHER, LIKE, CLOSE, SAME = range(5)
NAMED = 4
"""Is added to the level of an address where the names agree as well: it is made of them, and tells less."""
RELATED = 8
"""Is added to the level of a number or an address where only the surnames agree: a household may share them."""
GRADES = SAME + RELATED + 1
_LIKE, _CLOSE = 0.82, 0.92
_BATCH = 1 << 20

_letters, _words = JaroWinkler.normalized_similarity, fuzz.token_sort_ratio


def levels(fields: Sequence[Field], left: Rows, right: Rows) -> Levels:
    """Compare pairs of records: for each a row with a level for each field.

    A level is MISSING where one of the two has no value, else OTHER, LIKE, CLOSE or SAME,
    for numbers and addresses with NAMED or RELATED where the names are such.
    """
    told = np.empty((len(left), len(fields)), np.uint8)
    for at, field in enumerate(fields):
        for start in range(0, len(left), _BATCH):
            some = slice(start, start + _BATCH)
            told[some, at] = _levels(field, field.codes[left[some]], field.codes[right[some]])
    names = {field.name: told[:, at].copy() for at, field in enumerate(fields) if field.kind == "name"}
    agree = np.all([level >= LIKE for level in names.values()], axis=0) & bool(names)
    related = (names["last_name"] >= CLOSE) & (names["first_name"] == OTHER) if len(names) > 1 else ~agree & False
    for at, field in enumerate(fields):
        filled = told[:, at] > MISSING
        told[:, at] += NAMED * (agree & filled & (field.kind == "email")).astype(np.uint8)
        told[:, at] += RELATED * (related & filled & (field.kind in ("phone", "email"))).astype(np.uint8)
    return told


def plain(level: Levels) -> Levels:
    """Return levels as they are without a look at the names."""
    return np.where(level > MISSING, (level - OTHER) % SAME + OTHER, MISSING).astype(np.uint8)


def _levels(field: Field, one: Rows, other: Rows) -> Levels:
    level = np.full(len(one), OTHER, np.uint8)
    level[one == other] = SAME
    level[(one < 0) | (other < 0)] = MISSING
    rows = np.flatnonzero(level == OTHER)
    if len(rows):
        level[rows] = _near(field, one[rows], other[rows])
    return level


def _near(field: Field, one: Rows, other: Rows) -> Levels:
    """Compare different values: numbers, codes and addresses by what was mistyped, words by their letters."""
    texts = field.texts[one], field.texts[other]
    if field.kind in ("phone", "email", "code"):
        mistakes = process.cpdist(*texts, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=-1)
        level = np.array([SAME, CLOSE, LIKE, OTHER], np.uint8)[np.minimum(mistakes, 3)]
    else:
        alike = process.cpdist(*texts, scorer=_letters, score_cutoff=_LIKE, dtype=np.float32, workers=-1)
        if field.kind == "words":
            by_words = process.cpdist(*texts, scorer=_words, score_cutoff=100 * _LIKE, dtype=np.float32, workers=-1)
            alike = np.maximum(alike, by_words / 100)
        level = np.array([OTHER, LIKE, CLOSE], np.uint8)[np.searchsorted([_LIKE, _CLOSE], alike, side="right")]
    level[_is_short_for(field, one, other) & (level == OTHER)] = LIKE
    return np.asarray(level)


def _is_short_for(field: Field, one: Rows, other: Rows) -> Flags:
    """Whether a name is the initial or the first word of another, or two addresses differ only after the @."""
    if field.kind == "email":
        head = field.heads
        return np.asarray(head[one] == head[other])
    if field.kind != "name":
        return np.zeros(len(one), np.bool_)
    head, initial, is_initial = field.heads, field.initials, field.are_initials
    begins = (head[one] == head[other]) & (field.are_heads[one] | field.are_heads[other])
    return np.asarray(begins | ((initial[one] == initial[other]) & (is_initial[one] | is_initial[other])))
