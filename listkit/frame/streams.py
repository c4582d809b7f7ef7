"""Frames that come one after the other, taken as one: only what travels to a provider is kept of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from listkit.errors import ReadError
from listkit.frame import records
from listkit.frame.records import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Stream:
    """Frames in a row: a list of them, whatever gives out one after the other, or a Dask frame."""

    def __init__(self, parts: Iterable[pd.DataFrame]) -> None:
        """Take them; none is asked for yet. What can be walked only once can be planned only once."""
        self._parts = parts

    def __iter__(self) -> Iterator[pd.DataFrame]:
        given: Any = self._parts
        is_dask = hasattr(given, "npartitions")
        for part in (given.partitions[at].compute() for at in range(given.npartitions)) if is_dask else given:
            if not isinstance(part, pd.DataFrame):
                raise TypeError(f"A stream gives out frames, and this one gave a {type(part).__name__}.")
            yield part


class Taken(NamedTuple):
    """What was taken for sending, and the rows as the plan owns them."""

    wanted: Wanted
    frame: pd.DataFrame


def take(source: pd.DataFrame | Stream, **how: Any) -> Taken:
    """Take the contacts of a frame or of a stream of them; `how` are the keywords of `records.wanted`.

    Of a stream the columns that travel are kept. Its rows are numbered through; where the frames
    have numbers of their own that do not repeat, as those of a file's lines, they stay.

    Raises ReadError where a stream gives out no frame at all.
    """
    if isinstance(source, pd.DataFrame):
        return Taken(records.wanted(source, **how), source.copy())
    parts: list[Wanted] = []
    indexes: list[pd.Index[Any]] = []
    for frame in source:
        parts.append(records.wanted(frame, **how))
        indexes.append(frame.index)
    if not parts:
        raise ReadError("The stream gave out no frame: there is nothing to plan.")
    contacts = pa.concat_tables([part.contacts for part in parts], promote_options="default").combine_chunks()
    wanted = Wanted(
        contacts=contacts,
        clears=_clears(parts, contacts.column_names),
        blank={name: sum(part.blank.get(name, 0) for part in parts) for part in parts for name in part.blank},
        staying=tuple(dict.fromkeys(name for part in parts for name in part.staying)),
    )
    return Taken(wanted, records.from_table(contacts).set_axis(_numbered(indexes), axis="index"))


def _clears(parts: Sequence[Wanted], fields: Sequence[str]) -> pa.Table:
    """Put the marks of emptied fields under each other; where a part has none of a field, none is set."""
    emptied = {name for part in parts for name in part.clears.column_names}
    names = [name for name in fields if name in emptied]
    return pa.table({name: pa.concat_arrays([_marks(part, name) for part in parts]) for name in names})


def _marks(part: Wanted, name: str) -> pa.Array:
    if name in part.clears.column_names:
        return part.clears[name].combine_chunks()
    return pa.repeat(pa.scalar(value=False), part.contacts.num_rows)


def _numbered(indexes: Sequence[pd.Index[Any]]) -> pd.Index[Any]:
    """Join the frames' own numbers where they are numbers and each is there once, else count."""
    rows = sum(map(len, indexes))
    if all(index.dtype.kind == "i" for index in indexes):
        joined = np.concatenate([index.to_numpy() for index in indexes])
        if len(np.unique(joined)) == rows:
            found: pd.Index[Any] = pd.Index(joined, name=indexes[0].name)
            return found
    return pd.RangeIndex(rows)
