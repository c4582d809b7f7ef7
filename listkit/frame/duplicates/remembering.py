"""Decisions as a recipe holds them: by what a row says of a person, and not by where it stands."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from listkit.contact import FIELDS
from listkit.errors import ListkitError
from listkit.frame.duplicates import deciding
from listkit.frame.duplicates.deciding import NOTHING, Decisions
from listkit.frame.duplicates.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region
    from listkit.rules.verdict import Rows

    Keys = np.ndarray[Any, np.dtype[np.str_]]

_LENGTH = 20


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision: the keys of rows that are one person, and of rows that are none of them."""

    same: list[str]
    others: list[str] = []


def decisions(
    frame: pd.DataFrame,
    clusters: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
) -> list[dict[str, list[str]]]:
    """Take what was decided out of the edited frame of `duplicates`, for a recipe and for next month's list.

    Each decision says which rows are the `same` person, and which `others` are not. A row goes by
    a key made of its contact: it is found again wherever it stands, and its number is not
    to be read in it. Give them to `duplicates` and `merge_duplicates` as `decisions=`.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"phone": ["+12025550123", "+12025550123"], "first_name": ["Asha", "Ravi"]})
    >>> found = pd.DataFrame({"row": [0, 1], "cluster": [0, 0], "decision": [None, "not the same"]})
    >>> [len(one["others"]) for one in decisions(people, found)]
    [1]
    """
    said = deciding.read(clusters, len(frame))
    keys = _keys(Identities(frame, region=region, region_from=region_from, mapping=mapping)).tolist()
    told = [Remembered(sorted({keys[row] for row in rows})) for rows in said.together]
    for case in said.apart:
        told += [
            Remembered([keys[row]], sorted(keys[other] for other in case if other != row))
            for row, side in case.items()
            if side == row
        ]
    return [msgspec.to_builtins(one) for one in told]


def recall(identities: Identities, remembered: Any) -> Decisions:
    """Find the rows that decisions speak of; those of rows that are not here are passed over.

    Raises ListkitError where something is no decision.
    """
    if remembered is None or not len(remembered):
        return NOTHING
    try:
        told = msgspec.convert(remembered, list[Remembered])
    except msgspec.ValidationError as wrong:
        raise ListkitError(f"decisions= holds what is no decision: {str(wrong).rstrip('.')}.") from None
    keys = _keys(identities)
    order = np.argsort(keys, kind="stable")
    together: list[list[int]] = []
    apart: list[dict[int, int]] = []
    for one in told:
        same, others = _rows(keys, order, one.same), _rows(keys, order, one.others)
        if not one.others:
            together.append(same)
        elif same and others:
            apart += [{row: row, **dict.fromkeys((other for other in others if other != row), -1)} for row in same]
    return Decisions([rows for rows in together if len(rows) > 1], apart)


def _rows(keys: Keys, order: Rows, wanted: Sequence[str]) -> list[int]:
    """Return the rows that have one of some keys."""
    return sorted({int(row) for key in wanted for row in order[_stretch(keys, order, key)]})


def _stretch(keys: Keys, order: Rows, key: str) -> slice:
    first, last = (int(np.searchsorted(keys, key, side, sorter=order)) for side in ("left", "right"))
    return slice(first, last)


def _keys(identities: Identities) -> Keys:
    """Make the key of each row, from the cells that make a contact."""
    columns = [identities[name].to_pylist() for name in FIELDS if name in identities]
    rows = zip(*columns, strict=True) if columns else ((),) * len(identities.frame)
    return np.array([sha256(repr(row).encode()).hexdigest()[:_LENGTH] for row in rows], dtype=f"<U{_LENGTH}")
