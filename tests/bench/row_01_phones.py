"""Read messy numbers as E.164, against the library called number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import phonenumbers

from listkit.rules import phone
from listkit.rules.verdict import column
from tests.bench import Row, at_least, at_most, messy

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE, ONCE = 50_000, 200
REGION = "IN"


def bench() -> Iterator[Row]:
    """Read a column with a region, a column of what is E.164 already, and single values."""
    # The library keeps its patterns only when it is told to: the peer is told, and so are we.
    phonenumbers.enable_pattern_cache()
    written = messy.numbers(SIZE, seed=11)
    clean = [number for number in map(_by_library, written) if number]
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
        peer="phonenumbers",
        goal=at_most(1.5),
        ours=lambda: [_by_column([text])[0] for text in written[:ONCE]],
        theirs=lambda: [_by_library(text) for text in written[:ONCE]],
    )


def _by_column(texts: list[str]) -> list[str | None]:
    found: list[str | None] = phone.parse(column(texts), region=REGION).value.to_pylist()
    return found


def _confirmed(texts: list[str]) -> list[str | None]:
    found: list[str | None] = phone.confirm(column(texts)).value.to_pylist()
    return found


def _by_map(texts: list[str]) -> list[str | None]:
    read = pd.Series(texts, dtype="str").map(_by_library)
    return read.astype("object").where(read.notna(), None).to_list()


def _by_library(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
