"""TextMagic's custom fields and opt-outs, as a server answers them and a client reads who opted out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from listkit.contact import Page
from listkit.wire.textmagic.shapes import Resources, build, decode, encode, encode_page, page_query, time_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from listkit.wire.message import Answer, Request
    from listkit.wire.textmagic.asking import Paging


class FieldBody(msgspec.Struct, frozen=True, rename="camel"):
    """A custom field: its name, and since when there is such a field."""

    id: int
    name: str
    created_at: str


class UnsubscriberBody(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A number that nothing may be sent to any more."""

    id: int
    phone: str
    unsubscribe_time: str
    first_name: str | None
    last_name: str | None


def field_body(field_id: str, name: str, created_at: datetime) -> FieldBody:
    """Write a custom field."""
    return FieldBody(int(field_id), name, time_text(created_at))


def encode_field(body: FieldBody) -> Answer:
    """Answer one custom field."""
    return encode(body)


def encode_fields(bodies: Iterable[FieldBody], paging: Paging, *, total: int) -> Answer:
    """Answer a page of custom fields."""
    return encode_page(paging, total, list(bodies))


def unsubscriber_body(
    unsubscriber_id: str, phone: str, at: datetime, *, first_name: str | None, last_name: str | None
) -> UnsubscriberBody:
    """Write an opt-out."""
    return UnsubscriberBody(
        id=int(unsubscriber_id),
        phone=phone.removeprefix("+"),
        unsubscribe_time=time_text(at),
        first_name=first_name,
        last_name=last_name,
    )


def encode_unsubscriber(body: UnsubscriberBody) -> Answer:
    """Answer one opt-out."""
    return encode(body)


def encode_unsubscribers(bodies: Iterable[UnsubscriberBody], paging: Paging, *, total: int) -> Answer:
    """Answer a page of opt-outs."""
    return encode_page(paging, total, list(bodies))


class _OptedOut(msgspec.Struct, rename="camel"):
    """The keys of an opt-out that a client wants."""

    phone: str | int
    first_name: str | None = None
    last_name: str | None = None


_UNSUBSCRIBERS = msgspec.json.Decoder(Resources[_OptedOut])


def unsubscribers_request(*, after: int | None = None) -> Request:
    """Ask for a page of those who opted out."""
    return build("GET", "unsubscribers", "unsubscribers", query=page_query(after))


def decode_unsubscribers(answer: Answer) -> Page[pa.Table]:
    """Read a page of opt-outs straight into columns: `phone, first_name, last_name`."""
    page = decode(answer, _UNSUBSCRIBERS)
    people = page.resources
    columns = {
        "phone": [f"+{str(one.phone).removeprefix('+')}" for one in people],
        "first_name": [one.first_name or None for one in people],
        "last_name": [one.last_name or None for one in people],
    }
    return Page(
        items=pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), after=page.after
    )
