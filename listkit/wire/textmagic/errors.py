"""How TextMagic says no, and which of our errors that is, both ways.

A caller branches on the status and on the keys of `errors.fields`. The one text that is
read is that of a taken name or number, which shares its status and key with a wrong one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from listkit.errors import (
    DuplicateError,
    ForbiddenError,
    InvalidError,
    MediaTypeError,
    MethodNotAllowedError,
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
from listkit.wire.text import plain
from listkit.wire.textmagic.shapes import SPELLED, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listkit.wire.message import Answer


class Problems(msgspec.Struct, frozen=True):
    """What is wrong with a request as a whole, and with each of its fields."""

    common: list[str] = []
    fields: dict[str, list[str]] = {}


class Refusal(msgspec.Struct, frozen=True):
    """The envelope of every refusal."""

    code: Annotated[int, msgspec.Meta(description="The HTTP status once more.", examples=[400])]
    message: Annotated[str, msgspec.Meta(examples=["Validation Failed"])]
    errors: Problems | None


TAKEN = {
    "phone": "Phone number already exists in your contacts.",
    "name": "List with this name already exists.",
}

_NOT_KNOWN = "whether the request was applied is not known; look before sending it again"

KINDS: dict[int, tuple[type[ProviderError], str, str]] = {
    401: (UnauthorizedError, "Wrong username and token combination.", "check the username and the key"),
    402: (PaymentRequiredError, "Payment required", "the account wants to be paid for first"),
    403: (ForbiddenError, "You do not have permission to edit this resource.", "check what this key may do"),
    404: (NotFoundError, "Resource does not exist.", "look at the account's lists again"),
    405: (MethodNotAllowedError, "Method Not Allowed", ""),
    408: (ServerFailedError, "Request Timeout", _NOT_KNOWN),
    413: (TooLargeError, "Request Entity Too Large", "send less at a time"),
    415: (MediaTypeError, "Unsupported Media Type", ""),
    429: (RateLimitedError, "Too many requests", "wait before the next request"),
    500: (ServerFailedError, "Internal server error", _NOT_KNOWN),
    502: (ServerFailedError, "Bad Gateway", _NOT_KNOWN),
    503: (UnavailableError, "Service unavailable", _NOT_KNOWN),
    504: (ServerFailedError, "Gateway Timeout", _NOT_KNOWN),
}
"""What each status is, what the vendor's server says with it, and what a person can do about it."""

WAITS = {429: 1.0, 503: 60.0}
"""The seconds to wait where nobody knows better."""

_FIELDS = {theirs: ours for ours, theirs in SPELLED.items()}
"""TextMagic's names of fields that have another name here."""


# what a server answers -----------------------------------------------------------------------
def encode_error(error: ProviderError) -> Answer:
    """Say one of our errors as TextMagic would; whatever is wrong with a value is a 400."""
    if isinstance(error, UnreadableBodyError):
        return _envelope(400, "Invalid request format", None)
    if isinstance(error, DuplicateError):
        return _refusal(error.field, TAKEN.get(error.field or "", "This value already exists."))
    if isinstance(error, InvalidError):
        return _refusal(error.field, str(error))
    status = error.http_status if error.http_status in KINDS else 500
    headers = {}
    if status in WAITS:
        headers["retry-after"] = str(math.ceil(error.retry_after or WAITS[status]))
    if isinstance(error, MethodNotAllowedError):
        headers["allow"] = ", ".join(error.allow)
    return _envelope(status, KINDS[status][1], None, headers)


def _refusal(field: str | None, text: str) -> Answer:
    problems = Problems(fields={SPELLED.get(field, field): [text]}) if field else Problems(common=[text])
    return _envelope(400, "Validation Failed", problems)


def _envelope(status: int, message: str, errors: Problems | None, headers: Mapping[str, str] | None = None) -> Answer:
    """Write the envelope; `errors` is always in it, since textmagic 2.0.3 reads no message without."""
    return encode(Refusal(status, message, errors), status=status, headers=headers)


# what a client reads -------------------------------------------------------------------------
def decode_error(answer: Answer) -> ProviderError:
    """Read an answer that is no success as one of our errors, its text bounded and without markup."""
    message, fields = _read(answer.body)
    field = next(iter(fields), None)
    said = (field and fields[field]) or message
    kind, advice = _meaning(answer.status, taken=said == TAKEN.get(field or ""))
    told = plain(said).rstrip(".") or "no reason given"
    about = f" (about {plain(field)})" if field else ""
    next_step = f"; {advice}" if advice else ""
    error = kind(f"TextMagic answered {answer.status}: {told}{about}{next_step}.")
    error.field = _FIELDS.get(field or "", field)
    error.http_status = answer.status
    error.retry_after = answer.retry_after
    if isinstance(error, MethodNotAllowedError):
        error.allow = answer.allow
    return error


def _meaning(status: int, *, taken: bool) -> tuple[type[ProviderError], str]:
    """Read a status: which error it is, and what a person can do about it."""
    if status == InvalidError.http_status:
        return (DuplicateError if taken else InvalidError), ""
    if status in KINDS:
        kind, _, advice = KINDS[status]
        return kind, advice
    return (ServerFailedError, _NOT_KNOWN) if status >= ServerFailedError.http_status else (ProviderError, "")


def _read(body: bytes) -> tuple[str, dict[str, str]]:
    """Read the message and the first text about each field; a body that is no envelope has neither."""
    try:
        envelope = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return "", {}
    if not isinstance(envelope, dict):
        return "", {}
    errors = envelope.get("errors")
    errors = errors if isinstance(errors, dict) else {}
    fields = errors.get("fields")
    fields = fields if isinstance(fields, dict) else {}  # PHP writes an empty map as []
    return _first(errors.get("common")) or _first(envelope.get("message")), {
        name: _first(texts) for name, texts in fields.items()
    }


def _first(texts: Any) -> str:
    if isinstance(texts, list):
        texts = texts[0] if texts else ""
    return texts if isinstance(texts, str) else ""
