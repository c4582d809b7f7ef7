"""The frame that every body of Exotel's wears, in both directions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from listkit.wire.message import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listkit.wire.message import Request

T = TypeVar("T")

_OPENING = b'{"request_id":"'
_NUMBERED = len(_OPENING) + 32
"""Where the number of a request ends in its answer."""

JSON = "application/json"
OK, MULTI_STATUS, FIRST_FAILURE, CONFLICT = 200, 207, 400, 409
BATCH = 5_000
"""The most items that one request may carry."""


class ErrorData(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why something failed, in Exotel's numbers and words."""

    code: int | None = None
    message: str | None = None
    description: str | None = None


class Item(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """One thing of an answer and what became of it; clients must bear that any of it is absent."""

    code: Annotated[int | None, Meta(description="As an HTTP status, of this one alone.", examples=[OK])] = None
    error_data: Annotated[ErrorData | None, Meta(examples=[None])] = None
    status: Annotated[str | None, Meta(examples=["success"])] = None
    data: T | None = None

    @property
    def failed(self) -> bool:
        """Whether Exotel says that this one was not done."""
        return self.status == "failure" if self.code is None else self.code >= FIRST_FAILURE


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The numbers beside a bulk answer (`total, success, failed`) or beside a page."""

    count: int | UnsetType = UNSET
    offset: int | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    total: int | UnsetType | None = UNSET
    success: int | UnsetType = UNSET
    failed: int | UnsetType = UNSET
    first_page_uri: str | UnsetType | None = UNSET
    prev_page_uri: str | UnsetType | None = UNSET
    next_page_uri: str | UnsetType | None = UNSET


class Envelope(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A whole body; `response` is an object for one thing and an array for several."""

    request_id: Annotated[str | None, Meta(examples=["10a67da360d446378d5c2b66407b7f18"])] = None
    method: Annotated[str | None, Meta(examples=["GET"])] = None
    http_code: Annotated[int | None, Meta(description="The HTTP status once more.", examples=[OK])] = None
    metadata: Metadata | UnsetType | None = UNSET
    response: Item[T] | list[Item[T]]


class Bare(msgspec.Struct, Generic[T], frozen=True):
    """A body whose things stand there without their own frame, as some of Exotel's do."""

    response: T | list[T]


class OneBody(Envelope[T], Generic[T], frozen=True, kw_only=True):
    """An answer about one thing."""

    response: Item[T]


class BulkBody(Envelope[T], Generic[T], frozen=True, kw_only=True):
    """An answer about each thing of a request, in the request's order."""

    metadata: Annotated[Metadata, Meta(examples=[{"total": 1, "success": 1, "failed": 0}])]
    response: list[Item[T]]


class PageBody(Envelope[T], Generic[T], frozen=True, kw_only=True):
    """A part of a collection, and where the rest of it is."""

    metadata: Annotated[
        Metadata,
        Meta(
            examples=[
                {
                    "count": 1,
                    "offset": 0,
                    "limit": 20,
                    "total": 1,
                    "first_page_uri": "/v2/accounts/acme1/lists?offset=0&limit=20",
                    "prev_page_uri": None,
                    "next_page_uri": None,
                }
            ]
        ),
    ]
    response: list[Item[T]]


class Refusal(Envelope[None], frozen=True, kw_only=True):
    """An answer that says why nothing was done."""

    response: Item[None]


def framed(
    request: Request,
    response: Item[Any] | list[Item[Any]],
    *,
    status: int = OK,
    metadata: Metadata | UnsetType = UNSET,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Put things into the frame; every answer has a JSON body and an id, deletions and refusals too."""
    envelope = Envelope(
        request_id=request.headers.get("x-request-id") or secrets.token_hex(16),
        method=request.method,
        http_code=status,
        metadata=metadata,
        response=response,
    )
    return Answer(
        status=status,
        headers={"content-type": f"{JSON}; charset=utf-8", **(headers or {})},
        body=msgspec.json.encode(envelope),
    )


def renumber(answer: Answer, request: Request) -> Answer:
    """Give a framed answer to an earlier request the number of this one."""
    number = request.headers["x-request-id"].encode()
    return msgspec.structs.replace(answer, body=b"".join((_OPENING, number, answer.body[_NUMBERED:])))


def decode_rate(answer: Answer) -> int | None:
    """Read how many requests a minute an account may send; None where the answer does not say.

    >>> decode_rate(Answer(status=200, headers=encode_rate(200, 199, 0)))
    200
    """
    told = answer.headers.get("x-ratelimit-limit", "")
    return int(told) if told.isascii() and told.isdecimal() and int(told) else None


def encode_rate(most: int, left: int, resets_at: int) -> dict[str, str]:
    """Say how many requests a minute has, how many are left of it, and when (since 1970) the next one begins."""
    return {
        "x-ratelimit-limit": str(most),
        "x-ratelimit-remaining": str(left),
        "x-ratelimit-reset": str(resets_at),
    }
