"""A hash of tables says that two hold the same, whatever they look like in memory."""

from __future__ import annotations

import itertools

import pyarrow as pa

from listkit.sync.plans import hashing
from listkit.wire.tables import CUSTOM


def table(*cells: str | None, custom: object = (("a", "b"),)) -> pa.Table:
    """Make a small table with a column of each type that occurs."""
    return pa.table(
        {
            "text": pa.array(cells, pa.string()),
            "count": range(len(cells)),
            "custom": pa.array([custom] * len(cells), CUSTOM),
        }
    )


def test_chunks_and_slices_make_no_difference() -> None:
    """The same values hash the same in one piece, in several, and cut out of more."""
    whole = table("x", None, "", "yz")
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    more = pa.concat_tables([whole, whole]).combine_chunks().slice(0, 4)
    assert hashing.of_tables(whole) == hashing.of_tables(parts) == hashing.of_tables(more)


def test_every_difference_shows() -> None:
    """Null and empty, other cuts between cells, other custom fields, names and words hash otherwise."""
    tables = [
        table("x", None), table("x", ""), table("", "x"), table("x"), table("xy", "z"), table("x", "yz"),
        table("x", None, custom=None), table("x", None, custom=()), table("x", None, custom=(("a", None),)),
        table("x", None).rename_columns(["other", "count", "custom"]),
    ]  # fmt: skip
    hashes = [hashing.of_tables(each) for each in tables]
    hashes += [hashing.of_tables(words=words) for words in (["ab", "c"], ["a", "bc"], [])]
    assert not [pair for pair in itertools.combinations(hashes, 2) if pair[0] == pair[1]]
