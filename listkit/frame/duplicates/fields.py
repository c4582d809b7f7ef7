"""The columns that likely duplicates are told by: of what kind each is, its values, and how often each is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listkit.frame.duplicates.identities import Identities
    from listkit.rules.verdict import Column, Rows

    Flags = np.ndarray[Any, np.dtype[np.bool_]]
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Objects = np.ndarray[Any, np.dtype[np.object_]]

Kind = Literal["phone", "email", "name", "code", "words"]

MOST = 14
"""So many columns are weighed at most, those that tell the most."""

_KINDS: dict[str, Kind] = {"phone": "phone", "email": "email", "first_name": "name", "last_name": "name"}
_SILENT = frozenset({"tag", "contact_id", "list_id", "list_name", "provider", "created_at", "updated_at"})
"""What says nothing of who a person is."""

_OTHERS: dict[Kind, int] = {"phone": 1000, "email": 1000, "name": 200, "code": 100, "words": 50}
"""So many people outside of a list, each with another value, keep a short list from looking like the world."""

_CODE = r"^[^\pL]*\d[^\pL]*$"
_SAMPLE = 2000


@dataclass(frozen=True, eq=False)
class Field:
    """A column as numbers: `codes` says which of the `values` each record has, -1 for none.

    The values stand in their order, so that a smaller code is a smaller value.
    """

    name: str
    kind: Kind
    values: Column
    codes: Rows

    @cached_property
    def shares(self) -> Floats:
        """Return how often each value is met: as often as here, were there some others who have none of these."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))
        return np.asarray(counts / (counts.sum() + _OTHERS[self.kind]))

    @property
    def chance(self) -> float:
        """Return how likely two records with a value have the same by chance."""
        return float(np.square(self.shares).sum())

    @cached_property
    def texts(self) -> Objects:
        """Return the values as Python's own text, for those who compare letter by letter."""
        return np.asarray(self.values.to_numpy(zero_copy_only=False), dtype=object)

    @cached_property
    def heads(self) -> Rows:
        """Number the first words of the values; of an address, what is before its @."""
        return _numbered(pc.replace_substring_regex(self.values, r"(?s)(.)[ @\-.].*", r"\1"))

    @cached_property
    def are_heads(self) -> Flags:
        """Say which values are one word."""
        return ~np.asarray(pc.match_substring_regex(self.values, r"(?s).[ @\-.].*"))

    @cached_property
    def initials(self) -> Rows:
        """Number the first letters of the values."""
        return _numbered(pc.utf8_slice_codeunits(self.values, 0, 1))

    @cached_property
    def are_initials(self) -> Flags:
        """Say which values are one letter, with its point or without."""
        return np.asarray(pc.match_substring_regex(self.values, r"^.\.?$"))


class Records(NamedTuple):
    """Different records: which of them each row is, and their fields; the order is that of what they hold."""

    of_rows: Rows
    fields: list[Field]

    def __len__(self) -> int:
        return len(self.fields[0].codes)


def read(identities: Identities, names: Sequence[str] | None, apart: Iterable[int]) -> Records | None:
    """Read the columns that tell people apart, and make one record of all rows that hold the same in them.

    Columns that say nothing are left out, and unless `names` asks for them so are those that
    count the rows. The rows in `apart` are records of their own. None where nothing is left.
    """
    wanted = [name for name in identities if name not in _SILENT] if names is None else names
    fields = [_field(name, identities.loose(name)) for name in wanted]
    fields = [field for field in fields if len(field.values) and not (names is None and _counts(field))]
    fields = sorted(fields, key=lambda field: field.chance)[:MOST]
    if not fields:
        return None
    fields = sorted(fields, key=lambda field: wanted.index(field.name))
    own = np.zeros(len(fields[0].codes), np.int64)
    rows = np.array(sorted(apart), np.int64)
    own[rows] = rows + 1
    key, first = own, np.arange(len(own))
    for field in reversed(fields):
        both = (field.codes + 1) * (int(key.max(initial=0)) + 1) + key
        _, first, key = np.unique(both, return_index=True, return_inverse=True)
    return Records(key, [replace(field, codes=field.codes[first]) for field in fields])


def _field(name: str, column: Column) -> Field:
    encoded = pc.dictionary_encode(column)
    order, rank = ranks(encoded.dictionary)
    values = encoded.dictionary.take(pa.array(order))
    codes = rank[np.asarray(pc.fill_null(encoded.indices, -1))]
    return Field(name, _KINDS.get(name) or _kind(values), values, codes)


def ranks(values: Column) -> tuple[Rows, Rows]:
    """Return the order of different values, and the place of each in it; -1 stands at the end for a missing one."""
    order = np.asarray(pc.array_sort_indices(values), np.int64)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order], rank[-1] = np.arange(len(order)), -1
    return order, rank


def _numbered(values: Column) -> Rows:
    return np.asarray(pc.dictionary_encode(values).indices, np.int64)


def _kind(values: Column) -> Kind:
    """Tell whether values are codes, as dates and postcodes are, or words, from some of them."""
    some = values.take(pa.array(np.linspace(0, len(values) - 1, min(len(values), _SAMPLE)).astype(np.int64)))
    share = pc.mean(pc.match_substring_regex(some, _CODE).cast(pa.float64())).as_py()
    return "code" if share is not None and share > 0.8 else "words"  # noqa: PLR2004 - four in five


def _counts(field: Field) -> bool:
    """Whether a column has another code in each row, as the number of a row is."""
    return field.kind == "code" and len(field.values) == len(field.codes)
