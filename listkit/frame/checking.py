"""Every problem of a frame, one long frame of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame import judging, steps
from listkit.frame.text import read_column, write_column
from listkit.rules import damage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.frame.columns import Meanings
    from listkit.frame.judging import Asked, Broken, Rules
    from listkit.frame.regions import Region
    from listkit.frame.steps import Judged

PROBLEMS = ("row", "column", "level", "code", "value", "message", "suggestion")


def check(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    rules: Rules = (),
) -> pd.DataFrame:
    """List every problem of a contact list: where it is, how grave, what happened, what could be done.

    An *error* keeps the row from being sent, a *warning* is mended by cleaning or worth a
    look, an *info* is only to be known. `row` is the position, for `iloc`; the index is the
    frame's own. Nothing is changed.

    `rules` are your own: a function of a column that returns true and false, or messages; a dict
    {column: function}; a pandera schema; or several of these. A function's one argument is
    called like the column, by its canonical name, and it is given the column as cleaning would
    leave it. What they find is a *warning*.

    Raises ColumnsError where it cannot be told which column is the phone.

    >>> people = pd.DataFrame({"Mobile": ["98765 43210", "9.19877E+11"]})
    >>> check(people, region="IN")[["row", "code", "message"]].values.tolist()
    [[1, 'scientific_notation', 'scientific notation, 6 of 12 digits left']]
    """
    judged, resolved = steps.judge(frame, region=region, region_from=region_from, mapping=mapping)
    told = [_problems(str(one.label), one) for one in judged]
    if wanted := judging.listed(rules):
        cleaned = steps.mended(frame, judged, resolved)
        told += [_broken(str(label), frame[label], one) for label, one in _found(frame, cleaned, judged, wanted)]
    return listed(frame, told, PROBLEMS)


def problems(frame: pd.DataFrame, cleaned: pd.DataFrame, judged: Sequence[Judged], rules: Rules = ()) -> pd.DataFrame:
    """Make the frame of problems of what was cleaned, by the canonical names."""
    told = [_problems(one.field or str(one.label), one) for one in judged]
    if wanted := judging.listed(rules):
        told += [_broken(one.column, frame[label], one) for label, one in _found(frame, cleaned, judged, wanted)]
    return listed(frame, told, PROBLEMS)


def _found(
    frame: pd.DataFrame, cleaned: pd.DataFrame, judged: Sequence[Judged], rules: Sequence[Asked]
) -> Iterator[tuple[Any, Broken]]:
    """Ask the user's rules about the cleaned frame; say of what each found which column it was before."""
    halves = {one.field: one.label for one in judged if one.is_half}
    others = [str(label) for label in cleaned.columns if label not in halves]
    sources: dict[Any, Any] = {**dict(zip(others, frame.columns, strict=True)), **halves}
    for one in judging.judge(cleaned, rules):
        yield sources[one.column], one


def listed(frame: pd.DataFrame, tables: Sequence[pa.Table], names: Sequence[str]) -> pd.DataFrame:
    """Make one frame of tables that speak of a frame's rows: in their order, with its own index."""
    schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in names])
    table = pa.concat_tables([schema.empty_table(), *tables])
    rows = table["row"].to_numpy()
    order = np.argsort(rows, kind="stable")  # the tables are in order already: to merge them takes next to nothing
    table, rows = table.take(pa.array(order)), rows[order]
    index = frame.index[rows]
    told: dict[str, pd.Series[Any]] = {"row": pd.Series(rows, index=index)}
    told |= {name: write_column(table[name].combine_chunks(), index) for name in names if name != "row"}
    return pd.DataFrame(told, index=index)


def _problems(name: str, judged: Judged) -> pa.Table:
    code = judged.verdicts.code
    rows = np.flatnonzero(pc.not_equal(code, "").to_numpy(zero_copy_only=False))
    codes = code.take(pa.array(rows))
    kinds = pc.dictionary_encode(codes)
    levels = pa.array([damage.level(one) for one in kinds.dictionary.to_pylist()], pa.string())
    return pa.table(
        {
            "row": pa.array(rows, pa.int64()),
            "column": pa.repeat(name, len(rows)),
            "level": levels.take(kinds.indices),
            "code": codes,
            "value": judged.text.take(pa.array(rows)),
            "message": judged.verdicts.reason.take(pa.array(rows)),
            "suggestion": judged.verdicts.suggestion.take(pa.array(rows)),
        }
    )


def _broken(name: str, before: pd.Series[Any], broken: Broken) -> pa.Table:
    rows, size = pa.array(broken.rows, pa.int64()), len(broken.rows)
    return pa.table(
        {
            "row": rows,
            "column": pa.repeat(name, size),
            "level": pa.array(["warning"] * size, pa.string()),
            "code": pa.array([broken.code] * size, pa.string()),
            "value": read_column(before.iloc[broken.rows]),
            "message": pa.array(broken.messages, pa.string()),
            "suggestion": pa.nulls(size, pa.string()),
        }
    )
