"""All pages of one long answer: asked for ahead, proven to fit together, and read again where they tore."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from listkit.sync.pages.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.contact import Cursor, Page
    from listkit.providers.base import CursorKind

    Progress = Callable[[int, int | None], None]

T = TypeVar("T")

TRIES, MENDS = 3, 12
"""How many times over something is read at most in all, and how often what tore is read again."""
LOOKS = 8
"""How many pages at most are asked for once more where pages cannot overlap."""
PATIENCE = 60.0
"""Seconds between two looks for a page; one that has come ends the wait at once."""
AHEAD = 3
"""How many pages are asked for before they are wanted; what is asked beyond that waits for the same server."""


@dataclass(frozen=True, kw_only=True)
class Source(Generic[T]):
    """Something long that comes in pages.

    `ask` gets one page, `ids` says what is on it. `state` is what its keeper says of the whole:
    how many there are, or None, and whatever else tells a change. `cursor` is what the
    keeper's cursors count, see `Provider.cursor`.
    """

    ask: Callable[[Cursor | None], Page[T]]
    ids: Callable[[T], pa.Array]
    state: Callable[[], tuple[int | None, object]] = lambda: (None, None)
    cursor: CursorKind | None = None


class Whole(NamedTuple, Generic[T]):
    """What was read, page by page and no row twice for being on two of them, and whether it is everything."""

    pages: list[T]
    expected: int | None
    complete: bool
    read_at: datetime


class _Part(NamedTuple, Generic[T]):
    """A page, the cursor that it was asked for by, and the ids on it."""

    at: Cursor | None
    page: Page[T]
    ids: pa.Array


def read(source: Source[T], progress: Progress | None = None) -> Whole[T]:
    """Read page after page to the end, wherever the keeper chooses to cut them, and see that none tore.

    Something that goes from the front while something comes at the end keeps the count and moves
    the pages that follow, so that a row falls between two of them. Where a page may begin at any
    row, each begins with the last row of the one before, which shows every move. Elsewhere some
    of the pages are asked for once more: all but the last in a short answer, and in a long one
    so many, evenly spread, that a move is hardly ever missed. What the keeper says of the whole
    is asked before and after.

    Where all this does not agree, what tore is read again until it does, or until as much was
    asked for as three times the whole. `progress` is called with the rows so far and in all.
    """
    read_at = datetime.now(UTC)
    state = source.state()
    crew = Crew(AHEAD)
    try:
        reading = _Reading(source, crew, progress)
        while True:
            parts = reading.walk(state[0])
            torn = reading.torn(parts)
            before, state = state, source.state()
            expected = parts[-1].page.total if state[0] is None else state[0]
            is_still = before == state
            complete = is_still and not torn and reading.adds_up(parts, expected)
            if complete or reading.is_spent:
                return Whole([items for items, _ in reading.own(parts)], expected, complete, read_at)
            reading.forget(parts, torn, is_still=is_still)
    finally:
        crew.leave()


class _Reading(Generic[T]):
    """The pages that were read; one that is not forgotten is not asked for again."""

    def __init__(self, source: Source[T], crew: Crew, progress: Progress | None) -> None:
        self._source, self._crew, self._progress = source, crew, progress
        self._kept: dict[Cursor | None, _Part[T]] = {}
        self._coming: dict[Cursor | None, int] = {}
        self._came: dict[int, object] = {}
        """What the crew brought, by the number of the request."""
        self._foresees = source.cursor is not None
        self._asked = self._told = self._most = self._mends = 0
        self._last_is_sure = False

    @property
    def is_spent(self) -> bool:
        """Whether enough was asked for."""
        return self._asked >= self._most or self._mends >= MENDS

    def walk(self, expected: int | None) -> list[_Part[T]]:
        """Go from page to page to the end, and ask for those that are not here."""
        parts: list[_Part[T]] = []
        starts: set[str] = set()
        at: Cursor | None = None
        rows = 0
        while True:
            part = self._kept[at] = self._kept.get(at) or self._take(at)
            parts.append(part)
            rows = (self._at(part) if self._counts_rows else rows) + len(part.ids)
            expected = part.page.total if expected is None else expected
            self._tell(rows, expected)
            after, first = self._following(part), part.ids[0].as_py() if len(part.ids) else None
            # A keeper that points back, or shows the same again, is not followed for ever.
            if after is None or after <= self._at(part) or first is None or first in starts:
                break
            starts.add(first)
            self._foresee(part, after, 0 if expected is None else expected - rows)
            at = after
        self._coming.clear()
        self._most = self._most or TRIES * len(parts)
        return parts

    def torn(self, parts: list[_Part[T]]) -> set[int]:
        """Say which pages may not fit to the others and are to be read again."""
        if self._overlap(parts):
            # What goes moves every page from its own on; the tear shows where the list was being read just then.
            width = 2**self._mends
            torn = [at for at, (one, other) in enumerate(pairwise(parts)) if not self._meet(one, other)]
            return {place for at in torn for place in range(max(0, at + 1 - width), at + 2)}
        spread = range(len(parts) - 2, -1, -max(1, math.ceil((len(parts) - 1) / LOOKS)))
        if not (moved := self._moved(parts, sorted(spread))):
            return set()
        return set(range(max((at + 1 for at in spread if at < moved[0]), default=0), len(parts)))

    def adds_up(self, parts: list[_Part[T]], expected: int | None) -> bool:
        """Tell whether the rows are as many as they should be, to the very end, and none is there twice."""
        ids = pa.chunked_array([ids for _, ids in self.own(parts)])
        is_steady = self._overlap(parts) or len({part.page.total for part in parts}) == 1
        is_ended = parts[-1].page.after is None
        return is_ended and is_steady and expected in {None, len(ids)} and pc.count_distinct(ids).as_py() == len(ids)

    def forget(self, parts: list[_Part[T]], torn: set[int], *, is_still: bool) -> None:
        """Forget what is to be read again: what tore, else the end, to which rows are added, else everything."""
        self._mends += 1
        everything, last = set(range(len(parts))), len(parts) - 1
        if not torn and self._overlap(parts):
            torn = everything if is_still and self._last_is_sure else {last}
            self._last_is_sure = is_still
        elif not torn and not self._moved(parts, [last]):
            torn = everything
        for place in torn:
            self._kept.pop(parts[place].at, None)

    def own(self, parts: list[_Part[T]]) -> Iterator[tuple[T, pa.Array]]:
        """Yield each page's items and ids without the rows that the page before has already."""
        end = 0
        for part in parts:
            known = max(0, end - self._at(part)) if self._counts_rows else 0
            items: Any = part.page.items  # a table or a list: both are cut alike
            yield (items[known:], part.ids[known:]) if known else (items, part.ids)
            end = self._at(part) + len(part.ids)

    # one page --------------------------------------------------------------------------------
    def _take(self, at: Cursor | None) -> _Part[T]:
        """Wait for a page that is coming, or ask for it."""
        coming = self._coming.pop(at, None)
        if coming is not None:
            return self._brought(coming)
        # A page that came and was passed over shows that this keeper cuts as it likes: no more is foreseen.
        self._foresees = self._foresees and all((other or 0) > (at or 0) for other in self._coming)
        self._asked += 1
        return self._ask(at)

    def _foresee(self, part: _Part[T], after: Cursor, left: int) -> None:
        """Ask for the pages that come after the following one, `left` rows being still to come."""
        step = after - self._at(part)
        pages = -(-left // (step if self._counts_rows else len(part.ids)))
        for at in range(after + step, after + step * min(AHEAD + 1, pages), step) if self._foresees else ():
            if at not in self._coming and at not in self._kept:
                self._coming[at] = self._order(at)

    def _order(self, at: Cursor | None) -> int:
        """Let the crew ask for a page."""
        self._asked += 1
        self._crew.hand(self._asked, partial(self._ask, at))
        return self._asked

    def _brought(self, number: int) -> _Part[T]:
        """Wait for a page that the crew was to ask for."""
        while number not in self._came:
            self._crew.wait(PATIENCE)
            self._came |= dict(self._crew.answers())
        found: Any = self._came.pop(number)
        if isinstance(found, BaseException):
            raise found
        return found  # type: ignore[no-any-return]

    def _ask(self, at: Cursor | None) -> _Part[T]:
        page = self._source.ask(at)
        return _Part(at, page, self._source.ids(page.items))

    def _moved(self, parts: list[_Part[T]], places: list[int]) -> list[int]:
        """Ask for some pages once more; keep what they are now, and say which are not as they were."""
        again = [self._order(parts[place].at) for place in places]
        moved = []
        for place, number in zip(places, again, strict=True):
            was, now = parts[place], self._brought(number)
            if not now.ids.equals(was.ids) or now.page.after != was.page.after:
                self._kept[was.at] = now
                moved.append(place)
        return moved

    # rows ------------------------------------------------------------------------------------
    @property
    def _counts_rows(self) -> bool:
        return self._source.cursor == "rows"

    def _at(self, part: _Part[T]) -> Cursor:
        """Return the cursor of a page, the first one's too."""
        return int(self._source.cursor == "pages") if part.at is None else part.at

    def _following(self, part: _Part[T]) -> Cursor | None:
        """Say where the next page begins: with the last row of this one, if any row can begin one."""
        after = part.page.after
        return after - 1 if after is not None and self._counts_rows and len(part.ids) > 1 else after

    def _overlap(self, parts: list[_Part[T]]) -> bool:
        return self._counts_rows and all(len(part.ids) > 1 for part in parts[:-1])

    def _meet(self, one: _Part[T], other: _Part[T]) -> bool:
        """Whether the row that two pages share is the same on both."""
        at = self._at(other) - self._at(one)
        return at < len(one.ids) and len(other.ids) > 0 and bool(one.ids[at] == other.ids[0])

    def _tell(self, rows: int, expected: int | None) -> None:
        if self._progress and rows > self._told:
            self._told = rows
            self._progress(rows, expected)
