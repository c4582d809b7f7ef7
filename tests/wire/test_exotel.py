"""Exotel's words: what is printed is what is read and written, and nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import FIELDS, Contact, ContactList, Record, Upload
from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    InvalidError,
    MissingFieldError,
    NotFoundError,
)
from listkit.wire import exotel as wire
from listkit.wire.message import Answer, Request
from listkit.wire.text import read_moment
from tests.wire.exotel_samples import (
    AT,
    CONTACT,
    CONTACTS,
    LIST,
    LISTS,
    OTHER,
    RECORDS,
    UPLOAD,
    answered,
    asking,
    sample,
    text_of,
)

LIST123 = ContactList(name="list123", list_id=LIST, tag="demo", members=0, created_at=AT, updated_at=AT)
CAPTAIN = Record(
    contact_id=CONTACT,
    phone="+919876543210",
    first_name="captain",
    last_name="exotel",
    company="Exotel",
    email="captain@email.com",
    tag="Member",
    custom={"key": {"key1": "values1"}},
    created_at=AT,
    updated_at=AT,
)
BARE_CAPTAIN = Record(contact_id=CONTACT, phone="+919876543210", created_at=AT, updated_at=AT)
JOINED_AT = datetime(2026, 1, 23, 9, 25, 10, tzinfo=UTC)


# golden ------------------------------------------------------------------------------------
def test_a_list_and_a_contact_look_as_printed() -> None:
    """A list and a contact are shown with the fields, the types and the order that are printed."""
    assert json.dumps(json.loads(sample("list"))) == json.dumps(
        json.loads(msgspec.json.encode(wire.list_data("acme1", LIST123)))
    )
    assert json.dumps(json.loads(sample("contact"))) == json.dumps(
        json.loads(msgspec.json.encode(wire.contact_data("acme1", CAPTAIN)))
    )


def test_creating_lists_is_as_printed() -> None:
    """Creating lists: the printed request is read, and the printed answer is what we answer."""
    request = asking("POST", "lists", sample("create_lists.request"))
    first, second, third = wire.decode_create_lists(request)
    assert (first, second) == (ContactList(name="list123", tag="demo"), ContactList(name="list123"))
    assert isinstance(third, MissingFieldError)
    taken = DuplicateError("Unable to create List with name list123")
    items = [wire.done(wire.list_data("acme1", LIST123)), wire.refused(taken), wire.refused(third)]
    assert text_of(wire.encode_bulk(request, items)) == text_of(sample("create_lists.answer"))


def test_the_printed_answer_to_creating_lists_is_read() -> None:
    """Of three lists one was made, one has a name that is taken, one has none: each is told."""
    made, taken, nameless = wire.decode_list_outcomes(
        answered("create_lists.answer"), ["list123", "list123", "x"], by="name"
    )
    assert made == LIST123
    assert isinstance(taken, DuplicateError)
    assert isinstance(nameless, MissingFieldError)
    assert nameless.field == "name"


def test_adding_members_is_as_printed() -> None:
    """Adding members: request and answer are read and written as printed."""
    request = asking("POST", f"lists/{LIST}/contacts", sample("add_members.request"))
    assert wire.decode_add_members(request) == [CONTACT, OTHER]
    member = wire.member_data(LIST, CONTACT, JOINED_AT)
    items = [
        wire.done(member),
        wire.refused(DuplicateError("Contact already exists in the list"), member),
        wire.refused(NotFoundError(f"Contact {OTHER} not found")),
    ]
    assert text_of(wire.encode_bulk(request, items)) == text_of(sample("add_members.answer"))


def test_the_printed_answer_to_adding_members_gives_receipts() -> None:
    """Joined, a member already, unknown: one receipt each, the joining told apart from the being there."""
    joined, there, unknown = wire.decode_joined(answered("add_members.answer"), [CONTACT, CONTACT, OTHER])
    assert joined is not None
    assert (joined.status, joined.joined, joined.contact_id) == ("done", True, CONTACT)
    assert there is not None
    assert (there.status, there.joined, there.contact_id) == ("exists", False, CONTACT)
    assert unknown is not None
    assert (unknown.status, unknown.code) == ("refused", "not_found")


def test_creating_contacts_is_as_printed() -> None:
    """Creating contacts is answered as printed: 207, the contact that exists beside its refusal."""
    shown = wire.contact_data("acme1", BARE_CAPTAIN)
    items = [
        wire.done(shown),
        wire.refused(DuplicateError("Contact with number +919876543210 already exists"), shown),
        wire.refused(InvalidError("Invalid Number", field="phone")),
    ]
    answer = wire.encode_bulk(asking("POST", "contacts"), items, always_multi=True)
    assert text_of(answer) == text_of(sample("create_contacts.answer"))


def test_the_printed_answer_to_creating_contacts_gives_receipts() -> None:
    """A number that exists is a receipt with the id of the contact that has it."""
    phones = ["+919876543210", "+919876543210", "+1"]
    made, there, refused = wire.decode_created_contacts(answered("create_contacts.answer"), phones)
    assert made is not None
    assert (made.status, made.phone, made.contact_id, made.joined) == ("done", phones[0], CONTACT, False)
    assert there is not None
    assert (there.status, there.contact_id) == ("exists", CONTACT)
    assert refused is not None
    assert (refused.status, refused.code, refused.contact_id) == ("refused", "invalid", None)
    assert "Invalid Number" in refused.reason


def test_one_list_is_as_printed() -> None:
    """Updating a list: its request and its answer, which are a GET's and a DELETE's too, are as printed."""
    request = asking("PUT", f"lists/{LIST}", sample("update_list.request"))
    assert wire.decode_update_list(request) == {"name": "listXYZ"}
    later = datetime(2026, 1, 23, 9, 41, 59, tzinfo=UTC)
    renamed = msgspec.structs.replace(LIST123, name="listXYZ", members=2, updated_at=later)
    answer = wire.encode_one(request, wire.list_data("acme1", renamed))
    assert text_of(answer) == text_of(sample("update_list.answer"))
    assert wire.decode_list(answered("update_list.answer")) == renamed


def test_a_page_of_lists_is_as_printed() -> None:
    """A page of lists tells the count, the total and the addresses of the pages around it, as printed."""
    request = asking("GET", "lists", offset="0", limit="2")
    page = wire.decode_lists(answered("get_lists.answer"), offset=0)
    assert (page.total, page.after) == (138, 2)
    assert [(one.name, one.tag, one.type, one.members) for one in page.items] == [
        ("a", None, "static", 3),
        ("b", "vip", "dynamic", 0),
    ]
    items = [wire.done(wire.list_data("acme1", one)) for one in page.items]
    answer = wire.encode_page(request, items, wire.decode_paging(request), 138)
    assert text_of(answer) == text_of(sample("get_lists.answer"))


def test_an_upload_is_as_printed() -> None:
    """A started upload is answered as printed, and read wherever its ids stand."""
    into = ContactList(name="February_Promo", list_id=LIST, members=0, created_at=AT, updated_at=AT)
    answer = wire.encode_upload_started(asking("POST", "contacts/csv-upload"), "acme1", UPLOAD, into)
    assert text_of(answer) == text_of(sample("upload.answer"))
    assert wire.decode_upload(answered("upload.answer")) == Upload(upload_id=UPLOAD, list_id=LIST)
    flat = wire.decode_upload(answered("upload_flat.answer"))
    assert flat == Upload(upload_id="upload_xyz789", list_id="list_abc123")


def test_an_uploads_status_is_as_printed() -> None:
    """The state of an upload is read from both printed shapes, and written as the first."""
    done = Upload(
        upload_id=UPLOAD, list_id=LIST, state="done", total=5000, added=4850, duplicate=120, failed=30
    )  # the counts add up
    assert text_of(wire.encode_upload_status(asking("GET", "csv-status/x"), done)) == text_of(
        sample("upload_status.answer")
    )
    assert wire.decode_upload(answered("upload_status.answer"), upload_id=UPLOAD) == done
    flat = wire.decode_upload(answered("upload_status_flat.answer"), upload_id=UPLOAD)
    assert flat == msgspec.structs.replace(done, list_id="list_abc123", state="running")


def test_changing_one_contact_is_read_as_printed() -> None:
    """Changing a contact takes flat fields, and those alone are changed."""
    request = asking("PUT", f"contacts/{CONTACT}", sample("update_contact.request"))
    assert wire.decode_update_contact(request) == {"first_name": "XYZ"}


def test_changing_many_contacts_is_answered_as_printed() -> None:
    """Of contacts that are changed together each has its receipt: changed, its number taken, unknown."""
    receipts = wire.decode_updated_contacts(answered("update_contacts.answer"), [CONTACT, OTHER, "a" * 32])
    assert [said and (said.status, said.contact_id, said.code) for said in receipts] == [
        ("done", CONTACT, ""),
        ("refused", OTHER, "duplicate"),
        ("refused", "a" * 32, "not_found"),
    ]


def test_a_page_of_the_address_book_is_read_as_printed() -> None:
    """The address-book comes page by page, own fields that are no text as JSON."""
    page = wire.decode_contacts(answered("get_contacts.answer"), offset=0)
    assert (page.total, page.after) == (2, 1)
    assert page.items["phone"].to_pylist() == ["+919876543210"]
    assert page.items["custom"].to_pylist() == [[("key", '{"key1":"values1"}')]]


def test_leaving_a_list_is_answered_as_printed() -> None:
    """A contact that left is told by an item of its own."""
    wire.decode_done(answered("remove_member.answer"))


# round trips -------------------------------------------------------------------------------
@given(LISTS)
def test_a_list_survives_the_wire(kept: ContactList) -> None:
    """Whatever list is shown is read back equal."""
    assert wire.decode_list(wire.encode_one(asking("GET", "lists/x"), wire.list_data("acme1", kept))) == kept


@given(RECORDS)
def test_a_contact_survives_the_wire(kept: Record) -> None:
    """Whatever contact is shown is read back equal."""
    assert wire.decode_contact(wire.encode_one(asking("GET", "contacts/x"), wire.contact_data("acme1", kept))) == kept


@given(st.lists(CONTACTS, min_size=1, max_size=5))
def test_a_batch_of_contacts_survives_the_wire(contacts: list[Contact]) -> None:
    """What a client asks to be made is what a server reads."""
    table = pa.table({name: pa.array([getattr(one, name) for one in contacts], pa.string()) for name in FIELDS})
    request = wire.create_contacts_request("acme1", table)
    assert wire.decode_create_contacts(request) == contacts
    assert (request.operation, request.path) == ("create_contacts", "/v2/accounts/acme1/contacts")


@given(st.lists(RECORDS, max_size=4))
def test_a_page_of_members_becomes_columns(kept: list[Record]) -> None:
    """Every member's fields and id arrive; a custom value that is no text arrives as JSON."""
    request = asking("GET", f"lists/{LIST}/contacts")
    items = [wire.done(wire.contact_data("acme1", one, list_id=LIST)) for one in kept]
    answer = wire.encode_page(request, items, wire.decode_paging(request), len(kept))
    page = wire.decode_contacts(answer, offset=0)
    assert page.items.select([*FIELDS, "contact_id"]).to_pylist() == [
        {name: getattr(one, name) for name in (*FIELDS, "contact_id")} for one in kept
    ]
    custom = [
        {name: value if isinstance(value, str) else json.dumps(value) for name, value in (one.custom or {}).items()}
        for one in kept
    ]
    assert [dict(pairs or ()) for pairs in page.items["custom"].to_pylist()] == custom
    assert (page.total, page.after) == (len(kept), None)


@given(st.lists(CONTACTS, min_size=1, max_size=4), st.sampled_from(["static", "dynamic"]))
def test_a_file_of_contacts_survives_the_wire(contacts: list[Contact], kind: str) -> None:
    """The CSV that a client sends holds every value, quotes, commas and line breaks too."""
    table = pa.table({name: pa.array([getattr(one, name) for one in contacts], pa.string()) for name in FIELDS})
    request = wire.upload_request("acme1", table, to=ContactList(name="VIP", type=kind))  # type: ignore[arg-type]
    sent = wire.decode_new_upload(request)
    heading, *rows = csv.reader(io.StringIO(b"".join(sent.file.blocks()).decode(), newline=""))
    assert heading == ["number", "first_name", "last_name", "company_name", "email", "tag"]
    assert rows == [[getattr(one, name) or "" for name in FIELDS] for one in contacts]
    assert (sent.to, sent.layout) == (ContactList(name="VIP", type=kind), dict(enumerate(FIELDS)))  # type: ignore[arg-type]


def test_every_request_is_read_as_it_was_meant() -> None:
    """The requests that change lists, members and contacts are read by the server as the client meant them."""
    changes = [(LIST, {"name": "B", "tag": None}), (OTHER, {"tag": "x"})]
    assert wire.decode_update_lists(wire.update_lists_request("acme1", changes)) == changes
    assert wire.decode_update_list(wire.update_list_request("acme1", LIST, {"tag": None})) == {"tag": None}
    assert wire.decode_add_members(wire.add_members_request("acme1", LIST, [CONTACT])) == [CONTACT]
    fields = {"phone": "+12025550123", "company": "A", "custom": {"a": [1]}}
    assert wire.decode_update_contacts(wire.update_contacts_request("acme1", [(CONTACT, fields)])) == [
        (CONTACT, fields)
    ]
    query = wire.decode_contacts_query(wire.contacts_request("acme1", offset=20))
    assert (query.search, query.list_ids, query.paging.offset, query.paging.limit) == (None, None, 20, 20)
    page = asking("GET", "contacts", name="a b", list_sids=f"{LIST},{OTHER}")
    query = wire.decode_contacts_query(page)
    assert (query.search, query.list_ids) == ("a b", [LIST, OTHER])


@pytest.mark.parametrize(
    ("request_", "method", "below", "operation"),
    [
        (wire.lists_request("acme1"), "GET", "lists", "lists"),
        (wire.list_request("acme1", LIST), "GET", f"lists/{LIST}", "list"),
        (wire.delete_list_request("acme1", LIST), "DELETE", f"lists/{LIST}", "delete_list"),
        (wire.members_request("acme1", LIST), "GET", f"lists/{LIST}/contacts", "members"),
        (
            wire.remove_member_request("acme1", LIST, OTHER),
            "DELETE",
            f"lists/{LIST}/contacts/{OTHER}",
            "remove_members",
        ),
        (wire.contact_request("acme1", CONTACT), "GET", f"contacts/{CONTACT}", "contact"),
        (wire.delete_contact_request("acme1", CONTACT), "DELETE", f"contacts/{CONTACT}", "delete_contact"),
        (wire.upload_status_request("acme1", UPLOAD), "GET", f"csv-status/{UPLOAD}", "upload_status"),
    ],
)
def test_what_has_no_body_says_all_in_its_address(request_: Request, method: str, below: str, operation: str) -> None:
    """Each request without a body goes to the address of the document, with its operation's name."""
    assert (request_.method, request_.path, request_.operation) == (method, f"/v2/accounts/acme1/{below}", operation)
    assert request_.body == b""


@pytest.mark.parametrize("name", ["../contacts/x", "a/b", "", ".", "..", "a?b", "a\n"])
def test_an_id_cannot_make_another_request(name: str) -> None:
    """An id with a slash or dots in it is refused before it can become another address."""
    with pytest.raises(NotFoundError):
        wire.delete_list_request("acme1", name)


# what a client must bear -------------------------------------------------------------------
def test_things_without_a_frame_are_read() -> None:
    """Items that stand in `response` without `data`, alone or in an array, are read as well."""
    bare = json.loads(sample("list"))
    for response in (bare, [bare]):
        body = json.dumps({"response": response}).encode()
        assert wire.decode_list(Answer(status=200, body=body)) == LIST123
    body = json.dumps({"response": [json.loads(sample("contact"))]}).encode()
    assert wire.decode_contacts(Answer(status=200, body=body), offset=40).after == 41


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-23T09:24:59Z", AT),
        ("2026-01-23T14:54:59+05:30", AT),
        ("2026-01-23t09:24:59.000000z", AT),
        ("2026-01-23T09:24:59", AT),
        ("", None),
        ("soon", None),
        ("9999-12-31T23:59:59-12:00", None),
        (None, None),
        (5, None),
    ],
)
def test_a_date_in_any_shape_is_read(text: object, moment: datetime | None) -> None:
    """A date with Z, an offset, a fraction or nothing is one moment; what is no date is none."""
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"[]", b"null", b'{"response":null}', b'{"response":5}', b'{"response":[5]}', b"[" * 9_999],
)
def test_a_success_that_cannot_be_read_proves_nothing(body: bytes) -> None:
    """A 200 that is no answer of Exotel's is a lost answer, never a success."""
    answer = Answer(status=200, headers={"content-type": "text/html; x=<b>"}, body=body)
    for read in (
        lambda: wire.decode_list(answer),
        lambda: wire.decode_lists(answer, offset=0),
        lambda: wire.decode_contacts(answer, offset=0),
        lambda: wire.decode_created_contacts(answer, ["+12025550123"]),
        lambda: wire.decode_upload(answer),
    ):
        with pytest.raises(AnswerLostError, match="not known"):
            read()


def test_a_member_that_names_nobody_is_not_passed_over() -> None:
    """A page with an item that holds no contact is a lost answer, never a shorter page."""
    body = b'{"response":[{"code":200,"data":{"sid":"a","number":"+12025550123"}},{"code":200,"data":null}]}'
    with pytest.raises(AnswerLostError):
        wire.decode_contacts(Answer(status=200, body=body), offset=0)


def test_a_deletion_may_be_answered_with_nothing() -> None:
    """A 204 without a body is a success; a page of HTML is not."""
    wire.decode_done(Answer(status=204))
    with pytest.raises(AnswerLostError):
        wire.decode_done(Answer(status=200, body=b"<html>"))
