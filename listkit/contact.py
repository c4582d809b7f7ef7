"""What a contact list is made of, whoever keeps it: the canonical names and values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

TEXT_FIELDS = ("first_name", "last_name", "company", "email", "tag")
FIELDS = ("phone", *TEXT_FIELDS)
CUSTOM_PREFIX = "custom."
CLEAR = "⌫CLEAR⌫"
"""What a cell holds that is to be emptied at the provider: text, so that it outlives any column and any file."""

ListType = Literal["static", "dynamic"]
Cursor = int


class Contact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person as a list knows them; `phone` is E.164 with its plus."""

    phone: str
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    tag: str | None = None
    custom: dict[str, Any] | None = None


class Record(Contact, frozen=True, kw_only=True, gc=False):
    """A contact as somebody keeps it: with an id, and when it was made and changed."""

    contact_id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ContactList(msgspec.Struct, frozen=True, kw_only=True):
    """A named list; `list_id` is None until somebody keeps it, `members` is how many it holds.

    `owner` is the user whose list it is, where an account has several.
    """

    name: str
    list_id: str | None = None
    tag: str | None = None
    description: str | None = None
    type: ListType = "static"
    shared: bool = False
    favorited: bool = False
    is_default: bool = False
    owner: int | None = None
    members: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Columns(Sequence[T]):
    """Many things of one kind, held as columns of one length: one is made when it is asked for.

    >>> texts = {"phone": ["+12025550123", "+12025550124"], "first_name": ["Asha", None]}
    >>> people = Columns(lambda phone, name: Contact(phone=phone, first_name=name), texts)
    >>> len(people), people[0].first_name, [one.phone for one in people]
    (2, 'Asha', ['+12025550123', '+12025550124'])
    """

    __slots__ = ("columns", "make")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, make: Callable[..., T], columns: Mapping[str, Sequence[Any]]) -> None:
        """Hold columns by the names of their fields; `make` takes the values of one row in this order."""
        self.make, self.columns = make, columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> list[T]: ...

    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return list(self)[at]
        return self.make(*(column[at] for column in self.columns.values()))

    def __iter__(self) -> Iterator[T]:
        return map(self.make, *self.columns.values())

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented


def column(things: Sequence[Any], name: str) -> Sequence[Any]:
    """Take one field out of each of many things, without a step of Python for each."""
    return things.columns[name] if isinstance(things, Columns) else list(map(attrgetter(name), things))


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Some of a long answer: `items`, where to go on, or None, and how much there is in all.

    `total` counts things and `pages` pages, each where the provider tells it.
    """

    items: T
    total: int | None = None
    after: Cursor | None = None
    pages: int | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider said about one of the things in a bulk request.

    `status` is "done", "exists" (it was there already), "gone" (what was to go was not there any
    more) or "refused"; `phone` and `contact_id` are those the *answer* names, so that a receipt
    is matched by key. `joined` says that the contact is now a member of the list, by this very
    call.
    """

    status: Literal["done", "exists", "gone", "refused"]
    phone: str | None = None
    contact_id: str | None = None
    joined: bool = False
    code: str = ""
    reason: str = ""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file being taken in by a provider; counts are rows, None where they are not told."""

    upload_id: str
    list_id: str | None = None
    state: Literal["running", "done", "failed"] = "running"
    total: int | None = None
    added: int | None = None
    duplicate: int | None = None
    failed: int | None = None
