"""Compare a list with what a push intended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.sync.journals.steps import Proof
from listkit.sync.runs.tallying import GONE, NUMBER, REMOVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.settling import Settling
    from listkit.sync.runs.tallying import Tally

Verified = Literal["no", "by count", "in full"]


def expected(plan: Plan, tally: Tally, target: int) -> int:
    """Say how many members a list should have: as many as before, those that were added, less those that left."""
    added = int(((tally.target == target) & (tally.outcome == NUMBER[Outcome.ADDED])).sum())
    left = int(((plan.leaving["target"].to_numpy() == target) & _have_left(tally)).sum())
    return plan.targets[target].members + added - left


def by_count(plan: Plan, tally: Tally) -> Verified:
    """Count the lists."""
    for target, list_id in enumerate(tally.list_ids):
        if (
            list_id is not None
            and target not in tally.deleted
            and plan.provider.list(list_id).members != expected(plan, tally, target)
        ):
            return "no"
    return "by count"


def in_full(plan: Plan, tally: Tally, settling: Settling) -> Verified:
    """Read the lists back, and look for everybody who should be in them and for those who should not.

    A row that the provider said yes to and that is not there is `unknown` from then on.
    """
    promised = tally.having(Outcome.ADDED, Outcome.ALREADY, Outcome.UPDATED, Outcome.UNCHANGED)
    left = plan.leaving["contact_id"].filter(_have_left(tally)).to_numpy()
    is_whole = True
    for target, list_id in enumerate(tally.list_ids):
        if list_id is None or target in tally.deleted:
            continue
        members = settling.look(target, twice=False)
        if members is None:
            return "no"
        rows = promised[(tally.target[promised] == target) & ~np.isin(tally.contact_id[promised].astype(str), left)]
        missing = rows[pc.is_null(settling.places(rows, members)).to_numpy(zero_copy_only=False)]
        if len(missing):
            settling.dispatch.record("read_back", missing, Proof(ids=[None] * len(missing)), target=target)
        gone = plan.leaving.filter(_have_left(tally) & (plan.leaving["target"].to_numpy() == target))
        stays = pc.any(pc.is_in(gone["contact_id"], value_set=members["contact_id"].combine_chunks())).as_py()
        is_whole = is_whole and not len(missing) and not stays
    return "in full" if is_whole else "no"


def _have_left(tally: Tally) -> NDArray[np.bool_]:
    """Say of each member who was to leave whether they did, by this run or before its request came."""
    return np.isin(tally.left, [REMOVED, GONE])
