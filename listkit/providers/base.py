"""What every provider can do, the numbers it keeps to, and what repeating each operation does."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

import msgspec

from listkit.contact import Receipt
from listkit.errors import AnswerLostError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Cursor, Page, Record, Upload
    from listkit.errors import ProviderError
    from listkit.providers.retrying import Clock
    from listkit.wire.message import Answer, Request, Send

T = TypeVar("T")


class Limit(msgspec.Struct, frozen=True):
    """One number that the code obeys, and where it comes from; None is *no limit known*."""

    value: float | None
    unit: str
    source: str


def value(limits: Mapping[str, Limit], name: str) -> float:
    """Return one of a provider's numbers, infinity where none is known."""
    found = limits.get(name)
    return math.inf if found is None or found.value is None else found.value


class Operation(msgspec.Struct, frozen=True):
    """What sending one request twice does, and how much and how often it may be sent.

    `repeat` is "harmless" (the second changes nothing), "refused" (the second is refused
    by name or number, and the refusal says what exists) or "unproven" (nobody can say:
    ask the provider, never send again). `destroys` says that contacts can be lost by it.
    `most` names the limit on how many things one request carries, empty where it carries one,
    and `rate` the limit on how many requests go in a second. `reads_first` says when each
    thing is read before it is changed, a request more. `source` is where it is said.
    """

    repeat: Literal["harmless", "refused", "unproven"]
    destroys: bool = False
    why: str = ""
    most: str = ""
    rate: str = "requests_per_second"
    source: str = ""
    reads_first: Literal["never", "custom fields", "always"] = "never"

    @classmethod
    def read(cls, source: str, *, most: str = "") -> Operation:
        """Describe what only reads."""
        return cls("harmless", why="It only reads.", most=most, source=source)


CursorKind = Literal["rows", "pages"]


class Provider(Protocol):
    """A messaging provider's lists; each method is one request unless it says otherwise, and none knows pandas.

    Errors are those of `listkit.errors`. A method that takes an Arrow table of contacts takes
    the columns of `contact.FIELDS` it can carry and, where it carries them, texts in columns
    called `custom.<name>`; at most `limits[...]` rows of them. It answers one receipt a row, in
    the order of the rows; None for a row of which the answer proves nothing.
    """

    name: str
    account: str
    host: str
    limits: Mapping[str, Limit]
    operations: Mapping[str, Operation]
    carries: frozenset[str]
    """The fields that `create_contacts` can send."""
    upload_carries: frozenset[str]
    """The fields that `upload` can send."""
    carries_custom: bool
    """Whether `create_contacts` and `update_contacts` can send custom fields."""
    upload_carries_custom: bool
    """Whether `upload` can send custom fields."""
    list_carries: frozenset[str]
    """The fields of a list that `create_lists` and `update_lists` can send."""
    joins_on_create: bool
    """Whether `create_contacts` also makes the contacts members of the list."""
    bulk: Literal["batches", "file"]
    """The way that many contacts take, when both can carry them."""
    upload_counts: bool
    """Whether `upload_status` tells how many rows were added; without this attribute it does not."""
    cursor: CursorKind | None
    """What the cursors of `members` count, so that pages can be asked for before they are wanted: the rows
    before a page, which may begin at any of them, or the pages from 1; None, or no such attribute, is neither."""
    in_flight: int
    """How many requests at once help."""
    settle: float
    """Seconds after which nothing comes any more of a request whose answer is missing."""
    clock: Clock
    """What waits go by."""

    @property
    def waiting(self) -> float:
        """How many seconds are left of those that the provider asked to wait; without this attribute nobody is told."""

    def ping(self) -> None:
        """Ask something harmless, to know that the key is good."""

    def lists(self, *, name: str | None = None, after: Cursor | None = None) -> Page[list[ContactList]]:
        """Return one page of the lists, oldest first; `name` narrows as the provider searches."""

    def list(self, list_id: str) -> ContactList:
        """Return one list."""

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list; DuplicateError when the name is taken."""

    def create_lists(self, new: Sequence[ContactList]) -> Sequence[ContactList | ProviderError | None]:
        """Make several lists; what is refused is the error in its place, None where nothing is proven."""

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:
        """Rename a list, and set its tag where the provider has tags."""

    def update_lists(
        self, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Sequence[ContactList | ProviderError | None]:
        """Change fields of several lists, given by id; those that are absent stay, None empties one."""

    def delete_list(self, list_id: str) -> None:
        """Delete a list; TextMagic deletes the contacts that were in no other list with it."""

    def members(self, list_id: str, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of a list's members, oldest first, as `wire.tables.MEMBERS`."""

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:
        """Make contacts; where the provider joins them to the list in the same call, receipts say so."""

    def find_contact(self, phone: str) -> Record | None:
        """Return the contact with this number, or None; None too where it cannot be asked."""

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Make existing contacts members of a list."""

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Take contacts off a list, "gone" where one was not in it; TextMagic deletes those in no other list."""

    def contact(self, contact_id: str) -> Record:
        """Return one contact."""

    def contacts(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of the whole address-book, oldest first, as `wire.tables.MEMBERS`."""

    def lists_of(self, contact_id: str) -> Sequence[str] | None:
        """Return the ids of all lists that a contact is in, a request a page; None where it cannot be asked."""

    def update_contacts(self, changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> Sequence[Receipt | None]:
        """Change fields of contacts, given by id; those that are absent stay, None empties one.

        A custom field is called `custom.<name>`. What a provider would lose of a contact because
        it is not sent again is read first, a request a contact.
        """

    def delete_contact(self, contact_id: str) -> Receipt:
        """Delete a contact, which leaves every list; "gone" where there is none."""

    def unsubscribers(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of the numbers that opted out, as `wire.tables.UNSUBSCRIBERS`; nobody where none are kept."""

    def told_limits(self, list_id: str) -> Mapping[str, tuple[float, str]]:
        """Return the numbers that the provider's own answers tell, by the names of `limits`, each with its unit.

        A request for each kind of page; `list_id` is any list. Empty where answers tell nothing.
        """

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        """Send contacts as a file, which the provider takes in afterwards."""

    def upload_status(self, upload: Upload) -> Upload:
        """Ask how far an upload is."""


class CustomsAsOne(Provider, Protocol):
    """A provider to which the custom fields of a contact are one value: to change one is to send all of them.

    It is one whose `update_contacts` reads "custom fields" first.
    """

    def customs(self, list_id: str, *, after: Cursor | None = None) -> Page[Sequence[tuple[str, dict[str, Any]]]]:
        """Return the custom fields of one page of a list's members, each by the contact's id, as they are."""

    def update_contacts(
        self,
        changes: Sequence[tuple[str, Mapping[str, str | None]]],
        *,
        kept: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ) -> Sequence[Receipt | None]:
        """Change fields of contacts; those whose custom fields are in `kept`, by their id, are not read first."""


def read(send: Send, request: Request, decode: Callable[[Answer], T]) -> T:
    """Ask for something, and read the answer; a session asks again where it cannot be understood."""
    read_again: Callable[[Request, Callable[[Answer], T]], T] | None = getattr(send, "read", None)
    return decode(send(request)) if read_again is None else read_again(request, decode)


def gone(error: ProviderError, contact_id: str) -> Receipt:
    """Read an error as *it was not there any more*, or raise it.

    Where only the repetition of a deletion says so, whose own answer was lost, the deletion was done.
    """
    if error.http_status != NotFoundError.http_status:
        raise error
    status: Literal["done", "gone"] = "done" if isinstance(error, AnswerLostError) else "gone"
    return Receipt(status=status, contact_id=contact_id, code=NotFoundError.code, reason=str(error))


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """How an account of one provider is made.

    `settings` are what the user gives; the first of them names the account. `headers` makes
    of them what proves who we are. `root` is where the API's own addresses begin, so that a
    base address that ends in it means the same as one that does not.
    """

    title: str
    make: Callable[..., Provider]
    settings: tuple[str, ...]
    headers: Callable[[Mapping[str, str]], dict[str, str]]
    base_url: str
    root: str
    limits: Mapping[str, Limit]
    operations: Mapping[str, Operation]

    @property
    def rates(self) -> dict[str, float]:
        """How many requests a second are welcome of those operations that have a number of their own."""
        own = {name: row.rate for name, row in self.operations.items() if row.rate != "requests_per_second"}
        return {name: value(self.limits, rate) for name, rate in own.items()}

    @property
    def rate(self) -> float:
        """How many requests a second the provider documents as welcome."""
        return value(self.limits, "requests_per_second")
