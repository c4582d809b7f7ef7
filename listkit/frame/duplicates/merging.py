"""One row of each cluster: which row stays, which cells come from the others, and where each cell came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.duplicates import deciding, remembering
from listkit.frame.duplicates.finding import THRESHOLD, duplicates
from listkit.frame.recipe import Recipe, Step
from listkit.frame.text import TEXT, read_column, write_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.frame.duplicates.finding import Decided
    from listkit.rules.verdict import Rows

    Flags = np.ndarray[Any, np.dtype[np.bool_]]

MOST_COMPLETE, FIRST, LAST = "most_complete", "first", "last"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?$"


@dataclass(frozen=True)
class Merging:
    """A frame with one row for each person, and where its cells came from.

    `sources` has a line for each cell: `row, column, source_row`, the row in `frame` and
    the row of the frame before. `rows` says for each row of the frame before which row of
    `frame` it is in now. `recipe` is what was done.
    """

    frame: pd.DataFrame = field(repr=False)
    rows: pd.Series[int] = field(repr=False)
    _sources: Rows = field(repr=False)
    _recipe: Callable[[], Recipe] = field(repr=False)

    @cached_property
    def recipe(self) -> Recipe:
        """Say what was done, as a file can hold it."""
        return self._recipe()

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Say for each cell which row it came from."""
        height, width = self._sources.shape
        names = pd.Series([str(name) for name in self.frame.columns], dtype=TEXT)
        row = np.repeat(np.arange(height), width)
        column = names.take(np.tile(np.arange(width), height))
        return pd.DataFrame(
            {"row": row, "column": column.array, "source_row": self._sources.ravel()}, index=self.frame.index[row]
        )


def merge_duplicates(
    frame: pd.DataFrame,
    clusters: pd.DataFrame | None = None,
    keep: str = MOST_COMPLETE,
    *,
    on: str | Sequence[str] | None = None,
    fuzzy: bool = False,
    threshold: float = THRESHOLD,
    decisions: Decided = None,
) -> pd.DataFrame:
    """Return the frame with one row for each person: what is blank in the row that stays comes from the others.

    `clusters` is the frame of `duplicates`, edited or not; without it they are found here, as
    `on`, `fuzzy`, `threshold` and `decisions` say to `duplicates`. A row that is decided *not
    the same* stays a row of its own. `merging` also tells where each cell came from; its arguments are these.

    >>> people = pd.DataFrame({"phone": ["+12025550123", "+1 202 555 0123"], "email": [None, "asha@example.com"]})
    >>> merge_duplicates(people, keep="first").values.tolist()
    [['+12025550123', 'asha@example.com']]
    """
    return merging(frame, clusters, keep, on=on, fuzzy=fuzzy, threshold=threshold, decisions=decisions).frame


def merging(
    frame: pd.DataFrame,
    clusters: pd.DataFrame | None = None,
    keep: str = MOST_COMPLETE,
    *,
    on: str | Sequence[str] | None = None,
    fuzzy: bool = False,
    threshold: float = THRESHOLD,
    decisions: Decided = None,
) -> Merging:
    """Merge each cluster into one row, and keep which cell came from which row.

    `keep` says which row of a cluster stays, with its index and its place: the one with
    the most filled cells (`most_complete`), the `first`, the `last`, or, by the name of a
    column, the one with the greatest value there, such as the newest date. Of equals the
    first stays. Each cell that is blank in that row is filled from the next one that has it.

    The `recipe` finds them again in another list by the same rule, with the same decisions; of
    `clusters` that were given, it knows these people and no others.

    Raises ColumnsError or ListkitError where `clusters` is not of this frame, or `keep` is
    no column whose values can be ranked.
    """
    how: dict[str, Any] = {"on": on, "fuzzy": fuzzy, "threshold": threshold}
    found = duplicates(frame, decisions=decisions, **how) if clusters is None else clusters
    deciding.refuse_strange(found, len(frame))
    labels = np.arange(len(frame)) + len(found) + 1
    is_merged = found["decision"].isna() | (found["decision"] == deciding.SAME)
    labels[found["row"][is_merged]] = np.unique(found["cluster"][is_merged], return_inverse=True)[1]
    filled = np.column_stack([_is_filled(frame.iloc[:, at]) for at in range(frame.shape[1])] or [labels < 0])
    order = np.lexsort((np.arange(len(frame)), *_ranks(frame, filled, keep), labels))
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    place = np.argsort(order[starts], kind="stable")
    sources = _sources(filled, order, starts)[place][:, : frame.shape[1]]
    merged = _taken(frame, order[starts][place], sources)
    if clusters is None:
        recipe = partial(_recipe, frame, decisions, {"keep": keep, **how})
    else:
        recipe = partial(_recipe, frame, found.fillna({"decision": deciding.SAME}), {"keep": keep, "on": []})
    number = np.empty_like(place)
    number[place] = np.arange(len(place))
    row = np.empty_like(order)
    row[order] = np.repeat(number, np.diff(starts, append=len(order)))
    return Merging(merged, pd.Series(row, index=frame.index, name="row"), sources, recipe)


def _recipe(frame: pd.DataFrame, decisions: Decided, how: dict[str, Any]) -> Recipe:
    """Make the recipe that merges by a rule; what was decided goes by what the rows say."""
    said = remembering.decisions(frame, decisions) if isinstance(decisions, pd.DataFrame) else decisions
    usual = {"keep": MOST_COMPLETE, "on": None, "fuzzy": False, "threshold": THRESHOLD}
    arguments = {name: value for name, value in how.items() if value != usual[name]}
    return Recipe((Step("merge_duplicates", arguments | ({"decisions": list(said)} if said else {})),))


def _sources(filled: Flags, order: Rows, starts: Rows) -> Rows:
    """Find for each cluster and column the first filled cell by rank; without one, that of the row that stays."""
    if not len(order):
        return np.empty((0, filled.shape[1]), np.int64)
    at = np.where(filled[order], np.arange(len(order))[:, None], len(order))
    first = np.minimum.reduceat(at, starts, axis=0)
    return order[np.where(first < len(order), first, starts[:, None])]


def _taken(frame: pd.DataFrame, stays: Rows, sources: Rows) -> pd.DataFrame:
    """Take each column's cells from where they come from."""
    index = frame.index[stays]
    taken = {at: frame.iloc[:, at].take(sources[:, at]).set_axis(index) for at in range(frame.shape[1])}
    merged = pd.DataFrame(taken, index=index)
    merged.columns = frame.columns
    return merged


def _is_filled(series: pd.Series[Any]) -> Flags:
    if isinstance(series.dtype, pd.StringDtype) or series.dtype == object:
        blank = pc.equal(pc.utf8_trim_whitespace(read_column(series)), "")
        return np.asarray(pc.invert(pc.fill_null(blank, fill_value=True)))
    return series.notna().to_numpy()


def _ranks(frame: pd.DataFrame, filled: Flags, keep: str) -> list[Rows]:
    """Give the rows ranks, the least for the one that stays."""
    if keep == MOST_COMPLETE:
        return [-filled.sum(axis=1)]
    if keep in (FIRST, LAST):
        return [np.arange(len(frame)) * (1 if keep == FIRST else -1)]
    names = [str(name) for name in frame.columns]
    if keep not in names:
        raise ColumnsError(
            f"keep={keep!r} is none of {MOST_COMPLETE}, {FIRST} and {LAST}, and no column; "
            f"there are {', '.join(map(repr, names))}.",
            columns=names,
        )
    return [_rank(frame.iloc[:, names.index(keep)], keep)]


def _rank(series: pd.Series[Any], name: str) -> Rows:
    """Rank values from the greatest to the least, blanks last: numbers, times, or text that is such throughout."""
    values = series
    if isinstance(series.dtype, pd.StringDtype) or series.dtype == object:
        text = read_column(series)
        trimmed = write_column(pc.if_else(pc.equal(text, ""), None, text), series.index)
        if pc.all(pc.match_substring_regex(text, _DATE), min_count=0).as_py():
            values = trimmed
        else:
            values = pd.to_numeric(trimmed, errors="coerce")
            if odd := trimmed[values.isna() & trimmed.notna()].tolist()[:1]:
                raise ListkitError(
                    f"The {name!r} column cannot be ranked, for it holds {odd[0]!r}: "
                    "give numbers, or dates as 2026-11-08."
                )
    return values.rank(ascending=False, method="dense", na_option="bottom").to_numpy().astype(np.int64)
