"""Lists: what is asked about them and what is answered, in both directions."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from listkit.contact import ContactList, ListType, Page
from listkit.errors import MissingFieldError
from listkit.wire.exotel.bodies import (
    SEVERAL,
    asked,
    at_most,
    decode_items,
    decode_one,
    decode_page,
    not_understood,
    read_batch,
    read_each,
    read_json,
)
from listkit.wire.exotel.fields import (
    AccountSid,
    KeptTag,
    Moment,
    Name,
    Sid,
    Tag,
    read_name,
    read_sid,
    read_tag,
    whole_seconds,
)
from listkit.wire.exotel.paging import LONGEST_PAGE, next_offset
from listkit.wire.exotel.receipts import matched, proof
from listkit.wire.tables import Count  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.wire.text import read_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.errors import ProviderError
    from listkit.wire.message import Answer, Request

CAPS: dict[ListType, int] = {"static": 100_000, "dynamic": 500_000}
"""The most members of a list, by its type."""


class ListData(msgspec.Struct, frozen=True, kw_only=True):
    """A list as Exotel shows it."""

    sid: Sid | None = None
    account_sid: AccountSid | None = None
    name: Annotated[str | None, Meta(examples=["list123"])] = None
    tag: KeptTag | None = None
    type: Annotated[str | None, Meta(examples=["static"], extra_json_schema={"enum": list(get_args(ListType))})] = None
    contact_count: Count | None = None
    date_created: Moment = None
    date_updated: Moment = None


class ListFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be said of a list; what is absent stays as it is."""

    sid: Sid | None = None
    name: Name | UnsetType | None = UNSET
    tag: Tag | UnsetType | None = UNSET


class NewListsBody(ListFields, frozen=True, kw_only=True, omit_defaults=True):
    """The body that makes lists; also one list without the wrapper."""

    lists: Annotated[
        list[ListFields] | None, Meta(description="Needed, unless the body is itself one list, with a `name`.")
    ] = None


class ListsBody(msgspec.Struct, frozen=True):
    """The body that changes lists."""

    lists: Annotated[list[ListFields] | None, SEVERAL] = None


# asking ------------------------------------------------------------------------------------
def lists_request(account: str, *, offset: int = 0, limit: int = LONGEST_PAGE, name: str | None = None) -> Request:
    """Ask for a page of lists; `name` narrows to those whose name holds it."""
    return asked("lists", "GET", account, "lists", offset=offset, limit=limit, name=name or None)


def list_request(account: str, list_id: str) -> Request:
    """Ask for one list."""
    return asked("list", "GET", account, "lists", list_id)


def create_lists_request(account: str, new: Sequence[ContactList]) -> Request:
    """Ask for lists to be made, 5,000 at most."""
    lists = [ListFields(name=each.name, tag=UNSET if each.tag is None else each.tag) for each in at_most(new, "lists")]
    return asked("create_lists", "POST", account, "lists", body=ListsBody(lists=lists))


def update_list_request(account: str, list_id: str, changes: Mapping[str, str | None]) -> Request:
    """Ask for a list's name or tag to be changed; a tag of None is cleared."""
    return asked("update_list", "PUT", account, "lists", list_id, body=ListFields(**changes))


def update_lists_request(account: str, changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> Request:
    """Ask for several lists to be changed, 5,000 at most."""
    lists = [ListFields(sid=list_id, **fields) for list_id, fields in at_most(changes, "lists")]
    return asked("update_lists", "PUT", account, "lists", body=ListsBody(lists=lists))


def delete_list_request(account: str, list_id: str) -> Request:
    """Ask for a list to be deleted; its contacts stay."""
    return asked("delete_list", "DELETE", account, "lists", list_id)


# being asked -------------------------------------------------------------------------------
def decode_create_lists(request: Request) -> list[ContactList | ProviderError]:
    """Read the lists to make; one that cannot be is the error in its place."""
    body = read_json(request, NewListsBody)
    is_bare = body.lists is None and (body.name is not UNSET or body.tag is not UNSET)
    return read_each([body] if is_bare else read_batch(body.lists, "lists"), _new_list)


def decode_update_list(request: Request) -> dict[str, str | None]:
    """Read what to change of the list that the path names."""
    changes = _changes(read_json(request, ListFields))
    if not changes:
        raise MissingFieldError("Name is mandatory", field="name")
    return changes


def decode_update_lists(request: Request) -> list[tuple[str, dict[str, str | None]] | ProviderError]:
    """Read what to change of which lists; one that cannot be is the error in its place."""
    return read_each(read_batch(read_json(request, ListsBody).lists, "lists"), _named_changes)


def _new_list(fields: ListFields) -> ContactList:
    return ContactList(name=read_name(fields.name), tag=read_tag(fields.tag))


def _named_changes(fields: ListFields) -> tuple[str, dict[str, str | None]]:
    return read_sid(fields.sid), _changes(fields)


def _changes(fields: ListFields) -> dict[str, str | None]:
    changes: dict[str, str | None] = {}
    if fields.name is not UNSET:
        changes["name"] = read_name(fields.name)
    if fields.tag is not UNSET:
        changes["tag"] = read_tag(fields.tag)
    return changes


# answering ---------------------------------------------------------------------------------
def list_data(account: str, kept: ContactList) -> ListData:
    """Show a list as Exotel does."""
    return ListData(
        sid=kept.list_id,
        account_sid=account,
        name=kept.name,
        tag=kept.tag,
        type=kept.type,
        contact_count=kept.members,
        date_created=whole_seconds(kept.created_at),
        date_updated=whole_seconds(kept.updated_at),
    )


# being answered ----------------------------------------------------------------------------
def decode_list(answer: Answer) -> ContactList:
    """Read one list, also the only one of a bulk answer."""
    data = decode_one(answer, ListData)
    if not (data.sid and data.name):
        raise not_understood(answer)
    return _kept(data)


def decode_lists(answer: Answer, *, offset: int) -> Page[list[ContactList]]:
    """Read a page of lists that was asked for from `offset` on."""
    shown, total = decode_page(answer, ListData, needed=("sid", "name"))
    return Page(items=[_kept(data) for data in shown], total=total, after=next_offset(offset, len(shown), total))


def decode_list_outcomes(
    answer: Answer, keys: Sequence[str], *, by: Literal["name", "sid"]
) -> list[ContactList | ProviderError | None]:
    """Read what became of each of several lists, sent by name or by id; None where nothing is proven."""
    items, _ = decode_items(answer, ListData)
    key_of: Callable[[ListData], str | None] = attrgetter(by)
    return [proof(item, _kept) for item in matched(answer, items, keys, key_of)]


def _kept(data: ListData) -> ContactList:
    return ContactList(
        name=data.name or "",
        list_id=data.sid,
        tag=data.tag,
        type="dynamic" if data.type == "dynamic" else "static",
        members=data.contact_count,
        created_at=read_moment(data.date_created),
        updated_at=read_moment(data.date_updated),
    )
