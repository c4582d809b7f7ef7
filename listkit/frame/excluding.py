"""A list without the people of another one, and who could not be looked for."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ColumnsError, ReadError, UncomparedWarning
from listkit.frame import identities, reading
from listkit.frame.text import read_column, write_column
from listkit.rules import identity

if TYPE_CHECKING:
    from listkit.frame.regions import Region
    from listkit.rules.verdict import Column, Verdicts


class Keeper(Protocol):
    """Who keeps lists of contacts, as an account does."""

    def contacts(self, of: Any = None, *, list_id: str | None = None) -> pd.DataFrame:
        """Return the contacts of a list."""


Other: TypeAlias = "pd.DataFrame | pd.Series[Any] | str | os.PathLike[str] | tuple[Keeper, Any]"
"""A frame, a column, a file's path, or an account with the name of one of its lists."""

UNCOMPARED = ("source", "row", "value", "code", "reason")


@dataclass(frozen=True)
class Excluding:
    """The rows that stay, those that were taken out, and what could not be compared.

    `uncompared` has a line for each cell, of the frame and of the other list, that has no
    identity, or whose number has no country: `source` ("frame" or "other"), `row` (its position
    there), `value, code, reason`. Empty cells are nobody's, and are not told.
    """

    frame: pd.DataFrame = field(repr=False)
    excluded: pd.DataFrame = field(repr=False)
    uncompared: pd.DataFrame = field(repr=False)


def exclude(
    frame: pd.DataFrame, other: Other, on: str = "phone", *, region: Region = None, region_from: str | None = None
) -> pd.DataFrame:
    """Return the rows whose person is not in another list, in their order and with their index.

    `other` is a frame, a column, the path of a file, or `(account, "VIP")`. People are compared
    by the column `on`, in both lists: phones by their number, however it is written, addresses
    without their case, other columns by their words. `region` and `region_from` are those of
    `clean`; a country that is named holds for both lists. Two numbers without a country are
    the same if their digits are.

    An UncomparedWarning says how many could not be compared, and the first of them: those of the
    frame stay, those of the other list exclude nobody. `excluding` has all of them.

    Raises ColumnsError where it cannot be told which column is meant.

    >>> people = pd.DataFrame({"phone": ["+1 202 555 0101", "+1 202 555 0102"]})
    >>> exclude(people, pd.Series(["(202) 555-0102"]), region="US")["phone"].tolist()
    ['+1 202 555 0101']
    """
    done = excluding(frame, other, on, region=region, region_from=region_from)
    _warn(done.uncompared, on, stacklevel=3)
    return done.frame


def excluding(
    frame: pd.DataFrame, other: Other, on: str = "phone", *, region: Region = None, region_from: str | None = None
) -> Excluding:
    """Exclude as `exclude` does, and keep who was excluded and what could not be compared."""
    one = _read(frame, on, region, region_from)
    two = _other(other, on, region if isinstance(region, str) else None, region_from)
    is_there = _holds(one, two)
    return Excluding(
        frame=frame[~is_there],
        excluded=frame[is_there],
        uncompared=pd.concat(
            [_uncompared("frame", one, is_there), _uncompared("other", two, _holds(two, one))], ignore_index=True
        ),
    )


def in_list(
    frame: pd.DataFrame,
    account: Keeper,
    of: Any = None,
    *,
    list_id: str | None = None,
    on: str = "phone",
    region: Region = None,
    region_from: str | None = None,
) -> pd.Series[bool]:
    """Say of each row whether its person is in a list of an account: True or False, with the frame's index.

    `of` is the name of a list, several names, or a lists frame; `list_id=` an id, as in
    `account.contacts`, which reads it. The other keywords are those of `exclude`. A row that
    cannot be compared is False, and an UncomparedWarning says how many there are.

    `people[~people.listkit.in_list(account, "VIP")]` are those who are not in it.
    """
    one = _read(frame, on, region, region_from)
    is_there = _holds(one, _read(account.contacts(of, list_id=list_id), on, None, None))
    _warn(_uncompared("frame", one, is_there), on, stacklevel=3)
    return pd.Series(is_there, index=frame.index, name=of if isinstance(of, str) else list_id, dtype="bool")


# ---- who is in both ---------------------------------------------------------------------


class _Side(NamedTuple):
    """A list to compare: its cells, and the identity of each."""

    cells: Column
    told: Verdicts


def _read(frame: pd.DataFrame, on: str, region: Region, region_from: str | None) -> _Side:
    told = identities.read(frame, on, region=region, region_from=region_from)
    return _Side(read_column(frame[identities.label(frame, on)]), told)


def _holds(one: _Side, other: _Side) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each cell of one list whether the other has it too."""
    known = other.told.value.drop_null()
    is_there: np.ndarray[Any, np.dtype[np.bool_]]
    is_there = pc.is_in(one.told.value, value_set=known, skip_nulls=True).to_numpy(zero_copy_only=False)
    return is_there


def _uncompared(source: str, side: _Side, is_there: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.DataFrame:
    """List the cells with something in them that could not be found, and may be there all the same."""
    is_open = pc.or_(pc.is_null(side.told.value), pc.is_in(side.told.code, identity.UNSETTLED))
    is_told = pc.and_(is_open, pc.invert(pc.is_in(side.told.code, _NOBODY))).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(is_told & ~is_there)
    at = pa.array(rows)
    index = pd.RangeIndex(len(rows))
    told = {"value": side.cells, "code": side.told.code, "reason": side.told.reason}
    listed = {"source": pd.Series([source] * len(rows), index=index, dtype="str"), "row": pd.Series(rows, index=index)}
    return pd.DataFrame(listed | {name: write_column(values.take(at), index) for name, values in told.items()})


_NOBODY = pa.array(["", "empty", "no_number", "no_email"], pa.string())
"""Codes of cells that name nobody: there is nothing to compare."""


def _warn(uncompared: pd.DataFrame, on: str, *, stacklevel: int) -> None:
    if uncompared.empty:
        return
    counts = uncompared["source"].value_counts()
    told = " and ".join(f"{counts[source]:,} of the {source}" for source in ("frame", "other") if source in counts)
    first = uncompared.iloc[0]
    warnings.warn(
        f"By {on} could not be compared: {told}; the first is row {first['row']:,} of the {first['source']}: "
        f"{first['reason']}. Clean both first, or say region=.",
        UncomparedWarning,
        stacklevel=stacklevel + 1,
    )


# ---- the other list -----------------------------------------------------------------------


def _other(other: Other, on: str, region: Region, region_from: str | None) -> _Side:
    if isinstance(other, tuple):
        account, name = other
        return _read(account.contacts(name), on, None, None)
    if isinstance(other, pd.Series):
        return _read(other.to_frame(name=on), on, region, None)
    if isinstance(other, str | os.PathLike):
        other = read_entries(other, on)
    if not isinstance(other, pd.DataFrame):
        raise TypeError(f'exclude takes a frame, a column, a path, or (account, "VIP"); {other!r} is none.')
    if len(other.columns) == 1 and on not in other:
        other = other.set_axis([on], axis="columns")
    try:
        return _read(other, on, region, region_from if region_from in other else None)
    except ColumnsError as missing:
        raise ColumnsError(f"In the list to exclude: {missing}", columns=missing.columns, guess=missing.guess) from None


def read_entries(path: str | os.PathLike[str], on: str = "phone") -> pd.DataFrame:
    """Read a file of entries, whose first line may be one already, and no names of columns."""
    try:
        frame = reading.read_file(path)
    except ReadError:
        return reading.read_file(path, header_row=0)
    labels = pd.DataFrame({on: [str(label) for label in frame.columns]})
    is_headless = on in {"phone", "email"} and bool(identities.read(labels, on).value.null_count < len(labels))
    return reading.read_file(path, header_row=0) if is_headless else frame
