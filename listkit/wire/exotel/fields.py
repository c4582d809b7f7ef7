"""What may be said of a contact: how Exotel spells it, and what it has to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, UnsetType

from listkit.contact import FIELDS, Contact
from listkit.errors import InvalidError, MissingFieldError
from listkit.wire.exotel.lists import read_tag
from listkit.wire.exotel.phone import read_phone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SPELLED = {"phone": "number", "company": "company_name", "custom": "custom_field"}
"""How Exotel spells the fields that have another name here."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_LONGEST_EMAIL = 254
_DEEPEST_CUSTOM = 32


class NewContact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A contact to be made; `custom` is another spelling of `custom_field`."""

    number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    tag: str | None = None
    custom_field: dict[str, Any] | None = None
    custom: dict[str, Any] | None = None


class ContactFields(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to change of a contact; what is absent stays as it is."""

    sid: str | None = None
    number: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    company_name: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    tag: str | UnsetType | None = UNSET
    custom_field: dict[str, Any] | UnsetType | None = UNSET
    custom: dict[str, Any] | UnsetType | None = UNSET


class NewContactsBody(msgspec.Struct, frozen=True):
    """The body that makes contacts."""

    contacts: list[NewContact] | None = None


class ContactsBody(msgspec.Struct, frozen=True):
    """The body that changes contacts."""

    contacts: list[ContactFields] | None = None


def spelled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields with our names the names that Exotel has for them."""
    return {SPELLED.get(name, name): value for name, value in fields.items()}


def read_contact(given: NewContact) -> Contact:
    """Read a contact that is to be made."""
    custom = given.custom if given.custom_field is None else given.custom_field
    return Contact(
        phone=_number(given.number),
        first_name=given.first_name or None,
        last_name=given.last_name or None,
        company=given.company_name or None,
        email=_email(given.email),
        tag=read_tag(given.tag),
        custom=_custom(custom),
    )


def read_named_changes(given: ContactFields) -> tuple[str, dict[str, Any]]:
    """Read which contact is to be changed, and what of it."""
    if not given.sid:
        raise MissingFieldError("Sid is mandatory", field="sid")
    return given.sid, read_changes(given)


def read_changes(given: ContactFields) -> dict[str, Any]:
    """Read what is to be changed, in our names; an empty text clears."""
    told = {name: getattr(given, SPELLED.get(name, name)) for name in (*FIELDS, "custom")}
    if told["custom"] is UNSET:
        told["custom"] = given.custom
    return {
        name: _READING[name](value) if name in _READING else value or None
        for name, value in told.items()
        if value is not UNSET
    }


def _number(text: str | None) -> str:
    if not (text and text.strip()):
        raise MissingFieldError("Number is mandatory", field="phone")
    phone = read_phone(text)
    if phone is None:
        raise InvalidError("Invalid Number", field="phone")
    return phone


def _email(text: str | None) -> str | None:
    if text and (len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text)):
        raise InvalidError("Invalid Email", field="email")
    return text or None


def _custom(value: dict[str, Any] | None) -> dict[str, Any] | None:
    if value is not None and _nests_deeper(value, _DEEPEST_CUSTOM):
        raise InvalidError("Invalid Custom_field", field="custom", limit=_DEEPEST_CUSTOM)
    return value


_READING: dict[str, Callable[[Any], Any]] = {"phone": _number, "email": _email, "tag": read_tag, "custom": _custom}


def _nests_deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_nests_deeper(each, levels - 1) for each in inner)
