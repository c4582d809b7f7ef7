"""By what the rows of a frame are told apart: the column, and the one way in which its cells are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from listkit.contact import FIELDS
from listkit.errors import ColumnsError
from listkit.frame import columns, regions
from listkit.frame.text import read_column
from listkit.rules import email, phone

if TYPE_CHECKING:
    import pandas as pd

    from listkit.frame.regions import Region
    from listkit.rules.verdict import Column


def sure(frame: pd.DataFrame, by: str, *, region: Region = None) -> Column:
    """Write the cells of a column as keys; null where nothing tells for sure who is meant.

    A phone is its E.164 number, an address is in small letters, anything else is its text without
    the white space around it.

    >>> import pandas as pd
    >>> sure(pd.DataFrame({"phone": ["+91 98765 43210", "98765 43210"]}), "phone").to_pylist()
    ['+919876543210', None]
    """
    texts = read_column(frame[label(frame, by)])
    if by == "phone":
        return phone.judge(texts, region=regions.read(region, frame.index)).value
    if by == "email":
        return pc.utf8_lower(email.parse(texts).value)
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


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
