"""`df.listkit`: a table of contents. Each verb lives in the module it names; a body here is a bug."""

from __future__ import annotations

from functools import update_wrapper
from os import PathLike
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, overload

import pandas as pd

from listkit import account, pushing
from listkit.frame import (
    checking,
    cleaning,
    columns,
    editing,
    excluding,
    partitions,
    reading,
    recipe,
    redacting,
    replaying,
    shuffling,
    splitting,
    writing,
)
from listkit.frame.duplicates import finding, merging, remembering
from listkit.frame.streams import Stream
from listkit.wizards import beginning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    import dask.dataframe as dd

S = TypeVar("S")
H_co = TypeVar("H_co", covariant=True)
P = ParamSpec("P")
R = TypeVar("R")
Column: TypeAlias = "pd.Series[Any]"


class Verb(Generic[S, P, R]):
    """A function of a frame, bound as a method: its signature and docstring flow through."""

    def __init__(self, function: Callable[Concatenate[S, P], R]) -> None:
        self.function = function
        update_wrapper(self, function)

    @overload
    def __get__(self, accessor: None, owner: type) -> Self: ...
    @overload
    def __get__(self, accessor: _Holds[S], owner: type) -> Callable[P, R]: ...
    def __get__(self, accessor: _Holds[S] | None, owner: type) -> Self | Callable[P, R]:
        """Bind the function to the accessor's frame."""
        return self if accessor is None else MethodType(self.function, accessor.data)

    def __call__(self, data: S, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function with the frame given."""
        return self.function(data, *args, **kwargs)


class Streamed(Verb[Stream, P, R]):
    """A verb of a stream, bound to the partitions of a Dask frame as one."""

    def __get__(self, accessor: Any, owner: type) -> Any:
        """Bind the function to the stream."""
        return self if accessor is None else MethodType(self.function, Stream(accessor.data))


class _Holds(Generic[H_co]):
    """What an accessor is: it holds the data and nothing else."""

    def __init__(self, data: H_co) -> None:
        self.data = data


class FrameVerbs(_Holds[pd.DataFrame]):
    """Contact-list verbs for a DataFrame."""

    columns = Verb(columns.columns)
    check = Verb(checking.check)
    clean = Verb(cleaning.clean)
    cleaning = Verb(cleaning.cleaning)
    edit = Verb(editing.edit)
    replay = Verb(recipe.replay)
    replaying = Verb(replaying.replaying)
    in_list = Verb(excluding.in_list)
    exclude = Verb(excluding.exclude)
    excluding = Verb(excluding.excluding)
    split = Verb(splitting.split)
    redacted = Verb(redacting.redacted)
    duplicates = Verb(finding.duplicates)
    decisions = Verb(remembering.decisions)
    merge_duplicates = Verb(merging.merge_duplicates)
    merging = Verb(merging.merging)
    to_file = Verb(writing.to_file)
    members = Verb(account.members)
    plan = Verb(pushing.plan)
    push = Verb(pushing.push)
    upload_wizard = Verb(beginning.upload_wizard)
    plan_lists = Verb(pushing.plan_lists)
    push_lists = Verb(pushing.push_lists)
    load_lists = staticmethod(account.load_lists)
    load_contacts = staticmethod(account.load_contacts)


class SeriesVerbs(_Holds[Column]):
    """Contact-list verbs for a column."""

    to_e164 = Verb(cleaning.to_e164)
    phones = Verb(cleaning.phones)


class StreamVerbs(_Holds[Stream]):
    """Contact-list verbs for frames that come one after the other, as one list."""

    plan = Verb(pushing.plan)
    push = Verb(pushing.push)


class PartitionedVerbs(_Holds[Any]):
    """Contact-list verbs for a Dask frame."""

    columns = Verb(partitions.propose)
    check = Verb(partitions.check)
    clean = Verb(partitions.clean)
    cleaning = Verb(partitions.clean_and_tell)
    replay = Verb(shuffling.replay)
    exclude = Verb(shuffling.exclude)
    split = Verb(partitions.split)
    redacted = Verb(partitions.redacted)
    duplicates = Verb(shuffling.duplicates)
    merge_duplicates = Verb(shuffling.merge_duplicates)
    plan = Streamed(pushing.plan)
    push = Streamed(pushing.push)


class PartitionedSeriesVerbs(_Holds[Any]):
    """Contact-list verbs for a column of a Dask frame."""

    to_e164 = Verb(partitions.to_e164)
    phones = Verb(partitions.phones)


@overload
def of(source: pd.DataFrame | str | PathLike[str]) -> FrameVerbs: ...
@overload
def of(source: dd.DataFrame) -> PartitionedVerbs: ...
@overload
def of(source: Iterable[pd.DataFrame]) -> StreamVerbs: ...
def of(
    source: pd.DataFrame | str | PathLike[str] | dd.DataFrame | Iterable[pd.DataFrame],
) -> FrameVerbs | PartitionedVerbs | StreamVerbs:
    """Return the verbs of `.listkit` for a frame, a Dask frame or a file's path, typed for editors.

    Frames that come one after the other, as `lk.read_file(path, chunksize=...)` and
    `pd.read_sql(..., chunksize=...)` give them, and the partitions of a Dask frame, are one list
    to `plan` and `push`: who is in two of them is a duplicate, and none is held longer than
    it takes to take its contacts.

    >>> import pandas as pd
    >>> of(pd.DataFrame({"Mobile": ["+12025550123"]})).clean(mapping={"Mobile": "phone"})["phone"].item()
    '+12025550123'
    """
    if isinstance(source, str | PathLike):
        return FrameVerbs(reading.read_file(source))
    if isinstance(source, pd.DataFrame):
        return FrameVerbs(source)
    return PartitionedVerbs(source) if partitions.is_partitioned(source) else StreamVerbs(Stream(source))
