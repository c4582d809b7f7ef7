"""Which item of a bulk answer belongs to which thing that was sent, and what it proves."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, TypeVar

from listkit.contact import Receipt
from listkit.errors import DuplicateError, ProviderError, ServerFailedError
from listkit.wire.exotel.bodies import not_understood
from listkit.wire.exotel.envelope import FIRST_FAILURE
from listkit.wire.exotel.errors import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from listkit.wire.exotel.envelope import Item
    from listkit.wire.message import Answer

T = TypeVar("T")
R = TypeVar("R")


def matched(
    answer: Answer, items: Sequence[Item[T]], keys: Sequence[str], key_of: Callable[[T], str | None]
) -> list[Item[T] | None]:
    """Find for each key that was sent its item, by the key that the item names.

    An item without a key is known by its position alone, and position counts only where the
    answer has as many items as were sent and every key in it stands in its own place. What
    is not found stays None: not proven. AnswerLostError when nothing is.
    """
    named = [None if item.data is None else key_of(item.data) for item in items]
    in_order = len(named) == len(keys) and all(key in (None, sent) for key, sent in zip(named, keys, strict=True))
    if in_order:
        return list(items)
    places: dict[str, list[int]] = defaultdict(list)
    for place in reversed(range(len(keys))):
        places[keys[place]].append(place)
    found: list[Item[T] | None] = [None] * len(keys)
    for item, key in zip(items, named, strict=True):
        if key is not None and places.get(key):
            found[places[key].pop()] = item
    if not any(found):
        raise not_understood(answer)
    return found


def proof(item: Item[T] | None, read: Callable[[T], R]) -> R | ProviderError | None:
    """Read what an item proves: the thing itself, why it was refused, or nothing.

    An item that says *exists already* and shows what exists is still a refusal here.
    """
    if item is None:
        return None
    if item.failed:
        error = meaning(item.code or FIRST_FAILURE, item.error_data)
        return None if isinstance(error, ServerFailedError) else error
    return None if item.data is None else read(item.data)


def receipt(
    item: Item[T] | None, *, phone: str | None = None, contact_id: str | None = None, joins: bool = False
) -> Receipt | None:
    """Write down what an item proves of the contact that it names; None where it proves nothing."""
    if item is None:
        return None
    if not item.failed:
        return Receipt(status="done", phone=phone, contact_id=contact_id, joined=joins)
    error = meaning(item.code or FIRST_FAILURE, item.error_data)
    if isinstance(error, ServerFailedError):
        return None
    status: Literal["exists", "refused"] = "exists" if isinstance(error, DuplicateError) else "refused"
    return Receipt(status=status, phone=phone, contact_id=contact_id, code=error.code, reason=str(error))
