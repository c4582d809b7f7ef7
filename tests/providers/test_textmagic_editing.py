"""What TextMagic's provider changes and deletes: the whole contact goes out again, and nothing is emptied unasked."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from listkit.contact import ContactList, Receipt
from listkit.errors import DuplicateError, InvalidError, NotFoundError
from listkit.wire.message import Answer
from tests.providers.test_textmagic import ASHA, ONE_PAGE
from tests.providers.textmagic_script import asked, textmagic
from tests.wire.textmagic_samples import sample


def test_edit_sends_the_whole_contact() -> None:
    """What is not named goes out again as it is, custom fields and marks included, and the lists not at all."""
    body = sample("contact").body.replace(b'"favorited":false', b'"favorited":true')
    kept = Answer(status=200, body=body.replace(b'"tags":[]', b'"tags":[{"id":1,"title":"gold"}]'))
    provider, script = textmagic(sample("custom_fields_page"), kept, sample("link", 201))
    changes = {"first_name": "Ch.", "email": None, "custom.DOB": "1984-08-31"}
    assert provider.update_contacts([("27074", changes)]) == [Receipt(status="done", contact_id="27074")]
    assert asked(script)[-1] == (
        "PUT",
        "/api/v2/contacts/27074",
        {},
        {
            "phone": "447860021130",
            "firstName": "Ch.",
            "lastName": "Conway",
            "companyName": "Example Ltd.",
            "email": "",
            "favorited": True,
            "blocked": False,
            "tags": ["gold"],
            "customFieldValues": [{"id": "31", "value": "1984-08-31"}],
        },
    )


@pytest.mark.parametrize("name", ["contact_of_2015", "contact_with_nested_field"])
def test_edit_of_a_contact_in_an_older_shape(name: str) -> None:
    """A custom field is sent back by its own id in whatever shape a contact comes."""
    provider, script = textmagic(sample(name), sample("link", 201))
    provider.update_contacts([("27074", {"first_name": "Ch."})])
    shown = json.loads(sample(name).body)["customFields"][0]
    known = shown.get("userCustomField", shown)["id"]
    assert asked(script)[-1][3]["customFieldValues"] == [{"id": str(known), "value": shown["value"]}]


def test_edit_that_wants_the_lists() -> None:
    """Where an edit is refused because it names no lists, they are read and sent along."""
    wanted = Answer(status=400, body=sample("error_validation_failed").body.replace(b'"name"', b'"lists"'))
    provider, script = textmagic(sample("contact"), wanted, ONE_PAGE, sample("link", 201))
    assert provider.update_contacts([("27074", {"first_name": "Ch."})])[0] == Receipt(status="done", contact_id="27074")
    assert [request.method for request in script.asked] == ["GET", "PUT", "GET", "PUT"]
    assert asked(script)[-1][3]["lists"] == "715"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([sample("error_not_found", 404)], "not_found"),
        ([sample("contact"), sample("error_phone_taken", 400)], "duplicate"),
        ([sample("contact"), sample("error_phone_not_valid", 400)], "invalid"),
    ],
)
def test_edit_that_is_refused(answers: list[Answer], code: str) -> None:
    """A contact that is gone, a number that is taken and one that is none refuse that contact alone."""
    provider, _ = textmagic(*answers)
    (receipt,) = provider.update_contacts([("27074", {"phone": "+12025550123"})])
    assert receipt is not None
    assert (receipt.status, receipt.contact_id, receipt.code) == ("refused", "27074", code)


def test_what_textmagic_does_not_keep_is_not_sent() -> None:
    """A field that TextMagic has no place for is refused before anything is changed."""
    provider, script = textmagic(sample("contact"), sample("list"))
    with pytest.raises(InvalidError, match="keeps no 'tag' of a contact"):
        provider.update_contacts([("27074", {"tag": "x"})])
    (refused,) = provider.update_lists([("715", {"tag": "x"})])
    assert isinstance(refused, InvalidError)
    assert {request.method for request in script.asked} == {"GET"}


def test_custom_fields_are_asked_for_once() -> None:
    """A custom field is found by its name or made, and its id is remembered."""
    fields, made = sample("custom_fields_page"), sample("custom_field_link", 201)
    provider, script = textmagic(fields, made, made, fields, made, made)
    for name in ("DOB", "DOB", "City"):
        provider.create_contacts(ASHA.append_column(f"custom.{name}", pa.array(["x"])), list_id="715")
    assert [request.operation for request in script.asked] == [
        "custom_fields",
        "create_contacts",
        "create_contacts",
        "custom_fields",
        "create_custom_field",
        "create_contacts",
    ]
    assert asked(script)[1][3]["customFieldValues"] == [{"id": "31", "value": "x"}]


def test_who_opted_out_is_read() -> None:
    """Opt-outs come with their numbers in our words and their time in UTC, and the page says where to go on."""
    provider, _ = textmagic(sample("unsubscribers_page"))
    page = provider.unsubscribers()
    assert page.items["phone"].to_pylist() == ["+447860021130", "+12025550123"]
    assert page.items["unsubscribed_at"].to_pylist()[0] == datetime(2015, 2, 11, 7, 33, 19, tzinfo=UTC)
    assert page.after == 2


def test_what_is_gone_already() -> None:
    """A contact that is not there any more is gone, and no error."""
    provider, _ = textmagic(sample("error_not_found", 404))
    assert provider.delete_contact("27074").status == "gone"


def test_lists_one_by_one() -> None:
    """Several lists are a request each; one that is refused stands as its error in its place, the others go on."""
    provider, _ = textmagic(sample("error_name_taken", 400), sample("link", 201))
    taken, made = provider.create_lists([ContactList(name="A"), ContactList(name="B")])
    assert isinstance(taken, DuplicateError)
    assert isinstance(made, ContactList)
    provider, script = textmagic(sample("list"), sample("link", 201), sample("error_not_found", 404))
    changed, gone = provider.update_lists([("715", {"description": None, "shared": True}), ("8", {"name": "x"})])
    assert isinstance(changed, ContactList)
    assert (changed.name, changed.shared, changed.description) == ("Private list", True, None)
    assert asked(script)[1][3] == {
        "name": "Private list",
        "shared": True,
        "favorited": False,
        "isDefault": False,
        "description": "",
    }
    assert isinstance(gone, NotFoundError)
