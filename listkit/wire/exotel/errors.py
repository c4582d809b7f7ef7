"""Exotel's refusals ⇄ ours.

Meaning goes by the HTTP status or an item's `code` first and by `error_data.code` second,
never by the words, which differ between Exotel's own pages. Where several of our errors share
one pair of numbers (too many items, a full list, a file too large are all 400/1002), a client
hears their common parent, InvalidError.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import msgspec

from listkit.errors import (
    DuplicateError,
    ForbiddenError,
    InvalidError,
    MediaTypeError,
    MethodNotAllowedError,
    MissingFieldError,
    NotFoundError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
)
from listkit.wire.exotel.envelope import ErrorData, Item, framed
from listkit.wire.exotel.fields import SPELLED
from listkit.wire.text import plain

if TYPE_CHECKING:
    from listkit.wire.message import Answer, Request

_CATALOGUE: list[tuple[type[ProviderError], int, int, str]] = [
    (MissingFieldError, 400, 1001, "Mandatory Parameter missing"),
    (UnreadableBodyError, 400, 1007, "Invalid request body, failed parsing"),
    (InvalidError, 400, 1002, "Invalid parameter"),
    (TooLargeError, 400, 1002, "Invalid parameter"),
    (UnauthorizedError, 401, 1010, "Authorization failed"),
    (PaymentRequiredError, 402, 1015, "Payment required"),
    (ForbiddenError, 403, 1003, "Authorization failed"),
    (NotFoundError, 404, 1000, "Not Found"),
    (MethodNotAllowedError, 405, 1000, "Method not allowed"),
    (DuplicateError, 409, 1008, "Duplicate resource"),
    (MediaTypeError, 415, 1011, "unsupported content type"),
    (RateLimitedError, 429, 1030, "Rate limit exceeded"),
    (ProviderError, 500, 1100, "Internal server error"),
]
"""Our error, and Exotel's status, code and message for it; the first that fits counts."""

_FIELDS = {theirs: ours for ours, theirs in SPELLED.items()} | {"list_name": "name"}
"""Exotel's names of fields that have another name here."""

_MEANINGS: dict[int, tuple[type[ProviderError], str]] = {
    401: (UnauthorizedError, "Exotel refused the key; check the key and the token"),
    402: (PaymentRequiredError, "Exotel wants the account to be paid for first; look at its plan"),
    403: (ForbiddenError, "Exotel does not let this key use this account; check the account's SID"),
    404: (NotFoundError, "Exotel has nothing of this name or id; look at the account's lists again"),
    405: (MethodNotAllowedError, "Exotel does not take this method here"),
    409: (DuplicateError, "Exotel has this already; use the one that is there or another name"),
    413: (TooLargeError, "Exotel does not take a request of this size; send less at a time"),
    415: (MediaTypeError, "Exotel does not read a body of this type"),
    429: (RateLimitedError, "Exotel asks to wait before the next request"),
    503: (
        UnavailableError,
        "Exotel is down for now, and whether the request was applied is not known; look before sending it again",
    ),
}
_INVALID: dict[int | None, type[InvalidError]] = {1001: MissingFieldError, 1007: UnreadableBodyError}
_NOT_ACCEPTED = "Exotel does not accept the request; correct it and send it again"
_NOT_KNOWN = "Exotel failed, and whether the request was applied is not known; look before sending it again"
_REQUEST_TIMED_OUT = 408
_FAILED = 500


def encode_error(error: ProviderError, request: Request) -> Answer:
    """Say an error as Exotel would, as the answer to a whole request."""
    status, data = _refusal(error)
    headers = {}
    if isinstance(error, UnauthorizedError):
        headers["www-authenticate"] = 'Basic realm="exotel"'
    if isinstance(error, MethodNotAllowedError):
        headers["allow"] = ", ".join(error.allow)
    if isinstance(error, RateLimitedError) or (isinstance(error, UnavailableError) and error.retry_after is not None):
        headers["retry-after"] = str(_seconds(error))
    if not isinstance(error, (InvalidError, TooLargeError, DuplicateError, MediaTypeError, RateLimitedError)):
        # Who asks for what is not theirs learns nothing from the words, nor does anybody from a failure.
        data = msgspec.structs.replace(data, description=data.message)
    item = Item[Any](code=status, error_data=data, status="failure")
    return framed(request, item, status=status, headers=headers)


def refused(error: ProviderError, data: Any = None) -> Item[Any]:
    """Say an error as Exotel would, about one item of several; `data` is what is there already."""
    status, problem = _refusal(error)
    return Item(code=status, error_data=problem, status="failure", data=data)


def decode_error(answer: Answer) -> ProviderError:
    """Read the refusal of a whole request, whatever shape it has: the envelope, v1's, or no JSON at all."""
    error = meaning(answer.status, _told(answer))
    error.retry_after = answer.retry_after
    if isinstance(error, MethodNotAllowedError):
        error.allow = answer.allow
    return error


def meaning(status: int, data: ErrorData | None) -> ProviderError:
    """Read a status, of an answer or of one item, and what is told beside it."""
    code = data.code if data else None
    numbers = f"{status}/{code}" if code else str(status)
    told = plain((data.description or data.message or "") if data else "").rstrip(".")
    said = f" ({numbers}{': ' + told if told else ''})"
    if status in _MEANINGS:
        kind, sentence = _MEANINGS[status]
    elif status >= _FAILED or status == _REQUEST_TIMED_OUT:
        kind, sentence = ServerFailedError, _NOT_KNOWN
    else:
        kind, sentence = _INVALID.get(code, InvalidError), _NOT_ACCEPTED
    error = kind(f"{sentence}{said}.")
    error.http_status = status
    if issubclass(kind, InvalidError):
        error.field = _field_of(told)
    return error


def _refusal(error: ProviderError) -> tuple[int, ErrorData]:
    status, code, message = next(
        (status, code, message) for kind, status, code, message in _CATALOGUE if isinstance(error, kind)
    )
    if isinstance(error, ServerFailedError):
        status = error.http_status or status
    description = f"Try again in {_seconds(error)} seconds" if isinstance(error, RateLimitedError) else str(error)
    return status, ErrorData(code=code, message=message, description=description)


def _seconds(error: ProviderError) -> int:
    return max(1, math.ceil(error.retry_after or 1))


def _told(answer: Answer) -> ErrorData | None:
    """Find what an answer says of the error; None where it says nothing that can be read."""
    try:
        body = msgspec.json.decode(answer.body)
        response = body.get("response") or body.get("RestException")
        first = response[0] if isinstance(response, list) else response
        problem = first.get("error_data") or first
        code = problem.get("code")
        texts = [problem.get(name) for name in ("message", "Message", "description")]
    except (ValueError, RecursionError, AttributeError, LookupError):
        return None
    message, rest_message, description = (text if isinstance(text, str) else None for text in texts)
    return ErrorData(
        code=code if isinstance(code, int) else None, message=message or rest_message, description=description
    )


def _field_of(told: str) -> str | None:
    """Find the field in `<Field> is mandatory` and `Invalid <Field>`, Exotel's two patterns."""
    found = re.fullmatch(r"([A-Za-z_]+) is mandatory|Invalid ([A-Za-z_]+)", told)
    if not found:
        return None
    name = (found[1] or found[2]).lower()
    return _FIELDS.get(name, name)
