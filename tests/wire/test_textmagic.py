"""TextMagic's answers: read as the vendor prints them, and written with the same keys, types and nesting."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    number_type,
    region_code_for_number,
)

from listkit.contact import ContactList, Record, Upload
from listkit.errors import AnswerLostError
from listkit.wire import textmagic as wire
from listkit.wire.message import Answer
from listkit.wire.textmagic.countries import country_of
from listkit.wire.textmagic.phones import phone_type
from tests.wire.textmagic_samples import LISTS, PHONES, RECORDS, SAMPLES, sample

CHARLES = Record(
    contact_id="27074",
    phone="+447860021130",
    first_name="Charles",
    last_name="Conway",
    company="Example Ltd.",
    email="charles@example.com",
    custom={"DOB": "1983-08-31"},
)
CHARLES_HIMSELF = wire.user_body(305, "charles.conway", is_parent=True, home="GB")
OPTED_OUT = wire.unsubscriber_body(
    "12", CHARLES.phone, datetime(2015, 2, 11, 7, 33, 19, tzinfo=UTC), first_name="Charles", last_name="Conway"
)
DOB = wire.field_body("31", "DOB", datetime(2015, 2, 11, 7, 33, 19, tzinfo=UTC))
PRIVATE = ContactList(
    list_id="715",
    name="Private list",
    description="Private contacts of C. R. Conway",
    shared=False,
    members=311,
    owner=305,
)


def said(answer: Answer) -> Any:
    """Return what an answer says."""
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


def differences(vendor: Any, ours: Any, at: str = "") -> list[str]:
    """Compare keys, types and nesting; a null fits anything, and so does an empty list."""
    if vendor is None or ours is None:
        return []
    if type(vendor) is not type(ours):
        return [f"{at}: {vendor!r} is not like {ours!r}"]
    if isinstance(vendor, dict):
        missing = [f"{at}.{key}" for key in vendor.keys() ^ ours.keys()]
        return missing + [
            line for key in vendor.keys() & ours.keys() for line in differences(vendor[key], ours[key], f"{at}.{key}")
        ]
    if isinstance(vendor, list) and vendor and ours:
        return differences(vendor[0], ours[0], f"{at}[0]")
    return []


# golden samples ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["list", "list_of_five_keys"])
def test_list_is_read(name: str) -> None:
    """A list reads alike with the five keys of its documentation and with all that came later."""
    assert wire.decode_list(sample(name)) == msgspec.structs.replace(PRIVATE, owner=None)


def test_page_of_lists_is_read() -> None:
    """A page of lists says where to go on; a null description is none."""
    page = wire.decode_lists(sample("lists_page"))
    assert page.after == 4
    assert [(kept.list_id, kept.description) for kept in page.items] == [("715", None)]


@pytest.mark.parametrize(
    ("name", "custom"),
    [
        ("contact", {"DOB": "1983-08-31"}),
        ("contact_of_2015", {"Age": "30"}),
        ("contact_with_nested_field", {"DOB": "1983-08-31"}),
    ],
)
def test_contact_is_read(name: str, custom: dict[str, str]) -> None:
    """A contact reads alike with ids as numbers or text and custom fields flat or nested."""
    expected = {"contact_id": "27074", "phone": "+447860021130", "company": "Example Ltd.", "custom": custom}
    record = wire.decode_contact(sample(name))
    assert {key: getattr(record, key) for key in expected} == expected


def test_page_of_members_is_read_into_columns() -> None:
    """A page of contacts becomes a table, custom fields as a map, empty text as nothing."""
    contact = json.loads((SAMPLES / "contact.json").read_text())
    resources = [contact, contact | {"id": 27075, "phone": "12025550123", "firstName": "", "customFields": []}]
    body = json.dumps({"page": 1, "limit": 10, "pageCount": 1, "resources": resources}).encode()
    page = wire.decode_members(Answer(status=200, body=body))
    assert page.after is None
    assert page.items["phone"].to_pylist() == ["+447860021130", "+12025550123"]
    assert page.items["contact_id"].to_pylist() == ["27074", "27075"]
    assert page.items["first_name"].to_pylist() == ["Charles", None]
    assert page.items["custom"].to_pylist() == [[("DOB", "1983-08-31")], []]


def test_empty_page_is_read() -> None:
    """A list of nobody is a table of no rows, and the last page, although pageCount is 0."""
    page = wire.decode_members(Answer(status=200, body=b'{"page":1,"limit":10,"pageCount":0,"resources":[]}'))
    assert (page.items.num_rows, page.after) == (0, None)


@pytest.mark.parametrize("status", [200, 201])
def test_links_are_read(status: int) -> None:
    """What was made is known by the id of its link, whether the status is 200 or 201."""
    made = wire.decode_created_list(sample("link", status), ContactList(name="Private list"))
    assert (made.list_id, made.members) == ("715", 0)
    receipt = wire.decode_created_contact(sample("link", status))
    assert (receipt.status, receipt.contact_id, receipt.joined) == ("done", "715", True)


def test_import_is_read() -> None:
    """An import is known by its session's id; `processed` is no count of new rows, so none is taken from it."""
    upload = wire.decode_upload(sample("import_started", 201), to=PRIVATE)
    assert upload == Upload(upload_id="9001", list_id="715")
    assert wire.decode_progress(sample("import_progress"), upload) == upload


@pytest.mark.parametrize(
    ("status", "state"), [(0, "running"), (1, "running"), (3, "running"), (4, "failed"), (5, "done")]
)
def test_import_states(status: int, state: str) -> None:
    """5 is done, 4 is failed, and everything else goes on, the 0 of a printed sample included."""
    answer = Answer(status=200, body=json.dumps({"status": status, "processed": 67}).encode())
    assert wire.decode_progress(answer, Upload(upload_id="9001")).state == state


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("list", wire.encode_list(PRIVATE, {305: CHARLES_HIMSELF})),
        ("lists_page", wire.encode_lists([PRIVATE], wire.Paging(3, 25, "id", "desc"), total=3750)),
        ("contact", wire.encode_contact(CHARLES, wire.Beside(lists=[PRIVATE], fields={"DOB": DOB}))),
    ],
)
def test_server_writes_as_the_vendor(name: str, ours: Answer) -> None:
    """What the server writes has the vendor's keys, types and nesting, no more and no less."""
    vendor = said(Answer(status=200, headers=ours.headers, body=sample(name).body))
    assert differences(vendor, said(ours)) == []


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("link", wire.encode_link("lists", "715")),
        ("custom_field", wire.encode_field(DOB)),
        ("custom_field_link", wire.encode_link("customfields", "31")),
        ("unsubscriber", wire.encode_unsubscriber(OPTED_OUT)),
        ("member_ids", wire.encode_member_ids(["534", "535"])),
        ("import_started", wire.encode_import("9001")),
        ("import_progress", wire.encode_progress("running", 67)),
        ("ping", wire.encode_pong(305, datetime(2026, 1, 1, tzinfo=UTC))),
    ],
)
def test_short_bodies_are_equal_to_the_byte(name: str, ours: Answer) -> None:
    """Where nothing is optional the server writes the vendor's very bytes."""
    assert ours.body == sample(name).body.strip()


def test_lists_inside_a_contact_do_not_say_whose_they_are() -> None:
    """A list inside a contact has every key but `user`."""
    (inside,) = said(wire.encode_contact(CHARLES, wire.Beside(lists=[PRIVATE], fields={"DOB": DOB})))["lists"]
    assert set(said(wire.encode_list(PRIVATE))) - set(inside) == {"user"}


def test_nothing_left_is_an_empty_answer() -> None:
    """A deletion answers 204 without a body."""
    assert wire.encode_done() == Answer(status=204)


@pytest.mark.parametrize(
    "body", [b"", b"<html>busy</html>", b'{"page":1,"limit":10', b"[" * 100_000, b'{"id":null}', b"\xff"]
)
def test_unreadable_answer_is_lost(body: bytes) -> None:
    """A success that cannot be read may have been applied; its bytes are not repeated."""
    with pytest.raises(AnswerLostError, match=r"answer 200 could not be read \(text/html, [\d,]+ bytes\)") as caught:
        wire.decode_list(Answer(status=200, headers={"content-type": "text/html"}, body=body))
    assert "busy" not in str(caught.value)


# round trips ---------------------------------------------------------------------------------
@given(LISTS)
def test_list_survives_the_wire(kept: ContactList) -> None:
    """A list is the same after it was written and read."""
    assert wire.decode_list(wire.encode_list(kept)) == kept


@given(st.lists(RECORDS, max_size=5), st.integers(0, 1000))
def test_members_survive_the_wire(records: list[Record], total: int) -> None:
    """Contacts are the same after a page of them was written and read, alone and in columns."""
    page = wire.decode_members(
        wire.encode_contacts(
            ((record, wire.Beside()) for record in records), wire.Paging(2, 100, "id", "asc"), total=total
        )
    )
    assert page.after == (3 if total > 200 else None)
    for name in ("phone", "first_name", "last_name", "company", "email", "contact_id"):
        assert page.items[name].to_pylist() == [getattr(record, name) for record in records]
    for record in records:
        assert wire.decode_contact(wire.encode_contact(record)) == record


# countries -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+442079460018", ("GB", "United Kingdom")),
        ("+919876543210", ("IN", "India")),
        ("+12025550123", ("US", "United States")),
        ("+14165550123", ("CA", "Canada")),
        ("+390669812345", ("VA", "Vatican")),
        ("+77012345678", ("KZ", "Kazakhstan")),
        ("+999000000", ("GB", "United Kingdom")),
        ("+80012345678", ("GB", "United Kingdom")),
        ("+1000000", ("US", "United States")),
    ],
)
def test_country_of_a_number(phone: str, country: tuple[str, str]) -> None:
    """A country is told from the prefix, shared calling codes included, and there always is one."""
    found = country_of(phone)
    assert (found.id, found.name) == country


@given(PHONES)
def test_every_number_has_a_country(phone: str) -> None:
    """Whatever digits a number has, its country has two letters and a name."""
    found = country_of(phone)
    assert len(found.id) == 2
    assert found.name


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_country_agrees_with_phonenumbers(kind: int) -> None:
    """The prefix alone leads to the region that phonenumbers finds with the whole number, and it has a name."""
    examples = filter(None, (example_number_for_type(region, kind) for region in SUPPORTED_REGIONS))
    for number in examples:
        found = country_of(format_number(number, PhoneNumberFormat.E164))
        assert found.id == region_code_for_number(number)


def test_kind_of_number_agrees_with_phonenumbers() -> None:
    """What a number of each region and kind is called is what phonenumbers calls it after reading it whole."""
    for kind in PhoneNumberType.values():
        for region in SUPPORTED_REGIONS:
            number = example_number_for_type(region, kind)
            if number is not None:
                told = number_type(number)
                phone = format_number(number, PhoneNumberFormat.E164)
                assert phone_type(phone) == (str(told) if told < 10 else "10"), phone


@given(PHONES)
def test_every_number_is_of_a_kind(phone: str) -> None:
    """Whatever digits a number has, its kind is one that TextMagic names."""
    assert phone_type(phone) in {str(kind) for kind in range(-1, 11)}
