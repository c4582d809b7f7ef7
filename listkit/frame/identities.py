"""By what the rows of a frame are told apart: the column, and the one way in which its cells are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from listkit.contact import FIELDS
from listkit.errors import ColumnsError
from listkit.frame import columns, regions, vocabulary
from listkit.frame.text import read_column
from listkit.rules import identity

if TYPE_CHECKING:
    import pandas as pd

    from listkit.frame.regions import Region
    from listkit.rules.verdict import Column, Verdicts


def sure(frame: pd.DataFrame, by: str, *, region: Region = None) -> Column:
    """Write the cells of a column as keys; null where nothing tells for sure who is meant.

    A phone is its E.164 number, an address is in small letters, and so is anything else.

    >>> import pandas as pd
    >>> sure(pd.DataFrame({"phone": ["+91 98765 43210", "98765 43210"]}), "phone").to_pylist()
    ['+919876543210', None]
    """
    told = read(frame, by, region=region)
    return pc.if_else(pc.is_in(told.code, identity.UNSETTLED), pa.scalar(None, pa.string()), told.value)


def read(frame: pd.DataFrame, on: str, *, region: Region = None, region_from: str | None = None) -> Verdicts:
    """Write the cells of a column as identities, and say what is wrong with those that have none."""
    found = label(frame, on)
    cells = read_column(frame[found])
    if on == "phone" or _means(found, "phone"):
        return identity.phones(cells, region=regions.choose(frame, region, region_from).regions)
    return (identity.emails if on == "email" or _means(found, "email") else identity.words)(cells)


def label(frame: pd.DataFrame, wanted: str) -> object:
    """Find the column of a name, or the one that means it.

    Raises ColumnsError where there is none, or it is undecided which one it is.
    """
    if wanted in frame.columns:
        return wanted
    if wanted not in FIELDS:
        raise ColumnsError.missing(wanted, frame.columns)
    resolved = columns.resolve(frame, need=(wanted,))
    return next(label for label, meaning in resolved.items() if meaning == wanted)


def _means(label: object, meaning: str) -> bool:
    """Whether a header says a meaning; the cells are not asked, so that it stays the same from month to month."""
    return vocabulary.read(str(label), meaning).weight >= _SURE


_SURE = 0.5
