"""TextMagic's lists and who is in them: what is asked, what is answered, both ways."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET

from listkit.contact import ContactList, Page
from listkit.errors import InvalidError
from listkit.wire.tables import Count  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.wire.textmagic.asking import ListForm
from listkit.wire.textmagic.parameters import read_id
from listkit.wire.textmagic.shapes import Avatar, Resources, build, decode, decode_link, encode, encode_page, page_query
from listkit.wire.textmagic.users import UserBody  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listkit.wire.message import Answer, Request
    from listkit.wire.textmagic.asking import Paging
    from listkit.wire.textmagic.parameters import Parameters


LIST_FIELDS = frozenset({"name", "description", "shared"})
"""What can be said of a list, in the words of both."""

NOBODY: Mapping[int | None, UserBody] = MappingProxyType({})
"""Where it is not told whose something is."""


class ListBody(msgspec.Struct, rename="camel", kw_only=True):
    """The five keys of a list that every caller may count on."""

    id: int | str
    name: str
    description: str | None = None
    shared: bool | int = False
    members_count: Count | Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}$")] | None = None


class WholeList(ListBody, rename="camel", kw_only=True):
    """A list inside a contact: with the keys that were added over the years."""

    favorited: bool = False
    is_default: bool = False
    service: bool = False
    avatar: Avatar = Avatar("avatars/dummy_list.png")


class OwnedList(WholeList, rename="camel", kw_only=True):
    """A list on its own: with whose it is."""

    user: UserBody | None = None


class _Flags(msgspec.Struct, rename="camel"):
    """What an edit switches off unless it is sent again."""

    shared: bool | int = False
    favorited: bool | int = False
    is_default: bool | int = False


_LIST = msgspec.json.Decoder(ListBody)
_LISTS = msgspec.json.Decoder(Resources[ListBody])
_FLAGS = msgspec.json.Decoder(_Flags)


# what a client asks, and reads ---------------------------------------------------------------
def lists_request(*, name: str | None = None, after: int | None = None) -> Request:
    """Ask for a page of lists; with a name, for those that have it in their name or description."""
    if name is None:
        return build("GET", "lists", "lists", query=page_query(after))
    return build("GET", "lists/search", "lists", query=page_query(after, query=name))


def list_request(list_id: str) -> Request:
    """Ask for one list."""
    return build("GET", f"lists/{read_id(list_id)}", "list")


def create_list_request(new: ContactList) -> Request:
    """Ask for a new list."""
    body: dict[str, object] = {"name": new.name, "shared": new.shared}
    if new.description is not None:
        body["description"] = new.description
    return build("POST", "lists", "create_lists", body=body)


def update_list_request(kept: Answer, list_id: str, changes: Mapping[str, Any]) -> Request:
    """Ask for another name, description or sharing of a list, given the answer that shows it as it is.

    An edit replaces everything: a list whose `shared` is not sent again is no longer shared.

    Raises InvalidError for a field that TextMagic does not keep.
    """
    if other := sorted(changes.keys() - LIST_FIELDS):
        raise InvalidError(f"TextMagic keeps no {other[0]!r} of a list; leave it out.", field=other[0])
    flags = decode(kept, _FLAGS)
    body = {
        "name": decode(kept, _LIST).name,
        "shared": bool(flags.shared),
        "favorited": bool(flags.favorited),
        "isDefault": bool(flags.is_default),
        **{name: "" if value is None else value for name, value in changes.items()},
    }
    return build("PUT", f"lists/{read_id(list_id)}", "update_lists", body=body)


def delete_list_request(list_id: str) -> Request:
    """Ask for a list, and every contact that is in no other, to be deleted."""
    return build("DELETE", f"lists/{read_id(list_id)}", "delete_list")


def members_request(list_id: str, *, after: int | None = None) -> Request:
    """Ask for a page of the contacts in a list."""
    return build("GET", f"lists/{read_id(list_id)}/contacts", "members", query=page_query(after))


def add_members_request(list_id: str, contact_ids: Sequence[str]) -> Request:
    """Ask for contacts to join a list; those that are in it stay."""
    return build("PUT", f"lists/{read_id(list_id)}/contacts", "add_members", body=_contacts(contact_ids))


def remove_members_request(list_id: str, contact_ids: Sequence[str]) -> Request:
    """Ask for contacts to leave a list; those that are in no other are deleted."""
    return build("DELETE", f"lists/{read_id(list_id)}/contacts", "remove_members", body=_contacts(contact_ids))


def decode_list(answer: Answer) -> ContactList:
    """Read one list."""
    return _contact_list(decode(answer, _LIST))


def decode_lists(answer: Answer) -> Page[list[ContactList]]:
    """Read a page of lists."""
    page = decode(answer, _LISTS)
    return Page(items=[_contact_list(body) for body in page.resources], after=page.after)


def decode_created_list(answer: Answer, new: ContactList) -> ContactList:
    """Read the id that a new list was given."""
    return ContactList(
        name=new.name, list_id=decode_link(answer), description=new.description, shared=new.shared, members=0
    )


def _contacts(contact_ids: Iterable[str]) -> dict[str, str]:
    return {"contacts": ",".join(contact_ids)}


def _contact_list(body: ListBody) -> ContactList:
    return ContactList(
        list_id=str(body.id),
        name=body.name,
        description=body.description or None,
        shared=bool(body.shared),
        members=None if body.members_count is None else int(body.members_count),
    )


# what a server reads, and answers ------------------------------------------------------------
def decode_list_fields(sent: Parameters) -> dict[str, Any]:
    """Read the fields of a list to make or edit; an absent `shared` is no, an absent description stays."""
    form = sent.read(ListForm)
    fields = msgspec.structs.asdict(form)
    return {name: value for name, value in fields.items() if value is not UNSET}


def encode_list(kept: ContactList, owners: Mapping[int | None, UserBody] = NOBODY) -> Answer:
    """Answer one list, with whose it is where that is known."""
    return encode(_owned_list(kept, owners))


def encode_lists(
    lists: Iterable[ContactList], paging: Paging, *, total: int, owners: Mapping[int | None, UserBody] = NOBODY
) -> Answer:
    """Answer a page of lists."""
    return encode_page(paging, total, [_owned_list(kept, owners) for kept in lists])


def encode_member_ids(contact_ids: Iterable[str]) -> Answer:
    """Answer the ids of everybody in a list: a bare array, the one answer that is not an object."""
    return encode([int(contact_id) for contact_id in contact_ids])


def whole_list(kept: ContactList) -> WholeList:
    """Write a list as it stands inside a contact."""
    return WholeList(**_keys(kept))


def _owned_list(kept: ContactList, owners: Mapping[int | None, UserBody]) -> OwnedList:
    return OwnedList(**_keys(kept), user=owners.get(kept.owner))


def _keys(kept: ContactList) -> dict[str, Any]:
    return {
        "id": int(kept.list_id or 0),
        "name": kept.name,
        "description": kept.description,
        "shared": kept.shared,
        "members_count": kept.members or 0,
        "favorited": kept.favorited,
        "is_default": kept.is_default,
    }
