"""What was found, as a frame: a line for each row in a cluster, the row it is like, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame.text import TEXT, write_column

if TYPE_CHECKING:
    from listkit.rules.verdict import Column, Rows

    Floats = np.ndarray[Any, np.dtype[np.float64]]


class Found(NamedTuple):
    """Rows that are like another: the cluster of each, how sure it is, which row it is like, and why."""

    rows: Rows
    clusters: Rows
    scores: Floats
    like: Rows
    why: Column

    @classmethod
    def nobody(cls) -> Self:
        """Say that no row is like another."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, nothing, np.empty(0), nothing, pa.array([], pa.string()))


def members(labels: Rows) -> tuple[Rows, Rows]:
    """Return the rows whose label another row has too, cluster by cluster, and the cluster of each.

    Clusters are numbered from 0 in the order of their first rows; -1 is no label.

    >>> rows, clusters = members(np.array([7, 3, -1, 3, -1, 7, 5]))
    >>> rows.tolist(), clusters.tolist()
    ([0, 5, 1, 3], [0, 0, 1, 1])
    """
    rows = np.flatnonzero(labels >= 0)
    _, first, which, count = np.unique(labels[rows], return_index=True, return_inverse=True, return_counts=True)
    number = np.empty_like(first)
    number[np.argsort(np.where(count > 1, first, len(rows)), kind="stable")] = np.arange(len(first))
    rows, clusters = rows[count[which] > 1], number[which[count[which] > 1]]
    order = np.argsort(clusters, kind="stable")
    return rows[order], clusters[order]


def partners(rows: Rows, keys: Rows) -> Rows:
    """Return for each row the first other one with the same key, -1 where there is none.

    >>> partners(np.array([4, 5, 6, 7]), np.array([1, 0, 1, 1])).tolist()
    [6, -1, 4, 4]
    """
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=keys.min(initial=0) - 1))
    sizes = np.diff(starts, append=len(rows))
    like = np.empty_like(rows)
    like[order] = np.repeat(rows[order[starts]], sizes)
    seconds = rows[order[np.minimum(starts + 1, len(rows) - 1)]]
    like[order[starts]] = np.where(sizes > 1, seconds, -1)
    return like


def listed(frame: pd.DataFrame, found: Found, decisions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Make the frame of clusters, with the frame's own index, and with what is decided already."""
    index = frame.index[found.rows]
    like = pa.array(found.like).cast(pa.string())
    told = {
        "row": pd.Series(found.rows, index=index),
        "cluster": pd.Series(found.clusters, index=index),
        "score": pd.Series(found.scores, index=index),
        "why": write_column(pc.binary_join_element_wise("like row ", like, ": ", found.why, ""), index),
        "decision": pd.Series(np.nan, index=index, dtype=TEXT),
    }
    if decisions is not None:
        told["decision"].iloc[:] = decisions.set_index("row")["decision"].reindex(found.rows).astype(TEXT).array
    return pd.DataFrame(told, index=index)
