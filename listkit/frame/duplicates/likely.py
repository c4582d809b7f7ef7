"""Rows that are likely one person, by all that they say: found, weighed, and told why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from listkit.frame.duplicates import blocking, comparing, explaining, fields, weighing
from listkit.frame.duplicates.clustering import Links, cluster
from listkit.frame.duplicates.deciding import Parts
from listkit.frame.duplicates.telling import Found, members, partners

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.frame.duplicates.deciding import Decisions
    from listkit.frame.duplicates.fields import Floats, Records
    from listkit.frame.duplicates.identities import Identities
    from listkit.rules.verdict import Rows

    Weigh = Callable[[Rows, Rows], Floats]


def find(
    identities: Identities, on: str | Sequence[str] | None, decided: Decisions, *, threshold: float, seed: int
) -> Found:
    """Find the rows that are one person with at least this probability, by all columns or those of `on`."""
    names = None if on is None else identities.named(on)
    records = fields.read(identities, names, decided.rows)
    if records is None:
        return Found.nobody()
    least = float(np.log(threshold / (1 - threshold)))
    left, right = blocking.pairs(records)
    found = comparing.levels(records.fields, left, right)
    weights = weighing.learn(records, found, left, seed)

    def weigh(one: Rows, other: Rows) -> Floats:
        return weights.weigh(records.fields, comparing.levels(records.fields, one, other), one)

    links = Links(left, right, weights.weigh(records.fields, found, left))
    links = _with_decided(links.where(links.odds >= least), records, decided)
    parts = Parts([{int(records.of_rows[row]): side for row, side in case.items()} for case in decided.apart])
    parts.join_all([[int(records.of_rows[row]) for row in rows] for rows in decided.together])
    labels, links = cluster(links, len(records), least, weigh, parts)
    rows, clusters = members(_of_rows(records, labels, weigh, least))
    like, odds = _likest(records, rows, links, weigh)
    why = explaining.explain(identities, records, rows, like, np.isinf(odds))
    return Found(rows, clusters, 1 / (1 + np.exp(-odds)), like, why)


def _with_decided(links: Links, records: Records, decided: Decisions) -> Links:
    """Add a link that nothing outweighs between records that were decided to be one person."""
    pairs = {
        tuple(sorted(records.of_rows[[one, other]].tolist()))
        for rows in decided.together
        for one, other in pairwise(rows)
    }
    if not pairs:
        return links
    left, right = np.array(sorted(pairs), np.int64).T
    others = links.where(~np.isin(links.left * len(records) + links.right, left * len(records) + right))
    return others.beside(Links(left, right, np.full(len(left), np.inf)))


def _of_rows(records: Records, labels: Rows, weigh: Weigh, least: float) -> Rows:
    """Name the cluster of each row, -1 for none.

    Rows that say the same are one person only if what they say is enough to tell one by:
    two rows that hold nothing but a city are not.
    """
    rows = np.bincount(records.of_rows, minlength=len(records))
    alone = np.flatnonzero((np.bincount(labels, minlength=len(records))[labels] == 1) & (rows > 1))
    unsure = alone[weigh(alone, alone) < least]
    labels = labels.copy()
    labels[unsure] = -1
    return labels[records.of_rows]


def _likest(records: Records, rows: Rows, links: Links, weigh: Weigh) -> tuple[Rows, Floats]:
    """Return for each row the row that it is surest the same as, and the logarithm of the odds of that."""
    own = records.of_rows[rows]
    like = partners(rows, own)
    one, other = np.concatenate([links.left, links.right]), np.concatenate([links.right, links.left])
    odds = np.tile(links.odds, 2)
    order = np.lexsort((other, -odds, one))
    first = order[np.flatnonzero(np.diff(one[order], prepend=-1))]
    best, surest = np.full(len(records), -1), np.full(len(records), -np.inf)
    best[one[first]], surest[one[first]] = other[first], odds[first]
    of_record = np.full(len(records), -1)
    of_record[own[::-1]] = rows[::-1]
    alone = like < 0
    like[alone] = of_record[best[own[alone]]]
    odds = np.where(alone, surest[own], 0)
    odds[~alone] = weigh(own[~alone], own[~alone])
    return like, odds
