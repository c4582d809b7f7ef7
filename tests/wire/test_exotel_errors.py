"""An error survives the wire, and whatever shape a refusal has, it becomes one of ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.errors import (
    DuplicateError,
    ForbiddenError,
    InvalidError,
    ListFullError,
    MediaTypeError,
    MethodNotAllowedError,
    MissingFieldError,
    NotFoundError,
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
from listkit.wire import exotel as wire
from listkit.wire.message import Answer
from tests.wire.exotel_samples import answered, asking, sample, text_of

REQUEST = asking("POST", "lists")

SURVIVORS: list[tuple[ProviderError, type[ProviderError]]] = [
    (InvalidError("Invalid Email", field="email"), InvalidError),
    (MissingFieldError("Number is mandatory", field="phone"), MissingFieldError),
    (UnreadableBodyError("unexpected end of JSON input"), UnreadableBodyError),
    (UnauthorizedError("x"), UnauthorizedError),
    (PaymentRequiredError("x"), PaymentRequiredError),
    (ForbiddenError("x"), ForbiddenError),
    (NotFoundError("x"), NotFoundError),
    (MethodNotAllowedError("x", allow=["GET", "PUT"]), MethodNotAllowedError),
    (DuplicateError("Unable to update List with name A"), DuplicateError),
    (MediaTypeError("text/plain"), MediaTypeError),
    (RateLimitedError("x", retry_after=30), RateLimitedError),
    (ServerFailedError("x"), ServerFailedError),
    (ServerFailedError("x", http_status=502), ServerFailedError),
    (UnavailableError("x", retry_after=3), UnavailableError),
    # Exotel has one pair of numbers for these, and meaning never goes by words.
    (TooManyError("One request carries at most 5,000", limit=5_000), InvalidError),
    (ListFullError("List contact limit reached", limit=100_000), InvalidError),
    (TooLargeError("A file has at most 62,914,560 bytes"), InvalidError),
]


@pytest.mark.parametrize(("error", "kind"), SURVIVORS, ids=lambda value: getattr(type(value), "__name__", ""))
def test_an_error_survives_the_wire(error: ProviderError, kind: type[ProviderError]) -> None:
    """What the server raises is what the client raises, with its field, its waiting time and its methods."""
    heard = wire.decode_error(wire.encode_error(error, REQUEST))
    assert type(heard) is kind
    assert heard.retry_after == error.retry_after
    if error.field:
        assert heard.field == error.field
    if isinstance(error, (InvalidError, TooLargeError, DuplicateError, MediaTypeError)):
        assert str(error) in str(heard)
    if isinstance(error, ServerFailedError):
        assert heard.http_status == error.http_status
    if isinstance(error, MethodNotAllowedError):
        assert isinstance(heard, MethodNotAllowedError)
        assert heard.allow == error.allow


@pytest.mark.parametrize("error", [error for error, _ in SURVIVORS], ids=lambda error: type(error).__name__)
def test_an_item_keeps_the_status_of_its_error(error: ProviderError) -> None:
    """One refused item of several has the code that the whole request would have, and makes the answer a 207."""
    answer = wire.encode_bulk(REQUEST, [wire.refused(error)])
    told = json.loads(answer.body)
    assert answer.status == told["http_code"] == 207
    assert told["response"][0]["code"] == wire.encode_error(error, REQUEST).status
    assert told["metadata"] == {"total": 1, "success": 0, "failed": 1}


@pytest.mark.parametrize(
    ("name", "error", "method"),
    [
        ("error_400", UnreadableBodyError("unexpected end of JSON input"), "POST"),
        ("error_401", UnauthorizedError("whatever"), "POST"),
        ("error_403", ForbiddenError("whatever"), "GET"),
        ("error_404", NotFoundError("There is no list 7"), "GET"),
        ("error_409", DuplicateError("Unable to update List with name list123"), "PUT"),
        ("error_415", MediaTypeError("text/plain"), "POST"),
        ("error_429", RateLimitedError("whatever", retry_after=29.2), "GET"),
        ("error_500", ServerFailedError("disk full at /var/lib/x"), "GET"),
    ],
)
def test_a_refusal_is_as_printed(name: str, error: ProviderError, method: str) -> None:
    """Each printed refusal is what we answer, and is read as the error that it stands for."""
    answer = wire.encode_error(error, asking(method, "lists"))
    assert text_of(answer) == text_of(sample(name))
    assert type(wire.decode_error(answered(name))) is type(error)


def test_a_refusal_carries_the_headers_that_go_with_it() -> None:
    """401 challenges, 405 names the methods, 429 says when to come back, 503 only if it knows."""
    assert wire.encode_error(UnauthorizedError("x"), REQUEST).headers["www-authenticate"] == 'Basic realm="exotel"'
    assert wire.encode_error(MethodNotAllowedError("x", allow=["GET"]), REQUEST).headers["allow"] == "GET"
    assert wire.encode_error(RateLimitedError("x", retry_after=0.2), REQUEST).headers["retry-after"] == "1"
    assert "retry-after" not in wire.encode_error(UnavailableError("x"), REQUEST).headers


def test_a_failure_tells_nobody_why() -> None:
    """The words of an inner failure, and of what is not the caller's, stay inside."""
    for error in (ServerFailedError("secret"), NotFoundError("secret"), ForbiddenError("secret")):
        assert b"secret" not in wire.encode_error(error, REQUEST).body


def test_the_older_apis_refusal_is_read() -> None:
    """A 429 in the shape of version 1 is one like any other."""
    error = wire.decode_error(Answer(status=429, headers={"retry-after": "7"}, body=sample("error_429_v1")))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 7
    assert "Rate limit exceeded" in str(error)


@given(st.sampled_from([400, 401, 404, 413, 422, 429, 500, 503]), st.binary(max_size=60))
def test_a_refusal_without_sense_is_still_a_refusal(status: int, body: bytes) -> None:
    """Whatever the body is, the status decides, and nothing of a body that is not JSON gets into the sentence."""
    error = wire.decode_error(Answer(status=status, body=b"<h1>" + body))
    assert error.http_status == status
    assert str(error).endswith(f"({status}).")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["response", "RestException", "error_data", "code", "description", "message"]), inner
            )
        ),
    )
)
def test_any_json_is_borne(body: object) -> None:
    """No JSON whatever breaks the reading of a refusal."""
    assert isinstance(wire.decode_error(Answer(status=400, body=json.dumps(body).encode())), InvalidError)


def test_a_vendors_words_are_made_fit_for_a_sentence() -> None:
    """Tags and line breaks go, and a long text is cut."""
    said = "<img src=x onerror=alert(1)>Oh\nno" + "!" * 10_000
    body = json.dumps({"response": {"error_data": {"code": 1002, "description": said}}}).encode()
    text = str(wire.decode_error(Answer(status=400, body=body)))
    assert "Oh no!!" in text
    assert "<" not in text
    assert len(text) < 350


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 1003, NotFoundError),
        (400, 1000, InvalidError),
        (409, 1002, DuplicateError),
        (422, 1020, InvalidError),
        (400, 1001, MissingFieldError),
        (408, None, ServerFailedError),
        (504, None, ServerFailedError),
        (413, None, TooLargeError),
    ],
)
def test_the_status_counts_before_the_number(status: int, code: int | None, kind: type[ProviderError]) -> None:
    """Exotel's pages disagree about the numbers beside a status, so the status decides."""
    body = json.dumps({"response": [{"error_data": {"code": code, "description": "Not Found"}}]}).encode()
    assert type(wire.decode_error(Answer(status=status, body=body))) is kind


def test_a_refusal_inside_a_success_is_raised() -> None:
    """A 200 whose one item says 409 is the same as a 409."""
    body = json.loads(sample("error_409"))
    with pytest.raises(DuplicateError, match="Unable to update List with name list123"):
        wire.decode_list(Answer(status=200, body=json.dumps(body).encode()))
