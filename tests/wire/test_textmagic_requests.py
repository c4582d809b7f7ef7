"""Requests to TextMagic: every spelling that its clients are known to send is read, and ours are among them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import ContactList, Upload
from listkit.errors import (
    InvalidError,
    MissingFieldError,
    NotFoundError,
    TooLargeError,
    TooManyError,
    UnreadableBodyError,
)
from listkit.wire import textmagic as wire
from listkit.wire.message import Answer, Request
from listkit.wire.tables import members
from tests.wire.textmagic_samples import PHONES, TEXTS, sample

FORM, JSON = {"content-type": "application/x-www-form-urlencoded"}, {"content-type": "application/json"}


def sent(body: bytes = b"", headers: dict[str, str] | None = None, **query: str) -> wire.Parameters:
    """Read what a request carries."""
    request = Request(method="PUT", path="/api/v2/lists", query=tuple(query.items()), headers=headers or {}, body=body)
    return wire.parameters(request)


# parameters ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "parameters",
    [
        sent(b'{"contacts":"318,454,30091"}', JSON),
        sent(b"contacts=318%2C454%2C30091", FORM),
        sent(b"contacts=318%2C454%2C30091"),
        sent(contacts="318,454,30091"),
        sent(b'{"contacts":"318,454,30091"}'),
        sent(b'{"contacts":[318,"454",30091]}', {"content-type": "application/json; charset=utf-8"}),
        sent(b"contacts= 318 , 454,318,0030091", FORM),
        sent(b"contacts=318,454,30091", contacts="7"),
    ],
    ids=["json", "form", "no type", "query", "json without type", "array", "spaces and repeats", "body beats query"],
)
def test_four_ways_of_carrying_contacts(parameters: wire.Parameters) -> None:
    """Ids arrive as JSON, as a form with or without its type, and in the query; the body wins."""
    assert parameters.ids("contacts") == ["318", "454", "30091"]


def test_single_number_is_an_id() -> None:
    """A client may send one id as a bare number."""
    assert sent(b'{"lists":715}', JSON).ids("lists") == ["715"]


@pytest.mark.parametrize("value", ["", "1,,2", "1,", "a", "1.5", "-1", "1 2", "\N{FULLWIDTH DIGIT ONE}", "9" * 19])
def test_malformed_ids_are_refused(value: str) -> None:
    """What is not whole numbers between commas is refused, whichever way it comes."""
    for parameters in (sent(urlencode({"ids": value}).encode(), FORM), sent(json.dumps({"ids": value}).encode(), JSON)):
        with pytest.raises(InvalidError):
            parameters.ids("ids")


@pytest.mark.parametrize("value", [None, True, [], [True], [[1]], {"a": 1}, 1.5, [None]])
def test_ids_of_strange_kinds_are_refused(value: Any) -> None:
    """JSON values that are no ids are refused by the name of their field."""
    with pytest.raises(InvalidError) as caught:
        sent(json.dumps({"ids": value}).encode(), JSON).ids("ids")
    assert caught.value.field == "ids"


def test_more_ids_than_one_request_takes() -> None:
    """1,000 ids pass and 1,001 are refused with both numbers."""
    assert len(sent(ids=",".join(map(str, range(1, 1001)))).ids("ids")) == 1000
    with pytest.raises(TooManyError, match=r"1,001.*1,000") as caught:
        sent(ids=",".join(map(str, range(1, 1002)))).ids("ids")
    assert caught.value.limit == 1000


@pytest.mark.parametrize("value", ["1", "true", "True", "TRUE"])
def test_yes_in_every_spelling(value: str) -> None:
    """Clients write a yes as 1, true or True, and as JSON's true and 1."""
    assert sent(f"shared={value}".encode(), FORM).flag("shared")
    assert sent(b'{"shared":true}', JSON).flag("shared")
    assert sent(b'{"shared":1}', JSON).flag("shared")


@pytest.mark.parametrize("value", ["0", "false", "False", ""])
def test_no_in_every_spelling(value: str) -> None:
    """A no is 0, false or False, JSON's false, 0 and null, and nothing at all."""
    assert not sent(f"shared={value}".encode(), FORM).flag("shared")
    assert not any(sent(f'{{"shared":{none}}}'.encode(), JSON).flag("shared") for none in ("false", "0", "null"))
    assert not sent().flag("shared")


def test_neither_yes_nor_no() -> None:
    """Anything else is refused, not taken for a no."""
    with pytest.raises(InvalidError, match="0 or 1"):
        sent(shared="maybe").flag("shared")


def test_text_is_trimmed_and_bounded() -> None:
    """Text loses its outer blanks, blank is nothing, and what cannot be kept is refused."""
    assert sent(b"name=+Private+list+", FORM).text("name") == "Private list"
    assert sent(b'{"name":2026}', JSON).text("name") == "2026"
    assert sent(b"name=++", FORM).text("name") is None
    for value in ("x" * 256, "a\0b", ["a"], {"a": 1}, True):
        with pytest.raises(InvalidError):
            sent(json.dumps({"name": value}).encode(), JSON).text("name")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"--x\r\n\r\n--x--", {"content-type": "multipart/form-data; boundary=x"}),
        (b"{", JSON),
        (b"[1]", JSON),
        (b"name=x", JSON),
        (b'{"name":', {}),
        (b"name=%FF", FORM),
        (b"name=\xff", FORM),
        (b'{"a":' * 100_000, JSON),
        (b"&".join(b"a=1" for _ in range(2000)), FORM),
    ],
)
def test_unreadable_bodies(body: bytes, headers: dict[str, str]) -> None:
    """A body that is neither a form nor a JSON object is refused as a whole."""
    with pytest.raises(UnreadableBodyError):
        sent(body, headers)


@given(st.binary(max_size=60), st.sampled_from([{}, FORM, JSON, {"content-type": "text/plain"}]))
def test_no_body_breaks_the_reader(body: bytes, headers: dict[str, str]) -> None:
    """Any bytes under any type are read or refused, never a crash."""
    try:
        parameters = sent(body, headers)
        parameters.text("a")
        parameters.ids("a")
    except InvalidError:
        pass


@pytest.mark.parametrize(
    ("asked", "page", "limit"),
    [
        ({}, 1, 10),
        ({"page": "3", "limit": "25"}, 3, 25),
        ({"page": "0", "limit": "0"}, 1, 10),
        ({"page": "-1", "limit": "-5"}, 1, 10),
        ({"page": "x", "limit": "101"}, 1, 10),
        ({"page": "1.5", "limit": "100"}, 1, 100),
        ({"page": "9" * 30, "limit": "1"}, 1, 1),
    ],
)
def test_pages_out_of_range_are_replaced(asked: dict[str, str], page: int, limit: int) -> None:
    """A limit outside 1 to 100 is 10 and a page below 1 is 1; neither is an error."""
    paging = wire.decode_paging(sent(**asked))
    assert (paging.page, paging.limit, paging.direction, paging.order) == (page, limit, "desc", "id")
    assert paging.offset == (page - 1) * limit


@pytest.mark.parametrize("path", ["abc", "-1", "1.0", "", "9" * 19, "\N{ARABIC-INDIC DIGIT ONE}"])
def test_id_in_a_path_that_is_no_number(path: str) -> None:
    """Nothing has an id that is not a whole number, so asking for it sends nothing."""
    with pytest.raises(NotFoundError):
        wire.read_id(path)
    with pytest.raises(NotFoundError):
        wire.list_request(path)


# contacts and lists --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("447860021130", "+447860021130"),
        ("+447860021130", "+447860021130"),
        ("999000000", "+999000000"),
        ("1234567", "+1234567"),
        ("123456", None),
        ("1" * 16, None),
        ("++447860021130", None),
        ("44 7860 021130", None),
        ("07860021130", None),
        ("\N{FULLWIDTH DIGIT FOUR}47860021130", None),
        ("447860021130\n", None),
        ("", None),
    ],
)
def test_numbers_as_textmagic_takes_them(text: str, phone: str | None) -> None:
    """A number is 7 to 15 digits of E.164, with or without its plus, and nothing else."""
    assert wire.read_phone(text) == phone


def test_mandatory_fields() -> None:
    """A contact needs a number and a list needs a name; each is refused by its field."""
    with pytest.raises(MissingFieldError) as caught:
        sent(b"firstName=Asha", FORM).read(wire.ContactEdit)
    assert caught.value.field == "phone"
    with pytest.raises(MissingFieldError) as caught:
        wire.decode_list_fields(sent(b"shared=1", FORM))
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    "email", ["asha", "@example.com", "asha@", "a b@example.com", "asha@example", f"{'x' * 250}@a.in"]
)
def test_bad_email_is_refused(email: str) -> None:
    """An address without a name, a host or a dot is refused by its field."""
    with pytest.raises(InvalidError) as caught:
        wire.decode_contact_form(sent(phone="919876543210", email=email).read(wire.ContactEdit))
    assert caught.value.field == "email"


def test_absent_fields_of_an_edit() -> None:
    """An edit empties the fields of a contact that it does not name, and ends a sharing that it does not repeat."""
    assert wire.decode_contact_form(sent(phone="919876543210", firstName="Asha").read(wire.ContactEdit)) == {
        "phone": "+919876543210",
        "first_name": "Asha",
        "last_name": None,
        "company": None,
        "email": None,
    }
    off = {"shared": False, "favorited": False, "is_default": False}
    assert wire.decode_list_fields(sent(name="VIP")) == {"name": "VIP", **off}
    assert wire.decode_list_fields(sent(name="VIP", description="")) == {"name": "VIP", **off, "description": None}


def test_rename_repeats_what_it_would_switch_off() -> None:
    """A new name is sent with the flags that the list has, since an edit replaces them all."""
    body = json.loads(sample("list").body) | {"shared": True, "favorited": True}
    request = wire.update_list_request(Answer(status=200, body=json.dumps(body).encode()), "715", {"name": "VIP"})
    assert json.loads(request.body) == {"name": "VIP", "shared": True, "favorited": True, "isDefault": False}


@given(PHONES, TEXTS.map(lambda text: (text and text.strip()[:255]) or None), st.integers(1, 10**9).map(str))
def test_new_contact_survives_the_wire(phone: str, name: str | None, list_id: str) -> None:
    """The server reads the very contact that the client was given, and the list it goes to."""
    request = wire.create_contact_request(members({"phone": [phone], "first_name": [name]}), list_id=list_id)
    form = wire.parameters(request).read(wire.NewContact)
    fields = wire.decode_contact_form(form)
    assert (fields["phone"], fields["first_name"], form.lists) == (phone, name, [list_id])
    assert "+" not in json.loads(request.body)["phone"]


def test_one_contact_at_a_time() -> None:
    """TextMagic makes one contact a request, so a table of two is refused before anything is sent."""
    with pytest.raises(ValueError, match="too many values"):
        wire.create_contact_request(members({"phone": ["+12025550123", "+12025550124"]}), list_id="1")


# files ---------------------------------------------------------------------------------------
ASHA = members(
    {
        "phone": ["+919876543210", "+12025550123"],
        "first_name": ['Asha "A", née', None],
        "last_name": ["Two\nlines", "=1+1"],
        "email": ["asha@example.in", None],
    }
)


def test_file_survives_the_wire() -> None:
    """The server reads the layout, the list and the very text of the file that the client wrote."""
    request = wire.upload_request(ASHA, to=ContactList(name="VIP", list_id="715"))
    read = wire.decode_import(request)
    assert read.layout == {0: "phone", 1: "first_name", 2: "last_name", 3: "email"}
    assert (read.to.list_id, request.argument("listName")) == ("715", None)
    assert b"".join(read.file.blocks()).decode() == (
        '"phone","firstName","lastName","email"\n'
        '"919876543210","Asha ""A"", née","Two\nlines","asha@example.in"\n'
        '"12025550123",,"=1+1",\n'
    )


def test_file_for_a_list_by_name() -> None:
    """A list that nobody keeps yet is named instead of numbered."""
    read = wire.decode_import(wire.upload_request(ASHA, to=ContactList(name="VIP")))
    assert (read.to.name, read.to.list_id) == ("VIP", None)


def test_file_that_is_too_large() -> None:
    """More than 10 MB is refused before it is sent, with both numbers."""
    name = "x" * 1_000_000
    table = members({"phone": ["+919876543210"] * 11, "first_name": [name] * 11})
    with pytest.raises(TooLargeError, match="10,000,000") as caught:
        wire.upload_request(table, to=ContactList(name="VIP"))
    assert caught.value.limit == wire.LARGEST_FILE


def imported(content: bytes = b"phone\n919876543210\n", filename: str = "a.csv", **query: str) -> Request:
    """Write an import as some other client would."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    return Request(
        method="POST",
        path="/api/v2/contacts/import/normalized",
        query=tuple(query.items()),
        headers={"content-type": "multipart/form-data; boundary=x"},
        body=head + content + b"\r\n--x--\r\n",
    )


def test_layout_in_any_order() -> None:
    """Columns may be skipped and stand in any order; listId wins over listName."""
    read = wire.decode_import(imported(column="0:firstName;1:lastName;3:phone;4:email", listId="443", listName="News"))
    assert read.layout == {0: "first_name", 1: "last_name", 3: "phone", 4: "email"}
    assert read.to.list_id == "443"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"listId": "1"}, "column"),
        ({"column": "0:firstName", "listId": "1"}, "column"),
        ({"column": "0:phone;1:companyName", "listId": "1"}, "column"),
        ({"column": "0:phone;1:31;2:31", "listId": "1"}, "column"),
        ({"column": "0:phone;0:email", "listId": "1"}, "column"),
        ({"column": "0:phone;1:phone", "listId": "1"}, "column"),
        ({"column": "phone", "listId": "1"}, "column"),
        ({"column": "0:phone"}, "listId"),
        ({"column": "0:phone", "listId": "x"}, "listId"),
    ],
)
def test_imports_that_cannot_be_placed(query: dict[str, str], field: str) -> None:
    """Columns that are unknown, repeated or without the number, and no list, are refused by their field."""
    with pytest.raises(InvalidError) as caught:
        wire.decode_import(imported(**query))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"PK\x03\x04 a workbook", b"\xd0\xcf\x11\xe0 an old one", b"1" * 10_000_001]
)
def test_files_that_cannot_be_taken(content: bytes) -> None:
    """An empty file, a workbook and one over 10 MB are refused before anything is stored."""
    with pytest.raises(InvalidError) as caught:
        wire.decode_import(imported(content, column="0:phone", listId="1"))
    assert caught.value.field == "file"


def test_import_that_is_no_form() -> None:
    """An import without a whole multipart body is refused."""
    request = Request(method="POST", path="/", query=(("column", "0:phone"), ("listId", "1")), body=b"phone")
    with pytest.raises(UnreadableBodyError):
        wire.decode_import(request)


def test_progress_is_asked_by_the_id() -> None:
    """The address of an import's progress is made from its id, whatever the link said."""
    assert wire.upload_status_request(Upload(upload_id="9001")).path == "/api/v2/contacts/import/progress/9001"
