"""TextMagic's contact lists as a provider: each method builds a request, sends it and reads the answer."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from listkit.contact import CUSTOM_PREFIX, Page, Receipt
from listkit.errors import DuplicateError, InvalidError, NotFoundError, ProviderError
from listkit.providers.base import Vendor, gone, read
from listkit.providers.retrying import SETTLE, SystemClock
from listkit.providers.terms.textmagic import LIMITS, OPERATIONS
from listkit.wire import textmagic as wire
from listkit.wire.tables import custom_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Cursor, Record, Upload
    from listkit.providers.base import CursorKind
    from listkit.providers.retrying import Clock
    from listkit.wire.message import Answer, Request, Send

T = TypeVar("T")

REFUSED = 300
"""Where an answer's status says no; 200, 201 and 204 are in use."""


class TextMagic:
    """A TextMagic account's lists, over anything that turns a request into an answer."""

    name = "textmagic"
    limits = LIMITS
    operations = OPERATIONS
    carries = frozenset(wire.SPELLED)
    upload_carries = frozenset(wire.IMPORTED)
    carries_custom = True
    upload_carries_custom = True
    list_carries = wire.LIST_FIELDS
    joins_on_create = True
    bulk: Literal["batches", "file"] = "file"
    upload_counts = False
    cursor: CursorKind | None = "pages"
    in_flight = 6
    settle = SETTLE
    clock: Clock = SystemClock()

    def __init__(self, send: Send, *, account: str, host: str = "rest.textmagic.com") -> None:
        self._send = send
        self.account = account
        self.host = host
        self._field_ids: dict[str, str] = {}
        self._naming = threading.Lock()

    @property
    def waiting(self) -> float:
        """How many seconds are left of those that the provider asked to wait."""
        return getattr(self._send, "waiting", 0.0)

    def ping(self) -> None:
        """Ask something harmless, to know that the key is good."""
        self._ask(wire.ping_request())

    def lists(self, *, name: str | None = None, after: Cursor | None = None) -> Page[list[ContactList]]:
        """Return one page of the lists, oldest first; with a name, of those that have it in name or description."""
        return self._read(wire.lists_request(name=name, after=after), wire.decode_lists)

    def list(self, list_id: str) -> ContactList:
        """Return one list."""
        return self._read(wire.list_request(list_id), wire.decode_list)

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list; DuplicateError when the name is taken. TextMagic has no tags."""
        return wire.decode_created_list(self._ask(wire.create_list_request(new)), new)

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:  # noqa: ARG002 - no tags
        """Rename a list; two requests, since an edit that does not repeat `shared` ends the sharing."""
        return self._edit_list(list_id, {"name": name})

    def create_lists(self, new: Sequence[ContactList]) -> Sequence[ContactList | ProviderError | None]:
        """Make lists, a request each; one whose name is taken or not acceptable is the error in its place."""
        return [_refusal_or(self.create_list, one) for one in new]

    def update_lists(
        self, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Sequence[ContactList | ProviderError | None]:
        """Change name, description or sharing of lists, two requests each; what is absent stays."""
        return [_refusal_or(self._edit_list, list_id, fields) for list_id, fields in changes]

    def delete_list(self, list_id: str) -> None:
        """Delete a list, and every contact that is in no other."""
        self._ask(wire.delete_list_request(list_id))

    def members(self, list_id: str, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of a list's members, oldest first."""
        return self._read(wire.members_request(list_id, after=after), wire.decode_members)

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:
        """Make the one contact of a table, in a list; more than one is a ValueError.

        The first time that a custom field is met, the account's are read, and it is made where
        there is none of the name: a request a page, and one for each that is new.
        """
        field_ids = self._ids_of(custom_names(contacts))
        request = wire.create_contact_request(contacts, list_id=list_id, field_ids=field_ids)
        return [wire.decode_created_contact(self._send(request))]

    def update_contacts(self, changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> Sequence[Receipt | None]:
        """Change fields of contacts, two requests each: an edit replaces a contact, so it is read first.

        The lists that it is in are not sent and stay. Where TextMagic insists on them, they are
        read and sent too.
        """
        return [self._edit(contact_id, fields) for contact_id, fields in changes]

    def contact(self, contact_id: str) -> Record:
        """Return one contact."""
        return self._read(wire.contact_request(contact_id), wire.decode_contact)

    def contacts(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of the address-book, oldest first."""
        return self._read(wire.contacts_request(after=after), wire.decode_members)

    def lists_of(self, contact_id: str) -> Sequence[str] | None:
        """Return the ids of all lists that a contact is in, a request a page."""
        return list(_walked(lambda after: self._lists_of(contact_id, after)))

    def delete_contact(self, contact_id: str) -> Receipt:
        """Delete a contact, which leaves every list."""
        try:
            self._ask(wire.delete_contact_request(contact_id))
        except ProviderError as error:
            return gone(error, contact_id)
        return Receipt(status="done", contact_id=contact_id)

    def unsubscribers(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of the numbers that opted out, oldest first."""
        return self._read(wire.unsubscribers_request(after=after), wire.decode_unsubscribers)

    def find_contact(self, phone: str) -> Record | None:
        """Return the contact with this number, or None."""
        try:
            return self._read(wire.find_contact_request(phone), wire.decode_contact)
        except NotFoundError:
            return None

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Make existing contacts members of a list: all of them, or none where one is unknown."""
        self._ask(wire.add_members_request(list_id, contact_ids))
        return [Receipt(status="done", contact_id=contact_id, joined=True) for contact_id in contact_ids]

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Take contacts off a list, and delete those that are in no other; those that are not in it are passed over."""
        self._ask(wire.remove_members_request(list_id, contact_ids))
        return [Receipt(status="done", contact_id=contact_id) for contact_id in contact_ids]

    def told_limits(self, list_id: str) -> Mapping[str, tuple[float, str]]:
        """Ask for pages of the length that is documented, and read what is granted; three requests."""
        asked = {
            "lists_per_page": (wire.lists_request(), "lists"),
            "members_per_page": (wire.members_request(list_id), "contacts"),
            "contacts_per_page": (wire.contacts_request(), "contacts"),
        }
        granted = {name: (wire.decode_granted(self._ask(request)), unit) for name, (request, unit) in asked.items()}
        return {name: (size, unit) for name, (size, unit) in granted.items() if size}

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        """Send contacts as a CSV file, which TextMagic takes in afterwards; custom fields as in `create_contacts`."""
        field_ids = self._ids_of(custom_names(contacts))
        return wire.decode_upload(self._ask(wire.upload_request(contacts, to=to, field_ids=field_ids)), to=to)

    def upload_status(self, upload: Upload) -> Upload:
        """Ask how far an upload is."""
        return self._read(wire.upload_status_request(upload), lambda answer: wire.decode_progress(answer, upload))

    def _edit(self, contact_id: str, fields: Mapping[str, str | None]) -> Receipt:
        """Read a contact and send it back with what changes; a contact that is not there is refused."""
        own = [name.removeprefix(CUSTOM_PREFIX) for name in fields if name.startswith(CUSTOM_PREFIX)]
        field_ids = self._ids_of(own)
        shown = self._send(wire.contact_request(contact_id))
        if shown.status >= REFUSED:
            return wire.decode_updated_contact(shown, contact_id)
        answer = self._send(wire.update_contact_request(shown, contact_id, fields, field_ids=field_ids))
        if wire.wants_lists(answer):
            list_ids = self.lists_of(contact_id) or ()
            again = wire.update_contact_request(shown, contact_id, fields, field_ids=field_ids, list_ids=list_ids)
            answer = self._send(again)
        return wire.decode_updated_contact(answer, contact_id)

    def _edit_list(self, list_id: str, fields: Mapping[str, Any]) -> ContactList:
        kept = self._ask(wire.list_request(list_id))
        self._ask(wire.update_list_request(kept, list_id, fields))
        return msgspec.structs.replace(wire.decode_list(kept), **fields)

    def _lists_of(self, contact_id: str, after: Cursor | None) -> Page[Mapping[str, ContactList]]:
        page = self._read(wire.lists_of_request(contact_id, after=after), wire.decode_lists)
        return Page(items={str(kept.list_id): kept for kept in page.items}, after=page.after)

    def _custom_fields(self, after: Cursor | None) -> Page[Mapping[str, str]]:
        return self._read(wire.custom_fields_request(after=after), wire.decode_custom_fields)

    def _ids_of(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of custom fields by name, once all that are named exist."""
        with self._naming:
            if not self._field_ids.keys() >= set(names):
                self._field_ids |= _walked(self._custom_fields)
            for name in names:
                if name not in self._field_ids:
                    made = self._ask(wire.create_custom_field_request(name))
                    self._field_ids[name] = wire.decode_created_custom_field(made)
            return dict(self._field_ids)

    def _ask(self, request: Request) -> Answer:
        """Send, and raise what the answer refuses."""
        return _accepted(self._send(request))

    def _read(self, request: Request, decode: Callable[[Answer], T]) -> T:
        return read(self._send, request, lambda answer: decode(_accepted(answer)))


def _accepted(answer: Answer) -> Answer:
    if answer.status >= REFUSED:
        raise wire.decode_error(answer)
    return answer


def _walked(ask: Callable[[Cursor | None], Page[Mapping[str, T]]]) -> dict[str, T]:
    """Read all pages of a short answer, whose things have a key each; a page that brings nothing new is the last."""
    found: dict[str, T] = {}
    after: Cursor | None = None
    while True:
        page = ask(after)
        brings_more = not page.items.keys() <= found.keys()
        found |= page.items
        if page.after is None or not brings_more:
            return found
        after = page.after


def _refusal_or(act: Callable[..., ContactList], *given: object) -> ContactList | ProviderError:
    """Do something to a list; that it is refused for its own sake is returned, anything else raised."""
    try:
        return act(*given)
    except (InvalidError, DuplicateError, NotFoundError) as error:
        return error


def _authorization(settings: Mapping[str, str]) -> dict[str, str]:
    return {"x-tm-username": settings["username"], "x-tm-key": settings["key"]}


VENDOR = Vendor(
    title="TextMagic",
    make=TextMagic,
    settings=("username", "key"),
    headers=_authorization,
    base_url="https://rest.textmagic.com",
    root="/api/v2",
    limits=LIMITS,
    operations=OPERATIONS,
)
