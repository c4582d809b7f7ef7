"""Which country a row's numbers are read in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pandas as pd
import pyarrow.compute as pc

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.text import read_column
from listkit.rules import country
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from listkit.rules.phone import Region as Regions
    from listkit.rules.verdict import Verdicts

Region: TypeAlias = "str | pd.Series[Any] | None"


class Chosen(NamedTuple):
    """The countries for the rule, and what is to be told of the column they were read from."""

    regions: Regions
    told: Verdicts | None = None


def choose(frame: pd.DataFrame, region: Region = None, region_from: object = None) -> Chosen:
    """Find the country of each row: from a column, and where that says nothing, from `region`."""
    regions = read(region, frame.index)
    if region_from is None:
        return Chosen(regions)
    if region_from not in frame.columns:
        names = ", ".join(repr(str(name)) for name in frame.columns)
        raise ColumnsError(
            f"region_from={region_from!r} is no column; there are {names}.",
            columns=[str(name) for name in frame.columns],
        )
    told = country.parse(read_column(frame[region_from]))
    return Chosen(told.value if regions is None else pc.coalesce(told.value, regions), told)


def read(region: Region, index: pd.Index[Any]) -> Regions:
    """Read a country, or a column of them with the frame's own index, as ISO codes.

    Raises ListkitError where a country is not known, or a column belongs to other rows.
    """
    if region is None:
        return None
    if not isinstance(region, pd.Series):
        return _known(region)
    if not region.index.equals(index):
        raise ListkitError(
            f"The region column has {len(region):,} rows and another index than the {len(index):,} rows to read: "
            "take it from the same frame."
        )
    told = country.parse(read_column(region))
    if unknown := [text for text, code in zip(region, told.code.to_pylist(), strict=True) if code]:
        raise ListkitError(f"{len(unknown):,} regions are not known, the first is {unknown[0]!r}; 'IN' or 'India' are.")
    return told.value


def _known(region: str) -> str:
    code = country.parse(column([str(region)])).value[0].as_py()
    if code is None:
        raise ListkitError(f"region={region!r} is no country that is known; write its two letters, as in region='IN'.")
    return str(code)
