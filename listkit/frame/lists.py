"""Lists as a frame: a row each, with the columns that every provider's lists have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from listkit.contact import ContactList
from listkit.errors import ColumnsError

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = {
    "list_id": "list_id",
    "list_name": "name",
    "list_tag": "tag",
    "description": "description",
    "type": "type",
    "shared": "shared",
    "members": "members",
    "created_at": "created_at",
    "updated_at": "updated_at",
}
"""The frame's columns, and what each is called in a `ContactList`; the column `provider` follows them."""
DTYPES = {
    "shared": "bool",
    "members": "Int64",
    "created_at": "datetime64[us, UTC]",
    "updated_at": "datetime64[us, UTC]",
}


def from_lists(lists: Sequence[ContactList], provider: str) -> pd.DataFrame:
    """Make a frame of lists: text as text, counts that may be missing, times in UTC.

    >>> from_lists([ContactList(name="VIP", list_id="7", members=2)], "exotel")[["list_id", "list_name", "members"]]
      list_id list_name  members
    0       7       VIP        2
    """
    columns: dict[str, pd.Series[Any]] = {
        column: pd.Series([getattr(kept, field) for kept in lists], dtype=DTYPES.get(column, "str"))
        for column, field in COLUMNS.items()
    }
    return pd.DataFrame({**columns, "provider": pd.Series([provider] * len(lists), dtype="str")})


def wishes(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Read what a frame wants its lists to be: a dict a row, of `list_id`, of `provider`, and of the fields it has.

    The fields are `name, tag, description, shared`, under the columns of a frame of lists; an
    empty cell is None. Raises ColumnsError where there is no `list_name`.

    >>> wishes(pd.DataFrame({"list_id": ["7", None], "list_name": ["VIP", " New "]}))[1]
    {'list_id': None, 'provider': None, 'name': 'New'}
    """
    if "list_name" not in frame:
        raise ColumnsError(
            "A frame of lists, as account.lists() gives it, has a column 'list_name'; this one has not.",
            columns=[str(label) for label in frame.columns],
        )
    wanted = {
        column: COLUMNS[column] for column in ("list_name", "list_tag", "description", "shared") if column in frame
    }
    cells = {
        field: [_cell(value) for value in frame[column]] if column in frame else [None] * len(frame)
        for column, field in {"list_id": "list_id", "provider": "provider", **wanted}.items()
    }
    return [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]


def _cell(value: Any) -> Any:
    """Read a cell: trimmed text, a yes or no, or None for what is empty."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else str(value).strip() or None


def to_lists(frame: pd.DataFrame) -> list[tuple[str, ContactList]]:
    """Read which lists a frame names, each with the provider that keeps it.

    Raises ColumnsError where the frame is not one of lists.
    """
    needed = ["provider", "list_id", "list_name"]
    absent = [column for column in needed if column not in frame]
    if absent:
        raise ColumnsError(
            f"A frame of lists, as account.lists() gives it, has a column {absent[0]!r}; this one has not.",
            columns=[str(label) for label in frame.columns],
        )
    rows = frame[needed].itertuples(index=False)
    return [(provider, ContactList(name=name, list_id=list_id)) for provider, list_id, name in rows]
