"""Stop lists: who is never sent, whatever a plan is for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.counting import counted
from listkit.errors import ColumnsError, PlanRefused, ReadError
from listkit.frame import columns, reading
from listkit.frame.text import read_column
from listkit.rules import phone
from listkit.rules.verdict import column
from listkit.sync.pages import optouts

if TYPE_CHECKING:
    from listkit.providers.base import Provider
    from listkit.rules.verdict import Column

Source: TypeAlias = "pd.DataFrame | pd.Series[Any] | str | os.PathLike[str]"
Suppress: TypeAlias = "Source | Iterable[Source] | None"
SOURCES = (pd.DataFrame, pd.Series, str, os.PathLike)
"""The types of one stop list."""

HASH = r"[0-9a-fA-F]{64}"
NUMBER = re.compile(r"[+0-9][0-9 ().-]*")


@dataclass(frozen=True, slots=True)
class StopList:
    """Numbers that are never sent, as E.164 or as the SHA-256 of it, and where they are from."""

    name: str
    numbers: Column
    hashes: Column
    code: str = "stop_list"

    def __str__(self) -> str:
        return f"{self.name} ({len(self.numbers) + len(self.hashes):,})"

    def holds(self, numbers: Column) -> pa.Array:
        """Say of each number whether it is on the list."""
        on_it = pc.is_in(numbers, value_set=self.numbers, skip_nulls=True)
        if not len(self.hashes):
            return on_it
        hashed = column(None if text is None else sha256(text.encode()).hexdigest() for text in numbers.to_pylist())
        return pc.or_(on_it, pc.is_in(hashed, value_set=self.hashes, skip_nulls=True))


def read(suppress: Suppress) -> list[StopList]:
    """Read stop lists: frames, columns, files, numbers, or several of these.

    A frame or a file has a column `phone`, a single column, or one that holds only SHA-256
    digests of numbers, as 64 hexadecimal digits. A stop list that cannot be relied on is none:

    Raises PlanRefused where an entry is neither a digest nor a number in E.164, because it would
    stop nobody, and ColumnsError where it cannot be told which column is meant.
    """
    given = sources(suppress)
    entries = [each for each in given if isinstance(each, str) and _is_entry(each)]
    lists = [_read(each) for each in given if not (isinstance(each, str) and _is_entry(each))]
    return [*lists, _listed("the numbers given", column(entries))] if entries else lists


def sources(suppress: Suppress) -> list[Source]:
    """List what was given, so that it can be read more than once; None is nothing.

    Raises TypeError where something of it is no stop list.
    """
    if suppress is None:
        return []
    if isinstance(suppress, SOURCES):
        return [suppress]
    is_several = isinstance(suppress, Iterable) and not isinstance(suppress, Mapping | bytes)
    given: list[Any] = list(suppress) if is_several else [suppress]
    for each in given:
        if not isinstance(each, SOURCES):
            raise TypeError(f"suppress= takes frames, columns, files or numbers, one or several; {each!r} is none.")
    return given


def unsubscribers(provider: Provider) -> list[StopList]:
    """Read who has unsubscribed at the provider itself; an upload must never bring them back.

    Raises PlanRefused where that list would not hold still: somebody could be missing in it.
    """
    numbers, is_whole = optouts.read(provider)
    if not is_whole:
        raise PlanRefused([f"{provider.name}'s unsubscribers kept changing while they were read; plan again."])
    name = f"{provider.name}'s own unsubscribers"
    return [StopList(name, numbers, column([]), "unsubscribed")] if len(numbers) else []


def suppress(settled: pa.Table, contacts: pa.Table, stops: Iterable[StopList]) -> pa.Table:
    """Settle the rows that could be sent and are on a stop list; the first one that names them is told."""
    numbers = contacts["phone"].combine_chunks()
    for stop in stops:
        stopped = pc.and_(pc.is_null(settled["op"]), stop.holds(numbers))
        told = {"op": Outcome.SUPPRESSED.value, "code": stop.code, "reason": f"is among {stop.name}"}
        settled = pa.table({name: pc.if_else(stopped, text, settled[name]) for name, text in told.items()})
    return settled


def _read(source: Source) -> StopList:
    if isinstance(source, pd.Series):
        return _listed(
            f"the column {source.name!r}" if source.name is not None else "the column given", read_column(source)
        )
    if isinstance(source, pd.DataFrame):
        return _listed("the frame given", _entries(source, "the frame given"))
    name = Path(source).name
    return _listed(name, _entries(_lines(source), name))


def _is_entry(text: str) -> bool:
    return bool(NUMBER.fullmatch(text.strip()) or re.fullmatch(HASH, text.strip()))


def _lines(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a file whose first line may be an entry already."""
    try:
        frame = reading.read_file(path)
    except ReadError:
        return reading.read_file(path, header_row=0)
    is_headless = any(_is_entry(str(label)) for label in frame.columns)
    return reading.read_file(path, header_row=0) if is_headless else frame


def _entries(frame: pd.DataFrame, name: str) -> Column:
    """Find the column of a stop list."""
    if "phone" in frame:
        return read_column(frame["phone"])
    if len(frame.columns) == 1:
        return read_column(frame.iloc[:, 0])
    whole = [values for values in map(read_column, (frame[label] for label in frame.columns)) if _are_hashes(values)]
    if len(whole) == 1:
        return whole[0]
    proposed = columns.columns(frame).set_index("meaning")["column"]
    missing = ColumnsError.missing("phone", frame.columns, guess=proposed.get("phone"))
    raise ColumnsError(f"{name}, as a stop list: {missing}", columns=missing.columns, guess=missing.guess)


def _are_hashes(values: Column) -> bool:
    matching = pc.match_substring_regex(pc.utf8_trim_whitespace(values), rf"^{HASH}$")
    return len(values) > values.null_count and bool(pc.all(matching).as_py())


def _listed(name: str, values: Column) -> StopList:
    trimmed = pc.utf8_trim_whitespace(values).drop_null()
    trimmed = trimmed.filter(pc.not_equal(trimmed, ""))
    is_hash = pc.match_substring_regex(trimmed, rf"^{HASH}$")
    numbers = trimmed.filter(pc.invert(is_hash))
    judged = phone.confirm(numbers)
    refused = np.flatnonzero(pc.not_equal(judged.code, "").to_numpy(zero_copy_only=False))
    if len(refused):
        raise PlanRefused(
            [
                (
                    f"Of {counted(len(trimmed), 'entry', 'entries')} of the stop list {name}, {len(refused):,} would "
                    f"stop nobody, for want of a number in E.164 (the first is number {refused[0] + 1:,}: "
                    f"{judged.code[int(refused[0])]}); clean it with df.listkit.clean(region=…)."
                )
            ]
        )
    return StopList(name, pc.unique(numbers), pc.unique(pc.ascii_lower(trimmed.filter(is_hash))))
