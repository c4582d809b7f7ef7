"""The verbs over a Dask frame: lazily, and a partition at a time, so that no machine holds the whole.

What no partition can know is decided once and said to all: which column is what, by the first
rows; and where a row stands in the whole, by a running count.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import pandas as pd

from listkit.errors import ListkitError
from listkit.frame import checking, cleaning, columns, identities, redacting, splitting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Frame: TypeAlias = Any
Series: TypeAlias = Any
"""A frame and a column of Dask's, which has types for few of their methods."""

F = TypeVar("F", bound="Callable[..., Any]")

SAMPLE = 10_000
"""By so many rows, the first ones, it is told which column is what."""
ROW = "listkit: row"
"""The column that says under way where a row stands in the whole."""


def described_as(verb: Callable[..., Any]) -> Callable[[F], F]:
    """Give a verb the signature and the words of the one that it does to each partition."""
    return cast("Callable[[F], F]", wraps(verb))


def is_partitioned(source: object) -> bool:
    """Tell a Dask frame from other things, without loading Dask to do so."""
    return hasattr(source, "npartitions") and hasattr(source, "map_partitions")


def sample(frame: Frame) -> pd.DataFrame:
    """Take the first rows, from as few partitions as hold them."""
    parts: list[pd.DataFrame] = [frame._meta]
    left = SAMPLE
    for at in range(frame.npartitions):
        parts.append(frame.get_partition(at).head(left))
        left -= len(parts[-1])
        if left <= 0:
            break
    return pd.concat(parts)


@described_as(columns.columns)
def propose(frame: Frame) -> pd.DataFrame:
    """Propose by the first rows which column is what."""
    return columns.columns(sample(frame))


@described_as(cleaning.clean)
def clean(frame: Frame, /, **how: Any) -> Frame:
    """Clean the partitions, all alike."""
    return mapped(frame, cleaning.clean, _decided(frame, how))


@described_as(cleaning.cleaning)
def clean_and_tell(frame: Frame, /, **how: Any) -> cleaning.Cleaning:
    """Clean the partitions, all alike, and keep what changed and what is wrong in the whole.

    Nothing is computed yet: what is wanted of it is best computed together, by `dask.compute`. The
    recipe has no values of columns, for nobody has looked at all of them.
    """
    decided, rows = _decided(frame, how), numbered(frame)
    lazily: dict[str, Any] = {
        "frame": mapped(frame, cleaning.clean, decided),
        "changes": mapped(rows, _changes, decided),
        "problems": mapped(rows, _problems, decided),
    }
    return replace(cleaning.cleaning(frame._meta, **decided), **lazily)


@described_as(checking.check)
def check(frame: Frame, /, **how: Any) -> Frame:
    """List the problems of all partitions, by where a row stands in the whole."""
    return mapped(numbered(frame), _check, _decided(frame, how))


@described_as(redacting.redacted)
def redacted(frame: Frame) -> Frame:
    """Mask the partitions by what each column could be in the first rows."""
    fitting = columns.fitting(sample(frame))
    return frame.map_partitions(redacting.mask, fitting, meta=redacting.mask(frame._meta, fitting))


@described_as(splitting.split)
def split(
    frame: Frame, shares: Mapping[str, float], *, by: str = "phone", salt: str, region: str | None = None
) -> dict[str, Frame]:
    """Split into lazy parts; that of the rows without a key is there whether or not there are any."""
    label = by if by in frame.columns else identities.label(sample(frame), by)
    how: dict[str, Any] = {"shares": dict(shares), "by": by, "salt": salt, "region": region, "label": label}
    return {
        name: frame.map_partitions(_part, name, meta=_part(frame._meta, name, **how), **how)
        for name in (*shares, f"no {by}")
    }


@described_as(cleaning.to_e164)
def to_e164(series: Series, *, region: str | None = None) -> Series:
    """Read the numbers of all partitions."""
    return series.map_partitions(cleaning.to_e164, meta=cleaning.to_e164(series._meta, region=region), region=region)


@described_as(cleaning.phones)
def phones(series: Series, *, region: str | None = None) -> Frame:
    """Tell what the numbers of all partitions are."""
    return series.map_partitions(cleaning.phones, meta=cleaning.phones(series._meta, region=region), region=region)


def _decided(frame: Frame, how: Mapping[str, Any]) -> dict[str, Any]:
    """Have every partition take each column for the same; arguments that make no sense are refused here."""
    refuse_column(how.get("region"))
    mapping = how.get("mapping")
    is_whole = isinstance(mapping, pd.DataFrame) or {*map(str, frame.columns)} <= {*map(str, mapping or {})}
    of_columns = {name: how[name] for name in ("mapping", "steps") if name in how}
    done = cleaning.cleaning(frame._meta if is_whole else sample(frame), **of_columns)
    return {**how, "mapping": {**dict.fromkeys(frame.columns), **done.mapping}}


def refuse_column(region: object) -> None:
    """Raise where countries are given as a column beside the frame, which has other partitions."""
    if not isinstance(region, str | None):
        raise ListkitError(
            "On a Dask frame region= is a country: put a column of countries into the frame, and name it "
            "with region_from=."
        )


def mapped(frame: Frame, verb: Callable[..., pd.DataFrame], how: Mapping[str, Any]) -> Frame:
    """Do a verb of frames to each partition, all with the same words."""
    return frame.map_partitions(verb, meta=verb(frame._meta, **how), **how)


def numbered(frame: Frame) -> Frame:
    """Say beside each row where it stands in the whole."""
    one = frame.map_partitions(_one, meta=pd.Series(dtype="int64", index=frame._meta.index))
    return frame.assign(**{ROW: one.cumsum() - 1})


def _one(part: pd.DataFrame) -> pd.Series[int]:
    return pd.Series(1, index=part.index, dtype="int64")


def _check(part: pd.DataFrame, **how: Any) -> pd.DataFrame:
    return _of_the_whole(part, lambda own: checking.check(own, **how))


def _changes(part: pd.DataFrame, **how: Any) -> pd.DataFrame:
    return _of_the_whole(part, lambda own: cleaning.cleaning(own, **how).changes)


def _problems(part: pd.DataFrame, **how: Any) -> pd.DataFrame:
    return _of_the_whole(part, lambda own: cleaning.cleaning(own, **how).problems)


def _of_the_whole(part: pd.DataFrame, tell: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    told = tell(part.drop(columns=ROW))
    return told.assign(row=part[ROW].to_numpy()[told["row"]])


def _part(part: pd.DataFrame, name: str, *, label: object, by: str, **how: Any) -> pd.DataFrame:
    own = splitting.split(part.rename(columns={label: by}), by=by, **how).get(name, part.iloc[:0])
    return own.rename(columns={by: label})
