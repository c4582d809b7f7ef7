"""TextMagic's opt-outs over the SQL store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.dialects.textmagic.caller import ASHA, BINA, refused

if TYPE_CHECKING:
    from tests.server.dialects.textmagic.caller import Caller


def test_a_number_opts_out(tm: Caller) -> None:
    """An opt-out answers its link, and is read with the contact's name; the contact stays in its lists."""
    vip = tm.make_list("VIP")
    tm.make(ASHA, vip, firstName="Asha")
    link = {"id": 1, "href": "/api/v2/unsubscribers/1"}
    assert tm.form("POST", "unsubscribers", phone=f"+{ASHA}") == (201, link)
    kept = tm.get("unsubscribers/1")
    assert kept.pop("unsubscribeTime")[-5:] == "+0000"
    assert kept == {"id": 1, "phone": ASHA, "firstName": "Asha", "lastName": None}
    assert tm.get(f"lists/{vip}")["membersCount"] == 1


def test_an_opt_out_is_for_good(tm: Caller) -> None:
    """Opting out again changes nothing, and nothing takes it back."""
    for _ in range(2):
        assert tm.json("POST", "unsubscribers", phone=ASHA)[1]["id"] == 1
    assert [tm.ask(method, "unsubscribers/1")[0] for method in ("DELETE", "PUT", "POST")] == [405] * 3
    assert tm.get("unsubscribers")["pageCount"] == 1


def test_opt_outs_are_paged(tm: Caller) -> None:
    """They are paged newest first, 100 at most."""
    for phone in (ASHA, BINA):
        tm.form("POST", "unsubscribers", phone=phone)
    assert tm.phones("unsubscribers") == [BINA, ASHA]
    assert tm.phones("unsubscribers", limit=1, page=2) == [ASHA]
    assert tm.phones("unsubscribers", direction="asc", limit=101) == [ASHA, BINA]


@pytest.mark.parametrize("phone", ["", "x", "020 7946 0018"])
def test_what_is_no_number_cannot_opt_out(tm: Caller, phone: str) -> None:
    """A number that is missing or none is refused by its field; an unknown id is a 404."""
    refused(tm.form("POST", "unsubscribers", phone=phone), "phone")
    assert tm.ask("GET", "unsubscribers/1")[0] == tm.ask("GET", "unsubscribers/x")[0] == 404
