"""Read a million messy numbers as E.164, against the library called number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from listkit.frame.text import read_column, write_column
from listkit.rules import phone
from tests.bench import Row, at_least, library, messy

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 1_000_000
REGION = "IN"


def bench() -> Iterator[Row]:
    """Read a column with a region, and confirm what is E.164 already; text in and text out on both sides."""
    written = pd.Series(messy.numbers(SIZE, seed=11), dtype="str")
    yield Row(
        what="text to E.164, country, kind: 1M messy numbers",
        peer="Series.map + phonenumbers",
        goal=at_least(30),
        ours=lambda: read(written),
        theirs=lambda: library.read_each(written, REGION),
        equal=pd.Series.equals,
    )
    clean = read(written).dropna()
    yield Row(
        what=f"confirm {len(clean):,} that are E.164 already",
        peer="Series.map + phonenumbers",
        goal=at_least(30),
        ours=lambda: write_column(phone.confirm(read_column(clean)).value, clean.index),
        theirs=lambda: library.read_each(clean),
        equal=pd.Series.equals,
    )


def read(texts: pd.Series) -> pd.Series:
    """Read a column of text; country and kind come along."""
    return write_column(phone.parse(read_column(texts), region=REGION).value, texts.index)
