"""An edit of a TextMagic contact: it replaces the contact, so it is sent as it is, with what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from listkit.contact import CUSTOM_PREFIX, Receipt
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.wire.textmagic.contacts import ContactBody
from listkit.wire.textmagic.errors import decode_error
from listkit.wire.textmagic.parameters import read_id
from listkit.wire.textmagic.shapes import SPELLED, build, decode, page_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.wire.message import Answer, Request


class _Title(msgspec.Struct):
    title: str = ""


class _Kept(ContactBody, rename="camel", kw_only=True):
    """A contact with all that an edit can say of it, its lists apart."""

    favorited: bool | int = False
    blocked: bool | int = False
    tags: list[_Title] = msgspec.field(default_factory=list)


_KEPT = msgspec.json.Decoder(_Kept)


def contact_request(contact_id: str) -> Request:
    """Ask for one contact."""
    return build("GET", f"contacts/{read_id(contact_id)}", "contact")


def lists_of_request(contact_id: str, *, after: int | None = None) -> Request:
    """Ask for a page of the lists that a contact is in."""
    return build("GET", f"contacts/{read_id(contact_id)}/lists", "lists_of", query=page_query(after))


def update_contact_request(
    kept: Answer,
    contact_id: str,
    changes: Mapping[str, str | None],
    *,
    field_ids: Mapping[str, str],
    list_ids: Sequence[str] = (),
) -> Request:
    """Ask for fields of a contact to be changed, given the answer that shows it as it is.

    An edit empties the texts that it does not name, so all of them are sent; `field_ids` are the
    ids of the custom fields by name. The lists are left out, so that whoever puts the contact
    into another one meanwhile is not undone, unless they are given.

    Raises InvalidError for a field that TextMagic does not keep.
    """
    body = decode(kept, _KEPT)
    sent: dict[str, Any] = {name: getattr(body, _OWN[name]) or "" for name in SPELLED.values()}
    values = {field.field_id: field.pair[1] for field in body.custom_fields if field.field_id}
    for name, value in changes.items():
        if name.startswith(CUSTOM_PREFIX):
            values[field_ids[name.removeprefix(CUSTOM_PREFIX)]] = value
        elif name in SPELLED:
            sent[SPELLED[name]] = value or ""
        else:
            raise InvalidError(f"TextMagic keeps no {name!r} of a contact; leave it out.", field=name)
    sent |= {"phone": str(sent["phone"]).removeprefix("+")}
    sent |= {"favorited": bool(body.favorited), "blocked": bool(body.blocked)}
    if body.tags:
        sent["tags"] = [tag.title for tag in body.tags]
    if values:
        sent["customFieldValues"] = [{"id": field_id, "value": value or ""} for field_id, value in values.items()]
    if list_ids:
        sent["lists"] = ",".join(list_ids)
    return build("PUT", f"contacts/{read_id(contact_id)}", "update_contacts", body=sent)


def delete_contact_request(contact_id: str) -> Request:
    """Ask for a contact to be deleted, and with it its place in every list."""
    return build("DELETE", f"contacts/{read_id(contact_id)}", "delete_contact")


def contacts_request(*, after: int | None = None) -> Request:
    """Ask for a page of the address-book."""
    return build("GET", "contacts", "contacts", query=page_query(after))


def decode_updated_contact(answer: Answer, contact_id: str) -> Receipt:
    """Read what became of the one contact that was to be changed.

    Raises any error that is not about the contact itself, one about its lists included.
    """
    if answer.status < 300:  # noqa: PLR2004 - 200 and 201 are both in use
        return Receipt(status="done", contact_id=contact_id)
    error = decode_error(answer)
    is_own = isinstance(error, DuplicateError | NotFoundError)
    if is_own or (isinstance(error, InvalidError) and error.field in SPELLED):
        return Receipt(status="refused", contact_id=contact_id, code=error.code, reason=str(error))
    raise error


def wants_lists(answer: Answer) -> bool:
    """Whether an edit is refused because it does not say in which lists the contact is."""
    if answer.status < 300:  # noqa: PLR2004 - 200 and 201 are both in use
        return False
    error = decode_error(answer)
    return isinstance(error, InvalidError) and error.field == "lists"


_OWN = {theirs: theirs for theirs in SPELLED.values()} | {
    "firstName": "first_name",
    "lastName": "last_name",
    "companyName": "company_name",
}
"""How each key of a contact is called in its struct."""
