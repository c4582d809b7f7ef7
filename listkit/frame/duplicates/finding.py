"""Which rows are one person, how sure that is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.frame.duplicates import deciding, exact
from listkit.frame.duplicates.identities import Identities
from listkit.frame.duplicates.telling import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region


def duplicates(
    frame: pd.DataFrame,
    on: str | Sequence[str] | None = None,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    decisions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the rows that are the same person: `row, cluster, score, why, decision`, a line each.

    Two rows are the same where they have the same telephone number, however it is written; a
    row without a number, where it has the same email address. `on` names other columns, which
    must then all be the same. Rows that are like no other are not in the result; nothing is
    changed.

    `row` is the position, for `iloc`, and the index is the frame's own. Write *same* or *not
    the same* into `decision` and give the frame back, here as `decisions=` or to `merge_duplicates`:
    that is obeyed, whatever the score says. `region`, `region_from` and `mapping` are those of `clean`.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"phone": ["+1 202 555 0123", "+12025550123", "+12025550199"]})
    >>> duplicates(people)[["row", "cluster", "score", "why"]].values.tolist()
    [[0, 0, 1.0, 'like row 1: same phone'], [1, 0, 1.0, 'like row 0: same phone']]
    """
    decided = deciding.read(decisions, len(frame))
    identities = Identities(frame, region=region, region_from=region_from, mapping=mapping)
    return listed(frame, exact.find(identities, on, decided), decisions)
