"""Pages by offset and limit: what a caller wishes, what Exotel grants, where to go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlencode

import msgspec
from msgspec import UNSET, Meta, UnsetType

from listkit.errors import InvalidError
from listkit.wire.exotel.envelope import FIRST_FAILURE, Item, Metadata, framed
from listkit.wire.message import Answer  # noqa: TC001 - the doctest makes one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.wire.message import Request

DEFAULT_PAGE, LONGEST_PAGE, LONGEST_CONTACTS_PAGE = 20, 500, 20
TOO_LONG = 1_000
"""Longer than any page that Exotel documents."""
LONGEST_SEARCH = 255
"""Characters; no engine takes a pattern of any length."""

SortField = Literal["created", "name"]
Direction = Literal["asc", "desc"]

_FIELDS: dict[str, SortField] = {"date_created": "created", "name": "name"}
_DIRECTIONS: dict[str, Direction] = {"": "asc", "asc": "asc", "desc": "desc"}
_NUMBER = re.compile(r"[0-9]{1,15}")
_LARGEST = 10**15 - 1


class PageArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand in the address of a collection; `decode_paging` reads it."""

    offset: Annotated[int, Meta(ge=0, le=_LARGEST, description="How many to pass over.")] = 0
    limit: Annotated[
        int,
        Meta(ge=1, le=_LARGEST, description=f"The most to show; more than {LONGEST_PAGE} is taken as {LONGEST_PAGE}."),
    ] = DEFAULT_PAGE
    sort_by: Annotated[
        str,
        Meta(
            description="A field and a direction.",
            extra_json_schema={"pattern": f"^({'|'.join(_FIELDS)})(:({'|'.join(_DIRECTIONS)}))?$"},
        ),
    ] = "date_created:asc"


class SearchArguments(PageArguments, frozen=True, kw_only=True):
    """The same, where names are searched too; `decode_search` reads it."""

    name: Annotated[
        str | UnsetType,
        Meta(
            description="A part of the name, in any case.",
            extra_json_schema={"maxLength": LONGEST_SEARCH, "pattern": r"^[^\x00]*$"},
        ),
    ] = UNSET


class ContactsArguments(SearchArguments, frozen=True, kw_only=True):
    """The same for the address-book, whose pages are shorter; `decode_contacts_query` reads it."""

    limit: Annotated[
        int,
        Meta(
            ge=1,
            le=_LARGEST,
            description=f"The most to show; more than {LONGEST_CONTACTS_PAGE} is taken as {LONGEST_CONTACTS_PAGE}.",
        ),
    ] = DEFAULT_PAGE
    list_sids: Annotated[str | UnsetType, Meta(description="Only who is in one of these lists; commas between.")] = (
        UNSET
    )
    filter: Annotated[
        str | UnsetType, Meta(description="`show_list` shows beside each contact its lists.", examples=["show_list"])
    ] = UNSET


class _Granted(msgspec.Struct):
    metadata: Metadata | None = None


_GRANTED = msgspec.json.Decoder(_Granted)


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a collection that is granted; `sort` is None where the caller has no wish."""

    offset: int
    limit: int
    sort: SortField | None
    direction: Direction


def decode_paging(request: Request, *, longest: int = LONGEST_PAGE) -> Paging:
    """Read which part a caller wishes; more than `longest` at once is silently less."""
    field, _, direction = (request.argument("sort_by") or "date_created").partition(":")
    if field not in _FIELDS or direction not in _DIRECTIONS:
        raise InvalidError("Invalid sort_by", field="sort_by")
    return Paging(
        offset=_number(request, "offset", least=0, absent=0),
        limit=min(_number(request, "limit", least=1, absent=DEFAULT_PAGE), longest),
        sort=_FIELDS[field] if request.argument("sort_by") else None,
        direction=_DIRECTIONS[direction],
    )


def decode_search(request: Request) -> str | None:
    """Read the text that a caller searches names for; None for no search."""
    text = request.argument("name") or None
    if text and (len(text) > LONGEST_SEARCH or "\x00" in text):
        raise InvalidError("Invalid name", field="name")
    return text


def encode_page(request: Request, items: Sequence[Item[Any]], paging: Paging, total: int) -> Answer:
    """Answer with one page, and with the addresses of those around it."""
    before, after = paging.offset - paging.limit, paging.offset + paging.limit
    metadata = Metadata(
        count=len(items),
        offset=paging.offset,
        limit=paging.limit,
        total=total,
        first_page_uri=_address(request, 0, paging.limit),
        prev_page_uri=_address(request, max(0, before), paging.limit) if paging.offset else None,
        next_page_uri=_address(request, after, paging.limit) if after < total else None,
    )
    return framed(request, list(items), metadata=metadata)


def decode_granted(answer: Answer) -> int | None:
    """Read how long a page Exotel grants in the place of the one wished for; None where it does not say.

    >>> decode_granted(Answer(status=200, body=b'{"metadata": {"limit": 500}, "response": []}'))
    500
    """
    try:
        told = _GRANTED.decode(answer.body).metadata
    except msgspec.DecodeError:
        return None
    return told.limit if answer.status < FIRST_FAILURE and told and told.limit else None


def next_offset(offset: int, received: int, total: int | None) -> int | None:
    """Say where the next page starts, by what came and never by what was asked for; None at the end.

    >>> next_offset(500, 20, 1_000), next_offset(980, 20, 1_000), next_offset(20, 0, None)
    (520, None, None)
    """
    after = offset + received
    return after if received and (total is None or after < total) else None


def _number(request: Request, name: str, *, least: int, absent: int) -> int:
    text = request.argument(name)
    if text is None:
        return absent
    if not _NUMBER.fullmatch(text) or int(text) < least:
        raise InvalidError(f"Invalid {name}", field=name)
    return int(text)


def _address(request: Request, offset: int, limit: int) -> str:
    others = [(name, value) for name, value in request.query if name not in {"offset", "limit"}]
    return f"{quote(request.path.rstrip('/'))}?{urlencode([('offset', offset), ('limit', limit), *others])}"
