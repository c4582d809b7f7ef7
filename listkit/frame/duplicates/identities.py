"""What each row is told apart by: its cells, each written in one way."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import ColumnsError
from listkit.frame import columns, regions
from listkit.frame.text import read_column
from listkit.rules import identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region
    from listkit.rules.verdict import Column

_LONG = 64
_FEWEST = 6


class Identities:
    """A frame's cells as identities, each column read when it is first asked for.

    A column is named by its meaning where it has one, else by its label.
    """

    def __init__(
        self, frame: pd.DataFrame, *, region: Region = None, region_from: str | None = None, mapping: Meanings = None
    ) -> None:
        self.frame = frame
        resolved = columns.resolve(frame, mapping, need=())
        self._labels = {resolved.get(label, str(label)): label for label in frame.columns}
        self._names = {str(label): name for name, label in self._labels.items()}
        self._regions = regions.choose(frame, region, region_from).regions
        self._read: dict[str, Column] = {}

    def __iter__(self) -> Iterator[str]:
        """Name the columns, in the order of the frame."""
        return iter(self._labels)

    def __contains__(self, name: object) -> bool:
        return name in self._labels

    def __getitem__(self, name: str) -> Column:
        """Return the identities of a column; null where a cell says nothing that can be trusted."""
        if name not in self._read:
            text = self.text(name)
            if name == "phone":
                self._read[name] = identity.phones(text, region=self._regions).value
            else:
                self._read[name] = (identity.emails if name == "email" else identity.words)(text).value
        return self._read[name]

    def text(self, name: str) -> Column:
        """Return a column as it is written."""
        return read_column(self.frame[self._labels[name]])

    def loose(self, name: str) -> Column:
        """Return a column as it is compared where near is near enough.

        Letters have no accents, numbers are digits, and what is no number or address is still
        a text. Of a long one only the beginning is looked at.
        """
        text = identity.words(self.text(name)).value
        if name == "phone":
            text = pc.coalesce(_digits(self[name]), _digits(text))
        if name != "email":
            text = pc.replace_substring_regex(pc.utf8_normalize(text, "NFKD"), r"\p{Mn}+", "")
        return pc.utf8_slice_codeunits(text, 0, _LONG)

    def named(self, on: str | Sequence[str]) -> list[str]:
        """Say by which names the columns go that a user names, by their meaning or by their label.

        Raises ColumnsError where there is no such column.
        """
        asked = [on] if isinstance(on, str) else [str(one) for one in on]
        there = [*self._labels, *(label for label in self._names if label not in self._labels)]
        for one in asked:
            if one not in there:
                near = get_close_matches(one, there, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(map(repr, there))}."
                raise ColumnsError(f"There is no {one!r} column to tell contacts apart by; {hint}", columns=there)
        return list(dict.fromkeys(one if one in self._labels else self._names[one] for one in asked))


def _digits(text: Column) -> Column:
    digits = pc.replace_substring_regex(text, r"[^0-9]+", "")
    return pc.if_else(pc.greater_equal(pc.binary_length(digits), _FEWEST), digits, pa.scalar(None, pa.string()))
