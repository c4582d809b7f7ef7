"""What TextMagic's endpoints take, each as a shape: the names of its parameters and how their values are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from listkit.errors import InvalidError
from listkit.wire.textmagic.parameters import MOST_IDS, READ, Parameters

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_SIZE = 100
"""The most that one page may hold; TextMagic answers any larger wish with pages of 10."""
LONGEST_DESCRIPTION = 1_000
LONGEST_VALUE = 1_000

_DEFAULT_PAGE_SIZE = 10
_NUMBER = re.compile(r"[0-9]{1,15}")
_BRACKETS = re.compile(r"([^\[\]]+)\[(\d*)\](?:\[(\w+)\])?")


# how values are read --------------------------------------------------------------------------
def _page(sent: Parameters, name: str) -> int:
    return _number(sent.word(name)) or 1


def _limit(sent: Parameters, name: str) -> int:
    limit = _number(sent.word(name))
    return limit if 1 <= limit <= PAGE_SIZE else _DEFAULT_PAGE_SIZE


def _direction(sent: Parameters, name: str) -> str:
    return "asc" if sent.word(name) == "asc" else "desc"


def _number(word: str) -> int:
    return int(word) if _NUMBER.fullmatch(word) else 0


def _order(sent: Parameters, name: str) -> str:
    return sent.word(name) or "id"


def _phone_type(sent: Parameters, name: str) -> str | None:
    """Read which kind of number it is said to be; None where it is to be told from the number."""
    word = sent.word(name)
    if word not in {"", "-1", "0", "1"}:
        raise InvalidError("This value should be 0 for a landline, 1 for a mobile, or -1.", field=name)
    return None if word in {"", "-1"} else word


def _country(sent: Parameters, name: str) -> str | None:
    """Read a country of two letters."""
    word = sent.word(name).upper()
    if word and not re.fullmatch("[A-Z]{2}", word):
        raise InvalidError("This value should be a country's two letters.", field=name)
    return word or None


def _texts(sent: Parameters, name: str) -> list[str]:
    """Read texts from a JSON array, from `name[]=…` of a form, or from one text with commas."""
    value = sent.sent.get(name)
    if not isinstance(value, list):
        value = [found for _, _, found in _in_brackets(sent, name)] or sent.word(name).split(",")
    texts = [Parameters({name: text}).text(name) for text in value]
    return [text for text in dict.fromkeys(texts) if text]


def _values(sent: Parameters, name: str) -> list[FieldValue]:
    """Read values of custom fields, from a JSON array or from `name[0][id]=…` of a form."""
    value = sent.sent.get(name)
    if value is None or value == "":
        rows: dict[str, dict[str, Any]] = {}
        for row, key, found in _in_brackets(sent, name):
            rows.setdefault(row, {})[key] = found
        value = list(rows.values())
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise InvalidError("This value should be a list of ids and values of custom fields.", field=name)
    ids = [Parameters({name: one.get("id")}).one_id(name) for one in value]
    if None in ids:
        raise InvalidError("Each of these values should have the id of a custom field.", field=name)
    values = [_value(Parameters({name: one.get("value")}), name) for one in value]
    return [FieldValue(str(field_id), text) for field_id, text in zip(ids, values, strict=True)]


def _value(sent: Parameters, name: str) -> str | None:
    return sent.text(name, longest=LONGEST_VALUE)


def _in_brackets(sent: Parameters, name: str) -> list[tuple[str, str, Any]]:
    """Return what a form says as `name[row][key]`, in the order in which it says it."""
    found = ((_BRACKETS.fullmatch(key), value) for key, value in sent.sent.items())
    return [(match[2], match[3] or "", value) for match, value in found if match and match[1] == name]


def _read(how: Callable[[Parameters, str], Any]) -> Meta:
    return Meta(extra={READ: how})


_ID_TEXT = Annotated[str, Meta(pattern="^[0-9]{1,18}$")]
Id = Annotated[str, Meta(pattern="^[0-9]{1,18}$", examples=["318"], extra={READ: Parameters.one_id})]
Ids = Annotated[
    list[_ID_TEXT],
    Meta(
        description=f"At most {MOST_IDS:,} ids, as an array or separated by commas.",
        examples=[["318", "454"]],
        extra={READ: Parameters.ids},
    ),
]
All = Annotated[
    list[_ID_TEXT] | None,
    Meta(
        description=f"At most {MOST_IDS:,} ids, as an array or separated by commas; or the word `all`.",
        examples=[["318", "454"]],
        extra={READ: Parameters.ids_or_all},
    ),
]
Sought = Annotated[
    list[_ID_TEXT] | None,
    Meta(
        description="Ids separated by commas; what is none is found nowhere.",
        examples=[["318", "454"]],
        extra={READ: Parameters.sought},
    ),
]
Flag = Annotated[bool, Meta(extra={READ: Parameters.flag})]
Name = Annotated[str, Meta(min_length=1, max_length=255, examples=["Private list"])]
Phone = Annotated[str, Meta(max_length=255, description="7 to 15 digits, E.164.", examples=["447860021130"])]
Text = Annotated[str, Meta(max_length=255)]


# the shapes ------------------------------------------------------------------------------------
class Paging(msgspec.Struct, frozen=True):
    """Which page a caller wants, and in which order; what is out of range is replaced, never refused."""

    page: Annotated[int, _read(_page)] = 1
    limit: Annotated[int, _read(_limit)] = _DEFAULT_PAGE_SIZE
    order: Annotated[str, _read(_order)] = msgspec.field(default="id", name="orderBy")
    direction: Annotated[Literal["asc", "desc"], _read(_direction)] = "desc"

    @property
    def offset(self) -> int:
        """How many items stand before this page."""
        return (self.page - 1) * self.limit


class ListsAsked(Paging, frozen=True, rename="camel"):
    """A page of all lists."""

    favorite_only: Flag = False
    only_mine: Flag = False


class ListsSought(Paging, frozen=True, rename="camel"):
    """A page of lists that have something in common."""

    ids: Sought = None
    query: Text | None = None
    only_mine: Flag = False
    only_default: Flag = False


class ListForm(msgspec.Struct, frozen=True, rename="camel"):
    """A list to make or edit; an edit replaces all but the description."""

    name: Name
    shared: Flag = False
    favorited: Flag = False
    is_default: Flag = False
    description: Annotated[str, Meta(max_length=LONGEST_DESCRIPTION)] | UnsetType | None = UNSET


class Members(msgspec.Struct, frozen=True):
    """Contacts to join a list or to leave it."""

    contacts: Ids


class AllMembers(msgspec.Struct, frozen=True):
    """Contacts that are to be the members of a list, or `all`."""

    contacts: All


class Chosen(msgspec.Struct, frozen=True):
    """Several lists or contacts by their ids, or `all=1`."""

    ids: All
    all: Flag = False


class ContactsAsked(Paging, frozen=True):
    """A page of one's own contacts, on request with those that others share."""

    shared: Flag = False


class ContactsSought(ContactsAsked, frozen=True, rename="camel"):
    """A page of contacts that have something in common; with `local` the query is a national number."""

    ids: Sought = None
    query: Text | None = None
    list_id: Sought = None
    include_blocked: Flag = False
    exact_match: Flag = False
    local: Flag = False
    country: Annotated[str | None, _read(_country)] = None
    tag_ids: Sought = None


class FieldValue(msgspec.Struct, frozen=True):
    """What a contact has in a custom field."""

    id: str
    value: str | None


class ContactEdit(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A contact to edit: the texts that are not named are emptied, the rest stays."""

    phone: Phone
    lists: Ids | UnsetType = UNSET
    first_name: Text | None = None
    last_name: Text | None = None
    company_name: Text | None = None
    email: Text | None = None
    country: Annotated[str | None, _read(_country)] = None
    local: Flag = False
    type: Annotated[str | UnsetType | None, _read(_phone_type)] = UNSET
    favorited: Flag | UnsetType = UNSET
    blocked: Flag | UnsetType = UNSET
    custom_field_values: Annotated[list[FieldValue], _read(_values)] = []
    tags: Annotated[list[str] | UnsetType, _read(_texts)] = UNSET
    owner: Id | UnsetType = UNSET


class NewContact(ContactEdit, frozen=True, rename="camel", kw_only=True):
    """A contact to make, in one list or more."""

    lists: Ids


class FieldForm(msgspec.Struct, frozen=True):
    """A custom field to make or rename."""

    name: Name


class ValueForm(msgspec.Struct, frozen=True, rename="camel"):
    """What a contact is to have in a custom field; nothing takes it away."""

    contact_id: Id
    value: Annotated[str | None, _read(_value)] = None


class UnsubscriberForm(msgspec.Struct, frozen=True):
    """A number that nothing may be sent to any more."""

    phone: Phone


class ImportAsked(msgspec.Struct, frozen=True, rename="camel"):
    """Which column of a file is what, and the list that it goes to; a known one goes before one to make."""

    column: Annotated[
        str,
        Meta(
            max_length=1_000,
            description="What each column is, from 0: firstName, lastName, phone, email, or a custom field's id.",
            examples=["0:firstName;1:phone"],
        ),
    ]
    list_id: Id | None = None
    list_name: Text | None = None


class ImportForm(msgspec.Struct, frozen=True):
    """What stands in the form of an import."""

    file: Annotated[
        str,
        Meta(
            description="A CSV file of 10 MB at most; a first row without a digit in its number is a heading.",
            examples=["Asha,919876543210\n"],
            extra_json_schema={"format": "binary", "contentMediaType": "text/csv"},
        ),
    ]
