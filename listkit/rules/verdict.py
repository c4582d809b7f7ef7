"""What a rule says of each value in a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

Column: TypeAlias = "pa.StringArray"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One verdict a value, in the order of the column; three string columns of its length.

    `value` is the value as it should be, null where there is none to give. `code` is empty
    where nothing is to be told, else a name from the rule's table. `reason` is a sentence
    for a person, empty where `code` is.
    """

    value: pa.StringArray
    code: pa.StringArray
    reason: pa.StringArray

    def __len__(self) -> int:
        return len(self.value)


def column(values: Iterable[str | None]) -> Column:
    """Make a column of text; None stays missing.

    >>> column(["Asha", None]).to_pylist()
    ['Asha', None]
    """
    return pa.array(values, type=pa.string())
