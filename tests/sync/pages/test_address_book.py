"""The whole address-book, priced before it is read, and those who opted out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.account import Account
from listkit.errors import PlanRefused
from listkit.providers.exotel import Exotel
from listkit.providers.textmagic import TextMagic
from listkit.wire.message import Answer, Request
from tests.wire.textmagic_samples import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.testing import Sandbox

PEOPLE = [f"+1202555{number:04}" for number in range(45)]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Open a sandbox with 45 people in two lists."""
    with lk.sandbox() as opened:
        frame = pd.DataFrame({"phone": PEOPLE, "first_name": "Asha"})
        frame[:30].listkit.push("VIP", to=opened.exotel)
        frame[20:].listkit.push("Other", to=opened.exotel)
        yield opened


@pytest.mark.parametrize("provider", ["exotel", "textmagic"])
def test_everybody_is_read_once(box: Sandbox, provider: str) -> None:
    """Who is in two lists has one row, and the columns are those of contacts without the list's."""
    frame = box[provider].address_book()
    assert sorted(frame["phone"]) == PEOPLE
    assert {"first_name", "contact_id"} <= set(frame)
    assert not {"list_id", "list_name"} & set(frame)
    assert str(frame["phone"].dtype) == "str"


def test_the_price_is_told_before_it_is_paid(box: Sandbox) -> None:
    """More requests than are allowed are refused with their number after the first one."""
    before = len(box.requests)
    with pytest.raises(PlanRefused, match=r"about 3 requests, .* at exotel's rate, and max_requests=2 allows fewer"):
        box.exotel.address_book(max_requests=2)
    assert len(box.requests) == before + 1
    assert len(box.exotel.address_book(max_requests=3)) == len(PEOPLE)


def contacts(total: int) -> Callable[[Request], Answer]:
    """Answer as Exotel with an address-book of some size, of which only the first page can be had."""
    shown = [{"code": 200, "data": {"sid": f"{n:032x}", "number": f"+1202555{n:04}"}} for n in range(20)]
    body = json.dumps({"metadata": {"total": total}, "response": shown}).encode()

    def send(request: Request) -> Answer:
        assert request.argument("offset") == "0"
        return Answer(status=200, body=body)

    return send


def test_a_long_address_book_is_warned_of() -> None:
    """What takes minutes is said before it begins."""
    account = Account(Exotel(contacts(100_000), account="acme1"))
    with (
        pytest.warns(UserWarning, match="about 5,264 requests, 27 min at exotel's rate"),
        pytest.raises(AssertionError),
    ):
        account.address_book()


def test_pages_are_priced_where_only_they_are_counted() -> None:
    """TextMagic tells how many pages there are, and some are asked for twice to see that none moved."""
    body = sample("contacts_page").body.replace(b'"pageCount":1', b'"pageCount":40')
    account = Account(TextMagic(lambda _: Answer(status=200, body=body), account="charles"))
    with pytest.raises(PlanRefused, match="about 48 requests, 24 s at textmagic's rate"):
        account.address_book(max_requests=47)


def test_who_opted_out(box: Sandbox) -> None:
    """Opt-outs are a frame that is a stop list for the other provider, which keeps none itself."""
    assert len(box.exotel.unsubscribers()) == 0
    assert [*box.exotel.unsubscribers()] == [*box.textmagic.unsubscribers()]
    send = box.textmagic.provider._send
    headers, body = {"content-type": "application/json"}, b'{"phone":"12025550003"}'
    send(Request(method="POST", path="/api/v2/unsubscribers", headers=headers, body=body))
    stopped = box.textmagic.unsubscribers()
    assert stopped["phone"].to_list() == ["+12025550003"]
    assert str(stopped["unsubscribed_at"].dtype) == "datetime64[us, UTC]"
    plan = pd.DataFrame({"phone": PEOPLE[:5]}).listkit.plan("New", to=box.exotel, suppress=stopped)
    assert plan.counts["suppressed"] == 1
