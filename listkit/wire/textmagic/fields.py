"""TextMagic's custom fields and opt-outs: what is asked, what is answered, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from listkit.contact import Page
from listkit.wire.tables import UNSUBSCRIBERS
from listkit.wire.text import read_moment
from listkit.wire.textmagic.shapes import (
    Resources,
    build,
    decode,
    decode_link,
    encode,
    encode_page,
    page_query,
    time_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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


class KnownField(msgspec.Struct):
    """The keys of a custom field that a client wants."""

    id: int | str
    name: str


class OptedOut(msgspec.Struct, rename="camel"):
    """The keys of an opt-out that a client wants."""

    phone: str | int
    unsubscribe_time: str | None = None
    first_name: str | None = None
    last_name: str | None = None


_FIELDS = msgspec.json.Decoder(Resources[KnownField])
_UNSUBSCRIBERS = msgspec.json.Decoder(Resources[OptedOut])


# what a client asks, and reads ---------------------------------------------------------------
def custom_fields_request(*, after: int | None = None) -> Request:
    """Ask for a page of the custom fields."""
    return build("GET", "customfields", "custom_fields", query=page_query(after))


def create_custom_field_request(name: str) -> Request:
    """Ask for a new custom field."""
    return build("POST", "customfields", "create_custom_field", body={"name": name})


def unsubscribers_request(*, after: int | None = None) -> Request:
    """Ask for a page of those who opted out."""
    return build("GET", "unsubscribers", "unsubscribers", query=page_query(after))


def decode_custom_fields(answer: Answer) -> Page[Mapping[str, str]]:
    """Read a page of custom fields, the id of each by its name."""
    page = decode(answer, _FIELDS)
    return Page(items={field.name: str(field.id) for field in page.resources}, after=page.after)


def decode_created_custom_field(answer: Answer) -> str:
    """Read the id that a new custom field was given."""
    return decode_link(answer)


def decode_unsubscribers(answer: Answer) -> Page[pa.Table]:
    """Read a page of opt-outs straight into columns."""
    page = decode(answer, _UNSUBSCRIBERS)
    columns = {
        "phone": [f"+{str(body.phone).removeprefix('+')}" for body in page.resources],
        "first_name": [body.first_name or None for body in page.resources],
        "last_name": [body.last_name or None for body in page.resources],
        "unsubscribed_at": [read_moment(body.unsubscribe_time) for body in page.resources],
    }
    return Page(items=pa.table(columns, schema=UNSUBSCRIBERS), after=page.after)


# what a server answers -----------------------------------------------------------------------
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
