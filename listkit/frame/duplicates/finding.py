"""Which rows are one person, how sure that is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from listkit.errors import ListkitError
from listkit.frame.duplicates import deciding, exact, remembering
from listkit.frame.duplicates.identities import Identities
from listkit.frame.duplicates.telling import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region


THRESHOLD = 0.8

Decided: TypeAlias = "pd.DataFrame | Sequence[Mapping[str, Any]] | None"


def duplicates(
    frame: pd.DataFrame,
    on: str | Sequence[str] | None = None,
    *,
    fuzzy: bool = False,
    threshold: float = THRESHOLD,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    decisions: Decided = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the rows that are the same person: `row, cluster, score, why, decision`, a line each.

    Two rows are the same where they have the same telephone number, however it is written; a
    row without a number, where it has the same email address. `on` names other columns, which
    must then all be the same. Rows that are like no other are not in the result; nothing is
    changed.

    With `fuzzy` all columns are weighed together, or those of `on`: what is spelled nearly alike,
    left out or exchanged speaks too, and what many share speaks little. What each agreement is
    worth is learned from the list itself. `score` is how probable it is that a row is the same person
    as the row that `why` names, and `threshold` the least of it. A household that shares a number
    is then several people. The same rows give the same clusters in whatever order they stand;
    `seed` draws the pairs that stand for strangers.

    `row` is the position, for `iloc`, and the index is the frame's own. Write *same* or *not
    the same* into `decision` and give the frame back, here as `decisions=` or to `merge_duplicates`:
    that is obeyed, whatever the score says; `decisions()` takes them out of it for the lists to
    come, and they are given the same way. `region`, `region_from` and `mapping` are those of `clean`.

    >>> people = pd.DataFrame({"phone": ["+1 202 555 0123", "+12025550123", "+12025550199"]})
    >>> duplicates(people)[["row", "cluster", "score", "why"]].values.tolist()
    [[0, 0, 1.0, 'like row 1: same phone'], [1, 0, 1.0, 'like row 0: same phone']]
    """
    if not 0 < threshold < 1:
        raise ListkitError(f"threshold={threshold} is no probability between 0 and 1, such as {THRESHOLD}.")
    identities = Identities(frame, region=region, region_from=region_from, mapping=mapping)
    edited = decisions if isinstance(decisions, pd.DataFrame) else None
    decided = remembering.recall(identities, decisions) if edited is None else deciding.read(edited, len(frame))
    if not fuzzy:
        return listed(frame, exact.find(identities, on, decided), edited)
    from listkit.frame.duplicates import likely  # noqa: PLC0415 - heavy, and only needed here

    return listed(frame, likely.find(identities, on, decided, threshold=threshold, seed=seed), edited)
