"""The mended copy of a frame, and what changed in it and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ListkitError
from listkit.frame import checking, regions
from listkit.frame.recipe import Recipe, Step
from listkit.frame.steps import STEPS, judge, mended
from listkit.frame.text import read_column, write_column
from listkit.rules import damage, phone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.frame.columns import Meanings
    from listkit.frame.judging import Rules
    from listkit.frame.regions import Region
    from listkit.frame.steps import Judged
    from listkit.rules.verdict import Verdicts

CHANGES = ("row", "column", "before", "after", "code", "reason")
MOST_SEEN = 100
"""Up to so many different values a recipe notes of a column, to tell a new one by."""


@dataclass(frozen=True)
class Cleaning:
    """A cleaned frame and its paperwork.

    `changes` has a line for each cell that is now otherwise: `row, column, before, after,
    code, reason`. `problems` are those of `check`, with the canonical names. `mapping` says
    which column was taken for what. `recipe` is what was done, to be kept and done again.
    """

    frame: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)
    mapping: dict[object, str]
    told: Step | str = field(repr=False)
    """What was done as a step of a recipe, or why a recipe cannot hold it."""

    @property
    def recipe(self) -> Recipe:
        """What was done, with every column's meaning, for another frame: `df.listkit.replay(recipe)`.

        Raises ListkitError where an argument was something that no file can hold.
        """
        if isinstance(self.told, str):
            raise ListkitError(self.told)
        return Recipe((self.told,))


def clean(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    steps: Sequence[str] | None = None,
    accept: Sequence[str] = (),
    rules: Rules = (),
) -> pd.DataFrame:
    """Return the cleaned copy: canonical column names, phones as E.164, addresses and names tidy.

    The same rows and index; other columns stay as they are, and so does the text of a cell
    that cannot be mended. `cleaning` also tells what changed; its arguments are these.

    >>> clean(pd.DataFrame({"Mobile": ["098765 43210"]}), region="IN")["phone"].tolist()
    ['+919876543210']
    """
    done = cleaning(
        frame, region=region, region_from=region_from, mapping=mapping, steps=steps, accept=accept, rules=rules
    )
    return done.frame


def cleaning(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    steps: Sequence[str] | None = None,
    accept: Sequence[str] = (),
    rules: Rules = (),
) -> Cleaning:
    """Clean a copy of the frame, and keep what changed, what is wrong and which column was what.

    `region` is the country that numbers without a plus are read in, one for all or a Series
    of them; `region_from` names the column that says it row by row. `mapping` reads as
    `rename(columns=)`; what it leaves out is proposed from header and content. `steps` are
    names of `steps.STEPS`, all of them unless given. A full name is taken apart where `mapping`
    calls it `full_name`. `accept` are codes of problems, as `"letter_for_digit"`, whose suggestion is
    taken: what `check` suggests stands in the cell then. What is suggested beside several numbers or
    addresses in a cell is not. `rules` are your own, as `check` takes them: they tell, and change nothing.

    Raises ColumnsError where it cannot be told which column is the phone.
    """
    judged, resolved = judge(frame, region=region, region_from=region_from, mapping=mapping, steps=steps)
    judged = [_accepting(one, accept) for one in judged]
    cleaned = mended(frame, judged, resolved)
    changes = [_changes(one.field, one) for one in judged if one.field is not None]
    return Cleaning(
        frame=cleaned,
        changes=checking.listed(frame, changes, CHANGES),
        problems=checking.problems(frame, cleaned, [_left(one, accept) for one in judged], rules),
        mapping=resolved,
        told=_told(frame, resolved, region=region, region_from=region_from, steps=steps, accept=accept),
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


def _accepting(judged: Judged, codes: Sequence[str]) -> Judged:
    """Put what is suggested in the place of what was found, for some kinds of problem."""
    if not codes:
        return judged
    told = judged.verdicts
    value = pc.if_else(_is_accepted(told, codes), told.suggestion, told.value)
    return judged._replace(verdicts=replace(told, value=value))


def _left(judged: Judged, codes: Sequence[str]) -> Judged:
    """Leave out the problems whose suggestion was taken."""
    if not codes:
        return judged
    told = judged.verdicts
    code = pc.if_else(_is_accepted(told, codes), "", told.code)
    return judged._replace(verdicts=replace(told, code=code))


def _is_accepted(told: Verdicts, codes: Sequence[str]) -> pa.Array:
    taken = pa.array([code for code in codes if code not in damage.BESIDE], pa.string())
    return pc.and_(pc.is_in(told.code, taken), pc.is_valid(told.suggestion))


def _told(
    frame: pd.DataFrame,
    resolved: Mapping[object, str],
    *,
    region: Region,
    region_from: str | None,
    steps: Sequence[str] | None,
    accept: Sequence[str],
) -> Step | str:
    """Write what was done as a step: each column with its meaning, and each word as it was understood."""
    if isinstance(region, pd.Series):
        return (
            "A recipe cannot hold the column of countries that was given as region=: "
            "put it into the frame, and name it with region_from=."
        )
    said = {
        "mapping": {str(label): resolved.get(label) for label in frame.columns},
        "steps": list(STEPS if steps is None else steps),
        "region": regions.read(region, frame.index),
        "region_from": region_from,
        "accept": list(accept) or None,
    }
    telling = [label for label, meaning in resolved.items() if meaning in {"tag", "country"}]
    seen = {str(label): _values(frame[label]) for label in (*telling, region_from) if label is not None}
    return Step(
        "clean",
        {name: value for name, value in said.items() if value is not None},
        {label: values for label, values in seen.items() if values},
    )


def _values(series: pd.Series[Any]) -> list[str]:
    """List the different values of a column that has few of them."""
    different = pc.unique(read_column(series)).drop_null()
    return sorted(different.to_pylist()) if len(different) <= MOST_SEEN else []


def _changes(name: str, judged: Judged) -> pa.Table:
    """List the cells of one column that have another value now."""
    value, before = judged.verdicts.value, judged.text
    is_new = pc.and_(before.is_null(), value.is_valid())
    changed = pc.or_(pc.fill_null(pc.not_equal(value, before), fill_value=False), is_new)
    rows = pa.array(np.flatnonzero(changed.to_numpy(zero_copy_only=False)), pa.int64())
    return pa.table(
        {
            "row": rows,
            "column": pa.repeat(name, len(rows)),
            "before": before.take(rows),
            "after": value.take(rows),
            "code": judged.verdicts.code.take(rows),
            "reason": judged.verdicts.reason.take(rows),
        }
    )
