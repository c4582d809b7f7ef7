"""How many there are of something, as a sentence says it."""

from __future__ import annotations


def counted(count: float, one: str, many: str = "") -> str:
    """Write how many there are of a thing; `many` is `one` with an s, unless it is another word or has a verb.

    >>> counted(1, "row"), counted(2_000, "row"), counted(1, "row is", "rows are")
    ('1 row', '2,000 rows', '1 row is')
    """
    return f"{count:,.0f} {one if count == 1 else many or f'{one}s'}"
