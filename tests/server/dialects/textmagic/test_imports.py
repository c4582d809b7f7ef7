"""TextMagic's import of a file: what is kept, where it goes, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from listkit.contact import Contact
from tests.contracts.engines import rows_of
from tests.server.dialects.textmagic.caller import ASHA, BINA, refused

if TYPE_CHECKING:
    from tests.server.dialects.textmagic.caller import Caller


def imported(tm: Caller, **query: object) -> tuple[int, Any]:
    """Send a file of two columns."""
    part = 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv'
    body = f"--x\r\n{part}\r\n\r\nname,number\nAsha,{ASHA}\n\r\n--x--\r\n".encode()
    path = "contacts/import/normalized"
    return tm.ask("POST", path, body, "multipart/form-data; boundary=x", **{"column": "0:firstName;1:phone", **query})


def test_import_is_started(tm: Caller) -> None:
    """A file is handed on with its layout, its list and no cap; listId wins over listName."""
    vip = tm.make_list("VIP")
    assert imported(tm, listId=vip, listName="News") == (201, {"id": 1, "href": "/api/v2/contacts/import/progress/1"})
    ((job, content),) = tm.uploads.started
    assert (job.list_id, job.layout, job.cap) == (str(vip), {0: "first_name", 1: "phone"}, None)
    assert content == f"name,number\nAsha,{ASHA}\n".encode()
    assert [kept["name"] for kept in tm.get("lists")["resources"]] == ["VIP"]


def test_import_into_a_name_that_is_taken(tm: Caller) -> None:
    """A list of a taken name is made with the next free ordinal."""
    tm.make_list("news")
    for _ in range(2):
        assert imported(tm, listName="News")[0] == 201
    assert [kept["name"] for kept in tm.get("lists", direction="asc")["resources"]] == ["news", "News 1", "News 2"]


def test_imports_that_are_refused(tm: Caller) -> None:
    """Without a list, or with an unknown one, nothing is kept and no list is made."""
    assert refused(imported(tm, listId=99), "listId") == "List 99 does not exist."
    refused(imported(tm), "listId")
    assert (tm.uploads.started, tm.get("lists")["resources"]) == ([], [])


def test_progress_of_an_import(tm: Caller) -> None:
    """Progress counts the rows that are in the list now; it is 1, 3, then 5 or 4."""
    imported(tm, listName="News")
    ((job, _),) = tm.uploads.started
    assert tm.get("contacts/import/progress/1") == {"status": 1, "processed": 0}
    rows = rows_of([Contact(phone=f"+{ASHA}"), Contact(phone=f"+{BINA}")])
    for state, status, processed in (("running", 3, 2), ("failed", 4, 4), ("done", 5, 6)):
        job = tm.store.load_rows(msgspec.structs.replace(job, state=state), rows)
        assert tm.get("contacts/import/progress/1") == {"status": status, "processed": processed}
    assert tm.ask("GET", "contacts/import/progress/2")[0] == 404
