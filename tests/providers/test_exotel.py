"""Exotel as a provider: one request a method, over the server itself and over answers that go wrong."""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from listkit.contact import FIELDS, ContactList, Receipt, Upload
from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    NotFoundError,
    ProviderError,
    TooManyError,
    UnauthorizedError,
)
from listkit.providers.exotel import LIMITS, OPERATIONS, Exotel
from listkit.server.answering import Service
from listkit.server.importing import Importer
from listkit.wire.message import Answer, Request
from tests.server.dialects.exotel_desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.providers.base import Provider

A, B, C = "+919876543210", "+919876543211", "+12025550123"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Open an account with nothing in it."""
    with Desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def exotel(desk: Desk) -> Exotel:
    """Connect a provider to that account, without a socket."""
    return Exotel(desk.send, account="acme1")


def _table(*phones: str, **columns: list[str | None]) -> pa.Table:
    return pa.table({"phone": list(phones), **columns})


def _ids(receipts: list[Receipt | None]) -> list[str]:
    return [receipt.contact_id or "" for receipt in receipts if receipt]


def test_the_provider_keeps_its_promise(exotel: Exotel) -> None:
    """Exotel has all that a provider has, and says of every operation it sends what repeating it does."""
    provider: Provider = exotel
    assert provider.carries == provider.upload_carries == frozenset(FIELDS)
    assert (provider.joins_on_create, provider.bulk) == (False, "batches")
    assert all(limit.value and limit.source for limit in LIMITS.values())
    assert {name for name, one in OPERATIONS.items() if one.repeat == "unproven"} == {
        "create_contacts",
        "add_members",
        "upload",
    }


def test_a_list_lives_and_dies(exotel: Exotel) -> None:
    """A list is made, found by name, renamed without losing its tag, and deleted."""
    exotel.ping()
    made = exotel.create_list(ContactList(name="VIP", tag="t"))
    assert made.list_id is not None
    with pytest.raises(DuplicateError):
        exotel.create_list(ContactList(name="VIP"))
    assert exotel.lists(name="vi").items == [made]
    assert exotel.update_list(made.list_id, name="VIP 2").tag == "t"
    assert exotel.list(made.list_id).name == "VIP 2"
    exotel.delete_list(made.list_id)
    with pytest.raises(NotFoundError):
        exotel.list(made.list_id)


def test_lists_are_made_and_changed_in_bulk(exotel: Exotel) -> None:
    """Of several lists each has its own outcome, in the order in which they were sent."""
    made, taken = exotel.create_lists([ContactList(name=" A "), ContactList(name="A")])
    assert isinstance(made, ContactList)
    assert isinstance(taken, DuplicateError)
    renamed, unknown = exotel.update_lists([(made.list_id or "", {"name": "B"}), ("0" * 32, {"name": "C"})])
    assert isinstance(renamed, ContactList)
    assert renamed.name == "B"
    assert isinstance(unknown, NotFoundError)


def test_contacts_are_made_joined_read_and_taken_off(exotel: Exotel) -> None:
    """The way of a batch: made or found by number, joined, read back page by page, taken off one by one."""
    list_id = exotel.create_list(ContactList(name="VIP")).list_id or ""
    exotel.create_contacts(_table(B), list_id=list_id)
    receipts = exotel.create_contacts(_table(A, B, "+1", first_name=["Asha", None, None]), list_id=list_id)
    assert [receipt and (receipt.status, receipt.joined) for receipt in receipts] == [
        ("done", False),
        ("exists", False),
        ("refused", False),
    ]
    first, second, _ = _ids([*receipts[:2], receipts[0]])
    joined = exotel.add_members(list_id, [second, first, first])
    assert [receipt and (receipt.status, receipt.joined) for receipt in joined] == [
        ("done", True),
        ("done", True),
        ("exists", False),
    ]
    page = exotel.members(list_id)
    assert page.items["phone"].to_pylist() == [B, A]
    assert page.items["first_name"].to_pylist() == [None, "Asha"]
    assert page.items["contact_id"].to_pylist() == [second, first]
    assert (page.total, page.after) == (2, None)
    with pytest.raises(TooManyError):
        exotel.remove_members(list_id, [first, second])
    assert exotel.remove_members(list_id, [first]) == [Receipt(status="done", contact_id=first)]
    (left,) = exotel.remove_members(list_id, [first])
    assert left is not None
    assert (left.status, left.contact_id, left.code) == ("gone", first, "not_found")
    assert exotel.members(list_id).total == 1


def test_contacts_are_changed_and_deleted(exotel: Exotel) -> None:
    """Contacts of the address-book are changed one or several at a time, read, searched and deleted."""
    first, second = _ids(list(exotel.create_contacts(_table(A, B), list_id="")))
    changes = [
        (first, {"company": "Acme", "last_name": "Rao"}),
        (second, {"phone": C}),
        ("0" * 32, {"tag": "x"}),
        (second, {"phone": A}),
    ]
    assert [said and (said.status, said.contact_id, said.code) for said in exotel.update_contacts(changes)] == [
        ("done", first, ""),
        ("done", second, ""),
        ("refused", "0" * 32, "not_found"),
        ("refused", second, "duplicate"),
    ]
    assert (exotel.contact(first).company, exotel.contact(first).last_name) == ("Acme", "Rao")
    assert exotel.contacts().items["phone"].to_pylist() == [A, C]
    assert [exotel.delete_contact(first).status for _ in range(2)] == ["done", "gone"]
    with pytest.raises(NotFoundError):
        exotel.contact(first)
    assert exotel.contact(second).phone == C


def test_custom_fields_go_and_stay(exotel: Exotel) -> None:
    """Custom fields go out as one value: one that is not named stays, and None takes one away."""
    contacts = _table(A, B, **{"custom.city": ["Pune", None], "custom.age": ["7", None]})
    first, second = _ids(list(exotel.create_contacts(contacts, list_id="")))
    assert (exotel.contact(first).custom, exotel.contact(second).custom) == ({"city": "Pune", "age": "7"}, None)
    changes = [
        (first, {"custom.age": None, "custom.plan": "A", "first_name": "Asha"}),
        (second, {"custom.city": "Goa"}),
        ("0" * 32, {"custom.city": "Goa"}),
    ]
    assert [said and said.status for said in exotel.update_contacts(changes)] == ["done", "done", "refused"]
    assert (exotel.contact(first).custom, exotel.contact(first).first_name) == ({"city": "Pune", "plan": "A"}, "Asha")
    assert exotel.contact(second).custom == {"city": "Goa"}
    exotel.update_contacts([(second, {"custom.city": None})])
    assert exotel.contact(second).custom is None


def test_what_exotel_cannot_say(exotel: Exotel) -> None:
    """Which lists a contact is in and who opted out are not told by Exotel, and nothing is asked for it."""
    assert exotel.lists_of("a" * 32) is None
    assert exotel.unsubscribers().items.num_rows == 0


def test_a_contact_is_not_found_by_number(exotel: Exotel) -> None:
    """Nothing is claimed of a number, because Exotel's search proves nothing."""
    assert exotel.find_contact(A) is None


def test_a_file_is_sent_and_asked_about(exotel: Exotel, desk: Desk) -> None:
    """A file carries the contacts' fields under Exotel's names, and its upload is found again."""
    upload = exotel.upload(_table(A, company=['Acme, "Inc"']), to=ContactList(name="VIP"))
    assert (upload.state, upload.list_id) == ("running", exotel.lists(name="VIP").items[0].list_id)
    assert [content for _, content in desk.shelf.started] == [
        b'number,first_name,last_name,company_name,email,tag\r\n+919876543210,,,"Acme, ""Inc""",,\r\n'
    ]
    assert exotel.upload_status(upload) == Upload(
        upload_id=upload.upload_id, list_id=upload.list_id, total=0, added=0, duplicate=0, failed=0
    )


def test_a_file_is_taken_in(tmp_path: Path) -> None:
    """Of a file, numbers are joined once, members and repeats count as duplicates, and bad numbers as failed."""
    with Desk(tmp_path) as desk, closing(Importer(desk.store, tmp_path / "uploads")) as importer:
        desk.service = Service(desk.store, importer)
        exotel = Exotel(desk.send, account="acme1")
        made = exotel.create_list(ContactList(name="VIP"))
        there = _ids(list(exotel.create_contacts(_table(A, first_name=["Asha"]), list_id="")))
        exotel.add_members(made.list_id or "", there)
        upload = exotel.upload(_table(A, B, C, C, "+1", first_name=["X", "Zoë, \n", None, None, None]), to=made)
        given_up = time.monotonic() + 10
        while upload.state == "running" and time.monotonic() < given_up:
            time.sleep(0.01)
            upload = exotel.upload_status(upload)
        assert (upload.state, upload.total, upload.added, upload.duplicate, upload.failed) == ("done", 5, 2, 2, 1)
        members = exotel.members(made.list_id or "").items
        assert members["phone"].to_pylist() == [A, B, C]
        assert members["first_name"].to_pylist() == ["Asha", "Zoë,", None]


def test_paging_goes_by_what_came() -> None:
    """The next page starts after what was received, whatever limit was asked for or claimed."""
    asked: list[str | None] = []

    def send(request: Request) -> Answer:
        asked.append(request.argument("offset"))
        start = int(request.argument("offset") or 0)
        items = [
            {"code": 200, "data": {"sid": f"{n:032x}", "name": f"n{n}"}} for n in range(start, min(start + 20, 45))
        ]
        return Answer(
            status=200, body=json.dumps({"metadata": {"total": 45, "limit": 500}, "response": items}).encode()
        )

    exotel = Exotel(send, account="acme1")
    after, names = 0, []
    while after is not None:
        page = exotel.lists(after=after)
        names += [one.name for one in page.items]
        after = page.after
    assert names == [f"n{n}" for n in range(45)]
    assert asked == ["0", "20", "40"]


def test_paging_ends_at_an_empty_page() -> None:
    """Without a total the pages end with the first empty one; with a wrong total too."""
    for metadata in ({}, {"metadata": {"total": 9}}):
        answer = Answer(status=200, body=json.dumps({**metadata, "response": []}).encode())
        page = Exotel(lambda _, answer=answer: answer, account="acme1").members("a" * 32, after=5)
        assert (page.items.num_rows, page.after) == (0, None)


def test_an_uploads_address_is_never_the_answers() -> None:
    """The status is asked at our own host by the id, whatever address the answer names."""
    asked: list[str] = []
    data = {"upload_id": "u1", "status": "completed", "summary": {"url": "https://evil.example/v2/accounts/x"}}
    answer = Answer(status=200, body=json.dumps({"response": {"code": 200, "data": data}}).encode())

    def send(request: Request) -> Answer:
        asked.append(request.path)
        return answer

    exotel = Exotel(send, account="acme1")
    assert exotel.upload_status(exotel.upload(_table(A), to=ContactList(name="VIP"))).state == "done"
    assert asked == ["/v2/accounts/acme1/contacts/csv-upload", "/v2/accounts/acme1/csv-status/u1"]


@pytest.mark.parametrize(("status", "error"), [(401, UnauthorizedError), (200, AnswerLostError)])
def test_a_ping_hears_what_is_wrong(status: int, error: type[ProviderError]) -> None:
    """A wrong key, or something that is not Exotel, is told by a ping."""
    exotel = Exotel(lambda _: Answer(status=status, body=b"<html>"), account="acme1")
    with pytest.raises(error):
        exotel.ping()


def test_nothing_is_sent_that_is_refused_anyway() -> None:
    """5,001 contacts, members or lists are refused before a request is made."""
    exotel = Exotel(lambda _: pytest.fail("was sent"), account="acme1")
    with pytest.raises(TooManyError, match="5,001"):
        exotel.create_contacts(_table(*[A] * 5_001), list_id="")
    with pytest.raises(TooManyError):
        exotel.add_members("a" * 32, ["b" * 32] * 5_001)
    with pytest.raises(TooManyError):
        exotel.create_lists([ContactList(name="x")] * 5_001)
