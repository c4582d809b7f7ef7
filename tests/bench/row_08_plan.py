"""Compare what is wanted with what is there, against an outer merge written by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from listkit.frame import records
from listkit.sync.plans import comparing
from listkit.wire.tables import members
from tests.bench import Row, at_least, library
from tests.bench.serving import numbers, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.sync.plans.comparing import Compared

    Edits = list[tuple[int, str, str | None, str | None]]

SIZE = 100_000
CHANGED = SIZE // 10
FIELDS = ["first_name", "last_name", "email"]
OPS = {"left_only": "add", "both": "unchanged"}


def bench() -> Iterator[Row]:
    """Decide about each row, then also find each field that changes, then also confirm every number."""
    wanted, there = desired(SIZE), existing(SIZE)
    contacts, frame = records.to_table(wanted), by_pandas(there)
    yield Row(
        what="compare 100k with 100k, 10 % new",
        peer="pandas outer merge",
        goal=at_least(1),
        ours=compared(contacts, there, "append").decisions["op"].to_pylist,
        theirs=lambda: _merged(wanted, frame)["_merge"].map({"left_only": "add", "both": "already"}).to_list(),
    )
    yield Row(
        what="the same, 10 % changed in three fields, with every edit and reason",
        peer="pandas outer merge",
        goal=at_least(1),
        ours=lambda: _told(compared(contacts, there, "upsert")),
        theirs=partial(_by_merge, wanted, frame),
    )
    yield Row(
        what="the same, from the frame, every number confirmed",
        peer="phonenumbers + pandas outer merge",
        goal=at_least(1),
        ours=lambda: _by_plan(wanted, there),
        theirs=lambda: _by_merge(wanted[library.read_each(wanted["phone"]) == wanted["phone"]], frame),
    )


def desired(size: int) -> pd.DataFrame:
    """Make up what is wanted: contacts with three fields."""
    frame = people(size)
    return frame.assign(last_name="Rao", email=frame["phone"].str[1:] + "@example.org").astype("str")


def existing(size: int) -> pa.Table:
    """Make up who is there: a tenth is not wanted, a tenth of the wanted is not there, and a tenth has other fields."""
    phones = numbers(size)[size // 10 :] + numbers(size // 10, block=1)
    held = desired(size).iloc[size // 10 :]
    columns = {name: held[name].to_list() + ["x"] * (size // 10) for name in FIELDS}
    for name in FIELDS:
        columns[name][: size // 10] = ["before"] * (size // 10)
    return comparing.place([members({"phone": phones, "contact_id": phones, **columns})])


def compared(contacts: pa.Table, there: pa.Table, mode: comparing.AnyMode) -> Compared:
    """Compare, with nothing settled before."""
    nothing = pa.repeat("", contacts.num_rows)
    settled = pa.table({"op": pa.nulls(contacts.num_rows, pa.string()), "code": nothing, "reason": nothing})
    return comparing.compare(contacts, pa.table({}), settled, there, mode=mode)


def by_pandas(there: pa.Table) -> pd.DataFrame:
    """Give the peer what is there as a frame."""
    return there.select(["phone", "contact_id", *FIELDS]).to_pandas(
        types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get
    )


def _told(found: Compared) -> tuple[list[str], Edits]:
    names = ("row", "field", "before", "after")
    return found.decisions["op"].to_pylist(), sorted(
        zip(*(found.edits[name].to_pylist() for name in names), strict=True)
    )


def _by_plan(wanted: pd.DataFrame, there: pa.Table) -> tuple[list[str], Edits]:
    contacts = records.to_table(wanted)
    return _told(comparing.compare(contacts, pa.table({}), records.verdicts(contacts), there, mode="upsert"))


def _merged(wanted: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """Merge as one would, and bring the rows back into their order."""
    numbered = wanted.assign(row=range(len(wanted)))
    merged = numbered.merge(there, on="phone", how="outer", indicator=True, sort=False, suffixes=("", "_before"))
    return merged[merged["row"].notna()].sort_values("row")


def _by_merge(wanted: pd.DataFrame, there: pd.DataFrame) -> tuple[list[str], Edits]:
    merged = _merged(wanted, there)
    both = merged[merged["_merge"] == "both"]
    edits = []
    for name in FIELDS:
        changed = both[both[name].notna() & (both[name] != both[f"{name}_before"])]
        edits.append(
            pd.DataFrame(
                {
                    "row": changed["row"].astype("int64"),
                    "field": name,
                    "before": changed[f"{name}_before"],
                    "after": changed[name],
                }
            )
        )
    listed = pd.concat(edits)
    op = merged["_merge"].astype("str").map(OPS).mask(merged["row"].isin(listed["row"]), "update")
    columns = (listed[name].to_list() for name in ("row", "field", "before", "after"))
    return op.to_list(), sorted(zip(*columns, strict=True))
