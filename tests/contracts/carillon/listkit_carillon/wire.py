"""Carillon's words ⇄ ours: what is asked, and what its answers mean. No network here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from listkit.contact import ContactList, Page, Receipt, Record
from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    ForbiddenError,
    InvalidError,
    MissingFieldError,
    NotFoundError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
)
from listkit.wire import tables
from listkit.wire.message import Answer, Request, write_json
from listkit.wire.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

T = TypeVar("T")

FIELDS = {"phone": "number", "first_name": "first", "last_name": "last", "email": "mail"}
"""Our fields and Carillon's."""
KINDS = {
    400: InvalidError,
    401: UnauthorizedError,
    402: PaymentRequiredError,
    403: ForbiddenError,
    404: NotFoundError,
    409: DuplicateError,
    413: TooLargeError,
    429: RateLimitedError,
    503: UnavailableError,
}


class Bell(msgspec.Struct, frozen=True):
    """A list, as Carillon shows it."""

    id: str
    title: str
    size: int


class Person(msgspec.Struct, frozen=True):
    """A contact, as Carillon shows it."""

    id: str
    number: str
    first: str | None = None
    last: str | None = None
    mail: str | None = None


class Result(msgspec.Struct, frozen=True):
    """What became of one person of several: `ok`, or why not."""

    id: str | None = None
    why: str = ""


class Some(msgspec.Struct, frozen=True):
    """A part of a long answer."""

    items: list[Any]
    total: int
    next: int | None = None


class Results(msgspec.Struct, frozen=True):
    """What became of each person that was sent, in order."""

    results: list[Result]


# asking ------------------------------------------------------------------------------------
def request(operation: str, method: str, path: str, body: object = None, **query: object) -> Request:
    """Ask for something; what is None is not asked for."""
    return Request(
        method=method,
        path=f"/1/{path}",
        query=tuple((name, str(value)) for name, value in query.items() if value is not None),
        headers={"content-type": "application/json"} if body is not None else {},
        body=b"" if body is None else write_json(body),
        operation=operation,
    )


def encode_people(contacts: pa.Table) -> dict[str, object]:
    """Write contacts that are to be made."""
    people = [
        {theirs: cell for theirs, cell in zip(FIELDS.values(), row, strict=True) if cell is not None}
        for row in tables.rows(contacts, FIELDS)
    ]
    return {"people": people}


def encode_changes(changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> dict[str, object]:
    """Write changes of contacts; null empties a field."""
    return {
        "people": [
            {"id": contact_id, **{FIELDS[name]: text for name, text in fields.items()}}
            for contact_id, fields in changes
        ]
    }


# being answered ----------------------------------------------------------------------------
def decode(answer: Answer, kind: type[T]) -> T:
    """Read an answer of some kind; raise what it refuses, and AnswerLostError where it is not understood."""
    if answer.status >= 300:
        raise decode_error(answer)
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise AnswerLostError(f"Carillon's answer with status {answer.status} is not understood.") from None


def decode_error(answer: Answer) -> ProviderError:
    """Make our error of a refusal."""
    try:
        words = plain(str(msgspec.json.decode(answer.body)["error"]))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        words = f"status {answer.status}"
    kind = KINDS.get(answer.status, ServerFailedError if answer.status >= 500 else ProviderError)
    return kind(f"Carillon says: {words}.", http_status=answer.status, retry_after=answer.retry_after)


def decode_list(answer: Answer) -> ContactList:
    """Read one list."""
    return _list(decode(answer, Bell))


def decode_lists(answer: Answer) -> Page[list[ContactList]]:
    """Read a page of lists."""
    some = decode(answer, Some)
    return Page(items=[_list(each) for each in _each(some, Bell)], total=some.total, after=some.next)


def decode_contact(answer: Answer) -> Record:
    """Read one contact."""
    return _record(decode(answer, Person))


def decode_contacts(answer: Answer) -> Page[pa.Table]:
    """Read a page of contacts."""
    some = decode(answer, Some)
    people = _each(some, Person)
    columns = {ours: [getattr(each, theirs) for each in people] for ours, theirs in FIELDS.items()}
    items = tables.members({**columns, "contact_id": [each.id for each in people]})
    return Page(items=items, total=some.total, after=some.next)


def decode_made(answer: Answer, phones: Sequence[str]) -> list[Receipt | None]:
    """Read what became of contacts that were to be made; nothing is proven of who has no result."""
    results = decode(answer, Results).results
    return [
        _receipt(result, phone=phone) for result, phone in zip([*results, *[None] * len(phones)], phones, strict=False)
    ]


def decode_done(answer: Answer, contact_ids: Sequence[str], *, joined: bool = False) -> list[Receipt | None]:
    """Read what became of contacts that were named by their ids."""
    told = {result.id: result for result in decode(answer, Results).results}
    return [_receipt(told.get(contact_id), joined=joined) for contact_id in contact_ids]


def _receipt(result: Result | None, *, phone: str | None = None, joined: bool = False) -> Receipt | None:
    if result is None:
        return None
    if not result.why:
        return Receipt(status="done", contact_id=result.id, phone=phone, joined=joined)
    status = {"taken": "exists", "there": "exists", "not in it": "gone", "no such person": "gone"}.get(result.why)
    if status is not None:
        return Receipt(status=status, contact_id=result.id, phone=phone, code=result.why.replace(" ", "_"))
    kind = MissingFieldError if result.why.startswith("no ") else InvalidError
    return Receipt(status="refused", contact_id=result.id, phone=phone, code=kind.code, reason=plain(result.why))


def _each(some: Some, kind: type[T]) -> list[T]:
    try:
        return msgspec.convert(some.items, list[kind])
    except msgspec.ValidationError:
        raise AnswerLostError("A page of Carillon's is not understood.") from None


def _list(bell: Bell) -> ContactList:
    return ContactList(name=bell.title, list_id=bell.id, members=bell.size)


def _record(person: Person) -> Record:
    return Record(
        contact_id=person.id,
        phone=person.number,
        first_name=person.first,
        last_name=person.last,
        email=person.mail,
    )
