"""Pages to one Arrow table: everything that a provider keeps, or the word that it is not everything."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from listkit.errors import AmbiguousListError, IncompleteWarning, NotFoundError
from listkit.wire.tables import MEMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.contact import ContactList, Cursor, Page
    from listkit.providers.base import Provider

    Progress = Callable[[int, int | None], None]

T = TypeVar("T")

TRIES = 3
LOOKS = 8
"""How many pages at most are asked for once more."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was read of a list: `table` as `wire.tables.MEMBERS`, each contact once.

    `expected` is how many members the provider counts, None where it does not say.
    `complete` is False where the list would not hold still for three readings.
    """

    table: pa.Table
    expected: int | None
    complete: bool
    read_at: datetime


def lists(provider: Provider, name: str | None = None) -> list[ContactList]:
    """Return all of an account's lists, oldest first; `name` narrows them as the provider searches."""
    for _ in range(TRIES):
        walk = _walk(lambda after: provider.lists(name=name, after=after), _list_ids)
        if walk.is_steady and walk.total in {None, len(walk.ids)}:
            break
    else:
        warnings.warn(f"{provider.name}'s lists kept changing while they were read.", IncompleteWarning, stacklevel=2)
    each_once = {kept.list_id: kept for page in walk.pages for kept in page.items}
    return list(each_once.values())


def find_lists(provider: Provider, name: str) -> list[ContactList]:
    """Return the lists of exactly this name; white space around it is not part of a name."""
    wanted = name.strip()
    return [kept for kept in lists(provider, wanted) if kept.name == wanted]


def find_list(provider: Provider, name: str) -> ContactList:
    """Return the one list of this name.

    Raises NotFoundError where there is none, and AmbiguousListError with the ids where there
    are several.
    """
    found = find_lists(provider, name)
    if not found:
        raise NotFoundError(f"{provider.name} has no list named {name.strip()!r}.", field="name")
    if len(found) > 1:
        ids = [str(kept.list_id) for kept in found]
        told = f"{provider.name} has {len(found)} lists named {found[0].name!r}"
        raise AmbiguousListError(f"{told}; say which with list_id=: {', '.join(ids)}.", list_ids=ids)
    return found[0]


def pull(provider: Provider, list_id: str, *, progress: Progress | None = None) -> Pulled:
    """Read all members of a list, oldest first, and check that none is missing or doubled.

    What the provider says of the list, its count above all, is asked before and after. Where
    this, the rows and the pages do not agree, the list changed meanwhile and is read again, at
    most three times in all; what is still not consistent then is returned with
    `complete=False`. `progress` is called with the rows so far and the rows expected.
    """
    now = provider.list(list_id)
    for _ in range(TRIES):
        read_at = datetime.now(UTC)
        walk = _walk(
            lambda after: provider.members(list_id, after=after),
            _contact_ids,
            None if progress is None else _told(progress, now.members),
        )
        before, now = now, provider.list(list_id)
        expected = now.members if now.members is not None else walk.total
        complete = walk.is_steady and before == now and expected in {None, len(walk.ids)}
        if complete:
            break
    table = pa.concat_tables([page.items for page in walk.pages]) if walk.pages else MEMBERS.empty_table()
    return Pulled(table if walk.is_steady else _each_once(table), expected, complete, read_at)


class _Walk(NamedTuple, Generic[T]):
    """All pages of one long answer, their ids in order, and whether they fit together."""

    pages: list[Page[T]]
    ids: list[str]
    total: int | None
    is_steady: bool


def _walk(
    ask: Callable[[Cursor | None], Page[T]], ids_of: Callable[[T], list[str]], tell: Callable[[int], None] | None = None
) -> _Walk[T]:
    """Read page after page to the end, wherever the provider chooses to cut them.

    Something that goes from the front while something comes at the end keeps the count and
    moves the pages that follow, so that one row falls between two of them. Therefore some of
    the pages are asked for once more: all but the last in a short answer, and in a long one
    so many, evenly spread, that a move is hardly ever missed.
    """
    pages: list[Page[T]] = []
    asked: list[Cursor | None] = []
    ids: list[str] = []
    seen: set[str] = set()
    after: Cursor | None = None
    while not asked or after is not None:
        page = ask(after)
        found = ids_of(page.items)
        asked.append(after)
        pages.append(page)
        ids += found
        brings_more = not seen.issuperset(found)
        seen.update(found)
        if tell:
            tell(len(ids))
        moved = page.after is not None and page.after > (after or 0)
        after = page.after if brings_more and moved else None
    is_steady = len(seen) == len(ids) and len({page.total for page in pages}) == 1
    spread = range(len(pages) - 2, -1, -max(1, math.ceil((len(pages) - 1) / LOOKS)))
    is_steady = is_steady and all(ids_of(ask(asked[at]).items) == ids_of(pages[at].items) for at in spread)
    return _Walk(pages, ids, pages[-1].total, is_steady)


def _told(progress: Progress, expected: int | None) -> Callable[[int], None]:
    return lambda rows: progress(rows, expected)


def _list_ids(items: Sequence[ContactList]) -> list[str]:
    return [str(kept.list_id) for kept in items]


def _contact_ids(table: pa.Table) -> list[str]:
    return table["contact_id"].to_pylist()  # type: ignore[no-any-return]


def _each_once(table: pa.Table) -> pa.Table:
    """Keep the first row of each contact."""
    numbered = table.append_column("at", pa.array(range(table.num_rows), pa.int64()))
    first = numbered.group_by("contact_id", use_threads=False).aggregate([("at", "min")])["at_min"]
    return table.take(pc.take(first, pc.sort_indices(first)))
