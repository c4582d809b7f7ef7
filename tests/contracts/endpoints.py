"""Every endpoint of the two contracts, written down from the documents and not from the code, and who shows it.

`python -m tests.contracts.endpoints` writes the table of the server's page anew.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "listkit" / "server" / "README.md"
HEADING = "## Endpoints\n"
VENDORS = {"/v2/": "Exotel", "/api/": "TextMagic"}


class Endpoint(NamedTuple):
    """A method and a path, the section of the contract that describes it, what it does, and the test that asks it."""

    method: str
    path: str
    section: str
    what: str
    test: str

    @property
    def vendor(self) -> str:
        """Whose it is."""
        return next(name for prefix, name in VENDORS.items() if self.path.startswith(prefix))

    def takes(self, method: str, path: str) -> bool:
        """Say whether a request is one to this endpoint."""
        return method == self.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", self.path), path) is not None


_EXOTEL = "tests/server/seeds/test_exotel_seed.py::test_"
_ADDRESS_BOOK = "tests/server/seeds/test_exotel_contacts.py::test_"
_TEXTMAGIC = "tests/server/seeds/test_textmagic_seed.py::test_"
_CONTACTS = "tests/server/seeds/test_textmagic_contacts.py::test_"
_P, _Q = "/v2/accounts/{account}", "/api/v2"

ENDPOINTS = (
    Endpoint("POST", f"{_P}/lists", "4.1", "make one list or many", f"{_EXOTEL}post_lists"),
    Endpoint("GET", f"{_P}/lists", "4.9", "page, search and sort the lists", f"{_EXOTEL}get_lists"),
    Endpoint("PUT", f"{_P}/lists", "4.6", "rename and tag many lists", f"{_EXOTEL}put_lists"),
    Endpoint("GET", f"{_P}/lists/{{list}}", "4.8", "read a list", f"{_EXOTEL}get_list"),
    Endpoint("PUT", f"{_P}/lists/{{list}}", "4.5", "rename and tag a list", f"{_EXOTEL}put_list"),
    Endpoint("DELETE", f"{_P}/lists/{{list}}", "4.7", "delete a list; its contacts stay", f"{_EXOTEL}delete_list"),
    Endpoint("POST", f"{_P}/lists/{{list}}/contacts", "4.2", "add contacts to a list", f"{_EXOTEL}post_list_contacts"),
    Endpoint("GET", f"{_P}/lists/{{list}}/contacts", "4.10", "page a list's contacts", f"{_EXOTEL}get_list_contacts"),
    Endpoint(
        "DELETE",
        f"{_P}/lists/{{list}}/contacts/{{contact}}",
        "4.11",
        "take a contact off a list",
        f"{_EXOTEL}delete_list_contact",
    ),
    Endpoint("POST", f"{_P}/contacts", "5", "make contacts", f"{_ADDRESS_BOOK}post_contacts"),
    Endpoint("GET", f"{_P}/contacts", "5", "page and search the address-book", f"{_ADDRESS_BOOK}get_contacts"),
    Endpoint("PUT", f"{_P}/contacts", "5", "change many contacts", f"{_ADDRESS_BOOK}put_contacts"),
    Endpoint("GET", f"{_P}/contacts/{{contact}}", "5", "read a contact", f"{_ADDRESS_BOOK}get_contact"),
    Endpoint("PUT", f"{_P}/contacts/{{contact}}", "5", "change a contact", f"{_ADDRESS_BOOK}put_contact"),
    Endpoint("DELETE", f"{_P}/contacts/{{contact}}", "5", "delete a contact", f"{_ADDRESS_BOOK}delete_contact"),
    Endpoint("POST", f"{_P}/contacts/csv-upload", "4.3", "fill a list from a CSV file", f"{_EXOTEL}post_csv_upload"),
    Endpoint(
        "PUT",
        f"{_P}/contacts/csv-upload/{{list}}",
        "4.3",
        "fill a known list from a CSV file",
        f"{_ADDRESS_BOOK}csv_of_a_known_list",
    ),
    Endpoint(
        "GET",
        f"{_P}/contacts/csv-upload/{{list}}",
        "4.3",
        "show which columns a list's CSV may have",
        f"{_ADDRESS_BOOK}csv_of_a_known_list",
    ),
    Endpoint("GET", f"{_P}/csv-status/{{upload}}", "4.4", "tell how far an upload is", f"{_EXOTEL}post_csv_upload"),
    Endpoint(
        "GET",
        f"{_P}/csv-status/{{upload}}/rejects",
        "4.4",
        "name the rows that an upload rejected (our own)",
        f"{_EXOTEL}post_csv_upload",
    ),
    Endpoint("GET", f"{_Q}/lists", "4.1", "page the lists", f"{_TEXTMAGIC}get_all_lists"),
    Endpoint("POST", f"{_Q}/lists", "4.3", "make a list", f"{_TEXTMAGIC}create_a_list"),
    Endpoint("GET", f"{_Q}/lists/search", "4.9", "find lists by ids and words", f"{_CONTACTS}search_lists"),
    Endpoint("POST", f"{_Q}/lists/delete", "4.10", "delete many lists", f"{_CONTACTS}delete_lists"),
    Endpoint("GET", f"{_Q}/lists/{{id}}", "4.2", "read a list", f"{_TEXTMAGIC}get_one_list"),
    Endpoint("PUT", f"{_Q}/lists/{{id}}", "4.4", "edit a list", f"{_TEXTMAGIC}edit_a_list"),
    Endpoint(
        "DELETE",
        f"{_Q}/lists/{{id}}",
        "4.5",
        "delete a list, and its contacts that are in no other",
        f"{_TEXTMAGIC}delete_a_list",
    ),
    Endpoint(
        "GET", f"{_Q}/lists/{{id}}/contacts", "4.6", "page a list's contacts", f"{_TEXTMAGIC}get_contacts_of_a_list"
    ),
    Endpoint("PUT", f"{_Q}/lists/{{id}}/contacts", "4.7", "add contacts to a list", f"{_TEXTMAGIC}assign_contacts"),
    Endpoint(
        "POST",
        f"{_Q}/lists/{{id}}/contacts",
        "4.10",
        "set a list to these contacts",
        f"{_CONTACTS}reset_members",
    ),
    Endpoint(
        "DELETE",
        f"{_Q}/lists/{{id}}/contacts",
        "4.8",
        "take contacts off a list, and delete who is in no other",
        f"{_TEXTMAGIC}remove_contacts",
    ),
    Endpoint("GET", f"{_Q}/lists/{{id}}/contacts/ids", "4.10", "tell all members' ids", f"{_CONTACTS}ids_of_members"),
    Endpoint(
        "POST",
        f"{_Q}/lists/{{id}}/contacts/delete",
        "4.10",
        "take some members off a list, or all",
        f"{_CONTACTS}delete_members",
    ),
    Endpoint("GET", f"{_Q}/contacts", "5", "page the contacts", f"{_CONTACTS}get_contacts"),
    Endpoint("POST", f"{_Q}/contacts", "5.1", "make a contact in lists", f"{_CONTACTS}create_a_contact[plain]"),
    Endpoint(
        "POST",
        f"{_Q}/contacts/normalized",
        "5.1",
        "make a contact in lists",
        f"{_CONTACTS}create_a_contact[normalized]",
    ),
    Endpoint("GET", f"{_Q}/contacts/search", "5.4", "find contacts", f"{_CONTACTS}search_contacts"),
    Endpoint("GET", f"{_Q}/contacts/phone/{{phone}}", "5", "find a contact by its number", f"{_CONTACTS}get_a_contact"),
    Endpoint("POST", f"{_Q}/contacts/delete", "5", "delete many contacts", f"{_CONTACTS}delete_contacts"),
    Endpoint("GET", f"{_Q}/contacts/{{id}}", "5", "read a contact", f"{_CONTACTS}get_a_contact"),
    Endpoint("PUT", f"{_Q}/contacts/{{id}}", "5.1", "edit a contact", f"{_CONTACTS}edit_a_contact[plain]"),
    Endpoint(
        "PUT", f"{_Q}/contacts/{{id}}/normalized", "5.1", "edit a contact", f"{_CONTACTS}edit_a_contact[normalized]"
    ),
    Endpoint("DELETE", f"{_Q}/contacts/{{id}}", "5", "delete a contact", f"{_CONTACTS}delete_contacts"),
    Endpoint("DELETE", f"{_Q}/contact/all", "5", "delete all contacts", f"{_CONTACTS}delete_contacts"),
    Endpoint("GET", f"{_Q}/contacts/{{id}}/lists", "5", "page a contact's lists", f"{_CONTACTS}lists_of_a_contact"),
    Endpoint(
        "POST", f"{_Q}/contacts/import/normalized", "5.3", "fill a list from a file", f"{_CONTACTS}import_contacts"
    ),
    Endpoint(
        "GET",
        f"{_Q}/contacts/import/progress/{{id}}",
        "5.3",
        "tell how far an import is",
        f"{_CONTACTS}import_contacts",
    ),
    Endpoint(
        "GET",
        f"{_Q}/contacts/import/progress/{{id}}/rejects",
        "5.3",
        "name the rows that an import rejected (our own)",
        f"{_CONTACTS}import_contacts",
    ),
    Endpoint("GET", f"{_Q}/customfields", "5", "page the custom fields", f"{_CONTACTS}custom_fields"),
    Endpoint("POST", f"{_Q}/customfields", "5", "make a custom field", f"{_CONTACTS}custom_fields"),
    Endpoint("GET", f"{_Q}/customfields/{{id}}", "5", "read a custom field", f"{_CONTACTS}custom_fields"),
    Endpoint("PUT", f"{_Q}/customfields/{{id}}", "5", "rename a custom field", f"{_CONTACTS}custom_fields"),
    Endpoint(
        "DELETE", f"{_Q}/customfields/{{id}}", "5", "delete a custom field and its values", f"{_CONTACTS}custom_fields"
    ),
    Endpoint("PUT", f"{_Q}/customfields/{{id}}/update", "5", "fill it in for a contact", f"{_CONTACTS}custom_fields"),
    Endpoint("GET", f"{_Q}/unsubscribers", "5", "page who has opted out", f"{_CONTACTS}unsubscribers"),
    Endpoint("POST", f"{_Q}/unsubscribers", "5", "opt a number out", f"{_CONTACTS}unsubscribers"),
    Endpoint("GET", f"{_Q}/unsubscribers/{{id}}", "5", "read an opt-out", f"{_CONTACTS}unsubscribers"),
    Endpoint("GET", f"{_Q}/ping", "5", "tell whether the key is good", f"{_CONTACTS}ping"),
)
"""In the order of the contracts. What these call out of scope, the avatars of TextMagic's lists, is not here."""


def table() -> str:
    """Make the table of all endpoints, one part for each vendor."""
    parts = []
    for vendor, endpoints in groupby(ENDPOINTS, key=lambda endpoint: endpoint.vendor):
        rows = [f"| `{one.method} {one.path}` | {one.what} | `{one.test}` |" for one in endpoints]
        parts.append("\n".join([f"| {vendor} | what it does | shown by |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def page() -> tuple[str, str]:
    """Return the server's page as it is, and as it must be: the tables alone are made here."""
    text = PAGE.read_text()
    before, heading, rest = text.partition(HEADING)
    theme, *later = re.split(r"^(?=## )", rest, maxsplit=1, flags=re.MULTILINE)
    told = [part for part in theme.strip().split("\n\n") if not part.startswith("|")]
    themes = ["\n\n".join([heading.strip(), *told, table()]) + "\n", *later]
    return text, before + "\n".join(themes)


if __name__ == "__main__":
    PAGE.write_text(page()[1])
