"""The shapes that TextMagic's requests and answers share: an object, a page, a link, nothing."""

from __future__ import annotations

import math
from datetime import datetime  # noqa: TC003 - the doctest makes one
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import msgspec

from listkit.errors import AnswerLostError
from listkit.wire.message import Answer, Request, write_json
from listkit.wire.text import plain
from listkit.wire.textmagic.asking import PAGE_SIZE, Paging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.wire.textmagic.parameters import Parameters

T = TypeVar("T")

PREFIX = "/api/v2/"
SPELLED = {
    "phone": "phone",
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "companyName",
    "email": "email",
}
"""Our fields of a contact as TextMagic spells them; the rest of ours it does not know."""


class Resources(msgspec.Struct, Generic[T], rename="camel"):
    """The paginated answer: `limit` and `page_count` are the vendor's, whatever was asked for."""

    page: int
    limit: int
    page_count: int
    resources: list[T]

    @property
    def after(self) -> int | None:
        """The number of the next page, or None on the last."""
        return self.page + 1 if self.page < self.page_count else None


class Link(msgspec.Struct):
    """The answer to what was made, changed or assigned."""

    id: int | str
    href: str = ""


class _Granted(msgspec.Struct):
    limit: int | None = None


_GRANTED = msgspec.json.Decoder(_Granted)


class Avatar(msgspec.Struct, frozen=True):
    """A picture by its address; nobody has one of their own yet."""

    href: str


class Pong(msgspec.Struct, rename="camel"):
    """The answer that says that the key is good."""

    user_id: int
    ping: str
    utc_date_time: str


_LINK = msgspec.json.Decoder(Link)


def build(
    method: str, path: str, operation: str, *, query: Mapping[str, object] | None = None, body: object = None
) -> Request:
    """Write a request of ours: JSON where there is something to carry."""
    return Request(
        method=method,
        path=f"{PREFIX}{path}",
        query=tuple((name, str(value)) for name, value in (query or {}).items()),
        headers={} if body is None else {"content-type": "application/json"},
        body=b"" if body is None else write_json(body),
        operation=operation,
    )


def page_query(after: int | None, **query: object) -> dict[str, object]:
    """Write the query for the page `after`, oldest first: what is added meanwhile comes at the end."""
    return {**query, "page": after or 1, "limit": PAGE_SIZE, "orderBy": "id", "direction": "asc"}


def decode_granted(answer: Answer) -> int | None:
    """Read how long a page TextMagic grants in the place of the one wished for; None where it does not say.

    >>> decode_granted(Answer(status=200, body=b'{"page": 1, "limit": 10, "pageCount": 0, "resources": []}'))
    10
    """
    try:
        return _GRANTED.decode(answer.body).limit or None
    except msgspec.DecodeError:
        return None


def ping_request() -> Request:
    """Ask for nothing, to know that the key is good."""
    return build("GET", "ping", "ping")


def decode_paging(sent: Parameters) -> Paging:
    """Read which page is wanted; what is out of range is replaced, never refused."""
    return sent.read(Paging)


def encode_page(paging: Paging, total: int, resources: Sequence[object]) -> Answer:
    """Answer a page with what was really asked of the store."""
    return encode(Resources(paging.page, paging.limit, math.ceil(total / paging.limit), list(resources)))


def encode_link(
    kind: Literal["lists", "contacts", "contacts/import/progress", "customfields", "unsubscribers"],
    made: str,
    *,
    status: int = 201,
) -> Answer:
    """Answer that something was made or changed: its id and where it is.

    >>> encode_link("lists", "715").body
    b'{"id":715,"href":"/api/v2/lists/715"}'
    """
    return encode(Link(int(made), f"{PREFIX}{kind}/{made}"), status=status)


def encode_pong(user_id: int, at: datetime) -> Answer:
    """Answer that the key is good, whose it is and what the time is.

    >>> encode_pong(305, datetime(2026, 1, 1)).body
    b'{"userId":305,"ping":"pong","utcDateTime":"2026-01-01T00:00:00+0000"}'
    """
    return encode(Pong(user_id, "pong", time_text(at)))


def time_text(at: datetime) -> str:
    """Write a time of UTC as TextMagic does, without a colon in its offset.

    >>> time_text(datetime(2015, 2, 11, 7, 33, 19))
    '2015-02-11T07:33:19+0000'
    """
    return f"{at:%Y-%m-%dT%H:%M:%S}+0000"


def encode_done() -> Answer:
    """Answer that something is gone: nothing more to say."""
    return Answer(status=204)


def encode(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer an object."""
    return Answer(
        status=status, headers={"content-type": "application/json", **(headers or {})}, body=msgspec.json.encode(body)
    )


def decode(answer: Answer, shape: msgspec.json.Decoder[T]) -> T:
    """Read an answer that has to have a shape; AnswerLostError where it has another."""
    try:
        return shape.decode(answer.body)
    except (ValueError, RecursionError) as cause:
        kind = plain(answer.headers.get("content-type", "no content type").partition(";")[0])
        message = (
            f"TextMagic's answer {answer.status} could not be read ({kind}, {len(answer.body):,} bytes): "
            "what was asked for may have been done, so look before asking again."
        )
        raise AnswerLostError(message, http_status=answer.status) from cause


def decode_link(answer: Answer) -> str:
    """Read the id of what was made."""
    return str(decode(answer, _LINK).id)
