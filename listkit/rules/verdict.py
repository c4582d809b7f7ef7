"""What a rule says of each value in a column."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Column: TypeAlias = "pa.StringArray"
Rows: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one value; the fields are those of `Verdicts`, one by one."""

    value: str | None = None
    code: str = ""
    reason: str = ""
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One verdict a value, in the order of the column; string columns of its length.

    `value` is the value as it should be, null where there is none to give. `code` is empty
    where nothing is to be told, else a name from the rule's table. `reason` is a sentence
    for a person, empty where `code` is. `suggestion` is a reading that only a person may
    choose, null where there is none.
    """

    value: pa.StringArray
    code: pa.StringArray
    reason: pa.StringArray
    suggestion: pa.StringArray

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def of(cls, rule: Callable[..., Verdict], *columns: Column) -> Self:
        """Ask a rule about each distinct value, or row of values, once, and answer for every row.

        >>> Verdicts.of(lambda text: Verdict(text.upper()), column(["a", "b", "a"])).value.to_pylist()
        ['A', 'B', 'A']
        """
        if len(columns[0]) < _FEW:
            few = [rule(*row) for row in zip(*(one.to_pylist() for one in columns), strict=True)]
            return cls(*(_column(few, field.name) for field in fields(cls)))
        rows, order = _distinct(columns)
        verdicts = [rule(*row) for row in rows]
        return cls(*(_column(verdicts, field.name).take(order) for field in fields(cls)))

    @classmethod
    def untold(cls, value: Column) -> Self:
        """Make verdicts that give a value and tell nothing."""
        size = len(value)
        nothing = pa.StringArray.from_buffers(size, pa.py_buffer(np.zeros(size + 1, np.int32)), pa.py_buffer(b""))
        return cls(value, nothing, nothing, pa.nulls(size, pa.string()))

    def taken(self, rows: Rows) -> Self:
        """Return the verdicts on some rows."""
        places = pa.array(rows)
        return type(self)(*(getattr(self, field.name).take(places) for field in fields(self)))

    def patched(self, rows: Rows, own: Self) -> Self:
        """Put the verdicts on some rows in their places."""
        if not len(rows):
            return self
        mask = np.zeros(len(self), np.bool_)
        mask[rows] = True
        pairs = [(getattr(self, field.name), getattr(own, field.name)) for field in fields(self)]
        return type(self)(*(pc.replace_with_mask(whole, pa.array(mask), part) for whole, part in pairs))


def column(values: Iterable[str | None]) -> Column:
    """Make a column of text; None stays missing.

    >>> column(["Asha", None]).to_pylist()
    ['Asha', None]
    """
    return pa.array(values, type=pa.string())


def truths(values: pa.Array) -> Flags:
    """Return truths as numpy has them; what is missing is not true."""
    return pc.fill_null(values, fill_value=False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def column_in_one(values: Column) -> Column:
    """Return a column that may be in chunks as one array."""
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _column(verdicts: Sequence[Verdict], name: str) -> Column:
    values = [getattr(verdict, name) for verdict in verdicts]
    return _single(values[0]) if len(values) == 1 else column(values)


@lru_cache(1 << 10)
def _single(value: str | None) -> Column:
    """Make a column of one value: to make it takes as long as to judge it, and most say the same."""
    return column([value])


_FEW = 16
"""Of so few values it is not worth while to find out which are the same."""


def _distinct(columns: Sequence[Column]) -> tuple[list[tuple[Any, ...]], pa.Array]:
    """Return the distinct rows of some columns, and for each row which of them it is."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    dictionaries = []
    for one in columns:
        encoded = pc.dictionary_encode(column_in_one(one), null_encoding="encode")
        dictionaries.append(encoded.dictionary.to_pylist())
        key = key * len(encoded.dictionary) + encoded.indices.to_numpy(zero_copy_only=False)
    if len(columns) == 1:
        return [(value,) for value in dictionaries[0]], pa.array(key)
    keys, order = np.unique(key, return_inverse=True)
    values: list[list[Any]] = []
    for dictionary in reversed(dictionaries):
        keys, which = np.divmod(keys, len(dictionary)) if dictionary else (keys, keys)
        values.insert(0, [dictionary[index] for index in which])
    return list(zip(*values, strict=True)), pa.array(order)
