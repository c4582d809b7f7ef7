"""The mended copy of a frame, and what changed in it and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame import checking, regions
from listkit.frame.steps import judge
from listkit.frame.text import read_column, write_column
from listkit.rules import phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region
    from listkit.frame.steps import Judged

CHANGES = ("row", "column", "before", "after", "code", "reason")


@dataclass(frozen=True)
class Cleaning:
    """A cleaned frame and its paperwork.

    `changes` has a line for each cell that is now otherwise: `row, column, before, after,
    code, reason`. `problems` are those of `check`, with the canonical names. `mapping` says
    which column was taken for what.
    """

    frame: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)
    mapping: dict[object, str]


def clean(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    steps: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the cleaned copy: canonical column names, phones as E.164, addresses and names tidy.

    The same rows and index; other columns stay as they are, and so does the text of a cell
    that cannot be mended. `cleaning` also tells what changed; its arguments are these.

    >>> clean(pd.DataFrame({"Mobile": ["098765 43210"]}), region="IN")["phone"].tolist()
    ['+919876543210']
    """
    return cleaning(frame, region=region, region_from=region_from, mapping=mapping, steps=steps).frame


def cleaning(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    steps: Sequence[str] | None = None,
) -> Cleaning:
    """Clean a copy of the frame, and keep what changed, what is wrong and which column was what.

    `region` is the country that numbers without a plus are read in, one for all or a Series
    of them; `region_from` names the column that says it row by row. `mapping` reads as
    `rename(columns=)`; what it leaves out is proposed from header and content. `steps` are
    names of `steps.STEPS`, all of them unless given.

    Raises ColumnsError where it cannot be told which column is the phone.
    """
    judged, resolved = judge(frame, region=region, region_from=region_from, mapping=mapping, steps=steps)
    cleaned = frame.rename(columns=resolved)
    changes = []
    for one in judged:
        if one.field is not None:
            cleaned[one.field] = write_column(pc.coalesce(one.verdicts.value, one.text), frame.index)
            changes.append(_changes(one.field, one))
    return Cleaning(
        frame=cleaned,
        changes=checking.listed(frame, changes, CHANGES),
        problems=checking.problems(frame, [(one.field or str(one.label), one) for one in judged]),
        mapping=resolved,
    )


def to_e164(series: pd.Series[Any], *, region: Region = None) -> pd.Series[Any]:
    """Return the numbers as E.164 text, missing where there is none to be sure of.

    >>> to_e164(pd.Series(["098765 43210", "Nadia"]), region="IN").tolist()
    ['+919876543210', nan]
    """
    judged = phone.judge(read_column(series), region=regions.read(region, series.index))
    return write_column(judged.value, series.index, series.name)


def phones(series: pd.Series[Any], *, region: Region = None) -> pd.DataFrame:
    """Return what each number is: `e164, country, kind, verdict, reason`, a row each.

    `kind` is mobile, fixed_line, fixed_line_or_mobile, toll_free, premium_rate …; `verdict`
    is the code of what happened to the number, empty where nothing did.
    """
    judged = phone.judge(read_column(series), region=regions.read(region, series.index))
    told = {
        "e164": judged.value,
        "country": judged.country,
        "kind": judged.kind,
        "verdict": judged.code,
        "reason": judged.reason,
    }
    return pd.DataFrame({name: write_column(values, series.index) for name, values in told.items()})


def _changes(name: str, judged: Judged) -> pa.Table:
    """List the cells of one column that have another value now."""
    value, before = judged.verdicts.value, judged.text
    changed = pc.fill_null(pc.not_equal(value, before), fill_value=False)
    rows = pa.array(np.flatnonzero(changed.to_numpy(zero_copy_only=False)), pa.int64())
    return pa.table(
        {
            "row": rows,
            "column": pa.array([name] * len(rows), pa.string()),
            "before": before.take(rows),
            "after": value.take(rows),
            "code": judged.verdicts.code.take(rows),
            "reason": judged.verdicts.reason.take(rows),
        }
    )
