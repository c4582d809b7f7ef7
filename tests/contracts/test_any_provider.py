"""What every provider keeps to, whoever wrote it: lists, contacts, members, and their receipts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.contact import ContactList
from listkit.errors import DuplicateError, NotFoundError
from listkit.providers.base import value as limit
from listkit.sync.pages import pulling
from listkit.wire.tables import MEMBERS
from tests.contracts.asking import ASHA, BO, CEM, contacts, create, fill, in_parts, make_list, phones

if TYPE_CHECKING:
    from listkit.providers.base import Provider


# lists ---------------------------------------------------------------------------------------
def test_a_list_is_made_found_renamed_and_deleted(provider: Provider) -> None:
    """A list has an id, a name, and no members yet; what is deleted is not found any more."""
    made = provider.create_list(ContactList(name="VIP"))
    assert (provider.list(str(made.list_id)).name, provider.list(str(made.list_id)).members) == ("VIP", 0)
    assert [kept.list_id for kept in pulling.find_lists(provider, "VIP")] == [made.list_id]
    assert provider.update_list(str(made.list_id), name="Gold").name == "Gold"
    assert [kept.name for kept in pulling.lists(provider)] == ["Gold"]
    provider.delete_list(str(made.list_id))
    with pytest.raises(NotFoundError):
        provider.list(str(made.list_id))


def test_several_lists_are_made_and_changed(provider: Provider) -> None:
    """Each is answered in its place; one that is refused is the error, and the others are made."""
    ask = [ContactList(name=name) for name in ("A", "B", "A")]
    first, second, third = in_parts(provider, "lists_per_request", ask, provider.create_lists)
    assert (first.name, second.name) == ("A", "B")
    assert isinstance(third, DuplicateError)
    changes = [(str(first.list_id), {"name": "Alpha"}), (str(second.list_id), {"name": "Beta"})]
    changed = in_parts(provider, "lists_per_request", changes, provider.update_lists)
    assert [kept.name for kept in changed] == ["Alpha", "Beta"]
    assert [kept.name for kept in pulling.lists(provider)] == ["Alpha", "Beta"]


def test_a_name_that_is_taken_is_what_the_table_says(provider: Provider) -> None:
    """Where the table says that a second list of a name is refused, it is a DuplicateError."""
    make_list(provider)
    if provider.operations["create_lists"].repeat == "refused":
        with pytest.raises(DuplicateError):
            make_list(provider)
    assert len(pulling.lists(provider)) >= 1


def test_all_lists_are_read_page_by_page(provider: Provider) -> None:
    """More lists than a page has come whole, oldest first."""
    names = [f"List {n:03}" for n in range(int(min(limit(provider.limits, "lists_per_page"), 120)) + 3)]
    for name in names:
        make_list(provider, name)
    assert [kept.name for kept in pulling.lists(provider)] == names
    assert len(provider.lists().items) <= limit(provider.limits, "lists_per_page")


# contacts ------------------------------------------------------------------------------------
def test_each_contact_has_a_receipt(provider: Provider) -> None:
    """What is made is named, what is no number is refused with a code and a reason, in the order of the rows."""
    first, second, third = create(provider, contacts(ASHA, "+999", BO), make_list(provider))
    assert (first.status, third.status) == ("done", "done")
    assert first.contact_id
    assert first.contact_id != third.contact_id
    assert second.status == "refused"
    assert second.code
    assert second.reason
    assert provider.contact(first.contact_id).phone == ASHA


def test_who_exists_already_is_told(provider: Provider) -> None:
    """The second time each is `exists`, the same contact where it is named, and nobody is doubled."""
    list_id = make_list(provider)
    ids = fill(provider, list_id, ASHA, BO)
    again = create(provider, contacts(ASHA, BO), list_id)
    assert [receipt.status for receipt in again] == ["exists", "exists"]
    assert [receipt.contact_id or known for receipt, known in zip(again, ids, strict=True)] == ids
    assert phones(provider, list_id) == [ASHA, BO]


def test_fields_come_back_as_they_were_sent(provider: Provider) -> None:
    """Every field that the provider says it carries is kept, also in other scripts; the rest is missing."""
    told = {"first_name": "आशा", "last_name": "O'Neil", "company": "Zoë & Co", "email": "a@example.org", "tag": "vip"}
    carried = {name: text for name, text in told.items() if name in provider.carries}
    list_id = make_list(provider)
    (receipt,) = create(provider, contacts(ASHA, **{name: [text] for name, text in carried.items()}), list_id)
    provider.add_members(list_id, [str(receipt.contact_id)])
    page = provider.members(list_id)
    assert page.items.schema.equals(MEMBERS)
    (row,) = page.items.to_pylist()
    assert {name: row[name] for name in told} == {name: carried.get(name) for name in told}
    assert row["contact_id"] == receipt.contact_id


def test_a_contact_is_changed_and_the_rest_stays(provider: Provider) -> None:
    """A field is set, another emptied, and those that are not named are as they were."""
    list_id = make_list(provider)
    sent = contacts(ASHA, first_name=["Asha"], last_name=["Rao"], email=["a@example.org"])
    (made,) = create(provider, sent, list_id)
    (receipt,) = provider.update_contacts([(str(made.contact_id), {"first_name": "Usha", "email": None})])
    assert receipt.status == "done"
    kept = provider.contact(str(made.contact_id))
    assert (kept.phone, kept.first_name, kept.last_name, kept.email) == (ASHA, "Usha", "Rao", None)


def test_a_contact_is_found_by_its_number_or_nothing_is_said(provider: Provider) -> None:
    """`find_contact` gives the contact, or None where it cannot be asked; of a number that nobody has, None."""
    (contact_id,) = fill(provider, make_list(provider), ASHA)
    found = provider.find_contact(ASHA)
    assert found is None or (found.contact_id, found.phone) == (contact_id, ASHA)
    assert provider.find_contact(BO) is None


def test_a_contact_is_deleted(provider: Provider) -> None:
    """It leaves every list and is not found; the second time it is gone."""
    list_id = make_list(provider)
    asha, _ = fill(provider, list_id, ASHA, BO)
    assert provider.delete_contact(asha).status == "done"
    assert phones(provider, list_id) == [BO]
    assert provider.delete_contact(asha).status == "gone"
    with pytest.raises(NotFoundError):
        provider.contact(asha)


def test_the_address_book_is_read_page_by_page(provider: Provider) -> None:
    """Everybody is in it once, whichever lists they are in."""
    wanted = [f"+1202555{n:04}" for n in range(int(min(limit(provider.limits, "contacts_per_page"), 100)) + 2)]
    fill(provider, make_list(provider), *wanted)
    found: list[str] = []
    page = provider.contacts()
    while True:
        found += page.items["phone"].to_pylist()
        if page.after is None:
            break
        page = provider.contacts(after=page.after)
    assert sorted(found) == wanted


# members -------------------------------------------------------------------------------------
def test_a_member_is_one_however_often_it_is_added(provider: Provider) -> None:
    """Receipts say `joined` or `exists`; the list holds each once, and counts as many."""
    list_id = make_list(provider)
    ids = [str(receipt.contact_id) for receipt in create(provider, contacts(ASHA, BO, CEM), list_id)]
    for _ in range(2):
        receipts = provider.add_members(list_id, ids)
        assert {receipt.status for receipt in receipts} <= {"done", "exists"}
        assert all(receipt.joined or receipt.status == "exists" for receipt in receipts)
    assert phones(provider, list_id) == [ASHA, BO, CEM]
    assert provider.list(list_id).members == 3


def test_members_leave(provider: Provider) -> None:
    """Who is taken off is not in the list any more, and stays a contact unless the table says otherwise."""
    list_id = make_list(provider)
    ids = fill(provider, list_id, ASHA, BO, CEM)
    leave = lambda part: provider.remove_members(list_id, part)  # noqa: E731 - a short verb for two calls
    gone = in_parts(provider, "members_removed_per_request", ids[:2], leave)
    assert [receipt.status for receipt in gone] == ["done", "done"]
    assert phones(provider, list_id) == [CEM]
    again = in_parts(provider, "members_removed_per_request", ids[:2], leave)
    assert {receipt.status for receipt in again} <= {"gone", "done"}
    if provider.operations["remove_members"].destroys:
        with pytest.raises(NotFoundError):
            provider.contact(ids[0])
    else:
        assert provider.contact(ids[0]).phone == ASHA


def test_a_long_list_is_read_whole(provider: Provider) -> None:
    """More members than a page has: all, each once, in the order in which they came, and no page too long."""
    most = int(limit(provider.limits, "members_per_page"))
    wanted = [f"+1202555{n:04}" for n in range(most + 7)]
    list_id = make_list(provider)
    fill(provider, list_id, *wanted)
    pulled = pulling.pull(provider, list_id)
    assert pulled.table["phone"].to_pylist() == wanted
    assert (pulled.complete, pulled.expected) == (True, len(wanted))
    first = provider.members(list_id)
    assert len(first.items) <= most
    assert first.total in {None, len(wanted)}


def test_the_lists_of_a_contact_are_its_lists_or_nothing_is_said(provider: Provider) -> None:
    """Where it can be asked, the ids are of the lists that hold it."""
    first, second = make_list(provider, "A"), make_list(provider, "B")
    (contact_id,) = fill(provider, first, ASHA)
    provider.add_members(second, [contact_id])
    told = provider.lists_of(contact_id)
    assert told is None or sorted(told) == sorted([first, second])


def test_nobody_has_opted_out(provider: Provider) -> None:
    """Those who opted out are a page of numbers, empty where nobody did or where none are kept."""
    assert provider.unsubscribers().items["phone"].to_pylist() == []
