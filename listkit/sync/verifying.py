"""Compare a list with what a push intended, and settle what only a look at the list can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.sync import pulling

if TYPE_CHECKING:
    from listkit.sync.planning import Plan
    from listkit.sync.run import Tally, Verified

IN_FILE = "in_file"
"""The code of a row that went in a file which the provider says it has taken in: `unknown` until it is looked for."""


def by_count(plan: Plan, tally: Tally, list_id: str) -> Verified:
    """Count the list: as many as before, and those that were added."""
    expected = plan.members + len(tally.having(Outcome.ADDED))
    return "by count" if plan.provider.list(list_id).members == expected else "no"


def in_full(plan: Plan, tally: Tally, list_id: str) -> Verified:
    """Read the list back and look for every number that should be in it.

    A row that went in a file has no other proof: found it is `added`, and not found it was
    dropped without a word. A row that the provider said yes to and that is not there is `unknown`.
    """
    pulled = pulling.pull(plan.provider, list_id)
    if not pulled.complete:
        return "no"
    in_file = [row for row in tally.having(Outcome.UNKNOWN) if tally.code[row] == IN_FILE]
    promised = tally.having(Outcome.ADDED, Outcome.ALREADY)
    wanted = sorted([*in_file, *promised])
    found = pc.index_in(
        plan.contacts["phone"].take(pa.array(wanted, pa.int64())), value_set=pulled.table["phone"].combine_chunks()
    )
    ids = dict(zip(wanted, pulled.table["contact_id"].take(found).to_pylist(), strict=True))
    there = [row for row in in_file if ids[row] is not None]
    for row in there:
        tally.contact_id[row] = ids[row]
    tally.set(there, Outcome.ADDED)
    dropped = [row for row in in_file if ids[row] is None]
    tally.set(dropped, Outcome.REJECTED, "dropped", "was in the file and is not in the list; no reason was given")
    missing = [row for row in promised if ids[row] is None]
    tally.set(missing, Outcome.UNKNOWN, "not_found_after", "the provider said yes, and the list does not hold it")
    return "no" if missing else "in full"
