"""Exotel: every method builds a request, sends it, and reads the answer."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from listkit.contact import FIELDS, Page, Receipt
from listkit.errors import NotFoundError, ProviderError, TooManyError
from listkit.providers.base import Vendor, gone, read
from listkit.providers.retrying import SETTLE, SystemClock
from listkit.providers.terms.exotel import LIMITS, OPERATIONS
from listkit.wire import exotel as wire
from listkit.wire.tables import UNSUBSCRIBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Cursor, Record, Upload
    from listkit.providers.base import CursorKind
    from listkit.providers.retrying import Clock
    from listkit.wire.message import Answer, Request, Send

T = TypeVar("T")


class Exotel:
    """An account's lists at Exotel, or at whatever else answers as Exotel does, reached through a `Send`."""

    name = "exotel"
    limits = LIMITS
    operations = OPERATIONS
    carries = frozenset(FIELDS)
    upload_carries = frozenset(FIELDS)
    carries_custom = True
    upload_carries_custom = False
    list_carries = frozenset({"name", "tag"})
    joins_on_create = False
    bulk: Literal["batches", "file"] = "batches"
    upload_counts = True
    cursor: CursorKind | None = "rows"
    in_flight = 3
    settle = SETTLE
    clock: Clock = SystemClock()

    def __init__(self, send: Send, *, account: str, host: str = "api.exotel.com") -> None:
        """Take what sends a request with the account's key; `account` is its SID."""
        self._send = send
        self.account = account
        self.host = host

    @property
    def waiting(self) -> float:
        """How many seconds are left of those that the provider asked to wait."""
        return getattr(self._send, "waiting", 0.0)

    def ping(self) -> None:
        """Ask for one list, to know that the key is good."""
        self._read(wire.lists_request(self.account, limit=1), partial(wire.decode_lists, offset=0))

    # lists ---------------------------------------------------------------------------------
    def lists(self, *, name: str | None = None, after: Cursor | None = None) -> Page[list[ContactList]]:
        """Return one page of the lists, oldest first; `name` narrows to those whose name holds it."""
        request = wire.lists_request(self.account, offset=after or 0, name=name)
        return self._read(request, partial(wire.decode_lists, offset=after or 0))

    def list(self, list_id: str) -> ContactList:
        """Return one list."""
        return self._read(wire.list_request(self.account, list_id), wire.decode_list)

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list; DuplicateError when the name is taken."""
        return wire.decode_list(self._send(wire.create_lists_request(self.account, [new])))

    def create_lists(self, new: Sequence[ContactList]) -> Sequence[ContactList | ProviderError | None]:
        """Make up to 5,000 lists; what is refused is the error in its place, None where nothing is proven."""
        answer = self._send(wire.create_lists_request(self.account, new))
        return wire.decode_list_outcomes(answer, [each.name.strip() for each in new], by="name")

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:
        """Rename a list and set its tag; without a tag, the one that it has stays."""
        changes = {"name": name} if tag is None else {"name": name, "tag": tag}
        return wire.decode_list(self._send(wire.update_list_request(self.account, list_id, changes)))

    def update_lists(
        self, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Sequence[ContactList | ProviderError | None]:
        """Change name or tag of up to 5,000 lists, given by id; fields that are absent stay."""
        answer = self._send(wire.update_lists_request(self.account, changes))
        return wire.decode_list_outcomes(answer, [list_id for list_id, _ in changes], by="sid")

    def delete_list(self, list_id: str) -> None:
        """Delete a list; its contacts stay in the address-book."""
        wire.decode_done(self._send(wire.delete_list_request(self.account, list_id)))

    # members -------------------------------------------------------------------------------
    def members(self, list_id: str, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of a list's members, oldest first, as `wire.tables.MEMBERS`."""
        request = wire.members_request(self.account, list_id, offset=after or 0)
        return self._read(request, partial(wire.decode_contacts, offset=after or 0))

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Make up to 5,000 existing contacts members of a list."""
        answer = self._send(wire.add_members_request(self.account, list_id, contact_ids))
        return wire.decode_joined(answer, contact_ids)

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Take a contact off a list, one at a time; it stays in the address-book."""
        if len(contact_ids) > 1:
            raise TooManyError(
                f"Exotel takes one contact off a list in one request, and these are {len(contact_ids):,}; "
                "send them one by one.",
                limit=1,
            )
        return [
            self._rid_of(contact_id, wire.remove_member_request(self.account, list_id, contact_id))
            for contact_id in contact_ids
        ]

    # contacts ------------------------------------------------------------------------------
    def contacts(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of the address-book, oldest first; only 20 contacts at a time."""
        request = wire.contacts_request(self.account, offset=after or 0)
        return self._read(request, partial(wire.decode_contacts, offset=after or 0))

    def contact(self, contact_id: str) -> Record:
        """Return one contact."""
        return self._read(wire.contact_request(self.account, contact_id), wire.decode_contact)

    def find_contact(self, phone: str) -> Record | None:  # noqa: ARG002 - the protocol's
        """Return None: Exotel's search by name may or may not look at numbers, so it proves nothing."""
        return None

    def lists_of(self, contact_id: str) -> Sequence[str] | None:  # noqa: ARG002 - the protocol's
        """Return None: Exotel shows the lists of a contact only beside a page of the address-book."""
        return None

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:  # noqa: ARG002 - joined apart
        """Make up to 5,000 contacts in the address-book; they join a list by `add_members`."""
        answer = self._send(wire.create_contacts_request(self.account, contacts))
        return wire.decode_created_contacts(answer, contacts["phone"].to_pylist())

    def customs(self, list_id: str, *, after: Cursor | None = None) -> Page[Sequence[tuple[str, dict[str, Any]]]]:
        """Return the custom fields of one page of a list's members, each by the contact's id, as they are."""
        request = wire.members_request(self.account, list_id, offset=after or 0)
        return self._read(request, partial(wire.decode_customs, offset=after or 0))

    def update_contacts(
        self,
        changes: Sequence[tuple[str, Mapping[str, str | None]]],
        *,
        kept: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ) -> Sequence[Receipt | None]:
        """Change fields of up to 5,000 contacts, given by id; those that are absent stay.

        To Exotel a contact's custom fields are one value: where one of them changes, those that the
        contact has go along. What `kept` does not hold of them is read first, a request more for each.
        """
        whole = [(contact_id, self._whole(contact_id, fields, kept)) for contact_id, fields in changes]
        answer = self._send(wire.update_contacts_request(self.account, whole))
        return wire.decode_updated_contacts(answer, [contact_id for contact_id, _ in changes])

    def delete_contact(self, contact_id: str) -> Receipt:
        """Delete a contact; it leaves every list."""
        return self._rid_of(contact_id, wire.delete_contact_request(self.account, contact_id))

    def unsubscribers(self, *, after: Cursor | None = None) -> Page[pa.Table]:  # noqa: ARG002 - the protocol's
        """Return nobody: Exotel's lists keep no opt-outs."""
        return Page(items=UNSUBSCRIBERS.empty_table(), total=0)

    def _whole(
        self, contact_id: str, fields: Mapping[str, str | None], kept: Mapping[str, Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Put the custom fields that change among the others; of a contact that is not there, nothing is known."""
        if not wire.changes_custom(fields):
            return fields
        if contact_id in kept:
            return wire.with_custom(fields, kept[contact_id])
        try:
            return wire.with_custom(fields, self.contact(contact_id).custom or {})
        except NotFoundError:
            return wire.with_custom(fields, {})

    def _rid_of(self, contact_id: str, request: Request) -> Receipt:
        """Ask for a contact to go from somewhere, and say whether it went or was not there."""
        try:
            wire.decode_done(self._send(request))
        except ProviderError as error:
            return gone(error, contact_id)
        return Receipt(status="done", contact_id=contact_id)

    def told_limits(self, list_id: str) -> Mapping[str, tuple[float, str]]:
        """Wish for pages that are too long, and read what is granted in their place, and the rate; three requests."""
        asked = {
            "lists_per_page": (wire.lists_request(self.account, limit=wire.TOO_LONG), "lists"),
            "members_per_page": (wire.members_request(self.account, list_id, limit=wire.TOO_LONG), "contacts"),
            "contacts_per_page": (wire.contacts_request(self.account, limit=wire.TOO_LONG), "contacts"),
        }
        told: dict[str, tuple[float, str]] = {}
        for name, (request, unit) in asked.items():
            answer = self._send(request)
            if granted := wire.decode_granted(answer):
                told[name] = (granted, unit)
            if a_minute := wire.decode_rate(answer):
                told["requests_per_second"] = (a_minute / 60, "requests")
        return told

    # uploads -------------------------------------------------------------------------------
    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        """Send contacts as a CSV file, which Exotel takes in afterwards; the list is made if there is none."""
        return wire.decode_upload(self._send(wire.upload_request(self.account, contacts, to=to)))

    def upload_status(self, upload: Upload) -> Upload:
        """Ask how far an upload is."""
        request = wire.upload_status_request(self.account, upload.upload_id)
        return self._read(request, partial(wire.decode_upload, upload_id=upload.upload_id))

    def _read(self, request: Request, decode: Callable[[Answer], T]) -> T:
        return read(self._send, request, decode)


def _authorization(settings: Mapping[str, str]) -> dict[str, str]:
    pair = f"{settings['key']}:{settings['token']}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


VENDOR = Vendor(
    title="Exotel",
    make=Exotel,
    settings=("sid", "key", "token"),
    headers=_authorization,
    base_url="https://api.exotel.com",
    root="/v2/accounts",
    limits=LIMITS,
    operations=OPERATIONS,
)
