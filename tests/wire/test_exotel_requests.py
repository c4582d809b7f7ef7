"""What a server of Exotel's API reads, and what it refuses before anything is done."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import Contact, ContactList
from listkit.errors import InvalidError, MediaTypeError, MissingFieldError, TooManyError, UnreadableBodyError
from listkit.wire import exotel as wire
from listkit.wire import multipart
from listkit.wire.message import Request
from tests.wire.exotel_samples import PHONES, asking


# bodies ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b'{"lists":', UnreadableBodyError),
        (b"[]", UnreadableBodyError),
        (b'{"lists":"x"}', UnreadableBodyError),
        (b'{"lists":[5]}', UnreadableBodyError),
        (b'{"lists":[{"name":5}]}', UnreadableBodyError),
        (b'{"lists":[{"name":"\xff"}]}', UnreadableBodyError),
        (b'{"lists":[{"name":"a\\u0000"}]}', UnreadableBodyError),
        (b'{"lists":[{"name":"\\ud800"}]}', UnreadableBodyError),
        (b'{"x":' + b"[" * 9_999, UnreadableBodyError),
        (b"{}", MissingFieldError),
        (b'{"lists":[]}', MissingFieldError),
        (b'{"lists":null}', MissingFieldError),
        (b'{"lists":[' + b",".join([b"{}"] * 5_001) + b"]}", TooManyError),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_whole(body: bytes, refusal: type[InvalidError]) -> None:
    """A body that is not JSON of the shape, is empty, or carries 5,001 items is refused as a whole."""
    with pytest.raises(refusal):
        wire.decode_create_lists(asking("POST", "lists", body))


def test_a_backslash_before_u0000_is_no_nul() -> None:
    r"""The text `\u0000`, written with an escaped backslash, is text like any other."""
    [made] = wire.decode_create_lists(asking("POST", "lists", rb'{"lists":[{"name":"\\u0000"}]}'))
    assert made == ContactList(name=r"\u0000")


def test_one_list_may_come_without_its_wrapper() -> None:
    """A bare list is a batch of one."""
    assert wire.decode_create_lists(asking("POST", "lists", b'{"name":" A ","tag":""}')) == [ContactList(name="A")]


def test_another_type_of_body_is_not_read() -> None:
    """A body that is not said to be JSON, or a form where a form is due, is refused by its type."""
    plain = Request(method="POST", path="/", headers={"content-type": "text/plain"}, body=b"{}")
    for decode in (wire.decode_create_lists, wire.decode_create_contacts, wire.decode_new_upload):
        with pytest.raises(MediaTypeError, match="text/plain"):
            decode(plain)
    with pytest.raises(MediaTypeError):
        wire.decode_new_upload(asking("POST", "contacts/csv-upload", b'{"file_name":"contacts.csv"}'))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "phone"),
        ({"number": " "}, "phone"),
        ({"number": "12025550123"}, "phone"),
        ({"number": "+12025550123", "email": "a@b"}, "email"),
        ({"number": "+12025550123", "tag": "x" * 256}, "tag"),
        ({"number": "+12025550123", "custom_field": {"a": json.loads("[" * 40 + "]" * 40)}}, "custom"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_in_its_place(fields: dict[str, object], field: str) -> None:
    """A bad contact is an error that names the field, and the good one beside it is read."""
    body = json.dumps({"contacts": [fields, {"number": "+12025550199", "custom": {"a": 1}}]}).encode()
    refused, good = wire.decode_create_contacts(asking("POST", "contacts", body))
    assert isinstance(refused, InvalidError)
    assert refused.field == field
    assert good == Contact(phone="+12025550199", custom={"a": 1})


_TEXTS = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("first_name", "last_name", "company_name"), _TEXTS))))
def test_contacts_with_names_alone_are_read_as_any_others(named: list[dict[str, str | None]]) -> None:
    """Contacts with but a number and names are the same beside one of which more is said, which is read one by one."""
    plain = [{"number": f"+1202555{place:04}", **names} for place, names in enumerate(named, 100)]
    beside = {"number": "+12025550199", "email": "asha@example.org"}
    bodies = [json.dumps({"contacts": [*plain, last]}).encode() for last in ({"number": "+12025550199"}, beside)]
    quick, slow = (wire.decode_create_contacts(asking("POST", "contacts", body)) for body in bodies)
    assert list(quick)[:-1] == list(slow)[:-1]
    assert slow[-1] == Contact(phone="+12025550199", email="asha@example.org")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("", MissingFieldError), (" \t", MissingFieldError), ("x" * 256, InvalidError), ("x" * 255, None)],
)
def test_a_lists_name_has_1_to_255_characters(name: str, refusal: type[InvalidError] | None) -> None:
    """A name of blanks or of 256 characters is refused, one of 255 is not."""
    [read] = wire.decode_create_lists(asking("POST", "lists", json.dumps({"lists": [{"name": name}]}).encode()))
    assert (type(read) if refusal else None) == refusal


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "x"},
        {"limit": ""},
        {"limit": "1_0"},
        {"limit": "9" * 5_000},
        {"offset": "-1"},
        {"offset": "1.0"},
        {"sort_by": "sid:asc"},
        {"sort_by": "name:up"},
        {"sort_by": "name:asc:asc"},
    ],
)
def test_a_page_that_cannot_be_is_refused(query: dict[str, str]) -> None:
    """A limit, an offset or an order that makes no sense is refused by name."""
    with pytest.raises(InvalidError) as refusal:
        wire.decode_paging(asking("GET", "lists", **query))
    assert refusal.value.field in query


def test_a_longer_page_is_silently_shorter() -> None:
    """A limit of 1,000 is one of 500, and none is 20."""
    assert wire.decode_paging(asking("GET", "lists", limit="1000")).limit == 500
    assert wire.decode_paging(asking("GET", "lists")).limit == 20
    assert wire.decode_paging(asking("GET", "lists", sort_by="name")).direction == "asc"


@given(PHONES)
def test_a_whole_number_is_taken_as_it_is(phone: str) -> None:
    """A number with its plus is not changed."""
    assert wire.read_phone(phone) == phone


@pytest.mark.parametrize(
    "text", ["", "+", "+0123456789", "+1234567", "98765 43210", "+91-9876543210", "٩٨٧٦٥٤٣٢١٠", "+12025550123\n"]
)
def test_a_number_in_no_accepted_form_is_refused(text: str) -> None:
    """Blanks, dashes, other digits than 0 to 9 and wrong lengths are refused, nothing is mended."""
    assert wire.read_phone(text) is None


# files -------------------------------------------------------------------------------------
def _upload(content: bytes | str, **fields: str) -> Request:
    file = content if isinstance(content, str) else multipart.FilePart(filename="a.csv", content=content)
    content_type, body = multipart.encode([("list_name", "VIP"), *fields.items(), ("file_name", file)])
    return Request(method="POST", path="/", headers={"content-type": content_type}, body=body)


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [
        (b"", {}, "phone"),
        (b"\xff\xfe\n", {}, "phone"),
        (b"Number\n+12025550123\n", {}, "phone"),
        (b"number,age\n", {}, "file_name"),
        (b"number,number\n", {}, "file_name"),
        (b"number,\n", {}, "file_name"),
        (b"number,\n", {"type": "dynamic"}, "file_name"),
        (b"number,a,b,c,d,e,f\n", {"type": "dynamic"}, "file_name"),
        (b"number\n", {"type": "sometimes"}, "type"),
        (b"number\n", {"list_name": " "}, "name"),
        (b"number\n" + bytes(wire.LARGEST_FILE), {}, "file_name"),
        ("a path.csv", {}, "file_name"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_at_once(
    content: bytes | str, fields: dict[str, str], field: str
) -> None:
    """What is wrong with a file's heading, size, list or type is told before anything is made of it."""
    with pytest.raises(InvalidError) as refusal:
        wire.decode_new_upload(_upload(content, **fields))
    assert refusal.value.field == field


def test_a_files_columns_may_stand_in_any_order() -> None:
    """Columns are found by name, after a byte order mark, blank lines and blanks around the names."""
    sent = wire.decode_new_upload(_upload("\ufeff\n tag ,number,city\n".encode(), type="dynamic", file_path="ignored"))
    assert sent.layout == {0: "tag", 1: "phone", 2: "custom.city"}
    assert sent.to == ContactList(name="VIP", type="dynamic")
