"""Carillon's lists as a provider: each method builds a request, sends it and reads the answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from listkit_carillon import terms, wire

from listkit.contact import Page
from listkit.errors import InvalidError, NotFoundError, ProviderError
from listkit.providers.base import gone, read
from listkit.providers.retrying import SETTLE, SystemClock
from listkit.wire.tables import UNSUBSCRIBERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from listkit.contact import ContactList, Receipt, Record, Upload
    from listkit.wire.message import Send


class Carillon:
    """A team's lists at Carillon, over anything that turns a request into an answer."""

    name = "carillon"
    limits = terms.LIMITS
    operations = terms.OPERATIONS
    carries = frozenset(wire.FIELDS)
    upload_carries = frozenset[str]()
    carries_custom = False
    upload_carries_custom = False
    list_carries = frozenset({"name"})
    joins_on_create = False
    bulk = "batches"
    cursor = "rows"
    in_flight = 2
    settle = SETTLE
    clock = SystemClock()

    def __init__(self, send: Send, *, account: str, host: str = "api.carillon.example") -> None:
        self._send, self.account, self.host = send, account, host

    def ping(self) -> None:
        """Ask for a page of lists, to know that the key is good."""
        self.lists()

    # lists ---------------------------------------------------------------------------------
    def lists(self, *, name: str | None = None, after: int | None = None) -> Page[list[ContactList]]:
        """Return one page of the lists, oldest first; with a name, the one of this title."""
        return read(self._send, wire.request("lists", "GET", "bells", title=name, after=after), wire.decode_lists)

    def list(self, list_id: str) -> ContactList:
        """Return one list."""
        return read(self._send, wire.request("list", "GET", f"bells/{list_id}"), wire.decode_list)

    def create_list(self, new: ContactList) -> ContactList:
        """Make a list; DuplicateError when the title is taken."""
        asked = wire.request("create_lists", "POST", "bells", {"title": new.name.strip()})
        return wire.decode_list(self._send(asked))

    def create_lists(self, new: Sequence[ContactList]) -> Sequence[ContactList | ProviderError | None]:
        """Make the one list of several that Carillon takes."""
        return [_or_error(partial(self.create_list, each)) for each in new]

    def update_list(self, list_id: str, *, name: str, tag: str | None = None) -> ContactList:
        """Rename a list; Carillon has no tags."""
        asked = wire.request("update_lists", "PUT", f"bells/{list_id}", {"title": name})
        return wire.decode_list(self._send(asked))

    def update_lists(
        self, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> Sequence[ContactList | ProviderError | None]:
        """Rename the one list of several that Carillon takes."""
        return [_or_error(partial(self.update_list, list_id, name=str(to["name"]))) for list_id, to in changes]

    def delete_list(self, list_id: str) -> None:
        """Delete a list; its people stay."""
        wire.decode(self._send(wire.request("delete_list", "DELETE", f"bells/{list_id}")), object)

    # members -------------------------------------------------------------------------------
    def members(self, list_id: str, *, after: int | None = None) -> Page[pa.Table]:
        """Return one page of a list's members, oldest first."""
        asked = wire.request("members", "GET", f"bells/{list_id}/people", after=after)
        return read(self._send, asked, wire.decode_contacts)

    def add_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Make existing people members of a list."""
        asked = wire.request("add_members", "PUT", f"bells/{list_id}/people", {"ids": list(contact_ids)})
        return wire.decode_done(self._send(asked), contact_ids, joined=True)

    def remove_members(self, list_id: str, contact_ids: Sequence[str]) -> Sequence[Receipt | None]:
        """Take people off a list; they stay contacts."""
        asked = wire.request("remove_members", "DELETE", f"bells/{list_id}/people", {"ids": list(contact_ids)})
        return wire.decode_done(self._send(asked), contact_ids)

    # contacts ------------------------------------------------------------------------------
    def contact(self, contact_id: str) -> Record:
        """Return one contact."""
        return read(self._send, wire.request("contact", "GET", f"people/{contact_id}"), wire.decode_contact)

    def contacts(self, *, after: int | None = None) -> Page[pa.Table]:
        """Return one page of all people, oldest first."""
        return read(self._send, wire.request("contacts", "GET", "people", after=after), wire.decode_contacts)

    def find_contact(self, phone: str) -> Record | None:
        """Return the contact with this number, or None."""
        asked = wire.request("find_contact", "GET", f"numbers/{phone}")
        try:
            return read(self._send, asked, wire.decode_contact)
        except NotFoundError:
            return None

    def lists_of(self, contact_id: str) -> None:
        """Return None: Carillon does not say in which lists somebody is."""

    def create_contacts(self, contacts: pa.Table, *, list_id: str) -> Sequence[Receipt | None]:
        """Make up to 200 contacts."""
        asked = wire.request("create_contacts", "POST", "people", wire.encode_people(contacts))
        return wire.decode_made(self._send(asked), contacts["phone"].to_pylist())

    def update_contacts(self, changes: Sequence[tuple[str, Mapping[str, str | None]]]) -> Sequence[Receipt | None]:
        """Change fields of up to 200 contacts."""
        asked = wire.request("update_contacts", "PATCH", "people", wire.encode_changes(changes))
        return wire.decode_done(self._send(asked), [contact_id for contact_id, _ in changes])

    def delete_contact(self, contact_id: str) -> Receipt:
        """Delete a contact, who leaves every list."""
        try:
            (receipt,) = wire.decode_done(
                self._send(wire.request("delete_contact", "DELETE", f"people/{contact_id}")), [contact_id]
            )
        except ProviderError as error:
            return gone(error, contact_id)
        return receipt

    # what Carillon has not -----------------------------------------------------------------
    def unsubscribers(self, *, after: int | None = None) -> Page[pa.Table]:
        """Return nobody: Carillon keeps no opt-outs."""
        return Page(items=UNSUBSCRIBERS.empty_table(), total=0)

    def told_limits(self, list_id: str) -> Mapping[str, tuple[float, str]]:
        """Return nothing: Carillon's answers tell no numbers."""
        return {}

    def upload(self, contacts: pa.Table, *, to: ContactList) -> Upload:
        """Refuse: Carillon takes no files."""
        raise InvalidError(f"Carillon takes no files, and so none of {contacts.num_rows:,} contacts for {to.name!r}.")

    def upload_status(self, upload: Upload) -> Upload:
        """Refuse: there are none."""
        raise NotFoundError(f"Carillon has no upload {upload.upload_id}; it takes no files.")


def _or_error(ask: Any) -> ContactList | ProviderError:
    try:
        return ask()
    except ProviderError as error:
        return error
