"""What a person decided about rows: which are the same and which are not, whatever their cells say."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from listkit.errors import ColumnsError, ListkitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from listkit.rules.verdict import Rows

SAME, NOT_THE_SAME = "same", "not the same"
DECISIONS = (SAME, NOT_THE_SAME)


class Decisions(NamedTuple):
    """Rows that are one person, and rows that are not.

    `together` has the rows of each person. `apart` has the cases decided: in each, rows on
    different sides are different people.
    """

    together: Sequence[Sequence[int]] = ()
    apart: Sequence[Mapping[int, int]] = ()

    @property
    def rows(self) -> set[int]:
        """Every row that something was decided about."""
        return {row for case in (*self.together, *self.apart) for row in case}


NOTHING = Decisions()


def read(clusters: pd.DataFrame | None, size: int) -> Decisions:
    """Read the edited frame of `duplicates` as decisions about the rows of a frame.

    Rows of one cluster that are decided *same* are one person. A row that is *not the same*
    is another person than all the others of its cluster. What is left blank is left to the score.

    Raises ColumnsError or ListkitError where it is no such frame, or not of this one.
    """
    if clusters is None:
        return NOTHING
    refuse_strange(clusters, size)
    decided = clusters[clusters["decision"].notna()]
    cases = clusters[clusters["cluster"].isin(decided["cluster"])]
    together, apart = [], []
    for _, case in cases.groupby("cluster", sort=True):
        rows, decision = case["row"].tolist(), case["decision"].tolist()
        same = [row for row, said in zip(rows, decision, strict=True) if said == SAME]
        sides = {row: row if said == NOT_THE_SAME else -1 for row, said in zip(rows, decision, strict=True)}
        together += [same] if len(same) > 1 else []
        apart += [sides] if NOT_THE_SAME in decision else []
    return Decisions(together, apart)


def refuse_strange(clusters: pd.DataFrame, size: int) -> None:
    """Raise where a frame is none of `duplicates`, names a row twice or one that is not there, or decides otherwise."""
    names = [str(name) for name in clusters.columns]
    if missing := [name for name in ("row", "cluster", "decision") if name not in names]:
        raise ColumnsError(f"There is no {missing[0]!r} column: give the frame of duplicates back.", columns=names)
    rows = clusters["row"]
    if outside := rows[~rows.between(0, size - 1)].tolist()[:1]:
        raise ListkitError(f"There is no row {outside[0]} among the {size:,} of the frame: take both from one frame.")
    if twice := rows[rows.duplicated()].tolist()[:1]:
        raise ListkitError(f"Row {twice[0]} is there twice: a row belongs to one cluster.")
    said = clusters["decision"].dropna()
    if other := said[~said.isin(DECISIONS)].tolist()[:1]:
        raise ListkitError(f"{other[0]!r} is no decision; {SAME!r} and {NOT_THE_SAME!r} are, or nothing.")


class Parts:
    """Things that are joined two by two into parts, unless somebody decided that they are different."""

    def __init__(self, apart: Iterable[Mapping[int, int]] = ()) -> None:
        self._parents: dict[int, int] = {}
        self._sides: dict[int, dict[int, int]] = {}
        for number, case in enumerate(apart):
            for thing, side in case.items():
                self._sides.setdefault(thing, {})[number] = side

    @property
    def decided(self) -> set[int]:
        """Every thing that something was decided about."""
        return {*self._parents, *self._sides}

    def find(self, thing: int) -> int:
        """Name the part that a thing is in, by one of its things."""
        while (parent := self._parents.get(thing, thing)) != thing:
            above = self._parents.get(parent, parent)
            self._parents[thing] = above
            thing = above
        return thing

    def may_join(self, one: int, other: int) -> bool:
        """Whether nobody decided that something of the one part is not the same as something of the other."""
        left, right = self._sides.get(self.find(one), {}), self._sides.get(self.find(other), {})
        small, large = sorted((left, right), key=len)
        return all(large.get(case, side) == side for case, side in small.items())

    def join(self, one: int, other: int) -> int:
        """Make one part of two, and name it."""
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            self._parents[second] = first
            if sides := self._sides.pop(second, None):
                self._sides[first] = {**sides, **self._sides.get(first, {})}
        return first

    def join_all(self, together: Iterable[Sequence[int]]) -> None:
        """Join what was decided to be one.

        Raises ListkitError where two things are decided to be the same and not the same.
        """
        for things in together:
            for one, other in pairwise(things):
                if self.find(one) != self.find(other) and not self.may_join(one, other):
                    raise ListkitError(f"Rows {one} and {other} are decided to be the same and not the same.")
                self.join(one, other)


def obey(labels: Rows, decisions: Decisions) -> Rows:
    """Part groups of rows where a person parted them, and join what a person joined.

    `labels` names the group of each row, -1 where it is in none.
    """
    if not decisions.rows:
        return labels
    parts = Parts(decisions.apart)
    parts.join_all(decisions.together)
    labels = labels.copy()
    fresh = int(labels.max(initial=-1)) + 1
    for things in decisions.together:
        groups = np.unique(labels[list(things)])
        label = groups[-1] if groups[-1] >= 0 else fresh
        fresh += int(label == fresh)
        labels[np.isin(labels, groups[groups >= 0])] = label
        labels[list(things)] = label
    touched = {int(labels[row]) for row in decisions.rows} - {-1}
    members = np.flatnonzero(np.isin(labels, list(touched)))
    ordered = members[np.lexsort((members, labels[members]))]
    ends = np.flatnonzero(np.diff(labels[ordered])) + 1
    for group in np.split(ordered, ends):
        fresh = _part(group, parts, labels, fresh)
    return labels


def _part(group: Rows, parts: Parts, labels: Rows, fresh: int) -> int:
    """Give each row of a group the first label under which nobody is decided to be another; return the next free."""
    taken: list[tuple[int, int]] = []
    for row in group.tolist():
        found = next(((first, label) for first, label in taken if parts.may_join(first, row)), None)
        first, label = found or (row, fresh)
        if found is None:
            taken.append((row, fresh))
            fresh += 1
        parts.join(first, row)
        labels[row] = label
    return fresh
