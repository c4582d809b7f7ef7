"""Which records are one person, from how sure that is of each two; nobody is chained to strangers through a third."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from listkit.frame.duplicates.deciding import Parts
    from listkit.frame.duplicates.fields import Flags, Floats
    from listkit.rules.verdict import Rows

CROWDS = (300, 40)
"""In a group of more than so many, links are cut from the weakest on until it falls apart; in a long list, of fewer."""
MOST = 4_000_000
"""So many links are weighed anew at most."""

_STEP, _STRONGEST = 2.0, 60.0
_SURE = 10.0
"""No link counts for more than so much, for or against, when several are weighed together."""


class Links(NamedTuple):
    """Pairs of records, each once, and the logarithm of the odds that they are one person."""

    left: Rows
    right: Rows
    odds: Floats

    def where(self, kept: Flags | Rows) -> Links:
        """Take some of the links."""
        return Links(self.left[kept], self.right[kept], self.odds[kept])

    def beside(self, others: Links) -> Links:
        """Put other links beside these."""
        left, right = (np.concatenate(ends) for ends in ((self.left, others.left), (self.right, others.right)))
        return Links(left, right, np.concatenate([self.odds, others.odds]))


def cluster(
    links: Links, size: int, least: float, weigh: Callable[[Rows, Rows], Floats], parts: Parts
) -> tuple[Rows, Links]:
    """Name the cluster of each record by its first record; also return the links inside the clusters.

    Two clusters become one while all links between them come to more than `least` on the
    average. So a record that resembles two strangers joins one of them or none, and never
    makes them one. `parts` says what was decided, and is obeyed.
    """
    strong = links.where(links.odds >= least)
    for crowd in CROWDS:
        groups = _groups(strong, size, crowd)
        several = np.bincount(groups, minlength=size)
        if (several[several <= crowd] ** 2).sum() <= MOST:
            break
    strong = strong.where(groups[strong.left] == groups[strong.right])
    count = np.bincount(groups[strong.left], minlength=size)
    decided = np.array(sorted(parts.decided), np.int64)
    is_open = count < several * (several - 1) // 2
    is_open[groups[decided]] = True
    is_open &= several > 1
    added = _missing(strong, groups, is_open & (several <= crowd), crowd)
    strong = strong.beside(Links(*added, weigh(*added)))
    labels = groups.copy()
    inside = strong.where(is_open[groups[strong.left]])
    order = np.lexsort((inside.right, inside.left, groups[inside.left]))
    starts = np.flatnonzero(np.diff(groups[inside.left[order]], prepend=-1))
    for some in np.split(order, starts[1:]):
        _join(inside.where(some), least, parts, labels)
    return labels, strong.where((labels[strong.left] == labels[strong.right]) & (strong.odds >= least))


def _groups(links: Links, size: int, crowd: int) -> Rows:
    """Name the group of each record by its first one; where too many hang together, their weakest links are cut."""
    cut = float(links.odds.min(initial=_STRONGEST))
    while True:
        ones = np.ones(len(links.left), np.bool_)
        _, groups = connected_components(coo_array((ones, (links.left, links.right)), (size, size)), directed=False)
        is_crowd = np.bincount(groups)[groups] > crowd
        cut += _STEP
        if cut > _STRONGEST or not is_crowd.any():
            first = np.unique(groups, return_index=True)[1]
            return np.asarray(first[groups], np.int64)
        links = links.where((links.odds >= cut) | ~is_crowd[links.left])


def _missing(links: Links, groups: Rows, wanted: Flags, crowd: int) -> tuple[Rows, Rows]:
    """Return the pairs of records inside the groups that are wanted which no link is known of."""
    size = len(groups)
    members = np.flatnonzero(wanted[groups])
    members = members[np.argsort(groups[members], kind="stable")]
    keys = [np.empty(0, np.int64)]
    for step in range(1, min(crowd, len(members))):
        near = np.flatnonzero(groups[members[step:]] == groups[members[:-step]])
        keys.append(members[near] * size + members[near + step])
    known = np.minimum(links.left, links.right) * size + np.maximum(links.left, links.right)
    left, right = np.divmod(np.setdiff1d(np.concatenate(keys), known), size)
    return left, right


class _Web:
    """The clusters of a group, and what the links between each two come to: their sum, and how many."""

    def __init__(self) -> None:
        self._between: dict[int, dict[int, tuple[float, int]]] = {}

    def add(self, one: int, other: int, total: float, count: int) -> None:
        """Count links between two clusters."""
        for this, that in ((one, other), (other, one)):
            known = self._between.setdefault(this, {}).get(that, (0.0, 0))
            self._between[this][that] = (known[0] + total, known[1] + count)

    def mean(self, one: int, other: int) -> float | None:
        """Return what the links between two clusters come to on the average, None where there are none."""
        total, count = self._between.get(one, {}).get(other, (0.0, 0))
        return total / count if count else None

    def beside(self, one: int) -> list[int]:
        """Return the clusters that a cluster has links to."""
        return list(self._between.get(one, ()))

    def move(self, gone: int, stays: int) -> list[int]:
        """Give the links of one cluster to the one that it is part of now; return who they lead to."""
        moved = self._between.pop(gone)
        moved.pop(stays)
        self._between[stays].pop(gone)
        for third, (total, count) in moved.items():
            self._between[third].pop(gone)
            self.add(stays, third, total, count)
        return list(moved)


def _join(links: Links, least: float, parts: Parts, labels: Rows) -> None:
    """Join the records of a group two by two, the surest first, and label them."""
    web = _Web()
    for one, other, odds in zip(links.left.tolist(), links.right.tolist(), links.odds.tolist(), strict=True):
        first, second = parts.find(one), parts.find(other)
        if first != second:
            web.add(first, second, max(-_SURE, min(_SURE, odds)), 1)
    records = {*links.left.tolist(), *links.right.tolist()}
    waiting: list[tuple[float, int, int]] = []
    for one in {parts.find(record) for record in records}:
        _await(waiting, web, one, [other for other in web.beside(one) if one < other])
    while waiting and -waiting[0][0] >= least:
        against, one, other = heapq.heappop(waiting)
        if web.mean(one, other) != -against or not parts.may_join(one, other):
            continue
        stays = parts.join(one, other)
        _await(waiting, web, stays, web.move(other if stays == one else one, stays))
    for record in records:
        labels[record] = parts.find(record)


def _await(waiting: list[tuple[float, int, int]], web: _Web, one: int, others: Iterable[int]) -> None:
    """Let pairs of clusters wait to be joined, those first whose links come to the most."""
    for other in others:
        if (mean := web.mean(one, other)) is not None:
            heapq.heappush(waiting, (-mean, min(one, other), max(one, other)))
