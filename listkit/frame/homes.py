"""Where numbers without a country code are at home: proposed from a column's own evidence, decided by a person."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import numbering, phone
from listkit.rules.numbers import walking
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.rules.verdict import Column

_LOOKED_AT = 40
"""So many cells are read in every country of the world."""
_ALIKE = 0.02


class Home(NamedTuple):
    """The countries in which most cells are numbers, the well-known first; how many are, and of which kind mostly."""

    regions: tuple[str, ...]
    share: float
    kind: str


def find(cells: Sequence[str]) -> Home | None:
    """Find the countries whose numbers some cells are, as they are written there.

    >>> find(["98765 43210", "99001 23456", "87654 32109"]).regions[0]
    'IN'
    """
    if not cells:
        return None
    texts = column(cells[:: -(-len(cells) // _LOOKED_AT)])
    known = sorted(walking.known().national, key=_order)
    size = len(texts)
    regions = column(known).take(pa.array(np.repeat(np.arange(len(known)), size)))
    phones = phone.parse(pa.concat_arrays([texts] * len(known)), region=regions)
    is_own = _are_own(phones.country, regions).reshape(-1, size)
    counts = is_own.sum(axis=1)
    if not counts.any():
        return None
    best = int(counts.argmax())
    kinds = phones.kind.take(pa.array(best * size + np.flatnonzero(is_own[best])))
    most = max(pc.value_counts(kinds).to_pylist(), key=lambda one: one["counts"])
    alike = np.flatnonzero(counts >= counts[best] - _ALIKE * size)
    return Home(tuple(known[at] for at in (best, *alike[alike != best])), counts[best] / size, most["values"])


def is_telling(home: Home, cells: Sequence[str]) -> bool:
    """Whether it says something that the cells are numbers there, because most digits of that length are none.

    What is written as numbers are, with a zero to begin or marks among the digits, says enough.
    """
    bare = [cell for cell in cells if cell.isdecimal() and cell[0] != "0"]
    if 2 * len(bare) < len(cells) or len(bare) < _FEW:
        return True
    chance = Random(0)  # noqa: S311 - the same digits every time
    others = column("".join(chance.choices("0123456789", k=len(cell))) for cell in bare)
    there = column([home.regions[0]] * len(bare))
    dense = _are_own(phone.parse(others, region=there).country, there).mean()
    return home.share >= _CERTAIN and bool(dense <= _DENSE)


_FEW, _CERTAIN, _DENSE = 8, 0.95, 0.75


def _are_own(country: Column, regions: Column) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say which numbers are of the country they were read in, and not of one that shares its plan."""
    is_own: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    is_own = pc.fill_null(pc.equal(country, regions), fill_value=False).to_numpy(zero_copy_only=False)
    return is_own


def _order(region: str) -> tuple[int, str]:
    known = numbering.WELL_KNOWN
    return (known.index(region) if region in known else len(known), region)
