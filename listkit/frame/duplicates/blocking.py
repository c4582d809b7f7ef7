"""Which records are worth comparing: those that have something in common, and never more than so many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from listkit.frame.duplicates.fields import ranks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.frame.duplicates.fields import Field, Floats, Records
    from listkit.rules.verdict import Rows

WINDOW = 12
"""With so many of those who come next in its block a record is compared at most."""
NEIGHBOURS = 2
"""And with so many of those who come next in the order of the values."""
MOST = 8
"""So many pairs are compared for each record, those that have the most in common."""

_FEW, _PER_RECORD = 100_000, 1.0
"""A pass gives so many pairs; in a long list, so many for each record."""
_TELLING = 5
_BEGINNING = 3


def pairs(records: Records) -> tuple[Rows, Rows]:
    """Return the pairs of records to compare, each once.

    Two records are compared where they have a value, or the beginnings of two, in common, or
    where nothing stands between two of their values, read forwards or backwards. Of a block
    that many share each is compared only with those that come next in the order of the other columns:
    the number of pairs grows with the records, and not with their square.
    """
    size = len(records)
    with ThreadPoolExecutor() as pool:
        found = pool.map(_neighbours, *zip(*_passes(records.fields), strict=True))
        keys = np.sort(np.concatenate(list(found)))
    left, right = np.divmod(keys[np.flatnonzero(np.diff(keys, prepend=-1))], size)
    most = max(_FEW // 5, MOST * size)
    if len(left) <= most:
        return left, right
    common = _in_common(records.fields, left, right)
    kept = np.flatnonzero(common >= np.partition(common, -most)[-most])[: 2 * most]
    return left[kept], right[kept]


def _in_common(fields: Sequence[Field], left: Rows, right: Rows) -> Floats:
    """Say roughly how much two records have in common: the rarer the values are that they share, the more."""
    common = np.zeros(len(left))
    for field in fields:
        codes = field.codes[left]
        loud = np.append(-np.log(field.shares), 0)
        common += np.where(codes == field.codes[right], loud[codes], 0)
    return common


def _passes(fields: Sequence[Field]) -> Iterator[tuple[list[Rows], int]]:
    """Yield orders of the records: the first key is the block, the others say who stands beside whom in it."""
    telling = sorted(fields, key=lambda field: field.chance)
    codes = [field.codes for field in telling]
    starts = [_starts(field) for field in telling[:_TELLING]]
    for at, own in enumerate(codes):
        others = codes[:at] + codes[at + 1 :]
        yield [own, *others[:2]], WINDOW
        if at < _TELLING:
            filled = np.where(own < 0, -1, 0)
            yield [filled, own, *others[:1]], NEIGHBOURS
            yield [filled, _ends(telling[at]), *others[:1]], NEIGHBOURS
    for (one, first), (other, second) in combinations(enumerate(starts), 2):
        others = [own for at, own in enumerate(codes) if at not in (one, other)]
        both = np.where((first < 0) | (second < 0), -1, first * (int(second.max(initial=0)) + 1) + second)
        yield [both, *others[:2]], WINDOW


def _starts(field: Field) -> Rows:
    """Give each record a number for the beginning of its value."""
    short = pc.dictionary_encode(pc.utf8_slice_codeunits(field.values, 0, _BEGINNING))
    return np.append(np.asarray(short.indices, np.int64), -1)[field.codes]


def _ends(field: Field) -> Rows:
    """Give each record the place of its value among all when they are read backwards."""
    return ranks(pc.utf8_reverse(field.values))[1][field.codes]


def _neighbours(keys: Sequence[Rows], reach: int) -> Rows:
    """Pair each record with those of its block that come next; a pair is one number, the smaller record first."""
    size = len(keys[0])
    rows = np.flatnonzero(keys[0] >= 0)
    order = rows[np.lexsort([key[rows] for key in reversed(keys)])]
    block = keys[0][order]
    most = max(_FEW, _PER_RECORD * size)
    found = [np.empty(0, np.int64)]
    for step in range(1, min(reach, len(order) - 1) + 1):
        same = np.flatnonzero(block[step:] == block[:-step])
        if not len(same) or (step > 1 and sum(map(len, found)) + len(same) > most):
            break
        one, other = order[same], order[same + step]
        found.append(np.minimum(one, other) * size + np.maximum(one, other))
    return np.concatenate(found)
