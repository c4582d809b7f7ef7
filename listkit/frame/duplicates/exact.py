"""Rows with the same identity: the same number, the same address, or the same of whatever is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ColumnsError
from listkit.frame.duplicates import deciding
from listkit.frame.duplicates.deciding import NOTHING
from listkit.frame.duplicates.telling import Found, members, partners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.duplicates.deciding import Decisions
    from listkit.frame.duplicates.identities import Identities
    from listkit.rules.verdict import Column, Rows

KEYS = ("phone", "email")


class Groups(NamedTuple):
    """For each row the group it is in, -1 for none, and which of some names that goes by."""

    labels: Rows
    by: Rows
    names: Sequence[str]


def find(identities: Identities, on: str | Sequence[str] | None = None, decided: Decisions = NOTHING) -> Found:
    """Find the rows that are the same in all columns of `on`; one with a blank there is like no other.

    By no column at all nobody is the same but who was decided to be. Without `on` a contact is
    told apart by its number; a row without one, by its address.

    Raises ColumnsError where a column is not there.
    """
    groups = _by_contact(identities) if on is None else _by_columns(identities, on)
    rows, clusters = members(deciding.obey(groups.labels, decided))
    both = clusters * (int(groups.labels.max(initial=0)) + 2) + groups.labels[rows]
    like = partners(rows, np.where(groups.labels[rows] < 0, -2 - rows, both))
    is_decided = like < 0
    like[is_decided] = partners(rows, clusters)[is_decided]
    words = pa.array([*(f"same {name}" for name in groups.names), "decided to be the same"], pa.string())
    why = words.take(pa.array(np.where(is_decided, len(groups.names), groups.by[rows])))
    return Found(rows, clusters, np.ones(len(rows)), like, why)


def _by_columns(identities: Identities, on: str | Sequence[str]) -> Groups:
    names = identities.named(on)
    if not names:
        nobody = np.full(len(identities.frame), -1, np.int64)
        return Groups(nobody, nobody, [])
    labels = _encode(identities[names[0]])
    for name in names[1:]:
        other = _encode(identities[name])
        blank = (labels < 0) | (other < 0)
        labels = np.where(blank, -1, labels * (int(other.max(initial=0)) + 1) + other)
        labels = np.unique(labels, return_inverse=True)[1] - int(blank.any())
    return Groups(labels, np.zeros_like(labels), [" and ".join(names)])


def _by_contact(identities: Identities) -> Groups:
    there = [name for name in KEYS if name in identities]
    if not there:
        names = [str(label) for label in identities]
        raise ColumnsError(
            f"There is neither a 'phone' nor an 'email' column among {', '.join(map(repr, names)) or 'none'}; "
            "say by which contacts are told apart with df.listkit.duplicates(on='your column').",
            columns=names,
        )
    codes = [_encode(identities[name]) for name in there]
    if len(codes) == 1:
        return Groups(codes[0], np.zeros_like(codes[0]), there)
    numbers, addresses = codes
    labels = _joined(numbers, addresses)
    held = np.bincount(numbers[numbers >= 0], minlength=1)
    by_number = (numbers >= 0) & (held[numbers] > 1)
    return Groups(labels, np.where(by_number, 0, 1), there)


def _joined(numbers: Rows, addresses: Rows) -> Rows:
    """Give a row without a number the group of the one number that its address stands beside.

    Where an address stands beside several numbers it tells nobody apart: the rows that have only
    the address are then a group of their own.
    """
    count = int(numbers.max(initial=-1)) + 1
    both = (numbers >= 0) & (addresses >= 0)
    least = np.full(int(addresses.max(initial=-1)) + 1, count, np.int64)
    most = np.full_like(least, -1)
    np.minimum.at(least, addresses[both], numbers[both])
    np.maximum.at(most, addresses[both], numbers[both])
    groups = np.where(least == most, least, count + np.arange(len(least)))
    only_address = (numbers < 0) & (addresses >= 0)
    labels = numbers.copy()
    labels[only_address] = groups[addresses[only_address]]
    return labels


def _encode(values: Column) -> Rows:
    """Give each value a number, -1 to a missing one."""
    indices = pc.fill_null(pc.dictionary_encode(values).indices, -1)
    return np.asarray(indices, np.int64)
