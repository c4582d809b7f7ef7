"""Who is in TextMagic's lists: joining, leaving, and what leaving destroys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.contact import Contact
from listkit.server.dialects import Settings
from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, Caller, refused

if TYPE_CHECKING:
    from listkit.server.store.sql import SqlStore


def test_members_are_paged(tm: Caller, three: tuple[int, list[int]]) -> None:
    """Members come newest first, or oldest first when asked, or by name."""
    list_id, _ = three
    path = f"lists/{list_id}/contacts"
    assert tm.phones(path) == [CARL, BINA, ASHA]
    assert tm.phones(path, direction="asc", limit=2) == [ASHA, BINA]
    assert tm.phones(path, direction="asc", limit=2, page=2) == [CARL]
    assert tm.get(path, limit=2)["pageCount"] == 2


def test_assigning_adds(tm: Caller, three: tuple[int, list[int]]) -> None:
    """Assigned contacts join those who are there; a member or a repeated id changes nothing."""
    _, (asha, bina, carl) = three
    vip = tm.make_list("VIP")
    assert tm.form("PUT", f"lists/{vip}/contacts", contacts=f"{asha}, {bina},{asha}") == (
        201,
        {"id": vip, "href": f"/api/v2/lists/{vip}"},
    )
    assert tm.json("PUT", f"lists/{vip}/contacts", contacts=[carl, asha])[0] == 201
    assert tm.get(f"lists/{vip}")["membersCount"] == 3
    assert tm.get(f"lists/{vip}/contacts/ids") == [asha, bina, carl]


def test_assigning_an_unknown_contact_assigns_nobody(tm: Caller, three: tuple[int, list[int]]) -> None:
    """One unknown id refuses the whole request and is named."""
    _, (asha, *_) = three
    vip = tm.make_list("VIP")
    answer = tm.form("PUT", f"lists/{vip}/contacts", contacts=f"{asha},999")
    assert refused(answer, "contacts") == "Contact 999 does not exist."
    assert tm.get(f"lists/{vip}")["membersCount"] == 0


@pytest.mark.parametrize("contacts", ["", "x", "1,,2", ",".join(map(str, range(1, 1002)))])
def test_assigning_what_are_no_ids(tm: Caller, three: tuple[int, list[int]], contacts: str) -> None:
    """Blank, malformed and more than 1,000 ids are refused for the field, when assigned and when taken off."""
    list_id, _ = three
    for method in ("PUT", "DELETE"):
        refused(tm.form(method, f"lists/{list_id}/contacts", contacts=contacts), "contacts")
        assert tm.form(method, "lists/99/contacts", contacts=contacts)[0] == 404
    assert tm.get(f"lists/{list_id}")["membersCount"] == 3


@pytest.mark.parametrize("way", ["json", "form", "form without its type", "query"])
def test_unassigning_in_four_ways(tm: Caller, three: tuple[int, list[int]], way: str) -> None:
    """However the ids are carried, the answer is 200 with the list's link; who was in no other list is deleted."""
    list_id, (asha, bina, carl) = three
    vip = tm.make_list("VIP")
    tm.form("PUT", f"lists/{vip}/contacts", contacts=bina)
    path, contacts = f"lists/{list_id}/contacts", f"{asha},{bina},999"
    ask = {
        "json": lambda: tm.json("DELETE", path, contacts=contacts),
        "form": lambda: tm.form("DELETE", path, contacts=contacts),
        "form without its type": lambda: tm.ask("DELETE", path, f"contacts={asha}%2C{bina}%2C999".encode()),
        "query": lambda: tm.ask("DELETE", path, id=list_id, contacts=contacts),
    }[way]
    for _ in range(2):
        assert ask() == (200, {"id": list_id, "href": f"/api/v2/lists/{list_id}"})
        assert tm.get(f"lists/{list_id}/contacts/ids") == [carl]
        assert tm.ask("GET", f"contacts/{asha}")[0] == 404
        assert tm.get(f"contacts/{bina}")["id"] == bina


def test_unassigning_may_answer_with_nothing(store: SqlStore, tm: Caller, three: tuple[int, list[int]]) -> None:
    """An operator may choose 204 for the clients that wait for it."""
    list_id, (asha, *_) = three
    other = Caller(store, tm.account, settings=Settings(is_unassign_empty=True))
    assert other.form("DELETE", f"lists/{list_id}/contacts", contacts=asha) == (204, None)
    assert tm.get(f"lists/{list_id}")["membersCount"] == 2


def test_members_are_reset(tm: Caller, three: tuple[int, list[int]]) -> None:
    """A reset leaves exactly those who are named, or everybody, and deletes who is left without a list."""
    list_id, (asha, bina, carl) = three
    vip = tm.make_list("VIP")
    tm.form("PUT", f"lists/{vip}/contacts", contacts=f"{asha},{bina}")
    assert tm.form("POST", f"lists/{vip}/contacts", contacts="all")[0] == 201
    assert tm.get(f"lists/{vip}/contacts/ids") == [asha, bina, carl]
    tm.ask("DELETE", f"lists/{list_id}")
    assert tm.form("POST", f"lists/{vip}/contacts", contacts=f"{carl}") == (
        201,
        {"id": vip, "href": f"/api/v2/lists/{vip}"},
    )
    assert tm.phones("contacts") == [CARL]
    assert (
        refused(tm.form("POST", f"lists/{vip}/contacts", contacts="999"), "contacts") == "Contact 999 does not exist."
    )


def test_members_are_deleted_by_post(tm: Caller, three: tuple[int, list[int]]) -> None:
    """The other way to take members off answers 204, by ids or all, and deletes alike."""
    list_id, (asha, *_) = three
    path = f"lists/{list_id}/contacts/delete"
    assert tm.form("POST", path, ids=asha) == (204, None)
    assert tm.phones("contacts") == [CARL, BINA]
    assert tm.form("POST", path, all=1) == (204, None)
    assert tm.phones("contacts") == []


def test_more_members_than_the_store_is_asked_for_at_a_time(tm: Caller) -> None:
    """All ids of a list come in one answer, and `all` means all, beyond a thousand too."""
    vip = tm.make_list("VIP")
    kept = tm.store.create_contacts(tm.account, [Contact(phone=f"+{919876500000 + number}") for number in range(1003)])
    tm.store.add_members(tm.account, str(vip), [new.record.contact_id for new in kept])
    assert len(tm.get(f"lists/{vip}/contacts/ids")) == 1003
    assert tm.form("POST", f"lists/{vip}/contacts/delete", all=1) == (204, None)
    assert tm.get("contacts")["pageCount"] == 0
