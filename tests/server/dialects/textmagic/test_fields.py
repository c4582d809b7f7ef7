"""TextMagic's custom fields over the SQL store, and how Exotel's `custom_field` is the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from listkit.contact import Contact
from tests.contracts.engines import rows_of
from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, refused
from tests.server.dialects.textmagic.test_imports import imported

if TYPE_CHECKING:
    from tests.server.dialects.textmagic.caller import Caller


def make_field(tm: Caller, name: str) -> int:
    """Make a custom field and return its id."""
    status, link = tm.form("POST", "customfields", name=name)
    assert status == 201, link
    assert link["href"] == f"/api/v2/customfields/{link['id']}"
    return int(link["id"])


def values(tm: Caller, contact_id: int) -> dict[str, str | None]:
    """Return what a contact has in its fields, by their names."""
    return {field["name"]: field["value"] for field in tm.get(f"contacts/{contact_id}")["customFields"]}


def test_field_is_made_and_read(tm: Caller) -> None:
    """A field has an id, a name and a time; fields are paged newest first."""
    first, second = make_field(tm, "DOB"), make_field(tm, "City")
    made = tm.get(f"customfields/{first}")
    assert (made["id"], made["name"], made["createdAt"][-5:]) == (first, "DOB", "+0000")
    assert [field["id"] for field in tm.get("customfields")["resources"]] == [second, first]
    assert tm.get("customfields", limit=1, page=2, direction="asc")["resources"][0]["name"] == "City"
    assert tm.ask("GET", "customfields/99")[0] == tm.ask("GET", "customfields/x")[0] == 404


def test_names_of_fields_are_unique(tm: Caller) -> None:
    """A taken name is a 400 about `name`, at making and at renaming; a blank one too."""
    make_field(tm, "DOB")
    other = make_field(tm, "City")
    taken = "Custom field with this name already exists."
    assert refused(tm.form("POST", "customfields", name="DOB"), "name") == taken
    assert refused(tm.form("PUT", f"customfields/{other}", name="DOB"), "name") == taken
    refused(tm.form("POST", "customfields", name=" "), "name")
    refused(tm.json("POST", "customfields"), "name")
    assert tm.form("PUT", "customfields/99", name="x")[0] == 404


@pytest.mark.parametrize("kind", ["json", "form"])
def test_values_are_given_with_a_contact(tm: Caller, kind: str) -> None:
    """A new or edited contact takes values by the ids of fields; those that are not named stay, blank ones go."""
    dob, city = make_field(tm, "DOB"), make_field(tm, "City")
    vip = tm.make_list("VIP")

    def ask(method: str, path: str, *pairs: tuple[int, str | None], **fields: Any) -> Any:
        if kind == "json":
            listed = [{"id": field, "value": value} for field, value in pairs]
            return tm.json(method, path, customFieldValues=listed, **fields)
        for row, (field, value) in enumerate(pairs):
            fields |= {f"customFieldValues[{row}][id]": field, f"customFieldValues[{row}][value]": value or ""}
        return tm.form(method, path, **fields)

    _, link = ask("POST", "contacts", (dob, "1983-08-31"), (city, "Pune"), phone=ASHA, lists=vip)
    asha = link["id"]
    (shown, _) = tm.get(f"contacts/{asha}")["customFields"]
    assert shown == {
        "id": dob,
        "userCustomFieldId": dob,
        "name": "DOB",
        "value": "1983-08-31",
        "createdAt": tm.get(f"customfields/{dob}")["createdAt"],
    }
    assert ask("PUT", f"contacts/{asha}", (city, "Goa"), phone=ASHA)[0] == 201
    assert values(tm, asha) == {"DOB": "1983-08-31", "City": "Goa"}
    assert tm.form("PUT", f"contacts/{asha}", phone=ASHA)[0] == 201
    assert ask("PUT", f"contacts/{asha}", (dob, None), phone=ASHA)[0] == 201
    assert values(tm, asha) == {"City": "Goa"}
    assert tm.get("contacts")["resources"][0]["customFields"][0]["value"] == "Goa"
    answer = ask("POST", "contacts", (99, "x"), phone=BINA, lists=vip)
    assert refused(answer, "customFieldValues") == "Custom field 99 does not exist."
    assert tm.get(f"lists/{vip}")["membersCount"] == 1


@pytest.mark.parametrize(
    "sent", ["x", [1], [{"value": "x"}], [{"id": "x", "value": "y"}], [{"id": 1, "value": ["x"]}], {}]
)
def test_values_that_are_none(tm: Caller, sent: object) -> None:
    """Values that are no list of ids and texts are refused by their field."""
    make_field(tm, "DOB")
    vip = tm.make_list("VIP")
    refused(tm.json("POST", "contacts", phone=ASHA, lists=vip, customFieldValues=sent), "customFieldValues")


def test_one_value_is_updated(tm: Caller) -> None:
    """The other way to give a value answers the contact's link; an unknown field is a 404, an unknown contact a 400."""
    dob = make_field(tm, "DOB")
    asha = tm.make(ASHA, tm.make_list("VIP"))
    link = {"id": asha, "href": f"/api/v2/contacts/{asha}"}
    assert tm.form("PUT", f"customfields/{dob}/update", contactId=asha, value=" 1983 ") == (201, link)
    assert values(tm, asha) == {"DOB": "1983"}
    assert tm.json("PUT", f"customfields/{dob}/update", contactId=asha, value=None) == (201, link)
    assert values(tm, asha) == {}
    assert tm.form("PUT", "customfields/99/update", contactId=asha, value="x")[0] == 404
    unknown = tm.form("PUT", f"customfields/{dob}/update", contactId=99, value="x")
    assert refused(unknown, "contactId") == "Contact 99 does not exist."
    refused(tm.form("PUT", f"customfields/{dob}/update", value="x"), "contactId")


def test_renaming_and_deleting_reach_the_contacts(tm: Caller) -> None:
    """A field's new name is seen in contacts at once, and its value goes with it."""
    dob = make_field(tm, "DOB")
    asha = tm.make(ASHA, tm.make_list("VIP"))
    tm.form("PUT", f"customfields/{dob}/update", contactId=asha, value="1983")
    assert tm.form("PUT", f"customfields/{dob}", name="Born")[1]["href"] == f"/api/v2/customfields/{dob}"
    assert values(tm, asha) == {"Born": "1983"}
    assert tm.ask("DELETE", f"customfields/{dob}") == (204, None)
    assert values(tm, asha) == {}
    assert tm.ask("DELETE", f"customfields/{dob}")[0] == 404


def test_what_exotel_wrote_is_shown(tm: Caller) -> None:
    """A name that only Exotel ever wrote is a field with an id; a value that is no text is shown as JSON."""
    custom = {"key": {"key1": "values1"}, "city": "Pune", "nothing": None}
    (kept,) = tm.store.create_contacts(tm.account, [Contact(phone=f"+{ASHA}", custom=custom)])
    asha = int(kept.record.contact_id)
    assert values(tm, asha) == {"key": '{"key1":"values1"}', "city": "Pune", "nothing": None}
    named = {field["name"]: field["id"] for field in tm.get("customfields")["resources"]}
    assert set(named) == set(custom)
    tm.form("PUT", f"customfields/{named['city']}/update", contactId=asha, value="Goa")
    assert tm.store.contact(tm.account, str(asha)).custom == {**custom, "city": "Goa"}


def test_columns_of_a_file_go_to_fields(tm: Caller) -> None:
    """An import names fields by their ids; an unknown one is refused, and no list is made for it."""
    city = make_field(tm, "City")
    answer = imported(tm, column="0:firstName;1:phone;2:99", listName="News")
    assert refused(answer, "column") == "Custom field 99 does not exist."
    assert tm.get("lists")["resources"] == []
    assert imported(tm, column=f"0:{city};1:phone", listName="News")[0] == 201
    ((job, _),) = tm.uploads.started
    assert job.layout == {0: "custom.City", 1: "phone"}
    rows = [Contact(phone=f"+{CARL}", custom={"City": "Goa"})]
    tm.store.load_rows(msgspec.structs.replace(job, state="running"), rows_of(rows))
    assert values(tm, tm.get(f"contacts/phone/{CARL}")["id"]) == {"City": "Goa"}
