"""Carillon's numbers, and what sending each request twice does."""

from __future__ import annotations

from listkit.providers.base import Limit, Operation

MANUAL = "Carillon's manual, chapter"
MOST = 200

LIMITS = {
    "contacts_per_request": Limit(MOST, "contacts", f"{MANUAL} 3"),
    "contacts_updated_per_request": Limit(MOST, "contacts", f"{MANUAL} 3"),
    "members_per_request": Limit(MOST, "contacts", f"{MANUAL} 4"),
    "members_removed_per_request": Limit(MOST, "contacts", f"{MANUAL} 4"),
    "lists_per_request": Limit(1, "lists", f"{MANUAL} 2"),
    "lists_per_page": Limit(50, "lists", f"{MANUAL} 2"),
    "members_per_page": Limit(50, "contacts", f"{MANUAL} 4"),
    "contacts_per_page": Limit(50, "contacts", f"{MANUAL} 3"),
    "requests_per_second": Limit(10, "requests", f"{MANUAL} 1"),
}

OPERATIONS = {
    "lists": Operation.read(f"{MANUAL} 2", most="lists_per_page"),
    "list": Operation.read(f"{MANUAL} 2"),
    "create_lists": Operation("refused", why="A title is there once.", source=f"{MANUAL} 2"),
    "update_lists": Operation("harmless", why="The same title again is the same title.", source=f"{MANUAL} 2"),
    "delete_list": Operation("harmless", why="The second finds nothing; the people stay.", source=f"{MANUAL} 2"),
    "contact": Operation.read(f"{MANUAL} 3"),
    "contacts": Operation.read(f"{MANUAL} 3", most="contacts_per_page"),
    "find_contact": Operation.read(f"{MANUAL} 3"),
    "create_contacts": Operation(
        "refused", why="A number is there once, and the refusal names who has it.", most="contacts_per_request",
        source=f"{MANUAL} 3",
    ),
    "update_contacts": Operation(
        "harmless", why="The same values again change nothing.", most="contacts_updated_per_request",
        source=f"{MANUAL} 3",
    ),
    "delete_contact": Operation("harmless", destroys=True, why="The second finds nothing.", source=f"{MANUAL} 3"),
    "members": Operation.read(f"{MANUAL} 4", most="members_per_page"),
    "add_members": Operation(
        "refused", why="Who is in it is told to be there, once.", most="members_per_request", source=f"{MANUAL} 4"
    ),
    "remove_members": Operation(
        "harmless", why="The second finds them gone; they stay contacts.", most="members_removed_per_request",
        source=f"{MANUAL} 4",
    ),
}  # fmt: skip
