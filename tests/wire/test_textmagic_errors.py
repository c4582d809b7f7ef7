"""An error survives TextMagic's wire: as its class and field, or coarser where the vendor says less."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    ForbiddenError,
    InvalidError,
    ListFullError,
    MediaTypeError,
    MethodNotAllowedError,
    MissingFieldError,
    NotFoundError,
    NotReachedError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    TooManyError,
    UnauthorizedError,
    UnavailableError,
    UnreadableBodyError,
)
from listkit.wire import textmagic as wire
from listkit.wire.message import Answer
from tests.wire.textmagic_samples import sample


@pytest.mark.parametrize(
    ("name", "status", "kind", "field"),
    [
        ("validation_failed", 400, InvalidError, "name"),
        ("unknown_contact", 400, InvalidError, "contacts"),
        ("phone_not_valid", 400, InvalidError, "phone"),
        ("phone_taken", 400, DuplicateError, "phone"),
        ("name_taken", 400, DuplicateError, "name"),
        ("unauthorized", 401, UnauthorizedError, None),
        ("forbidden", 403, ForbiddenError, None),
        ("not_found", 404, NotFoundError, None),
        ("rate_limited", 429, RateLimitedError, None),
        ("server_failed", 500, ServerFailedError, None),
        ("unavailable", 503, UnavailableError, None),
    ],
)
def test_vendor_errors_are_read(name: str, status: int, kind: type[ProviderError], field: str | None) -> None:
    """Each of the vendor's own envelopes is one of our errors, with the field that it is about."""
    error = wire.decode_error(sample(f"error_{name}", status))
    assert (type(error), error.field, error.http_status) == (kind, field, status)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (MissingFieldError("This value should not be blank.", field="name"), "validation_failed"),
        (InvalidError("Phone number is not valid.", field="phone"), "phone_not_valid"),
        (InvalidError("Contact 999 does not exist.", field="contacts"), "unknown_contact"),
        (DuplicateError("taken", field="phone"), "phone_taken"),
        (DuplicateError("taken", field="name"), "name_taken"),
        (UnauthorizedError("no"), "unauthorized"),
        (ForbiddenError("no"), "forbidden"),
        (NotFoundError("no"), "not_found"),
        (RateLimitedError("slowly"), "rate_limited"),
        (ServerFailedError("oh"), "server_failed"),
        (UnavailableError("later"), "unavailable"),
    ],
)
def test_vendor_errors_are_written(error: ProviderError, name: str) -> None:
    """The server says each error in the vendor's very bytes, with the status that its `code` repeats."""
    answer = wire.encode_error(error)
    assert answer.body == sample(f"error_{name}").body.strip()
    assert answer.status == json.loads(answer.body)["code"]


def test_refusals_that_no_field_explains() -> None:
    """What is about no field stands under `common`, and an unreadable body has its own message."""
    assert json.loads(wire.encode_error(InvalidError("Too odd.")).body)["errors"] == {
        "common": ["Too odd."],
        "fields": {},
    }
    assert json.loads(wire.encode_error(UnreadableBodyError("torn")).body) == {
        "code": 400,
        "message": "Invalid request format",
        "errors": None,
    }


@pytest.mark.parametrize(
    "error",
    [
        InvalidError("no", field="email"),
        InvalidError("no", field="first_name"),
        InvalidError("no"),
        UnauthorizedError("no"),
        PaymentRequiredError("no"),
        ForbiddenError("no"),
        NotFoundError("no"),
        MethodNotAllowedError("no", allow=["GET", "PUT"]),
        DuplicateError("no", field="phone"),
        DuplicateError("no", field="name"),
        TooLargeError("no"),
        MediaTypeError("no"),
        RateLimitedError("no", retry_after=7),
        ServerFailedError("no"),
        UnavailableError("no", retry_after=9),
    ],
)
def test_error_survives_the_wire(error: ProviderError) -> None:
    """Class, field, wait and allowed methods are the same on the other side."""
    heard = wire.decode_error(wire.encode_error(error))
    assert (type(heard), heard.field, heard.retry_after) == (type(error), error.field, error.retry_after)
    assert getattr(heard, "allow", None) == getattr(error, "allow", None)


@pytest.mark.parametrize(
    ("error", "heard_as"),
    [
        (MissingFieldError("no", field="name"), InvalidError),
        (UnreadableBodyError("no"), InvalidError),
        (TooManyError("no", field="contacts", limit=1000), InvalidError),
        (ListFullError("no"), InvalidError),
        (DuplicateError("no", field="tag"), InvalidError),
        (ProviderError("no"), ServerFailedError),
        (NotReachedError("no"), ServerFailedError),
        (AnswerLostError("no"), ServerFailedError),
    ],
)
def test_errors_that_coarsen(error: ProviderError, heard_as: type[ProviderError]) -> None:
    """TextMagic has one 400 for every bad value, so its kinds arrive as InvalidError, the field kept."""
    heard = wire.decode_error(wire.encode_error(error))
    assert (type(heard), heard.field) == (heard_as, error.field)


def test_field_without_a_text() -> None:
    """Where a field is named without a sentence, the envelope's message is told."""
    body = b'{"message":"Validation Failed","errors":{"fields":{"phone":[]}}}'
    error = wire.decode_error(Answer(status=400, body=body))
    assert (str(error), error.field) == ("TextMagic answered 400: Validation Failed (about phone).", "phone")


def test_waits_that_nobody_named() -> None:
    """A 429 asks for a second and a 503 for a minute where nothing better is known; a part of one is a whole one."""
    assert wire.encode_error(RateLimitedError("no")).headers["retry-after"] == "1"
    assert wire.encode_error(UnavailableError("no")).headers["retry-after"] == "60"
    assert wire.encode_error(RateLimitedError("no", retry_after=0.2)).headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b"[]",
        b'"text"',
        b'{"code":400,"message":"Validation Failed","errors":{"common":[],"fields":[]}}',
        b'{"message":7,"errors":{"fields":{"phone":null}}}',
        b'{"errors":{"common":"odd"}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_strange_bodies_are_still_errors(body: bytes) -> None:
    """A body that is no envelope, or an odd one, is told by its status alone and shown to nobody as markup."""
    for status, kind in {400: InvalidError, 418: ProviderError, 502: ServerFailedError}.items():
        error = wire.decode_error(Answer(status=status, body=body))
        assert type(error) is kind
        assert "<" not in str(error)


@given(st.text(), st.sampled_from([400, 401, 404, 418, 429, 500, 503]))
@example("0" * 8 + "<" + "0" * 12, 400)
def test_vendor_text_is_bounded_and_plain(text: str, status: int) -> None:
    """Whatever the vendor writes, our sentence is one short line without markup or control characters."""
    for body in (
        {"code": status, "message": f"<b onclick=x>{text}</b>" * 30, "errors": None},
        {"code": status, "message": "", "errors": {"common": [], "fields": {f"<i>{text}" * 30: [text * 300]}}},
    ):
        sentence = str(wire.decode_error(Answer(status=status, body=json.dumps(body).encode())))
        assert sentence.startswith(f"TextMagic answered {status}: ")
        assert len(sentence) < 600
        assert "<b" not in sentence
        assert not any(character < " " for character in sentence)
