"""Whether a recipe fits a frame: what is missing and what is new, told before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pandas as pd

from listkit.errors import ListkitError
from listkit.frame import columns, recipe
from listkit.frame.text import TEXT, read_column, write_column
from listkit.rules import country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.frame.recipe import Recipe, Step


WHOLE_NAMES = {"first_name", "full_name"}
"""A full name is sent as the first name where there is no other: neither is news of the other."""


class Finding(NamedTuple):
    """One thing to know beforehand; `step` is the number of the step that it concerns, `rows` how many have it."""

    step: int
    level: str
    code: str
    column: str | None
    value: str | None
    rows: int
    message: str


def check(wanted: Recipe, frame: pd.DataFrame) -> pd.DataFrame:
    """Tell what `Recipe.check` tells."""
    found: list[Finding] = []
    # The steps are done to the frame without its rows: that says which columns each would meet.
    left = frame.iloc[:0]
    for number, step in enumerate(wanted.steps, 1):
        here = [*_columns(number, step, left, frame), *_values(number, step, frame)]
        try:
            left = recipe.do(left, _without(step, [one.column for one in here if one.code == "column_missing"]))
        except ListkitError as refused:
            if not any(one.level == "error" for one in here):
                here.append(Finding(number, "error", "refused", None, None, len(frame), str(refused)))
            left = left.rename(columns=recipe.meanings(step))
        found += here
    told = pd.DataFrame(found, columns=list(Finding._fields))
    text = dict.fromkeys(("level", "code", "column", "value", "message"), TEXT)
    return told.astype({"step": "int64", "rows": "int64", **text})


def _columns(number: int, step: Step, left: pd.DataFrame, frame: pd.DataFrame) -> Iterator[Finding]:
    """Tell of columns that are missing, that are new, and that look like something else now."""
    if step.verb != "clean":
        return
    rows, there = len(frame), {str(label) for label in left.columns}
    known = {**step.arguments["mapping"]}
    source = step.arguments.get("region_from")
    for label, meaning in {**known, **({source: "country"} if source else {})}.items():
        if label in there:
            continue
        was = f"was the {meaning}" if meaning else "was left as it was"
        level = "error" if meaning else "info"
        yield Finding(number, level, "column_missing", label, None, rows, f"there is no column {label!r}, which {was}")
    whole = [label for label in left.columns if label in frame.columns]
    proposed = columns.columns(frame[whole])
    for label, reads in zip(proposed["column"], proposed["meaning"], strict=True):
        like = "" if pd.isna(reads) else f", which reads like {reads},"
        if label not in known:
            told = f"{label!r}{like} is new and is left as it is"
            yield Finding(number, "info", "column_new", label, None, rows, told)
        elif like and known[label] and known[label] != reads and {known[label], reads} != WHOLE_NAMES:
            told = f"{label!r} was the {known[label]}, and reads like {reads} now"
            yield Finding(number, "warning", "meaning_new", label, None, rows, told)


def _values(number: int, step: Step, frame: pd.DataFrame) -> Iterator[Finding]:
    """Tell of values that a column did not have then; and where it says the country, which of them are none."""
    by_name = {str(label): label for label in frame.columns}
    for label in step.seen:
        if label not in by_name:
            continue
        counts = write_column(read_column(frame[by_name[label]]), frame.index).value_counts(sort=False)
        new = [value for value in counts.index if value not in step.seen[label]]
        unknown: set[str] = set()
        if label == step.arguments.get("region_from") or step.arguments["mapping"].get(label) == "country":
            codes = country.parse(read_column(pd.Series(new, dtype=TEXT))).code.to_pylist()
            unknown = {value for value, code in zip(new, codes, strict=True) if code}
        for value in sorted(new):
            level = "warning" if value in unknown else "info"
            told = f"{value!r} is new in {label!r}" + (", and is no country that is known" if value in unknown else "")
            yield Finding(number, level, "value_new", label, value, int(counts[value]), told)


def _without(step: Step, missing: list[str | None]) -> Step:
    """Leave out of a step what speaks of columns that are not there, so that the steps after it can be looked at."""
    if step.verb != "clean":
        return step
    arguments = dict(step.arguments)
    arguments["mapping"] = {label: name for label, name in arguments["mapping"].items() if label not in missing}
    if arguments.get("region_from") in missing:
        del arguments["region_from"]
    return msgspec.structs.replace(step, arguments=arguments)
