"""Read messy numbers as E.164, against the library called number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from listkit.rules import phone
from listkit.rules.verdict import column
from tests.bench import Row, at_least, at_most, library, messy

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE, ONCE = 50_000, 200
REGION = "IN"


def bench() -> Iterator[Row]:
    """Read a column with a region, a column of what is E.164 already, and single values."""
    written = messy.numbers(SIZE, seed=11)
    clean = [number for number in _by_map(written) if number]
    yield Row(
        what="text to E.164, 50k messy numbers",
        peer="Series.map + phonenumbers",
        goal=at_least(20),
        ours=lambda: _by_column(written),
        theirs=lambda: _by_map(written),
    )
    yield Row(
        what=f"confirm {len(clean):,} that are E.164 already",
        peer="Series.map + phonenumbers",
        goal=at_least(20),
        ours=lambda: _confirmed(clean),
        theirs=lambda: _by_map(clean),
    )
    yield Row(
        what=f"one value at a time, {ONCE} times",
        peer="Series.map + phonenumbers",
        goal=at_most(1.5),
        ours=lambda: [_by_column([text])[0] for text in written[:ONCE]],
        theirs=lambda: _by_map(written[:ONCE]),
    )


def _by_column(texts: list[str]) -> list[str | None]:
    found: list[str | None] = phone.parse(column(texts), region=REGION).value.to_pylist()
    return found


def _confirmed(texts: list[str]) -> list[str | None]:
    found: list[str | None] = phone.confirm(column(texts)).value.to_pylist()
    return found


def _by_map(texts: list[str]) -> list[str | None]:
    return library.read_each(pd.Series(texts, dtype="str"), REGION).to_list()
