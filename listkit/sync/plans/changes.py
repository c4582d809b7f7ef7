"""A plan's changes as one long frame: a line for each field that changes, each other row, and each who leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame.text import write_column
from listkit.sync.plans import comparing
from listkit.sync.plans.comparing import UPDATE

if TYPE_CHECKING:
    from listkit.sync.plans.planning import Plan

TEXT = ("op", "key", "field", "before", "after", "reason")
LINES = pa.schema([*((name, pa.string()) for name in TEXT), ("row", pa.int64())])
OPS = {"leaves": "remove", "destroyed": "destroy", "parked": "park"}
"""What happens to a member that a plan removes, as an operation."""


def changes(plan: Plan) -> pd.DataFrame:
    """List what a plan does: `op, key, field, before, after, reason, row`; see `Plan.changes`."""
    key, op = plan.contacts[plan.options.on], plan.decisions["op"]
    others = pa.array(np.flatnonzero(pc.not_equal(op, UPDATE).to_numpy()))
    lines = pa.concat_tables(
        [pa.table({"row": others}), plan.edits.select(["row", "field", "before", "after"])], promote_options="default"
    )
    lines = lines.take(pc.sort_indices(lines["row"]))
    row = lines["row"]
    for name, values in (("op", op), ("key", key), ("reason", plan.decisions["reason"])):
        lines = lines.append_column(name, values.take(row))
    key_of = comparing.column(plan.leaving, plan.options.on)
    leaving = plan.leaving.select(["reason"]).append_column("key", key_of)
    leaving = leaving.append_column("op", _operations(plan.leaving["fate"]))
    whole = pa.concat_tables([LINES.empty_table(), lines, leaving], promote_options="default")
    index = pd.RangeIndex(whole.num_rows)
    frame = pd.DataFrame({name: write_column(whole[name].combine_chunks(), index) for name in TEXT})
    frame["row"] = whole["row"].to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def _operations(fates: pa.ChunkedArray) -> pa.Array:
    names = pa.array(list(OPS.values()), pa.string())
    return names.take(pc.index_in(fates.combine_chunks(), value_set=pa.array(list(OPS))))
