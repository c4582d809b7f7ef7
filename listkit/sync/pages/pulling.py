"""Pages to one Arrow table: everything that a provider keeps, or the word that it is not everything."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from listkit.counting import counted
from listkit.errors import AmbiguousListError, IncompleteWarning, NotFoundError, PlanRefused
from listkit.providers.base import value as limit
from listkit.sync.pages import paging
from listkit.sync.pages.paging import Source
from listkit.sync.plans.costing import duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from listkit.contact import ContactList, Page
    from listkit.providers.base import CustomsAsOne, Provider
    from listkit.sync.pages.paging import Progress

LONG = 60.0
"""Seconds of reading that are worth a warning."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What was read of a list: `table` as `wire.tables.MEMBERS`, each contact once.

    `expected` is how many members the provider counts, None where it does not say.
    `complete` is False where the list would not hold still.
    """

    table: pa.Table
    expected: int | None
    complete: bool
    read_at: datetime


def lists(provider: Provider, name: str | None = None) -> list[ContactList]:
    """Return all of an account's lists, oldest first; `name` narrows them as the provider searches."""
    whole = paging.read(Source(ask=lambda after: provider.lists(name=name, after=after), ids=_list_ids))
    if not whole.complete:
        warnings.warn(f"{provider.name}'s lists kept changing while they were read.", IncompleteWarning, stacklevel=2)
    each_once = {kept.list_id: kept for page in whole.pages for kept in page}
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
    this, the rows and the pages do not agree, the list changed meanwhile, and what tore is read
    again; what is still not consistent after that is returned with `complete=False`. `progress`
    is called with the rows so far and the rows expected. See `paging.read`.
    """

    def state() -> tuple[int | None, ContactList]:
        kept = provider.list(list_id)
        return kept.members, kept

    whole = paging.read(
        Source(
            ask=lambda after: provider.members(list_id, after=after),
            ids=lambda table: table["contact_id"].combine_chunks(),
            state=state,
            cursor=getattr(provider, "cursor", None),
        ),
        progress,
    )
    table = pa.concat_tables(whole.pages)
    return Pulled(table if whole.complete else _each_once(table), whole.expected, whole.complete, whole.read_at)


def address_book(provider: Provider, *, max_requests: int | None = None) -> Pulled:
    """Read every contact of an account, oldest first, whatever lists it is in.

    The first page says how many requests this takes. Raises PlanRefused with their number where
    these are more than `max_requests`; a warning tells of more than a minute where that is None.
    """
    first = provider.contacts()
    requests = _price(first)
    told = f"The address-book takes about {counted(requests, 'request')}, {_at_its_rate(provider, requests)}"
    if max_requests is not None and requests > max_requests:
        way_out = "raise it, or read the lists that you need"
        raise PlanRefused([f"{told}, and max_requests={max_requests:,} allows fewer; {way_out}."])
    if max_requests is None and requests > LONG * limit(provider.limits, "requests_per_second"):
        warnings.warn(f"{told}; max_requests= refuses what takes too long.", stacklevel=3)
    asked = [first]
    whole = paging.read(
        Source(
            ask=lambda after: asked.pop() if after is None and asked else provider.contacts(after=after),
            ids=lambda table: table["contact_id"].combine_chunks(),
            cursor=getattr(provider, "cursor", None),
        )
    )
    table = pa.concat_tables(whole.pages)
    return Pulled(table if whole.complete else _each_once(table), whole.expected, whole.complete, whole.read_at)


def customs(provider: CustomsAsOne, list_id: str) -> dict[str, dict[str, Any]]:
    """Read the custom fields of a list's members, by the contacts' ids, with values that need be no texts."""
    whole = paging.read(
        Source(
            ask=lambda after: provider.customs(list_id, after=after),
            ids=lambda items: pa.array([contact_id for contact_id, _ in items], pa.string()),
            cursor=getattr(provider, "cursor", None),
        )
    )
    return dict(chain.from_iterable(whole.pages))


def unsubscribers(provider: Provider) -> Pulled:
    """Read all numbers that opted out at a provider, oldest first, as `wire.tables.UNSUBSCRIBERS`."""
    whole = paging.read(
        Source(ask=lambda after: provider.unsubscribers(after=after), ids=lambda table: table["phone"].combine_chunks())
    )
    return Pulled(pa.concat_tables(whole.pages), whole.expected, whole.complete, whole.read_at)


def _price(first: Page[pa.Table]) -> int:
    """Say how many requests all pages take, each of which begins with the last row of the one before, where it can."""
    if first.after is None:
        return 1
    if first.total is None:
        pages = first.pages or 1
        return pages + min(pages - 1, paging.LOOKS)
    return math.ceil((first.total - 1) / max(len(first.items) - 1, 1))


def _at_its_rate(provider: Provider, requests: int) -> str:
    return f"{duration(requests / limit(provider.limits, 'requests_per_second'))} at {provider.name}'s rate"


def _list_ids(items: Sequence[ContactList]) -> pa.Array:
    return pa.array([kept.list_id for kept in items], pa.string())


def _each_once(table: pa.Table) -> pa.Table:
    """Keep the first row of each contact."""
    numbered = table.append_column("at", pa.array(range(table.num_rows), pa.int64()))
    first = numbered.group_by("contact_id", use_threads=False).aggregate([("at", "min")])["at_min"]
    return table.take(pc.take(first, pc.sort_indices(first)))
