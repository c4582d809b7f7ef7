"""TextMagic's REST API v2 over a store: its routes, who asks, and how it says no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from listkit.server.dialects import REJECTS, Route, basic_login
from listkit.server.dialects.textmagic import contacts, fields, imports, lists, members, unsubscribers
from listkit.server.limits import Quota
from listkit.wire import multipart
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.errors import ProviderError
    from listkit.server.dialects import Call
    from listkit.server.limits import Limits, Standing
    from listkit.server.store.base import Account, Api, Caller
    from listkit.wire.message import Answer, Request

NAME: Api = "textmagic"
PREFIX = wire.PREFIX
TITLE = "TextMagic: REST, version 2"
MEDIA: Sequence[str] = ("application/json", "application/x-www-form-urlencoded")
REFUSAL: Any = wire.Refusal
KEYS: Sequence[Mapping[str, Mapping[str, str]]] = (
    {"basic": {"type": "http", "scheme": "basic", "description": "The username is the user, the key the password"}},
    {
        "username": {"type": "apiKey", "in": "header", "name": "X-TM-Username"},
        "key": {"type": "apiKey", "in": "header", "name": "X-TM-Key"},
    },
)


class Places(msgspec.Struct):
    """What stands in the braces of the paths."""

    id: Annotated[int, Meta(ge=1, examples=[715])]
    phone: Annotated[str, Meta(description="Digits only.", examples=["447860021130"])]


PLACES: Any = Places


def login_of(request: Request) -> tuple[str, str] | None:
    """Return the username and the key: the pair of headers, or Basic where the pair is not complete."""
    username, key = (request.headers.get(name, "") for name in ("x-tm-username", "x-tm-key"))
    return (username, key) if username and key else basic_login(request)


def authorize(request: Request, account: Account) -> None:
    """Allow every path: none of them names an account."""


def quota(caller: Caller, limits: Limits, route: Route | None = None) -> Quota | None:
    """Return what a user may ask for in a second, or how many changes of the slower kind."""
    most = limits.textmagic if route is None else limits.textmagic_writes if (route.method, route.path) in _SLOW else 0
    if not most:
        return None
    what = "all" if route is None else "writes"
    return Quota(f"{NAME}/{caller.account.account_id}/{caller.user_id}/{what}", most, seconds=1)


def encode_standing(standing: Standing) -> Mapping[str, str]:  # noqa: ARG001 - TextMagic says it with no header
    """Say nothing: a refusal names its second to wait, and there is no more."""
    return {}


def renumber(answer: Answer, request: Request) -> Answer:  # noqa: ARG001 - only in a header, which every answer has
    """Leave an answer as it is: no body shows a number."""
    return answer


def encode_error(error: ProviderError, request: Request) -> Answer:  # noqa: ARG001 - every path says no alike
    """Say an error as TextMagic would."""
    return wire.encode_error(error)


def ping(call: Call) -> Answer:
    """Answer that the key is good."""
    return wire.encode_pong(call.caller.user_id, datetime.now(UTC))


_LINK, _DONE = {201: wire.Link}, {204: None}
_LIST, _LISTS = {200: wire.OwnedList}, {200: wire.Resources[wire.OwnedList]}
_CONTACT, _CONTACTS = {200: wire.WholeContact}, {200: wire.Resources[wire.WholeContact]}
_FIELD, _FIELDS = {200: wire.FieldBody}, {200: wire.Resources[wire.FieldBody]}
_OPT_OUT, _OPT_OUTS = {200: wire.UnsubscriberBody}, {200: wire.Resources[wire.UnsubscriberBody]}

_ASKED: Sequence[tuple[str, str, Callable[[Call], Answer], Any, Mapping[int, Any]]] = (
    ("GET", "lists", lists.get_lists, wire.ListsAsked, _LISTS),
    ("GET", "lists/search", lists.search_lists, wire.ListsSought, _LISTS),
    ("GET", "lists/{id}", lists.get_list, None, _LIST),
    ("DELETE", "lists/{id}", lists.delete_list, None, _DONE),
    ("GET", "lists/{id}/contacts", members.get_members, wire.Paging, _CONTACTS),
    ("GET", "lists/{id}/contacts/ids", members.get_member_ids, None, {200: list[int]}),
    ("GET", "contacts", contacts.get_contacts, wire.ContactsAsked, _CONTACTS),
    ("GET", "contacts/search", contacts.search_contacts, wire.ContactsSought, _CONTACTS),
    ("GET", "contacts/import/progress/{id}", imports.get_progress, None, {200: wire.Progress}),
    ("GET", "contacts/import/progress/{id}/rejects", imports.get_rejects, None, {200: REJECTS}),
    ("GET", "contacts/phone/{phone}", contacts.find_contact, None, _CONTACT),
    ("GET", "contacts/{id}", contacts.get_contact, None, _CONTACT),
    ("DELETE", "contacts/{id}", contacts.delete_contact, None, _DONE),
    ("GET", "contacts/{id}/lists", contacts.get_lists_of, wire.Paging, _LISTS),
    ("DELETE", "contact/all", contacts.delete_every_contact, None, _DONE),
    ("GET", "customfields", fields.get_fields, wire.Paging, _FIELDS),
    ("GET", "customfields/{id}", fields.get_field, None, _FIELD),
    ("DELETE", "customfields/{id}", fields.delete_field, None, _DONE),
    ("GET", "unsubscribers", unsubscribers.get_unsubscribers, wire.Paging, _OPT_OUTS),
    ("GET", "unsubscribers/{id}", unsubscribers.get_unsubscriber, None, _OPT_OUT),
)
"""What has no body: method, path, handler, the shape of the query, and of what is given."""

_TOLD: Sequence[tuple[str, str, Callable[[Call], Answer], Any, Mapping[int, Any]]] = (
    ("POST", "lists", lists.create_list, wire.ListForm, _LINK),
    ("POST", "lists/delete", lists.delete_lists, wire.Chosen, _DONE),
    ("PUT", "lists/{id}", lists.update_list, wire.ListForm, _LINK),
    ("PUT", "lists/{id}/contacts", members.add_members, wire.Members, _LINK),
    ("POST", "lists/{id}/contacts", members.reset_members, wire.AllMembers, _LINK),
    ("DELETE", "lists/{id}/contacts", members.remove_members, wire.Members, {200: wire.Link, **_DONE}),
    ("POST", "lists/{id}/contacts/delete", members.delete_members, wire.Chosen, _DONE),
    ("POST", "contacts", contacts.create_contact, wire.NewContact, _LINK),
    ("POST", "contacts/normalized", contacts.create_normalized_contact, wire.NewContact, _LINK),
    ("POST", "contacts/delete", contacts.delete_contacts, wire.Chosen, _DONE),
    ("PUT", "contacts/{id}", contacts.update_contact, wire.ContactEdit, _LINK),
    ("PUT", "contacts/{id}/normalized", contacts.update_normalized_contact, wire.ContactEdit, _LINK),
    ("POST", "customfields", fields.create_field, wire.FieldForm, _LINK),
    ("PUT", "customfields/{id}", fields.rename_field, wire.FieldForm, _LINK),
    ("PUT", "customfields/{id}/update", fields.update_value, wire.ValueForm, _LINK),
    ("POST", "unsubscribers", unsubscribers.unsubscribe, wire.UnsubscriberForm, _LINK),
)
"""What has a body: method, path, handler, the shape of the body, and of what is given."""

_SLOW = {
    (method, PREFIX + path)
    for method, path in (
        ("PUT", "contacts/{id}"),
        ("PUT", "contacts/{id}/normalized"),
        ("PUT", "lists/{id}/contacts"),
        ("POST", "lists/{id}/contacts"),
    )
}
"""What TextMagic's newest page limits to five a second."""

ROUTES: Sequence[Route] = (
    Route("GET", f"{PREFIX}ping", ping, gives={200: wire.Pong}, is_passing=True),
    *(Route(method, PREFIX + path, handler, asks=asks, gives=gives) for method, path, handler, asks, gives in _ASKED),
    *(Route(method, PREFIX + path, handler, takes=takes, gives=gives) for method, path, handler, takes, gives in _TOLD),
    Route(
        "POST",
        f"{PREFIX}contacts/import/normalized",
        imports.start_import,
        asks=wire.ImportAsked,
        takes=wire.ImportForm,
        media=[multipart.MEDIA_TYPE],
        file="file",
        largest=wire.LARGEST_FILE,
        gives=_LINK,
    ),
)
