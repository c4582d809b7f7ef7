"""A list read in pages is whole, or is said not to be."""

from __future__ import annotations

import threading
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import ContactList, Page
from listkit.errors import AmbiguousListError, IncompleteWarning, NotFoundError
from listkit.sync.pages import pulling
from listkit.wire.tables import MEMBERS, members

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


class Pages:
    """A provider of one list in pages of any sizes, by cursors of any kind; `between` changes it after each page."""

    name = "pages"

    def __init__(
        self,
        size: int,
        *,
        cuts: tuple[int, ...] = (3,),
        counts: bool = True,
        totals: bool = True,
        cursor: str | None = None,
        between: Callable[[Pages, int], None] | None = None,
    ) -> None:
        self.cursor = cursor
        self.lock = threading.Lock()
        self.ids = [str(number) for number in range(size)]
        self.cuts = cuts
        self.counts = counts
        self.totals = totals
        self.between = between or (lambda _pages, _asked: None)
        self.asked = 0

    def list(self, list_id: str) -> ContactList:
        """Count the members, where this provider counts."""
        with self.lock:
            return ContactList(name="VIP", list_id=list_id, members=len(self.ids) if self.counts else None)

    def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
        """Cut the next page, each of the next size; pages that are counted are all of the first."""
        with self.lock:
            start = ((after or 1) - 1) * self.cuts[0] if self.cursor == "pages" else after or 0
            found = self.ids[start : start + self.cuts[0 if self.cursor == "pages" else start % len(self.cuts)]]
            end = start + len(found)
            following = (after or 1) + 1 if self.cursor == "pages" else end
            page = Page(
                items=members({"contact_id": found, "phone": [f"+1202555{number:>04}" for number in found]}),
                total=len(self.ids) if self.totals else None,
                after=following if end < len(self.ids) else None,
            )
            self.asked += 1
            self.between(self, self.asked)
            return page


class Shelf:
    """A provider of lists in pages of two."""

    name = "shelf"

    def __init__(self, *names: str, moving: bool = False) -> None:
        self.kept = [ContactList(name=name, list_id=str(at)) for at, name in enumerate(names)]
        self.moving = moving

    def lists(self, *, name: str | None = None, after: int | None = None) -> Page[list[ContactList]]:
        """Return two lists whose name has `name` in it, as a search does."""
        found = [kept for kept in self.kept if name is None or name.lower() in kept.name.lower()]
        at = after or 0
        if self.moving:
            self.kept.append(ContactList(name="one more", list_id=str(len(self.kept))))
        return Page(items=found[at : at + 2], total=len(found), after=at + 2 if at + 2 < len(found) else None)


CURSORS = [None, "rows", "pages"]


@given(
    st.integers(0, 40),
    st.lists(st.integers(1, 9), min_size=1, max_size=5).map(tuple),
    st.booleans(),
    st.booleans(),
    st.sampled_from(CURSORS),
)
def test_a_still_list_is_read_whole_however_it_is_cut(
    size: int, cuts: tuple[int, ...], counts: bool, totals: bool, cursor: str | None
) -> None:
    """Whatever the page sizes and the cursors, every member is there once, in order, and the reading is complete."""
    provider = Pages(size, cuts=cuts, counts=counts, totals=totals, cursor=cursor)
    pulled = pulling.pull(provider, "7")
    assert pulled.table["contact_id"].to_pylist() == provider.ids
    assert pulled.table.schema.equals(MEMBERS)
    assert pulled.complete
    assert pulled.expected == (size if counts or totals else None)


@pytest.mark.parametrize(("cursor", "pages"), [(None, 108), ("pages", 108), ("rows", 104)])
def test_a_long_list_costs_few_pages_more(cursor: str | None, pages: int) -> None:
    """Of a hundred pages at most eight are asked for twice, or each begins a row sooner; of one page none is."""
    long, short = Pages(3_000, cuts=(30,), cursor=cursor), Pages(30, cuts=(30,), cursor=cursor)
    assert pulling.pull(long, "7").complete
    assert pulling.pull(short, "7").complete
    assert (long.asked, short.asked) == (pages, 1)


@pytest.mark.parametrize("cursor", ["rows", "pages"])
def test_pages_are_asked_for_before_they_are_wanted(cursor: str) -> None:
    """Where cursors can be foreseen, the pages after the second are on their way at once."""

    class Together(Pages):
        def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
            if after in together:
                together.remove(after)
                meeting.wait(5)
            return super().members(list_id, after=after)

    together = [2, 4, 6] if cursor == "rows" else [2, 3, 4]
    meeting = threading.Barrier(3)
    assert pulling.pull(Together(12, cursor=cursor), "7").complete
    assert not meeting.broken


def test_a_provider_that_cuts_as_it_likes_is_not_asked_ahead_for_long() -> None:
    """Pages that were foreseen wrongly cost a few requests, and then no more are foreseen."""
    provider = Pages(900, cuts=(9, 9, 9, 9, 9, 9, 9, 9, 8, 7), cursor="rows")
    still = Pages(900, cuts=provider.cuts)
    assert pulling.pull(provider, "7").complete
    assert pulling.pull(still, "7").complete
    assert provider.asked < 1.3 * still.asked


def test_progress_is_told_page_by_page() -> None:
    """The rows so far and the rows expected are told after each page."""
    told: list[tuple[int, int | None]] = []
    pulling.pull(Pages(7), "7", progress=lambda rows, expected: told.append((rows, expected)))
    assert told == [(3, 7), (6, 7), (7, 7)]


def once(change: Callable[[Pages], None]) -> Callable[[Pages, int], None]:
    """Change the list after the first page only."""
    return lambda pages, asked: change(pages) if asked == 1 else None


def always(change: Callable[[Pages], None]) -> Callable[[Pages, int], None]:
    """Change the list after every page."""
    return lambda pages, _asked: change(pages)


def grow(pages: Pages) -> None:
    """Add one at the end."""
    pages.ids.append(f"{len(pages.ids) + pages.asked}0")


def shrink(pages: Pages) -> None:
    """Take the first one off."""
    del pages.ids[:1]


def swap(pages: Pages) -> None:
    """Take the first one off and add one at the end: the count stays, every page moves by one."""
    shrink(pages)
    pages.ids.append(f"new {pages.asked}")


def push_in(pages: Pages) -> None:
    """Add one at the front, so that one is read twice."""
    pages.ids.insert(0, f"new {pages.asked}")


@pytest.mark.parametrize("change", [grow, shrink, swap, push_in])
@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("size", [2, 3, 5, 9])
@pytest.mark.parametrize("cursor", CURSORS)
def test_a_list_that_changes_once_is_read_again(
    change: Callable[[Pages], None], totals: bool, size: int, cursor: str | None
) -> None:
    """A change in mid-read is noticed, and what is read again gives the list as it is now."""
    provider = Pages(10, between=once(change), totals=totals, cuts=(size,), cursor=cursor)
    pulled = pulling.pull(provider, "7")
    assert pulled.complete
    assert pulled.table["contact_id"].to_pylist() == provider.ids
    assert pulled.expected == len(provider.ids)


@pytest.mark.parametrize("change", [grow, shrink, swap, push_in])
@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("cursor", CURSORS)
def test_a_list_that_never_holds_still_is_said_to_be_incomplete(
    change: Callable[[Pages], None], totals: bool, cursor: str | None
) -> None:
    """In the end what was read is returned, each contact once, and called incomplete."""
    provider = Pages(300, between=always(change), totals=totals, cursor=cursor, cuts=(30,))
    pulled = pulling.pull(provider, "7")
    ids = pulled.table["contact_id"].to_pylist()
    assert not pulled.complete
    assert len(ids) == len(set(ids))


def test_only_what_tore_is_read_again() -> None:
    """One that leaves while page 60 of 100 is read, from page 50, costs those pages once more and a few beside."""

    def leave(pages: Pages, asked: int) -> None:
        if asked == 60:
            del pages.ids[1_460]

    provider = Pages(3_000, cuts=(30,), cursor="rows", between=leave)
    pulled = pulling.pull(provider, "7")
    assert (pulled.complete, pulled.table["contact_id"].to_pylist()) == (True, provider.ids)
    assert provider.asked < 104 + 30


def test_what_is_added_meanwhile_costs_the_last_page_again() -> None:
    """Rows that come at the end move nothing: only the end is looked at once more."""
    provider = Pages(
        3_000, cuts=(30,), cursor="rows", between=lambda pages, asked: grow(pages) if asked == 50 else None
    )
    pulled = pulling.pull(provider, "7")
    assert (pulled.complete, pulled.table["contact_id"].to_pylist()) == (True, provider.ids)
    assert provider.asked <= 104 + 2


@given(st.integers(0, 2**32), st.sampled_from(CURSORS), st.sampled_from([2, 5, 9]))
def test_no_row_falls_between_pages_while_a_list_changes(seed: int, cursor: str | None, size: int) -> None:
    """Nobody is read twice; where pages overlap, whoever was a member throughout is read, or it is not complete."""
    chance = Random(seed)  # noqa: S311 - hypothesis chooses the seed, threads decide who draws when

    def change(pages: Pages, _asked: int) -> None:
        for _ in range(chance.choice([0, 0, 0, 0, 1, 2])):
            if pages.ids and chance.random() < 0.5:
                pages.ids.remove(chance.choice(pages.ids))
            else:
                ever.append(f"new {len(ever)}")
                pages.ids.append(ever[-1])

    provider = Pages(chance.randrange(60), cuts=(size,), cursor=cursor, between=change)
    before, ever = [*provider.ids], [*provider.ids]
    pulled = pulling.pull(provider, "7")
    ids = pulled.table["contact_id"].to_pylist()
    assert len(ids) == len(set(ids))
    if pulled.complete:
        assert len(ids) == pulled.expected
    if pulled.complete and cursor == "rows":
        assert [each for each in ever if each in ids] == ids
        assert {*before} & {*provider.ids} <= {*ids}


def test_a_provider_that_loses_rows_is_caught_by_its_own_count() -> None:
    """Fewer rows than the provider counts is incomplete, never a short frame in silence."""

    class Torn(Pages):
        def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
            page = super().members(list_id, after=after)
            return Page(items=page.items.slice(0, 2), total=page.total, after=page.after)

    pulled = pulling.pull(Torn(9), "7")
    assert (pulled.complete, pulled.expected, pulled.table.num_rows) == (False, 9, 6)


def test_a_provider_that_points_back_is_not_followed_for_ever() -> None:
    """A page that names itself, or an earlier one, as the next ends the reading."""

    class Circle(Pages):
        def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
            page = super().members(list_id, after=after)
            return Page(items=page.items, total=page.total, after=3)

    assert not pulling.pull(Circle(9), "7").complete


def test_all_lists_are_found_over_all_pages() -> None:
    """Lists come in their order, each once, from every page."""
    shelf = Shelf("a", "b", "c", "d", "e")
    assert pulling.lists(shelf) == shelf.kept


def test_a_name_is_matched_exactly() -> None:
    """A provider's search finds parts of names; a list is found by its whole name, trimmed."""
    shelf = Shelf("VIP old", "vip", "VIP", "not VIP")
    assert [kept.list_id for kept in pulling.find_lists(shelf, " VIP ")] == ["2"]
    assert pulling.find_list(shelf, "VIP").list_id == "2"


def test_no_list_of_a_name_and_two_of_it_are_errors() -> None:
    """A missing name says so; a double one gives the ids."""
    with pytest.raises(NotFoundError, match="shelf has no list named 'Gold'"):
        pulling.find_list(Shelf("VIP"), "Gold")
    with pytest.raises(AmbiguousListError, match="2 lists named 'VIP'; say which with list_id=: 0, 2") as caught:
        pulling.find_list(Shelf("VIP", "x", "VIP"), "VIP")
    assert caught.value.list_ids == ["0", "2"]


def test_lists_that_never_hold_still_are_warned_of() -> None:
    """A list of lists that changes under every reading comes with a warning."""
    with pytest.warns(IncompleteWarning, match="shelf's lists kept changing"):
        pulling.lists(Shelf("a", "b", "c", moving=True))
