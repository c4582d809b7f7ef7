"""What a caller may see and change: the ids in a path, the ids in a value, and whose each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from listkit.errors import ForbiddenError, InvalidError, NotFoundError, ProviderError
from listkit.server.store.people import FIRST_USER
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listkit.contact import ContactList, Record
    from listkit.server.dialects import Call

T = TypeVar("T")


def path_id(call: Call) -> str:
    """Return the id in a path, or raise NotFoundError where it is no whole number."""
    return wire.read_id(call.params["id"])


def seen_list(call: Call) -> ContactList:
    """Return the list in the path; NotFoundError where there is none, or the caller sees none."""
    kept = call.store.list(call.account, path_id(call))
    if call.caller.user_id != kept.owner and not kept.shared:
        raise NotFoundError("No list that this user sees has this id.")
    return kept


def own_list(call: Call) -> str:
    """Return the id of the list in the path; ForbiddenError where it is only shared to the caller."""
    kept = seen_list(call)
    _refuse_others(call, [kept])
    return str(kept.list_id)


def own_lists(call: Call, list_ids: Sequence[str], *, field: str = "lists") -> Sequence[str]:
    """Return the ids of lists as they are; InvalidError about a field for the first that is unknown."""
    known = call.store.lists(call.account, ids=list_ids, limit=len(list_ids), seen_by=call.caller.user_id).items
    refuse_unknown("List", list_ids, (kept.list_id for kept in known), field=field)
    _refuse_others(call, known)
    return list_ids


def seen_contact(call: Call, contact_id: str | None = None) -> Record:
    """Return a contact, the one in the path unless it is said; NotFoundError where the caller sees none."""
    wanted = path_id(call) if contact_id is None else contact_id
    found = call.store.contacts(call.account, ids=[wanted], seen_by=call.caller.user_id, limit=1).items
    if not found:
        raise NotFoundError("No contact that this user sees has this id.")
    return found[0]


def own_contact(call: Call, contact_id: str | None = None) -> Record:
    """Return a contact like `seen_contact`; ForbiddenError where it is only shared to the caller."""
    record = seen_contact(call, contact_id)
    if call.store.marks(call.account, [record.contact_id])[record.contact_id].owner != call.caller.user_id:
        raise ForbiddenError("This contact belongs to another user.")
    return record


def refuse_unseen(call: Call, contact_ids: Sequence[str], *, field: str) -> None:
    """Raise InvalidError about a field for the first of these contacts that the caller does not see."""
    seen = call.store.contacts(call.account, ids=contact_ids, limit=len(contact_ids), seen_by=call.caller.user_id)
    refuse_unknown("Contact", contact_ids, (record.contact_id for record in seen.items), field=field)


def refuse_unknown(what: str, wanted: Iterable[str], known: Iterable[str | None], *, field: str) -> None:
    """Raise InvalidError for the first id that is not known: in a value, unlike in a path, that is a 400."""
    there = set(known)
    for identifier in wanted:
        if identifier not in there:
            raise InvalidError(f"{what} {identifier} does not exist.", field=field)


def owners_of(call: Call) -> Mapping[int | None, wire.UserBody]:
    """Return the users of the account as they are shown, by their ids."""
    return {
        user.user_id: wire.user_body(
            user.user_id, user.username, is_parent=user.user_id == FIRST_USER, home=call.account.country
        )
        for user in call.store.users(call.account)
    }


def only(items: Sequence[T | ProviderError]) -> T:
    """Return the only item of a bulk call, or raise the error that stands in its place."""
    (item,) = items
    if isinstance(item, ProviderError):
        raise item
    return item


def _refuse_others(call: Call, known: Iterable[ContactList]) -> None:
    if any(kept.owner != call.caller.user_id for kept in known):
        raise ForbiddenError("This list belongs to another user.")
