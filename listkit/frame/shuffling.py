"""The verbs over a Dask frame that concern several rows: who is the same is brought together by a shuffle on the key.

Only keys are shuffled, and of the rows only those are gathered that share a key with another:
they are told, or merged, as the verb of a frame does it, and put back where they stood.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from listkit.errors import ListkitError
from listkit.frame import columns, excluding, identities, recipe
from listkit.frame.duplicates import exact, finding, merging
from listkit.frame.duplicates.identities import Identities
from listkit.frame.partitions import ROW, described_as, is_partitioned, mapped, numbered, refuse_column, sample
from listkit.frame.text import write_column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.frame.partitions import Frame
    from listkit.frame.recipe import Recipe

On = str | list[str] | None


@described_as(finding.duplicates)
def duplicates(
    frame: Frame,
    /,
    on: str | Sequence[str] | None = None,
    *,
    decisions: pd.DataFrame | None = None,
    fuzzy: bool = False,
    **how: Any,
) -> Frame:
    """Find the rows that are the same person, by where they stand in the whole."""
    if fuzzy:
        raise ListkitError("Likely duplicates are looked for in one frame: compute it first, or look for exact ones.")
    decided = _decided(frame, how)
    keys = on if on is None or isinstance(on, str) else [*on]
    told = finding.duplicates(frame._meta, keys, **{**how, **decided})
    asked = [] if decisions is None else decisions["row"].tolist()
    doubles = _gathered(frame, _sharing(frame, keys, decided), asked)
    return doubles.map_partitions(_found, keys, decisions, decided, meta=told)


@described_as(merging.merge_duplicates)
def merge_duplicates(frame: Frame, /, clusters: Any = None, keep: str = merging.MOST_COMPLETE) -> Frame:
    """Merge who is there several times; every other row stays as it is and where it is."""
    meta = merging.merge_duplicates(frame._meta, keep=keep)
    found = duplicates(frame) if clusters is None else clusters
    if isinstance(found, pd.DataFrame):
        doubles = _gathered(frame, [], found["row"].tolist())
    else:
        doubles = _gathered(frame, [found[["row"]].rename(columns={"row": ROW})], [])
        found = found.repartition(npartitions=1)
    merged = doubles.map_partitions(_merged, found, keep=keep, meta=doubles._meta, align_dataframes=False)
    return numbered(frame).map_partitions(_settled, doubles[[ROW]], merged, meta=meta, align_dataframes=False)


@described_as(excluding.exclude)
def exclude(
    frame: Frame, /, other: Any, on: str = "phone", *, region: str | None = None, region_from: str | None = None
) -> Frame:
    """Take out the people of another list: a Dask frame's meet ours by a shuffle, any other goes to each partition.

    Who could not be compared stays, and is not warned of: `check` tells.
    """
    refuse_column(region)
    how: dict[str, Any] = {"on": on, "region": region, "region_from": region_from}
    label = on if on in frame.columns else identities.label(sample(frame), on)
    ours = frame.rename(columns={label: on})
    if not is_partitioned(other):
        if isinstance(other, tuple):
            other = other[0].contacts(other[1])
        elif isinstance(other, str | PathLike):
            other = excluding.read_entries(other, on)
        meta = _staying(ours._meta, other, **how)
        return ours.map_partitions(_staying, other, meta=meta, **how).rename(columns={on: label})
    rows = numbered(ours)
    keyed = rows.map_partitions(_known, meta=_known(rows._meta, **how), **how)
    of_both = {**how, "region_from": region_from if region_from in other.columns else None}
    whose = other.rename(columns={on if on in other.columns else identities.label(sample(other), on): on})
    theirs = whose.map_partitions(_keyed, meta=_keyed(whose._meta, **of_both), **of_both).dropna().drop_duplicates()
    gone = keyed.dropna().merge(theirs, on="key")[[ROW]].repartition(npartitions=1)
    return rows.map_partitions(_without, gone, meta=ours._meta, align_dataframes=False).rename(columns={on: label})


@described_as(recipe.replay)
def replay(frame: Frame, wanted: Recipe) -> Frame:
    """Do each step to all partitions, and then the next one."""
    recipe.refuse_another(wanted)
    for step in wanted.steps:
        if step.verb in ACROSS:
            frame = ACROSS[step.verb](frame, **step.arguments)
        elif step.verb != "read":
            frame = mapped(frame, recipe.VERBS[step.verb].function, recipe.arguments(frame, step))
    return frame


ACROSS: Mapping[str, Callable[..., Frame]] = {"exclude": exclude, "merge_duplicates": merge_duplicates}
"""The verbs of a recipe that are not done to each partition by itself."""


def _staying(part: pd.DataFrame, other: Any, on: str, region: str | None, region_from: str | None) -> pd.DataFrame:
    return excluding.excluding(part, other, on, region=region, region_from=region_from).frame


def _keyed(part: pd.DataFrame, on: str, region: str | None, region_from: str | None) -> pd.DataFrame:
    told = identities.read(part, on, region=region, region_from=region_from)
    return pd.DataFrame({"key": write_column(told.value, part.index)})


def _known(part: pd.DataFrame, **how: Any) -> pd.DataFrame:
    return _keyed(part.drop(columns=ROW), **how).assign(**{ROW: part[ROW]})


def _without(part: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    return part[~part[ROW].isin(gone[ROW])].drop(columns=ROW)


def _decided(frame: Frame, how: Mapping[str, Any]) -> dict[str, Any]:
    """Have every partition take each column for the same."""
    refuse_column(how.get("region"))
    resolved = columns.resolve(sample(frame), how.get("mapping"), need=())
    known = {name: how[name] for name in ("region", "region_from") if name in how}
    return {**known, "mapping": {**dict.fromkeys(frame.columns), **resolved}}


def _sharing(frame: Frame, on: On, how: dict[str, Any]) -> list[Frame]:
    """Find the rows that share a key with another row: those of one key meet in one partition."""
    rows = numbered(frame)
    keyed = rows.map_partitions(_keys, on, how, meta=_keys(rows._meta, on, how))
    names = [name for name in keyed.columns if name != ROW]
    together = [[name] for name in names] if on is None else [names]
    return [
        keyed[[ROW, *key]].dropna().shuffle(key).map_partitions(_shared, key, meta=keyed[[ROW]]._meta)
        for key in together
    ]


def _gathered(frame: Frame, sharing: Sequence[Frame], asked: list[int]) -> Frame:
    """Bring some rows of all partitions into one, in their order, with where they stand in the whole."""
    rows, parts = numbered(frame), [part.repartition(npartitions=1) for part in sharing]
    some = rows.map_partitions(_those, *parts, asked=asked, meta=rows._meta, align_dataframes=False)
    return some.repartition(npartitions=1)


def _keys(part: pd.DataFrame, on: On, how: dict[str, Any]) -> pd.DataFrame:
    identities = Identities(part.drop(columns=ROW), **how)
    names = [name for name in exact.KEYS if name in identities] if on is None else identities.named(on)
    keys = {str(at): write_column(identities[name], part.index) for at, name in enumerate(names)}
    return pd.DataFrame({ROW: part[ROW], **keys})


def _shared(part: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return part.loc[part.duplicated(key, keep=False), [ROW]]


def _those(part: pd.DataFrame, *rows: pd.DataFrame, asked: list[int]) -> pd.DataFrame:
    wanted = np.concatenate([np.array(asked, "int64"), *(one[ROW].to_numpy() for one in rows)])
    return part[part[ROW].isin(wanted)]


def _found(doubles: pd.DataFrame, on: On, decisions: pd.DataFrame | None, how: dict[str, Any]) -> pd.DataFrame:
    """Find among the gathered rows, and speak of them by where they stand in the whole."""
    rows = doubles[ROW].to_numpy()
    decided = None if decisions is None else _seated(decisions, rows)
    told = finding.duplicates(doubles.drop(columns=ROW), on, decisions=decided, **how)
    like = told["why"].str.replace(r"(?<=^like row )\d+", lambda row: str(rows[int(row[0])]), regex=True)
    return told.assign(row=rows[told["row"]], why=like.astype(told["why"].dtype))


def _merged(doubles: pd.DataFrame, found: pd.DataFrame, *, keep: str) -> pd.DataFrame:
    """Merge the gathered rows; each that comes out says by its place which row it is."""
    return merging.merge_duplicates(doubles, _seated(found, doubles[ROW].to_numpy()), keep)


def _settled(part: pd.DataFrame, doubles: pd.DataFrame, merged: pd.DataFrame) -> pd.DataFrame:
    """Put what was merged in the place of the rows that it was made of."""
    untouched = part[~part[ROW].isin(doubles[ROW])]
    back = merged[merged[ROW].isin(part[ROW])]
    return pd.concat([untouched, back]).sort_values(ROW, kind="stable").drop(columns=ROW)


def _seated(told: pd.DataFrame, rows: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Speak of rows by their place among the gathered ones."""
    places = pd.Index(rows).get_indexer(told["row"])
    if (places < 0).any():
        raise ListkitError(
            f"There is no row {told['row'].iloc[places.argmin()]} in the frame: take both from one frame."
        )
    return told.assign(row=places)
