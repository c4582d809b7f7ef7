"""TextMagic as a provider: what each method sends, and what it makes of the answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from listkit.contact import ContactList, Receipt, Upload
from listkit.errors import (
    AnswerLostError,
    DuplicateError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    UnauthorizedError,
)
from listkit.providers.textmagic import LIMITS, OPERATIONS, TextMagic
from listkit.wire.message import Answer, Request
from listkit.wire.tables import MEMBERS, members
from tests.providers.textmagic_script import asked, textmagic
from tests.wire.textmagic_samples import sample

if TYPE_CHECKING:
    from collections.abc import Callable

ASHA = members({"phone": ["+919876543210"], "first_name": ["Asha"], "company": ["Example Ltd."]})
GONE = Answer(status=204)
ONE_PAGE = Answer(status=200, body=sample("lists_page").body.replace(b'"page":3', b'"page":150'))


CALLS: dict[str, tuple[Callable[[TextMagic], object], list[Answer]]] = {
    "ping": (lambda tm: tm.ping(), [sample("ping")]),
    "lists": (lambda tm: tm.lists(), [sample("lists_page")]),
    "list": (lambda tm: tm.list("715"), [sample("list")]),
    "create_lists": (lambda tm: tm.create_list(ContactList(name="VIP")), [sample("link", 201)]),
    "update_lists": (lambda tm: tm.update_list("715", name="VIP"), [sample("list"), sample("link", 201)]),
    "delete_list": (lambda tm: tm.delete_list("715"), [GONE]),
    "members": (
        lambda tm: tm.members("715"),
        [Answer(status=200, body=b'{"page":1,"limit":10,"pageCount":0,"resources":[]}')],
    ),
    "create_contacts": (lambda tm: tm.create_contacts(ASHA, list_id="715"), [sample("link", 201)]),
    "create_custom_field": (
        lambda tm: tm.upload(ASHA.append_column("custom.City", pa.array(["Pune"])), to=ContactList(name="VIP")),
        [sample("custom_fields_page"), sample("custom_field_link", 201), sample("import_started", 201)],
    ),
    "custom_fields": (
        lambda tm: tm.upload(ASHA.append_column("custom.DOB", pa.array(["1983"])), to=ContactList(name="VIP")),
        [sample("custom_fields_page"), sample("import_started", 201)],
    ),
    "contact": (lambda tm: tm.contact("27074"), [sample("contact")]),
    "contacts": (lambda tm: tm.contacts(), [sample("contacts_page")]),
    "lists_of": (lambda tm: tm.lists_of("27074"), [ONE_PAGE]),
    "unsubscribers": (lambda tm: tm.unsubscribers(), [sample("unsubscribers_page")]),
    "update_contacts": (
        lambda tm: tm.update_contacts([("27074", {"first_name": "C."})]),
        [sample("contact"), sample("link", 201)],
    ),
    "delete_contact": (lambda tm: tm.delete_contact("27074"), [GONE]),
    "find_contact": (lambda tm: tm.find_contact("+919876543210"), [sample("contact")]),
    "add_members": (lambda tm: tm.add_members("715", ["1", "2"]), [sample("link", 201)]),
    "remove_members": (lambda tm: tm.remove_members("715", ["1", "2"]), [sample("link")]),
    "upload": (lambda tm: tm.upload(ASHA, to=ContactList(name="VIP", list_id="715")), [sample("import_started", 201)]),
    "upload_status": (lambda tm: tm.upload_status(Upload(upload_id="9001")), [sample("import_progress")]),
}


SILENT = {"ping", "delete_list", "delete_contact", "add_members", "remove_members"}
"""Whose success needs no words."""


def test_every_operation_is_a_row_of_the_table() -> None:
    """What repeating a request does is known for each request that the provider sends, and for no other."""
    assert CALLS.keys() == OPERATIONS.keys()
    for operation, (call, answers) in CALLS.items():
        provider, script = textmagic(*answers)
        call(provider)
        assert operation in {request.operation for request in script.asked}
        assert not script.answers


def test_what_may_be_repeated() -> None:
    """Only what is made anew and a file are not harmless to send twice; three operations destroy."""
    assert {name for name, row in OPERATIONS.items() if row.repeat != "harmless"} == {
        "create_lists",
        "create_contacts",
        "create_custom_field",
        "upload",
    }
    assert {name for name, row in OPERATIONS.items() if row.destroys} == {
        "delete_list",
        "remove_members",
        "delete_contact",
    }
    assert all(row.why for row in OPERATIONS.values() if row.destroys or row.repeat != "harmless")


def test_every_limit_has_a_source() -> None:
    """Each number that the code obeys says where it comes from, and those that are sent are the ones that are told."""
    assert all(limit.source and limit.unit for limit in LIMITS.values())
    provider, script = textmagic(sample("lists_page"), CALLS["members"][1][0])
    provider.lists()
    provider.members("715")
    sizes = {request.argument("limit") for request in script.asked}
    assert sizes == {str(LIMITS["lists_per_page"].value), str(LIMITS["members_per_page"].value)} == {"100"}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("unauthorized", 401, UnauthorizedError),
        ("forbidden", 403, ForbiddenError),
        ("rate_limited", 429, RateLimitedError),
        ("server_failed", 500, ServerFailedError),
    ],
)
def test_refusals_are_raised(operation: str, name: str, status: int, kind: type[ProviderError]) -> None:
    """Every method raises what the answer refuses, as our error."""
    call, _ = CALLS[operation]
    provider, _ = textmagic(sample(f"error_{name}", status))
    with pytest.raises(kind) as caught:
        call(provider)
    assert caught.value.http_status == status


@pytest.mark.parametrize("operation", sorted(CALLS.keys() - SILENT))
def test_unreadable_successes_are_lost_answers(operation: str) -> None:
    """A success that cannot be read is never taken for one."""
    call, _ = CALLS[operation]
    provider, _ = textmagic(Answer(status=200, headers={"content-type": "text/html"}, body=b"<html>"))
    with pytest.raises(AnswerLostError):
        call(provider)


# paging --------------------------------------------------------------------------------------
def forced(total: int, limit: int) -> Callable[[Request], Answer]:
    """Serve contacts in pages of `limit`, whatever is asked for, as TextMagic does with wishes over 100."""

    def send(request: Request) -> Answer:
        page = int(request.argument("page") or 1)
        ids = range((page - 1) * limit + 1, min(page * limit, total) + 1)
        resources = [{"id": number, "phone": f"91987650{number:04}"} for number in ids]
        body = {"page": page, "limit": limit, "pageCount": -(-total // limit), "resources": resources}
        return Answer(status=200, body=json.dumps(body).encode())

    return send


@pytest.mark.parametrize(("total", "limit"), [(1003, 10), (1003, 100), (1000, 10), (1, 10), (0, 10)])
def test_all_members_are_read_whatever_the_page_size(total: int, limit: int) -> None:
    """Paging goes by the answer's own limit and pageCount, never by what was asked for."""
    provider = TextMagic(forced(total, limit), account="charles")
    phones: list[str] = []
    after = None
    while True:
        page = provider.members("715", after=after)
        assert page.items.schema.equals(MEMBERS)
        phones += page.items["phone"].to_pylist()
        after = page.after
        if after is None:
            break
    assert phones == [f"+91987650{number:04}" for number in range(1, total + 1)]


def test_pages_are_asked_oldest_first() -> None:
    """Paging asks by id ascending, so that what is added meanwhile comes at the end; a name asks the search."""
    provider, script = textmagic(sample("lists_page"), sample("lists_page"))
    assert provider.lists(after=3).after == 4
    provider.lists(name="VIP")
    order = {"limit": "100", "orderBy": "id", "direction": "asc"}
    assert asked(script) == [
        ("GET", "/api/v2/lists", {"page": "3", **order}, None),
        ("GET", "/api/v2/lists/search", {"query": "VIP", "page": "1", **order}, None),
    ]


# lists ---------------------------------------------------------------------------------------
def test_new_list() -> None:
    """A new list goes out with what TextMagic keeps of it and comes back with its id."""
    provider, script = textmagic(sample("link", 201))
    made = provider.create_list(ContactList(name="Private list", tag="not kept", description="Few", shared=True))
    assert asked(script) == [
        ("POST", "/api/v2/lists", {}, {"name": "Private list", "shared": True, "description": "Few"})
    ]
    assert (made.list_id, made.shared, made.tag, made.members) == ("715", True, None, 0)


def test_name_that_is_taken() -> None:
    """A taken name is a DuplicateError about the name."""
    provider, _ = textmagic(sample("error_name_taken", 400))
    with pytest.raises(DuplicateError) as caught:
        provider.create_list(ContactList(name="VIP"))
    assert caught.value.field == "name"


def test_renaming_does_not_end_sharing() -> None:
    """An edit replaces every flag, so the flags are read first and sent again."""
    shared = Answer(status=200, body=sample("list").body.replace(b'"shared":false', b'"shared":true'))
    provider, script = textmagic(shared, sample("link", 201))
    renamed = provider.update_list("715", name="VIP", tag="not kept")
    assert asked(script)[1][3] == {"name": "VIP", "shared": True, "favorited": False, "isDefault": False}
    assert (renamed.name, renamed.list_id, renamed.shared, renamed.members) == ("VIP", "715", True, 311)


def test_ids_that_are_none_send_nothing() -> None:
    """An id that is not a whole number is not found, and no request goes out for it."""
    provider, script = textmagic()
    for call in (
        lambda: provider.list("VIP"),
        lambda: provider.delete_list("7/../8"),
        lambda: provider.members(""),
        lambda: provider.remove_members("715x", ["1"]),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert script.asked == []


# contacts ------------------------------------------------------------------------------------
def test_new_contact_is_joined_by_the_same_request() -> None:
    """A contact goes out with digits only and its list, without the fields it does not have."""
    provider, script = textmagic(sample("link", 201))
    assert provider.create_contacts(ASHA, list_id="715") == [Receipt(status="done", contact_id="715", joined=True)]
    body = {"phone": "919876543210", "firstName": "Asha", "companyName": "Example Ltd.", "lists": "715"}
    assert asked(script) == [("POST", "/api/v2/contacts", {}, body)]


def test_contact_that_exists() -> None:
    """A known number is told as such, without an id, since the refusal names none."""
    provider, _ = textmagic(sample("error_phone_taken", 400))
    (receipt,) = provider.create_contacts(ASHA, list_id="715")
    assert receipt is not None
    assert (receipt.status, receipt.contact_id, receipt.joined, receipt.code) == ("exists", None, False, "duplicate")


def test_contact_that_is_refused() -> None:
    """A value that is not acceptable refuses the row with the vendor's reason in our sentence."""
    provider, _ = textmagic(sample("error_phone_not_valid", 400))
    (receipt,) = provider.create_contacts(ASHA, list_id="715")
    assert receipt is not None
    assert (receipt.status, receipt.code) == ("refused", "invalid")
    assert receipt.reason == "TextMagic answered 400: Phone number is not valid (about phone)."


def test_contact_for_a_list_that_is_gone() -> None:
    """An unknown list is not the row's fault, so it is raised."""
    gone = sample("error_unknown_contact", 400).body.replace(b"contacts", b"lists").replace(b"Contact", b"List")
    provider, _ = textmagic(Answer(status=400, body=gone))
    with pytest.raises(InvalidError) as caught:
        provider.create_contacts(ASHA, list_id="715")
    assert caught.value.field == "lists"


def test_contact_is_found_by_its_number() -> None:
    """The number is asked with digits only, and nobody is None."""
    provider, script = textmagic(sample("contact"), sample("error_not_found", 404))
    found = provider.find_contact("+447860021130")
    assert found is not None
    assert (found.contact_id, found.phone) == ("27074", "+447860021130")
    assert provider.find_contact("+12025550123") is None
    assert [request.path[-12:] for request in script.asked] == ["447860021130", "/12025550123"]


def test_members_are_added_all_at_once() -> None:
    """Joining is one request whose success is everybody's; an unknown contact refuses it as a whole."""
    provider, script = textmagic(sample("link", 201), sample("error_unknown_contact", 400))
    receipts = provider.add_members("715", ["1", "2"])
    assert receipts == [Receipt(status="done", contact_id=contact_id, joined=True) for contact_id in ("1", "2")]
    assert asked(script) == [("PUT", "/api/v2/lists/715/contacts", {}, {"contacts": "1,2"})]
    with pytest.raises(InvalidError, match="Contact 999"):
        provider.add_members("715", ["999"])


@pytest.mark.parametrize("answer", [sample("link"), sample("link", 201), GONE])
def test_members_are_removed(answer: Answer) -> None:
    """Taking contacts off a list is done, whether the answer is a link or empty."""
    provider, script = textmagic(answer)
    provider.remove_members("715", ["1", "2"])
    assert asked(script) == [("DELETE", "/api/v2/lists/715/contacts", {}, {"contacts": "1,2"})]


# files ---------------------------------------------------------------------------------------
def test_file_is_sent_and_asked_about() -> None:
    """A file goes out with its columns in the query, and its progress is asked by the id it was given."""
    provider, script = textmagic(sample("import_started", 201), Answer(status=200, body=b'{"status":5,"processed":1}'))
    upload = provider.upload(ASHA.select(["first_name", "phone", "tag"]), to=ContactList(name="VIP", list_id="715"))
    assert upload == Upload(upload_id="9001", list_id="715", state="running")
    assert provider.upload_status(upload).state == "done"
    sent, status = script.asked
    assert (sent.path, dict(sent.query)) == (
        "/api/v2/contacts/import/normalized",
        {"column": "0:phone;1:firstName", "listId": "715"},
    )
    assert b'\r\n"phone","firstName"\n"919876543210","Asha"\n\r\n' in sent.body
    assert status.path == "/api/v2/contacts/import/progress/9001"


def test_what_the_provider_carries() -> None:
    """A company travels one by one but not in a file, and a tag not at all."""
    assert TextMagic.carries == {"phone", "first_name", "last_name", "company", "email"}
    assert TextMagic.upload_carries == TextMagic.carries - {"company"}
    assert TextMagic.bulk == "file"
