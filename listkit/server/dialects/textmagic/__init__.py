"""TextMagic's REST API v2 over a store: its routes, who asks, and how it says no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from listkit.server.dialects import Route, basic_login
from listkit.server.dialects.textmagic import contacts, fields, imports, lists, members, unsubscribers
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.errors import ProviderError
    from listkit.server.dialects import Call
    from listkit.server.store.base import Account, Api
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


def encode_error(error: ProviderError, request: Request) -> Answer:  # noqa: ARG001 - every path says no alike
    """Say an error as TextMagic would."""
    return wire.encode_error(error)


def ping(call: Call) -> Answer:
    """Answer that the key is good."""
    return wire.encode_pong(call.caller.user_id, datetime.now(UTC))


ROUTES: Sequence[Route] = tuple(
    Route(method, PREFIX + path, handler)
    for method, path, handler in (
        ("GET", "ping", ping),
        ("GET", "lists", lists.get_lists),
        ("POST", "lists", lists.create_list),
        ("GET", "lists/search", lists.search_lists),
        ("POST", "lists/delete", lists.delete_lists),
        ("GET", "lists/{id}", lists.get_list),
        ("PUT", "lists/{id}", lists.update_list),
        ("DELETE", "lists/{id}", lists.delete_list),
        ("GET", "lists/{id}/contacts", members.get_members),
        ("PUT", "lists/{id}/contacts", members.add_members),
        ("POST", "lists/{id}/contacts", members.reset_members),
        ("DELETE", "lists/{id}/contacts", members.remove_members),
        ("GET", "lists/{id}/contacts/ids", members.get_member_ids),
        ("POST", "lists/{id}/contacts/delete", members.delete_members),
        ("GET", "contacts", contacts.get_contacts),
        ("POST", "contacts", contacts.create_contact),
        ("GET", "contacts/search", contacts.search_contacts),
        ("POST", "contacts/normalized", contacts.create_contact),
        ("POST", "contacts/delete", contacts.delete_contacts),
        ("POST", "contacts/import/normalized", imports.start_import),
        ("GET", "contacts/import/progress/{id}", imports.get_progress),
        ("GET", "contacts/phone/{phone}", contacts.find_contact),
        ("GET", "contacts/{id}", contacts.get_contact),
        ("PUT", "contacts/{id}", contacts.update_contact),
        ("DELETE", "contacts/{id}", contacts.delete_contact),
        ("PUT", "contacts/{id}/normalized", contacts.update_contact),
        ("GET", "contacts/{id}/lists", contacts.get_lists_of),
        ("DELETE", "contact/all", contacts.delete_every_contact),
        ("GET", "customfields", fields.get_fields),
        ("POST", "customfields", fields.create_field),
        ("GET", "customfields/{id}", fields.get_field),
        ("PUT", "customfields/{id}", fields.rename_field),
        ("DELETE", "customfields/{id}", fields.delete_field),
        ("PUT", "customfields/{id}/update", fields.update_value),
        ("GET", "unsubscribers", unsubscribers.get_unsubscribers),
        ("POST", "unsubscribers", unsubscribers.unsubscribe),
        ("GET", "unsubscribers/{id}", unsubscribers.get_unsubscriber),
    )
)
"""The paths that are words stand before those that are ids."""
