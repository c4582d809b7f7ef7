"""Who opted out at a provider: read as a whole once, and from then on from where it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import pyarrow as pa

from listkit.sync.pages import paging
from listkit.sync.pages.paging import Source

if TYPE_CHECKING:
    from listkit.contact import Cursor, Page
    from listkit.providers.base import Provider


class Known(NamedTuple):
    """What was read by now: the numbers before the last page, its own, and the cursor that it was asked for by."""

    before: pa.Array
    last: pa.Array
    at: Cursor | None


_KNOWN: WeakKeyDictionary[Provider, Known] = WeakKeyDictionary()


def read(provider: Provider) -> tuple[pa.Array, bool]:
    """Return the numbers that opted out, oldest first, and whether these are all.

    There can be very many, 100 on a page, and each plan needs them. An opt-out is not undone, and
    later ones come behind it. What is remembered of an account is therefore read on from its last
    page, where that begins as it did then: were anybody gone, it would begin with others.
    """
    known = _KNOWN.pop(provider, None)
    if known and len(known.last):
        tail, is_whole, at = _read(provider, known.at)
        if is_whole and tail[0].slice(0, len(known.last)).equals(known.last):
            return _remember(provider, [known.before, *tail], at), True
    pages, is_whole, at = _read(provider, None)
    return (_remember(provider, pages, at) if is_whole else _joined(pages)), is_whole


def _read(provider: Provider, begin: Cursor | None) -> tuple[list[pa.Array], bool, Cursor | None]:
    """Read from a page to the end; say whether that held still, and by which cursor the last page was asked for."""
    ends = [begin]

    def ask(after: Cursor | None) -> Page[pa.Table]:
        at = begin if after is None else after
        page = provider.unsubscribers(after=at)
        if len(page.items) and (at or 0) > (ends[0] or 0):
            ends[0] = at
        return page

    whole = paging.read(Source(ask=ask, ids=_numbers))
    pages = [_numbers(page) for page in whole.pages]
    return [page for page in pages if len(page)] or pages[:1], whole.complete, ends[0]


def _remember(provider: Provider, pages: list[pa.Array], at: Cursor | None) -> pa.Array:
    _KNOWN[provider] = Known(_joined(pages[:-1]), pages[-1], at)
    return _joined(pages)


def _joined(pages: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays([pa.array([], pa.string()), *pages])


def _numbers(page: pa.Table) -> pa.Array:
    return page["phone"].combine_chunks()
