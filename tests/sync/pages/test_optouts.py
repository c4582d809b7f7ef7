"""Who opted out: never missed, and read as a whole only where it has to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.contact import Page
from listkit.sync.pages import optouts
from listkit.wire.tables import members

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = 3


class Keeper:
    """A provider that keeps nothing but opt-outs, by pages from 1, as TextMagic does."""

    def __init__(self, *numbers: str) -> None:
        self.numbers, self.asked = [*numbers], 0

    def unsubscribers(self, *, after: int | None = None) -> Page[pa.Table]:
        """Return one page."""
        self.asked += 1
        page, pages = after or 1, -(-len(self.numbers) // PAGE)
        shown = self.numbers[(page - 1) * PAGE : page * PAGE]
        return Page(items=members({"phone": shown}), after=page + 1 if page < pages else None)


def told(keeper: Keeper) -> list[str]:
    """Read all of them, and see that they are all."""
    numbers, is_whole = optouts.read(keeper)
    assert is_whole
    return numbers.to_pylist()


def test_a_second_look_is_one_page() -> None:
    """What was read before is not asked for again, and who opted out since is there."""
    keeper = Keeper(*map(str, range(30)))
    assert told(keeper) == keeper.numbers
    keeper.asked = 0
    assert told(keeper) == keeper.numbers
    assert keeper.asked == 1
    keeper.numbers += ["30", "31", "32", "33"]
    assert told(keeper) == keeper.numbers
    known_last, new, looked_at_twice = 1, 2, 2
    assert keeper.asked == 1 + known_last + new + looked_at_twice


def test_another_account_is_another_memory() -> None:
    """What one account's people said is nothing to another's."""
    one, other = Keeper("1", "2"), Keeper("3")
    assert (told(one), told(other), told(one), told(other)) == (["1", "2"], ["3"], ["1", "2"], ["3"])


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 7), st.sets(st.integers(0, 40)))))
def test_whatever_happens_in_between_nobody_is_missed(steps: list[tuple[int, set[int]]]) -> None:
    """After any comings and goings the answer is the one that a whole reading gives."""
    keeper, fresh = Keeper(), iter(range(1_000))
    for coming, going in steps:
        keeper.numbers = [number for at, number in enumerate(keeper.numbers) if at not in going]
        keeper.numbers += [str(next(fresh)) for _ in range(coming)]
        assert told(keeper) == keeper.numbers
