"""The things of a bulk request, one by one, and their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from listkit.contact import Columns
from listkit.errors import NotFoundError, ProviderError
from listkit.server.dialects.exotel import sids
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.server.dialects import Call
    from listkit.server.dialects.exotel.sids import Kind

T = TypeVar("T")
R = TypeVar("R")


def each(
    sent: Sequence[T | ProviderError],
    act: Callable[[Sequence[T]], Sequence[R | ProviderError]],
    *,
    show: Callable[[Sequence[R]], Sequence[wire.Item[Any]]],
    words: Callable[[T], Mapping[type[ProviderError], str]],
) -> Sequence[wire.Item[Any]]:
    """Do what can be done of a bulk request in one go; say of each item, in its place, what became of it."""
    good = _fine(sent)
    outcomes = act(good) if good else ()
    shown = show(_fine(outcomes))
    if len(shown) == len(sent):
        return shown
    next_shown = iter(shown)
    acted = iter(
        wire.refused(worded(outcome, words(asked))) if isinstance(outcome, ProviderError) else next(next_shown)
        for asked, outcome in zip(good, outcomes, strict=True)
    )
    return [wire.refused(one) if isinstance(one, ProviderError) else next(acted) for one in sent]


def _fine(items: Sequence[Any]) -> Sequence[Any]:
    """Leave errors out; in columns there are none."""
    return items if isinstance(items, Columns) else [one for one in items if not isinstance(one, ProviderError)]


def worded(error: ProviderError, words: Mapping[type[ProviderError], str]) -> ProviderError:
    """Give an error of the store's the words that Exotel has for it, so that no id of the store's gets out."""
    said = words.get(type(error))
    return error if said is None else type(error)(said, field=error.field, limit=error.limit)


def id_of(call: Call, kind: Kind) -> str:
    """Return the store's id of what the path names, or raise NotFoundError."""
    return sids.decode(call.account, kind, call.params[f"{kind}_id"])


def known(call: Call, kind: Kind, sid: str | ProviderError) -> str | ProviderError:
    """Return the store's id of what an item names, or the error that stands for it."""
    if isinstance(sid, ProviderError):
        return sid
    try:
        return sids.decode(call.account, kind, sid)
    except NotFoundError as error:
        return error


def known_change(call: Call, kind: Kind, change: tuple[str, T] | ProviderError) -> tuple[str, T] | ProviderError:
    """Return a change with the store's id of what it names, or the error that stands for it."""
    if isinstance(change, ProviderError):
        return change
    number = known(call, kind, change[0])
    return number if isinstance(number, ProviderError) else (number, change[1])


def not_found(call: Call, kind: Kind, number: str) -> str:
    """Say that what has this id in the store is gone, in the words for a sid that never was."""
    return str(sids.missing(kind, sids.encode(call.account, kind, number)))
