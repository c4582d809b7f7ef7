"""Compare what is wanted with what is there, against an outer merge written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from listkit.frame import records
from listkit.sync import comparing
from listkit.wire.tables import members
from tests.bench import Row, at_least, library
from tests.bench.serving import numbers, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

SIZE = 100_000
CHANGED = SIZE // 10
MERGED = {"left_only": "add", "both": "already"}


def bench() -> Iterator[Row]:
    """Compare alone, and with every number confirmed."""
    wanted = people(SIZE)
    there = comparing.place([members({"phone": numbers(SIZE - CHANGED) + numbers(CHANGED, block=1)})])
    contacts = records.to_table(wanted)
    fine = pa.table({"op": pa.nulls(SIZE, pa.string()), "code": pa.repeat("", SIZE), "reason": pa.repeat("", SIZE)})
    frame = there.select(["phone"]).to_pandas()
    yield Row(
        what="compare 100k with 100k, 10 % changed",
        peer="pandas outer merge",
        goal=at_least(1),
        ours=lambda: _compared(contacts, fine, there),
        theirs=lambda: _by_merge(wanted, frame),
    )
    yield Row(
        what="the same, every number confirmed",
        peer="phonenumbers + pandas outer merge",
        goal=at_least(1),
        ours=lambda: _by_plan(wanted, there),
        theirs=lambda: _by_merge(wanted[library.read_each(wanted["phone"]) == wanted["phone"]], frame),
    )


def _by_plan(wanted: pd.DataFrame, there: pa.Table) -> list[str]:
    contacts = records.to_table(wanted)
    return _compared(contacts, records.verdicts(contacts), there)


def _compared(contacts: pa.Table, verdicts: pa.Table, there: pa.Table) -> list[str]:
    found: list[str] = (
        comparing.compare(contacts, pa.table({}), verdicts, there, mode="append").decisions["op"].to_pylist()
    )
    return found


def _by_merge(wanted: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    merged = wanted.merge(there, on="phone", how="outer", indicator=True, sort=False)
    by_phone = merged.set_index("phone")["_merge"].loc[wanted["phone"]]
    return by_phone.astype("str").map(MERGED).to_list()
