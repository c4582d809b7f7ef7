"""Read a hundred thousand messy numbers, and one at a time, against the library called number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from listkit.rules import phone
from listkit.rules.verdict import column
from tests.bench import Row, at_least, at_most, library, messy
from tests.bench.row_01_phones import REGION, read

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE, ONCE = 100_000, 500


def bench() -> Iterator[Row]:
    """Read a column, and single values, each a column of its own."""
    written = pd.Series(messy.numbers(SIZE, seed=12), dtype="str")
    yield Row(
        what="text to E.164, country, kind: 100k messy numbers",
        peer="Series.map + phonenumbers",
        goal=at_least(20),
        ours=lambda: read(written),
        theirs=lambda: library.read_each(written, REGION),
        equal=pd.Series.equals,
    )
    few = written[:ONCE]
    yield Row(
        what=f"one value at a time, {ONCE} times",
        peer="Series.map + phonenumbers",
        goal=at_most(1.5),
        ours=lambda: [phone.parse(column([text]), region=REGION).value[0].as_py() for text in few],
        theirs=lambda: library.read_each(few, REGION).astype("object").where(lambda one: one.notna(), None).to_list(),
    )
