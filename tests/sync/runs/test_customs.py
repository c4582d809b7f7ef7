"""Custom fields that contacts have already: an upsert of others sends them along, and reads them in few requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import AnswerLostError
from listkit.wire import exotel as wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.testing import Sandbox

ODD = {"city": "Pune", "visits": 7, "shop": {"name": "north", "days": [1, 2]}}
"""What another program keeps of a contact: not all of it text."""
MANY = 30


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """Run a server with a list at Exotel of which each contact has fields of others."""
    with lk.sandbox() as running:
        run = people().listkit.push("VIP", to=running.exotel)
        odd = [(contact_id, {"custom": ODD}) for contact_id in run.rows["contact_id"]]
        running.exotel.provider._send(wire.update_contacts_request(running.exotel.provider.account, odd))
        yield running


def people(**columns: Any) -> pd.DataFrame:
    """Make up contacts."""
    return pd.DataFrame({"phone": [f"+1202555{at:04}" for at in range(MANY)]}).assign(**columns)


def kept(box: Sandbox) -> list[dict[str, Any] | None]:
    """Return the custom fields of all members, as they are."""
    provider = box.exotel.provider
    return [provider.contact(contact_id).custom for contact_id in box.exotel.contacts("VIP")["contact_id"]]


def single_reads(box: Sandbox, frame: pd.DataFrame) -> int:
    """Push a frame's custom fields, and count the contacts that were read one by one."""
    before = len(box.requests)
    run = frame.listkit.push("VIP", to=box.exotel, mode="upsert")
    assert run.ok, run
    asked = box.requests.iloc[before:]
    return int((asked["method"].eq("GET") & asked["path"].str.contains(r"accounts/[^/]+/contacts/\w+$")).sum())


def test_many_are_read_as_the_list_that_they_are_in(box: Sandbox) -> None:
    """Where most of a list changes, the list is read once more and nobody alone; what is no text stays what it is."""
    assert single_reads(box, people(**{"custom.city": "Goa", "custom.age": "40"})) == 0
    assert kept(box) == [{**ODD, "city": "Goa", "age": "40"}] * MANY


def test_one_is_read_alone(box: Sandbox) -> None:
    """Where one contact of a list changes, it is the one that is read."""
    assert single_reads(box, people(**{"custom.city": "Goa"}).head(1)) == 1
    assert kept(box) == [{**ODD, "city": "Goa"}, *[ODD] * (MANY - 1)]


def test_what_cannot_be_read_as_a_list_is_read_one_by_one(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that cannot be read costs more requests, and no field."""

    def lost(*_: object, **__: object) -> None:
        raise AnswerLostError("cut")

    monkeypatch.setattr(box.exotel.provider, "customs", lost)
    assert single_reads(box, people(**{"custom.age": "40"})) == MANY
    assert kept(box) == [{**ODD, "age": "40"}] * MANY


def test_the_price_is_that_of_the_pages(box: Sandbox) -> None:
    """A plan counts the pages of the list, or the contacts where these are fewer."""
    many = people(**{"custom.city": "Goa"}).listkit.plan("VIP", to=box.exotel, mode="upsert")
    few = people(first_name="Asha").listkit.plan("VIP", to=box.exotel, mode="upsert")
    assert many.cost["requests"].iloc[0] - few.cost["requests"].iloc[0] == 1
