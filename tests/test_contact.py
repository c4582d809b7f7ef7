"""Many things of one kind, held as columns, are what a list of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import Columns, Receipt, column

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: Sequence[str] = ("done", "exists", "gone", "refused")
rows = st.lists(st.tuples(st.sampled_from(KINDS), st.none() | st.text(max_size=3)), max_size=6)


def told(status: object, phone: object) -> Receipt:
    """Make one of the things."""
    return Receipt(status=status, phone=phone)  # type: ignore[arg-type]


@given(rows, st.slices(6))
def test_columns_are_the_things_that_they_hold(given_rows: list[tuple[str, str | None]], part: slice) -> None:
    """Their number, their order, each of them, any part and their equality are those of a list."""
    made = [told(*row) for row in given_rows]
    held = Columns(told, {name: [row[at] for row in given_rows] for at, name in enumerate(("status", "phone"))})
    assert len(held) == len(made)
    assert list(held) == made == held
    assert [held[at] for at in range(-len(made), len(made))] == made + made
    assert held[part] == made[part]
    assert held != [*made, told("done", "")]
    for name in ("status", "phone"):
        assert column(held, name) == column(made, name)
