"""Exotel's Lists and Contacts API, version 2: each call is read, done in the store, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from listkit.errors import DuplicateError, ForbiddenError, MediaTypeError
from listkit.server.dialects import REJECTS, Route, basic_login
from listkit.server.dialects.exotel import contacts, lists, members, uploads
from listkit.server.limits import Quota
from listkit.wire import exotel as wire
from listkit.wire import multipart
from listkit.wire.exotel import PREFIX, encode_error
from listkit.wire.exotel.envelope import JSON, renumber

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.limits import Limits, Standing
    from listkit.server.store.base import Account, Api, Caller
    from listkit.wire.message import Request

__all__ = [
    "KEYS",
    "MEDIA",
    "NAME",
    "PLACES",
    "PREFIX",
    "REFUSAL",
    "ROUTES",
    "TITLE",
    "authorize",
    "encode_error",
    "encode_standing",
    "login_of",
    "quota",
    "renumber",
]

NAME: Api = "exotel"

TITLE = "Exotel: Lists and Contacts, version 2"
MEDIA: Sequence[str] = (JSON,)
REFUSAL: Any = wire.Refusal
KEYS: Sequence[Mapping[str, Mapping[str, str]]] = (
    {"basic": {"type": "http", "scheme": "basic", "description": "The API key is the user, the token the password"}},
)


class Places(msgspec.Struct):
    """What stands in the braces of the paths."""

    account: wire.AccountSid
    list_id: wire.Sid
    contact_id: wire.Sid
    upload_id: wire.UploadSid


PLACES: Any = Places


_LISTS = f"{PREFIX}{{account}}/lists"
_CONTACTS = f"{PREFIX}{{account}}/contacts"
_ONE_LIST, _SEVERAL_LISTS = {200: wire.OneBody[wire.ListData]}, dict.fromkeys((200, 207), wire.BulkBody[wire.ListData])
_ONE_CONTACT, _SEVERAL_CONTACTS = {200: wire.OneBody[wire.ContactData]}, {207: wire.BulkBody[wire.ContactData]}
_UPLOAD = {200: wire.OneBody[wire.UploadData]}
ROUTES: Sequence[Route] = (
    Route("POST", _LISTS, lists.create_lists, takes=wire.NewListsBody, refuses=[MediaTypeError], gives=_SEVERAL_LISTS),
    Route("GET", _LISTS, lists.get_lists, asks=wire.SearchArguments, gives={200: wire.PageBody[wire.ListData]}),
    Route("PUT", _LISTS, lists.update_lists, takes=wire.ListsBody, refuses=[MediaTypeError], gives=_SEVERAL_LISTS),
    Route("GET", f"{_LISTS}/{{list_id}}", lists.get_list, gives=_ONE_LIST),
    Route(
        "PUT",
        f"{_LISTS}/{{list_id}}",
        lists.update_list,
        takes=wire.ListFields,
        gives=_ONE_LIST,
        refuses=[MediaTypeError, DuplicateError],
    ),
    Route("DELETE", f"{_LISTS}/{{list_id}}", lists.delete_list, refuses=[DuplicateError], gives=_ONE_LIST),
    Route(
        "POST",
        f"{_LISTS}/{{list_id}}/contacts",
        members.add_members,
        takes=wire.ReferencesBody,
        refuses=[MediaTypeError],
        gives=dict.fromkeys((200, 207), wire.BulkBody[wire.MemberData]),
    ),
    Route(
        "GET",
        f"{_LISTS}/{{list_id}}/contacts",
        members.get_members,
        asks=wire.PageArguments,
        gives={200: wire.PageBody[wire.ContactData]},
    ),
    Route(
        "DELETE",
        f"{_LISTS}/{{list_id}}/contacts/{{contact_id}}",
        members.remove_member,
        gives={200: wire.OneBody[wire.MemberData]},
    ),
    Route(
        "POST",
        _CONTACTS,
        contacts.create_contacts,
        takes=wire.NewContactsBody,
        refuses=[MediaTypeError],
        gives=_SEVERAL_CONTACTS,
    ),
    Route(
        "GET",
        _CONTACTS,
        contacts.get_contacts,
        asks=wire.ContactsArguments,
        gives={200: wire.PageBody[wire.ContactData]},
    ),
    Route(
        "PUT",
        _CONTACTS,
        contacts.update_contacts,
        takes=wire.ContactsBody,
        refuses=[MediaTypeError],
        gives=_SEVERAL_CONTACTS,
    ),
    Route(
        "POST",
        f"{_CONTACTS}/csv-upload",
        uploads.upload,
        takes=wire.UploadForm,
        refuses=[MediaTypeError],
        media=[multipart.MEDIA_TYPE],
        file="file_name",
        largest=wire.LARGEST_FILE,
        gives=_UPLOAD,
    ),
    Route(
        "PUT",
        f"{_CONTACTS}/csv-upload/{{list_id}}",
        uploads.upload_into,
        takes=wire.FileForm,
        refuses=[MediaTypeError],
        media=[multipart.MEDIA_TYPE],
        file="file_name",
        largest=wire.LARGEST_FILE,
        gives=_UPLOAD,
    ),
    Route(
        "GET",
        f"{_CONTACTS}/csv-upload/{{list_id}}",
        uploads.get_columns,
        asks=wire.ColumnsArguments,
        gives={200: wire.OneBody[wire.ColumnsData]},
    ),
    Route("GET", f"{_CONTACTS}/{{contact_id}}", contacts.get_contact, gives=_ONE_CONTACT),
    Route(
        "PUT",
        f"{_CONTACTS}/{{contact_id}}",
        contacts.update_contact,
        takes=wire.ContactFields,
        gives=_ONE_CONTACT,
        refuses=[MediaTypeError, DuplicateError],
    ),
    Route("DELETE", f"{_CONTACTS}/{{contact_id}}", contacts.delete_contact, gives=_ONE_CONTACT),
    Route("GET", f"{PREFIX}{{account}}/csv-status/{{upload_id}}", uploads.get_upload, gives=_UPLOAD),
    Route("GET", f"{PREFIX}{{account}}/csv-status/{{upload_id}}/rejects", uploads.get_rejects, gives={200: REJECTS}),
)


def login_of(request: Request) -> tuple[str, str] | None:
    """Return the key and the token of a request's Basic authorization, or None."""
    return basic_login(request)


def authorize(request: Request, account: Account) -> None:
    """Raise ForbiddenError where the path names another account than the key's."""
    if request.path.removeprefix(PREFIX).partition("/")[0] != account.sid:
        raise ForbiddenError("The key belongs to another account")


def quota(caller: Caller, limits: Limits, route: Route | None = None) -> Quota | None:
    """Return what an account may ask for in a minute, whichever of its keys asks, and whatever for."""
    if route is not None or not limits.exotel:
        return None
    return Quota(f"{NAME}/{caller.account.account_id}", limits.exotel, seconds=60, is_fixed=True)


def encode_standing(standing: Standing) -> Mapping[str, str]:
    """Say in Exotel's three headers how an account stands."""
    return wire.encode_rate(standing.most, standing.left, standing.resets_at)
