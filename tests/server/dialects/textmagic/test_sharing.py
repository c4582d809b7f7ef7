"""Sub-accounts: what is one's own, what others share, and what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from listkit.contact import Contact
from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, Caller, refused
from tests.server.dialects.textmagic.test_imports import imported

if TYPE_CHECKING:
    from listkit.server.store.sql import SqlStore

FORBIDDEN = {"code": 403, "message": "You do not have permission to edit this resource.", "errors": None}


class Firm(NamedTuple):
    """Two users of an account; the sub-account has a private list and one that it shares, with a contact in each."""

    parent: Caller
    sub: Caller
    private: int
    shown: int
    bina: int
    carl: int


@pytest.fixture
def firm(tm: Caller, store: SqlStore) -> Firm:
    """Make them; the parent has nothing of its own."""
    username = f"{tm.account.username}.sub"
    store.create_user(tm.account, username, secret="any")
    sub = Caller(store, tm.account, username=username)
    private = sub.make_list("Private")
    shown = int(sub.form("POST", "lists", name="Shown", shared=1)[1]["id"])
    return Firm(tm, sub, private, shown, sub.make(BINA, private), sub.make(CARL, shown))


def test_a_ping_says_who_asks(firm: Firm) -> None:
    """Each user has an id of its own in the account."""
    assert [caller.get("ping")["userId"] for caller in (firm.parent, firm.sub)] == [1, 2]


def test_lists_that_are_seen(firm: Firm) -> None:
    """A page of lists holds what is shared, always; `onlyMine` leaves out what others share."""
    own = firm.parent.make_list("Own")

    def ids(caller: Caller, path: str, **query: object) -> list[int]:
        return [kept["id"] for kept in caller.get(path, direction="asc", **query)["resources"]]

    for path in ("lists", "lists/search"):
        assert ids(firm.parent, path) == [firm.shown, own]
        assert ids(firm.sub, path) == [firm.private, firm.shown]
        assert ids(firm.parent, path, onlyMine=1) == [own]
        assert ids(firm.sub, path, onlyMine="true") == [firm.private, firm.shown]
    assert ids(firm.parent, "lists/search", ids=f"{firm.private},{firm.shown}") == [firm.shown]


def test_a_list_says_whose_it_is(firm: Firm) -> None:
    """`user` is the owner, whoever asks: the parent is P, a sub-account U."""
    own = firm.parent.make_list("Own")
    shown = firm.parent.get(f"lists/{firm.shown}")["user"]
    assert (shown["id"], shown["username"], shown["subaccountType"]) == (2, f"{firm.parent.account.username}.sub", "U")
    assert firm.parent.get(f"lists/{own}")["user"]["subaccountType"] == "P"
    assert {kept["user"]["id"] for kept in firm.parent.get("lists")["resources"]} == {1, 2}


def test_contacts_that_are_seen(firm: Firm) -> None:
    """One's own contacts, and with `shared` those in lists that others share; a private list's are nobody else's."""
    asha = firm.parent.make(ASHA, firm.parent.make_list("Own"))
    for path in ("contacts", "contacts/search"):
        assert firm.parent.phones(path) == [ASHA]
        assert firm.parent.phones(path, shared=1) == [ASHA, CARL]
        assert firm.sub.phones(path, shared=1) == [CARL, BINA]
    assert firm.parent.get(f"contacts/{firm.carl}")["owner"]["id"] == 2
    assert firm.parent.get(f"contacts/{asha}")["owner"] is None
    assert firm.parent.phones(f"lists/{firm.shown}/contacts") == [CARL]
    assert firm.parent.get(f"lists/{firm.shown}/contacts/ids") == [firm.carl]
    assert [kept["id"] for kept in firm.parent.get(f"contacts/{firm.carl}/lists")["resources"]] == [firm.shown]
    firm.sub.form("PUT", f"contacts/{firm.carl}", phone=CARL, lists=f"{firm.private},{firm.shown}")
    assert [kept["id"] for kept in firm.parent.get(f"contacts/{firm.carl}")["lists"]] == [firm.shown]


def test_what_is_not_seen_is_not_there(firm: Firm) -> None:
    """A private list and its contacts are a 404 to other users, byte for byte like an id that nobody has."""
    nothing = firm.parent.ask("GET", "lists/999")
    for path in ("", "/contacts", "/contacts/ids"):
        assert firm.parent.ask("GET", f"lists/{firm.private}{path}") == nothing
    for path in (f"contacts/{firm.bina}", f"contacts/{firm.bina}/lists", f"contacts/phone/{BINA}"):
        assert firm.parent.ask("GET", path) == nothing
    for method, path in (
        ("PUT", f"lists/{firm.private}"),
        ("DELETE", f"lists/{firm.private}"),
        ("PUT", f"lists/{firm.private}/contacts"),
        ("PUT", f"contacts/{firm.bina}"),
        ("DELETE", f"contacts/{firm.bina}"),
    ):
        assert firm.parent.form(method, path, name="x", phone=BINA, contacts="1") == nothing


def test_what_is_only_shared_is_not_edited(firm: Firm) -> None:
    """Every edit of a list or a contact that is only shared to the caller is a 403, before its values are judged."""
    for method, path in (
        ("PUT", f"lists/{firm.shown}"),
        ("DELETE", f"lists/{firm.shown}"),
        ("PUT", f"lists/{firm.shown}/contacts"),
        ("POST", f"lists/{firm.shown}/contacts"),
        ("DELETE", f"lists/{firm.shown}/contacts"),
        ("POST", f"lists/{firm.shown}/contacts/delete"),
        ("PUT", f"contacts/{firm.carl}"),
        ("PUT", f"contacts/{firm.carl}/normalized"),
        ("DELETE", f"contacts/{firm.carl}"),
    ):
        assert firm.parent.form(method, path) == (403, FORBIDDEN)
    asha = {"phone": ASHA, "lists": firm.shown}
    assert firm.parent.form("POST", "contacts", **asha) == (403, FORBIDDEN)
    assert imported(firm.parent, listId=firm.shown) == (403, FORBIDDEN)
    assert firm.sub.get(f"lists/{firm.shown}")["membersCount"] == 1


def test_bulk_calls_pass_over_what_is_not_ones_own(firm: Firm) -> None:
    """Deleting several, or all, reaches the caller's own lists and contacts only."""
    own = firm.parent.make_list("Own")
    firm.parent.make(ASHA, own)
    firm.parent.form("POST", "contacts/delete", ids=f"{firm.bina},{firm.carl}")
    firm.parent.form("POST", "lists/delete", ids=f"{firm.private},{firm.shown}")
    assert firm.parent.ask("DELETE", "contact/all") == (204, None)
    assert firm.parent.form("POST", "lists/delete", all=1) == (204, None)
    assert firm.sub.phones("contacts") == [CARL, BINA]
    assert firm.sub.get("lists", onlyMine=1)["pageCount"] == 1
    assert firm.parent.get("lists", onlyMine=1)["pageCount"] == 0


def test_contacts_of_others_join_where_they_are_seen(firm: Firm) -> None:
    """A contact that is shared can join a list of the caller's; one that is private is unknown, and nothing is done."""
    own = firm.parent.make_list("Own")
    for method in ("PUT", "POST"):
        answer = firm.parent.form(method, f"lists/{own}/contacts", contacts=f"{firm.carl},{firm.bina}")
        assert refused(answer, "contacts") == f"Contact {firm.bina} does not exist."
    assert firm.parent.form("PUT", f"lists/{own}/contacts", contacts=firm.carl)[0] == 201
    assert firm.parent.form("POST", f"lists/{own}/contacts", contacts="all")[0] == 201
    assert firm.parent.get(f"lists/{own}")["membersCount"] == 0
    answer = firm.parent.form("POST", "contacts", phone=ASHA, lists=firm.private)
    assert refused(answer, "lists") == f"List {firm.private} does not exist."


def test_names_are_each_users_own(firm: Firm) -> None:
    """Two users may have lists of one name; a number is the account's and is there once."""
    assert firm.parent.make_list("Private") not in {firm.private, firm.shown}
    refused(firm.sub.form("POST", "lists", name="private"), "name")
    own = firm.parent.make_list("Own")
    refused(firm.parent.form("POST", "contacts", phone=BINA, lists=own), "phone")


def test_a_contact_is_given_to_another_user(firm: Firm) -> None:
    """`owner` names a user of the account; an unknown one is refused."""
    refused(firm.sub.form("PUT", f"contacts/{firm.bina}", phone=BINA, owner=9), "owner")
    assert firm.sub.form("PUT", f"contacts/{firm.bina}", phone=BINA, owner=1)[0] == 201
    assert firm.parent.phones("contacts") == [BINA]
    assert firm.sub.form("PUT", f"contacts/{firm.bina}", phone=BINA) == (403, FORBIDDEN)


def test_exotels_contacts_are_the_first_users(firm: Firm) -> None:
    """What is made through the other API belongs to the user whom the account was made with."""
    firm.parent.store.create_contacts(firm.parent.account, [Contact(phone=f"+{ASHA}")])
    assert (firm.parent.phones("contacts"), ASHA in firm.sub.phones("contacts", shared=1)) == ([ASHA], False)
