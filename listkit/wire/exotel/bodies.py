"""Requests and answers as a whole: where they go, and how one thing or several stand in their bodies."""

from __future__ import annotations

import re
import threading
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta

from listkit.contact import column
from listkit.errors import (
    AnswerLostError,
    MediaTypeError,
    MissingFieldError,
    NotFoundError,
    ProviderError,
    TooManyError,
    UnreadableBodyError,
)
from listkit.wire.exotel.envelope import (
    BATCH,
    FIRST_FAILURE,
    JSON,
    MULTI_STATUS,
    OK,
    Bare,
    Envelope,
    Item,
    Metadata,
    framed,
)
from listkit.wire.exotel.errors import decode_error, meaning
from listkit.wire.message import Request, write_json
from listkit.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from listkit.wire.message import Answer

T = TypeVar("T")
R = TypeVar("R")

PREFIX = "/v2/accounts/"

SEVERAL = Meta(extra_json_schema={"minItems": 1})
"""Marks the wrapper of several things, without which `read_batch` refuses a request."""

_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,127}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


# what is asked -----------------------------------------------------------------------------
def asked(operation: str, method: str, account: str, *names: str, body: Any = None, **query: object) -> Request:
    """Build a request; `body` is sent as JSON, a query argument that is None is left out."""
    return Request(
        method=method,
        path=_path(account, *names),
        query=tuple((name, str(value)) for name, value in query.items() if value is not None),
        headers={"accept": JSON} if body is None else {"accept": JSON, "content-type": JSON},
        body=b"" if body is None else write_json(body),
        operation=operation,
    )


def at_most(items: Sequence[T], what: str) -> Sequence[T]:
    """Return the items, or refuse them all when they are more than one request may carry."""
    if len(items) > BATCH:
        raise TooManyError(
            f"One request carries at most {BATCH:,} {what}, and this one has {len(items):,}; send them in parts.",
            limit=BATCH,
        )
    return items


def read_json(request: Request, kind: type[T]) -> T:
    """Read a JSON body as `kind`, or say what is wrong with it."""
    if request.media_type != JSON:
        raise MediaTypeError(request.media_type or "no content type")
    try:
        # NUL passes as JSON, and no database of ours keeps it alike.
        if b"\\u0000" in request.body and _NUL.search(request.body):
            raise UnreadableBodyError("the body holds a NUL character")
        body: T = _decoder(kind).decode(request.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableBodyError(f"the body cannot be read as JSON of this shape: {error}") from error
    return body


def read_batch(items: list[T] | None, wrapper: str) -> list[T]:
    """Take the items out of their wrapper; there must be some and not too many."""
    if not items:
        raise MissingFieldError(f"{wrapper.capitalize()} is mandatory", field=wrapper)
    at_most(items, wrapper)
    return items


def read_each(items: Sequence[T], read: Callable[[T], R]) -> list[R | ProviderError]:
    """Read each item; one that cannot be is the error in its place, so that the others go on."""
    outcomes: list[R | ProviderError] = []
    for item in items:
        try:
            outcomes.append(read(item))
        except ProviderError as error:
            outcomes.append(error)
    return outcomes


def _path(account: str, *names: str) -> str:
    """Join names below an account's path.

    Raises NotFoundError for an id that no thing of Exotel's can have, because a slash in it
    would make a request of another kind.

    >>> _path("acme1", "lists", "e46c2fe202904d579ae592d108cf87a0")
    '/v2/accounts/acme1/lists/e46c2fe202904d579ae592d108cf87a0'
    """
    for name in (account, *names):
        if not _NAME.fullmatch(name):
            raise NotFoundError(f"Nothing at Exotel has the id {name[:64]!r}; look at the account's lists again.")
    return f"{PREFIX}{'/'.join((account, *names))}"


# what is answered --------------------------------------------------------------------------
def done(data: T) -> Item[T]:
    """Say that one thing was done."""
    return Item(OK, None, "success", data)


def all_done(things: Sequence[T]) -> list[Item[T]]:
    """Say that several things were done."""
    item: Callable[..., Item[T]] = Item
    return list(map(item, repeat(OK), repeat(None), repeat("success"), things))


def encode_one(request: Request, data: Any) -> Answer:
    """Answer with one thing."""
    return framed(request, done(data))


def encode_bulk(request: Request, items: Sequence[Item[Any]], *, always_multi: bool = False) -> Answer:
    """Answer for each item of a bulk request in its order: 207 when one failed, else 200."""
    success = column(items, "error_data").count(None)
    status = MULTI_STATUS if always_multi or success < len(items) else OK
    metadata = Metadata(total=len(items), success=success, failed=len(items) - success)
    return framed(request, list(items), status=status, metadata=metadata)


def decode_items(answer: Answer, kind: type[T]) -> tuple[list[Item[T]], int | None]:
    """Read the things of an answer and, if it was told, how many there are in all.

    Bears one thing or several, and things without a frame of their own. Raises what the
    answer refuses, and AnswerLostError when a success cannot be understood.
    """
    if answer.status >= FIRST_FAILURE:
        raise decode_error(answer)
    try:
        envelope: Envelope[T] = _decoder(Envelope[kind]).decode(answer.body)  # type: ignore[valid-type]
        items = envelope.response if isinstance(envelope.response, list) else [envelope.response]
        if items and not any(item.data is not None or item.failed for item in items):
            bare: Bare[T] = _decoder(Bare[kind]).decode(answer.body)  # type: ignore[valid-type]
            things = bare.response if isinstance(bare.response, list) else [bare.response]
            items = [done(thing) for thing in things]
    except (ValueError, RecursionError) as error:
        raise not_understood(answer) from error
    metadata = envelope.metadata
    total = metadata.total if isinstance(metadata, Metadata) else None
    return items, None if total is UNSET else total


def decode_page(answer: Answer, kind: type[T], *, needed: Sequence[str]) -> tuple[list[T], int | None]:
    """Read things that are shown and have all that is needed, and how many there are in all.

    Raises AnswerLostError where one lacks any of it: a page is never passed on shorter than it came.
    """
    items, total = decode_items(answer, kind)
    shown = [item.data for item in items if item.data is not None]
    if len(shown) < len(items) or not all(all(column(shown, name)) for name in needed):
        raise not_understood(answer)
    return shown, total


def decode_one(answer: Answer, kind: type[T]) -> T:
    """Read the one thing of an answer, or raise what was said of it."""
    items, _ = decode_items(answer, kind)
    if len(items) != 1:
        raise not_understood(answer)
    item = items[0]
    if item.failed:
        raise meaning(item.code or FIRST_FAILURE, item.error_data)
    if item.data is None:
        raise not_understood(answer)
    return item.data


def decode_done(answer: Answer) -> None:
    """Read an answer that matters only for whether it refuses."""
    if answer.body or answer.status >= FIRST_FAILURE:
        decode_one(answer, dict)


def not_understood(answer: Answer) -> AnswerLostError:
    """Say that a success cannot be read, so that nobody knows what it was about."""
    kind = plain(answer.headers.get("content-type", "no type").partition(";")[0])
    return AnswerLostError(
        f"Exotel's answer could not be understood ({kind}, {len(answer.body):,} bytes), so whether the request "
        "was applied is not known; look before sending it again.",
        http_status=answer.status,
    )


_making = threading.Lock()


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    # By way of Any, because a type checker does not take a generic class for hashable.
    return _made_decoder(kind)


@cache
def _made_decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:
    # One at a time: two threads that make the decoder of one class for the first time crash msgspec.
    with _making:
        return msgspec.json.Decoder(kind)
