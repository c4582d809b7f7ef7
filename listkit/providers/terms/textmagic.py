"""TextMagic's numbers, and what its operations do when they are sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.providers.base import Limit, Operation
from listkit.wire import textmagic as wire

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "docs.textmagic.com, the REST API v2"
PAGES = f"{API}: limit is 1 to 100, and anything else is read as 10"

LIMITS: Mapping[str, Limit] = {
    "contacts_per_request": Limit(1, "contacts", f"{API}: POST /contacts makes one"),
    "contacts_updated_per_request": Limit(1, "contacts", f"{API}: PUT /contacts/{{id}} edits one"),
    "lists_per_request": Limit(1, "lists", f"{API}: POST /lists makes one, PUT /lists/{{id}} edits one"),
    "members_per_request": Limit(
        wire.MOST_IDS, "contacts", "ours: TextMagic names no number, and a long request helps nobody"
    ),
    "members_removed_per_request": Limit(
        wire.MOST_IDS, "contacts", "ours: TextMagic names no number, and a long request helps nobody"
    ),
    "members_per_list": Limit(None, "contacts", f"{API} names none"),
    "list_name_characters": Limit(255, "characters", "ours: TextMagic names none, and a long name helps nobody"),
    "lists_per_page": Limit(wire.PAGE_SIZE, "lists", PAGES),
    "members_per_page": Limit(wire.PAGE_SIZE, "contacts", PAGES),
    "contacts_per_page": Limit(wire.PAGE_SIZE, "contacts", PAGES),
    "upload_bytes": Limit(
        wire.LARGEST_FILE, "bytes", f"{API}: the size of attachments, imports have none of their own"
    ),
    "edits_per_second": Limit(
        5, "requests", f"{API}: the newest description, for edits of contacts and for what joins a list"
    ),
    "requests_per_second": Limit(2, "requests", "the textmagic package keeps to it; the documentation allows 20"),
}

OPERATIONS: Mapping[str, Operation] = {
    "ping": Operation.read(f"{API}: GET /ping"),
    "lists": Operation.read(f"{API}: GET /lists, GET /lists/search", most="lists_per_page"),
    "list": Operation.read(f"{API}: GET /lists/{{id}}"),
    "members": Operation.read(f"{API}: GET /lists/{{id}}/contacts", most="members_per_page"),
    "find_contact": Operation.read(f"{API}: GET /contacts/phone/{{phone}}"),
    "contact": Operation.read(f"{API}: GET /contacts/{{id}}"),
    "contacts": Operation.read(f"{API}: GET /contacts", most="contacts_per_page"),
    "lists_of": Operation.read(f"{API}: GET /contacts/{{id}}/lists", most="lists_per_page"),
    "custom_fields": Operation.read(f"{API}: GET /customfields"),
    "unsubscribers": Operation.read(f"{API}: GET /unsubscribers", most="contacts_per_page"),
    "upload_status": Operation.read(f"{API}: GET /contacts/import/progress/{{id}}"),
    "create_lists": Operation(
        "unproven",
        why="Nothing says that names are unique: the second may make a second list.",
        source=f"{API}: POST /lists",
    ),
    "update_lists": Operation(
        "harmless",
        why="The same values again change nothing.",
        source=f"{API}: PUT /lists/{{id}}",
        reads_first="always",
    ),
    "delete_list": Operation(
        "harmless",
        destroys=True,
        why="The second finds nothing; contacts in no other list are deleted.",
        source=f"{API}: DELETE /lists/{{id}}",
    ),
    "create_contacts": Operation(
        "refused",
        why="The number exists already; the refusal does not say which contact has it.",
        most="contacts_per_request",
        source=f"{API}: POST /contacts",
    ),
    "update_contacts": Operation(
        "harmless",
        why="The same values again change nothing.",
        most="contacts_updated_per_request",
        rate="edits_per_second",
        source=f"{API}: PUT /contacts/{{id}}",
        reads_first="always",
    ),
    "delete_contact": Operation(
        "harmless",
        destroys=True,
        why="The second finds nothing; it leaves every list.",
        source=f"{API}: DELETE /contacts/{{id}}",
    ),
    "create_custom_field": Operation(
        "unproven", why="Nothing says that names of custom fields are unique.", source=f"{API}: POST /customfields"
    ),
    "add_members": Operation(
        "harmless",
        why="It adds to those who are there; a member stays one member.",
        most="members_per_request",
        rate="edits_per_second",
        source=f"{API}: PUT /lists/{{id}}/contacts",
    ),
    "remove_members": Operation(
        "harmless",
        destroys=True,
        why="The second finds them gone; contacts in no other list are deleted.",
        most="members_removed_per_request",
        source=f"{API}: DELETE /lists/{{id}}/contacts",
    ),
    "upload": Operation(
        "unproven",
        why="The second is another import of the same file.",
        most="upload_bytes",
        source=f"{API}: POST /contacts/import/normalized",
    ),
}
