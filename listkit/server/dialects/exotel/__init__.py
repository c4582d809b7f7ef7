"""Exotel's Lists and Contacts API, version 2: each call is read, done in the store, and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import ForbiddenError
from listkit.server.dialects import Route, basic_login
from listkit.server.dialects.exotel import contacts, lists, members, uploads
from listkit.wire.exotel import PREFIX, encode_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.store.base import Account, Api
    from listkit.wire.message import Request

__all__ = ["NAME", "PREFIX", "ROUTES", "authorize", "encode_error", "login_of"]

NAME: Api = "exotel"

_LISTS = f"{PREFIX}{{account}}/lists"
_CONTACTS = f"{PREFIX}{{account}}/contacts"
ROUTES: Sequence[Route] = (
    Route("POST", _LISTS, lists.create_lists),
    Route("GET", _LISTS, lists.get_lists),
    Route("PUT", _LISTS, lists.update_lists),
    Route("GET", f"{_LISTS}/{{list_id}}", lists.get_list),
    Route("PUT", f"{_LISTS}/{{list_id}}", lists.update_list),
    Route("DELETE", f"{_LISTS}/{{list_id}}", lists.delete_list),
    Route("POST", f"{_LISTS}/{{list_id}}/contacts", members.add_members),
    Route("GET", f"{_LISTS}/{{list_id}}/contacts", members.get_members),
    Route("DELETE", f"{_LISTS}/{{list_id}}/contacts/{{contact_id}}", members.remove_member),
    Route("POST", _CONTACTS, contacts.create_contacts),
    Route("GET", _CONTACTS, contacts.get_contacts),
    Route("PUT", _CONTACTS, contacts.update_contacts),
    Route("POST", f"{_CONTACTS}/csv-upload", uploads.upload),
    Route("GET", f"{_CONTACTS}/{{contact_id}}", contacts.get_contact),
    Route("PUT", f"{_CONTACTS}/{{contact_id}}", contacts.update_contact),
    Route("DELETE", f"{_CONTACTS}/{{contact_id}}", contacts.delete_contact),
    Route("GET", f"{PREFIX}{{account}}/csv-status/{{upload_id}}", uploads.get_upload),
)


def login_of(request: Request) -> tuple[str, str] | None:
    """Return the key and the token of a request's Basic authorization, or None."""
    return basic_login(request)


def authorize(request: Request, account: Account) -> None:
    """Raise ForbiddenError where the path names another account than the key's."""
    if request.path.removeprefix(PREFIX).partition("/")[0] != account.sid:
        raise ForbiddenError("The key belongs to another account")
