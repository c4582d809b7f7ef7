"""What an account has: the ids in a path, the ids in a value, and everything there is."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from listkit.errors import InvalidError, ProviderError
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from listkit.server.dialects import Call
    from listkit.server.store.base import Slice

T = TypeVar("T")

MOST_AT_ONCE = 1_000
"""So many rows are asked of the store at a time where all are wanted."""


def path_id(call: Call) -> str:
    """Return the id in a path, or raise NotFoundError where it is no whole number."""
    return wire.read_id(call.params["id"])


def known_list(call: Call) -> str:
    """Return the id in the path, or raise NotFoundError where no list has it."""
    return str(call.store.list(call.account, path_id(call)).list_id)


def known_lists(call: Call, list_ids: Sequence[str], *, field: str = "lists") -> Sequence[str]:
    """Return the ids of lists as they are, or raise InvalidError about a field for the first that is unknown."""
    known = call.store.lists(call.account, ids=list_ids, limit=len(list_ids)).items
    refuse_unknown("List", list_ids, (kept.list_id for kept in known), field=field)
    return list_ids


def refuse_unknown(what: str, wanted: Iterable[str], known: Iterable[str | None], *, field: str) -> None:
    """Raise InvalidError for the first id that is not known: in a value, unlike in a path, that is a 400."""
    there = set(known)
    for identifier in wanted:
        if identifier not in there:
            raise InvalidError(f"{what} {identifier} does not exist.", field=field)


def all_contacts(call: Call) -> list[str]:
    """Return the ids of all contacts of an account."""
    return [record.contact_id for record in _every(partial(call.store.contacts, call.account))]


def all_members(call: Call, list_id: str) -> list[str]:
    """Return the ids of everybody in a list."""
    return [record.contact_id for record in _every(partial(call.store.members, call.account, list_id))]


def all_lists(call: Call) -> list[str]:
    """Return the ids of all lists of an account."""
    return [str(kept.list_id) for kept in _every(partial(call.store.lists, call.account))]


def only(items: Sequence[T | ProviderError]) -> T:
    """Return the only item of a bulk call, or raise the error that stands in its place."""
    (item,) = items
    if isinstance(item, ProviderError):
        raise item
    return item


def _every(ask: Callable[..., Slice[T]]) -> Iterator[T]:
    """Walk a whole answer of the store in the order of ids."""
    for offset in count(0, MOST_AT_ONCE):
        found = ask(offset=offset, limit=MOST_AT_ONCE, sort="id")
        yield from found.items
        if offset + len(found.items) >= found.total:
            return
