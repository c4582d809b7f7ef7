"""Exotel's numbers, and what its operations do when they are sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.providers.base import Limit, Operation
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTS, CONTACTS = "Exotel: Lists API", "Exotel: Contacts API"

LIMITS: Mapping[str, Limit] = {
    "contacts_per_request": Limit(wire.BATCH, "contacts", f"{CONTACTS}, create contacts"),
    "members_per_request": Limit(wire.BATCH, "contacts", f"{LISTS}, add contacts to a list"),
    "contacts_updated_per_request": Limit(wire.BATCH, "contacts", f"{CONTACTS}, bulk update of contacts"),
    "members_removed_per_request": Limit(1, "contacts", f"{LISTS}, delete a contact from a list"),
    "lists_per_request": Limit(wire.BATCH, "lists", f"{LISTS}, bulk update; taken to hold for creating too"),
    "members_per_static_list": Limit(wire.CAPS["static"], "contacts", f"{LISTS}, add contacts using CSV"),
    "members_per_dynamic_list": Limit(wire.CAPS["dynamic"], "contacts", f"{CONTACTS}, upload of a CSV"),
    "upload_bytes": Limit(wire.LARGEST_FILE, "bytes", f"{CONTACTS}, upload of a CSV, 60 MB"),
    "list_name_characters": Limit(255, "characters", "ours: Exotel names none, and a long name helps nobody"),
    "lists_per_page": Limit(wire.LONGEST_PAGE, "lists", "taken to be the same as for the contacts of a list"),
    "members_per_page": Limit(wire.LONGEST_PAGE, "contacts", f"{LISTS}, get contacts of a list"),
    "contacts_per_page": Limit(wire.LONGEST_CONTACTS_PAGE, "contacts", f"{CONTACTS}, get contacts"),
    "requests_per_second": Limit(200 / 60, "requests", "Exotel: API reference, rate limits, 200 a minute"),
}

OPERATIONS: Mapping[str, Operation] = {
    "lists": Operation.read(f"{LISTS}, get lists", most="lists_per_page"),
    "list": Operation.read(f"{LISTS}, get list details"),
    "members": Operation.read(f"{LISTS}, get contacts of a list", most="members_per_page"),
    "contact": Operation.read(f"{CONTACTS}, get contact details"),
    "contacts": Operation.read(f"{CONTACTS}, get contacts", most="contacts_per_page"),
    "upload_status": Operation.read(f"{LISTS}, get CSV upload status"),
    "create_lists": Operation(
        "refused",
        why="A name is unique in an account: the second is refused with 409.",
        most="lists_per_request",
        source=f"{LISTS}, create a list",
    ),
    "update_list": Operation("harmless", why="The same values again change nothing.", source=f"{LISTS}, update a list"),
    "update_lists": Operation(
        "harmless",
        why="The same values again change nothing.",
        most="lists_per_request",
        source=f"{LISTS}, bulk update of lists",
    ),
    "delete_list": Operation(
        "harmless", why="The second finds nothing; the contacts stay.", source=f"{LISTS}, delete a list"
    ),
    "create_contacts": Operation(
        "unproven",
        why="The second is said to be refused with 409 and the contact's id; Exotel's pages do not say so.",
        most="contacts_per_request",
        source=f"{CONTACTS}, create contacts",
    ),
    "update_contacts": Operation(
        "harmless",
        why="The same values again change nothing.",
        most="contacts_updated_per_request",
        source=f"{CONTACTS}, bulk update of contacts",
        reads_first="custom fields",
    ),
    "delete_contact": Operation(
        "harmless",
        destroys=True,
        why="The second finds nothing; it leaves every list.",
        source=f"{CONTACTS}, delete a contact",
    ),
    "add_members": Operation(
        "unproven",
        why="The second is said to be refused with 409; Exotel's pages do not say whether a member can double.",
        most="members_per_request",
        source=f"{LISTS}, add contacts to a list",
    ),
    "remove_members": Operation(
        "harmless",
        why="The second finds nothing; the contact stays in the address-book.",
        most="members_removed_per_request",
        source=f"{LISTS}, delete a contact from a list",
    ),
    "upload": Operation(
        "unproven",
        why="The second takes the same file in once more.",
        most="upload_bytes",
        source=f"{LISTS}, add contacts using CSV",
    ),
}
