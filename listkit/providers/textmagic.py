"""TextMagic's contact lists as a provider: each method builds a request, sends it and reads the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from listkit.contact import Receipt
from listkit.errors import NotFoundError
from listkit.providers.base import Limit, Operation, Vendor
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Cursor, Page, Record, Upload
    from listkit.wire.message import Answer, Request, Send

API = "docs.textmagic.com, the REST API v2"

LIMITS: Mapping[str, Limit] = {
    "contacts_per_request": Limit(1, "contacts", f"{API}: POST /contacts makes one"),
    "members_per_request": Limit(
        wire.MOST_IDS, "contacts", "ours: TextMagic names no number, and a long request helps nobody"
    ),
    "members_per_list": Limit(None, "contacts", f"{API} names none"),
    "lists_per_page": Limit(wire.PAGE_SIZE, "lists", f"{API}: limit is 1 to 100, and anything else is read as 10"),
    "members_per_page": Limit(wire.PAGE_SIZE, "contacts", f"{API}: limit is 1 to 100, and anything else is read as 10"),
    "upload_bytes": Limit(
        wire.LARGEST_FILE, "bytes", f"{API}: the size of attachments, imports have none of their own"
    ),
    "requests_per_second": Limit(2, "requests", "the textmagic package keeps to it; the documentation allows 20"),
}

_READS = Operation("harmless", why="It only reads.")

OPERATIONS: Mapping[str, Operation] = {
    "ping": _READS,
    "lists": _READS,
    "list": _READS,
    "members": _READS,
    "find_contact": _READS,
    "lists_of": _READS,
    "unsubscribers": _READS,
    "upload_status": _READS,
    "create_list": Operation("unproven", why="Nothing says that names are unique: the second may make a second list."),
    "update_list": Operation("harmless", why="The same values again change nothing."),
    "delete_list": Operation(
        "harmless", destroys=True, why="The second finds nothing; contacts in no other list are deleted."
    ),
    "create_contact": Operation(
        "refused", why="The number exists already; the refusal does not say which contact has it."
    ),
    "add_members": Operation("harmless", why="It adds to those who are there; a member stays one member."),
    "remove_members": Operation(
        "harmless", destroys=True, why="The second finds them gone; contacts in no other list are deleted."
    ),
    "upload": Operation("unproven", why="The second is another import of the same file."),
}


class TextMagic:
    """A TextMagic account's lists, over anything that turns a request into an answer."""

    name = "textmagic"
    limits = LIMITS
    operations = OPERATIONS
    carries = frozenset(wire.SPELLED)
    carries_custom = False
    upload_carries = frozenset(wire.IMPORTED)
    upload_carries_custom = False
    joins_on_create = True
    bulk: Literal["batches", "file"] = "file"

    def __init__(self, send: Send, *, account: str, host: str = "rest.textmagic.com") -> None:
        self._send = send
        self.account = account
        self.host = host

    def ping(self) -> None:
        """Ask something harmless, to know that the key is good."""
        self._ask(wire.ping_request())

    def lists(self, *, name: str | None = None, after: Cursor | None = None) -> Page[list[ContactList]]:
        """Return one page of the lists, oldest first; with a name, of those that have it in name or description."""
        return wire.decode_lists(self._ask(wire.lists_request(name=name, after=after)))

    def list(self, list_id: str) -> ContactList:
        """Return one list."""
        return wire.decode_list(self._ask(wire.list_request(list_id)))

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list; DuplicateError when the name is taken. TextMagic has no tags."""
        return wire.decode_created_list(self._ask(wire.create_list_request(new)), new)

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:  # noqa: ARG002 - no tags
        """Rename a list; two requests, since an edit that does not repeat `shared` ends the sharing."""
        kept = self._ask(wire.list_request(list_id))
        self._ask(wire.update_list_request(kept, list_id, name=name))
        return msgspec.structs.replace(wire.decode_list(kept), name=name)

    def delete_list(self, list_id: str) -> None:
        """Delete a list, and every contact that is in no other."""
        self._ask(wire.delete_list_request(list_id))

    def members(self, list_id: str, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of a list's members, oldest first."""
        return wire.decode_members(self._ask(wire.members_request(list_id, after=after)))

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:
        """Make the one contact of a table, in a list; more than one is a ValueError."""
        return [wire.decode_created_contact(self._send(wire.create_contact_request(contacts, list_id=list_id)))]

    def find_contact(self, phone: str) -> Record | None:
        """Return the contact with this number, or None."""
        try:
            return wire.decode_contact(self._ask(wire.find_contact_request(phone)))
        except NotFoundError:
            return None

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Make existing contacts members of a list: all of them, or none where one is unknown."""
        self._ask(wire.add_members_request(list_id, contact_ids))
        return [Receipt(status="done", contact_id=contact_id, joined=True) for contact_id in contact_ids]

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> None:
        """Take contacts off a list, and delete those that are in no other."""
        self._ask(wire.remove_members_request(list_id, contact_ids))

    def lists_of(self, contact_id: str) -> Sequence[str] | None:
        """Return the ids of the lists that a contact is in, the first hundred of them."""
        page = wire.decode_lists(self._ask(wire.contact_lists_request(contact_id)))
        return [str(kept.list_id) for kept in page.items]

    def unsubscribers(self, *, after: Cursor | None = None) -> Page[pa.Table]:
        """Return one page of those who opted out, oldest first."""
        return wire.decode_unsubscribers(self._ask(wire.unsubscribers_request(after=after)))

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        """Send contacts as a CSV file, which TextMagic takes in afterwards."""
        return wire.decode_upload(self._ask(wire.upload_request(contacts, to=to)), to=to)

    def upload_status(self, upload: Upload) -> Upload:
        """Ask how far an upload is."""
        return wire.decode_progress(self._ask(wire.upload_status_request(upload)), upload)

    def _ask(self, request: Request) -> Answer:
        """Send, and raise what the answer refuses."""
        answer = self._send(request)
        if answer.status >= 300:  # noqa: PLR2004 - 200, 201 and 204 are in use
            raise wire.decode_error(answer)
        return answer


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
