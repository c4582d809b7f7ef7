"""A plan is looked at before it is applied: in text, and in a notebook where nothing of it can run."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from listkit.contact import Contact
from listkit.providers.base import Operation
from listkit.sync.plans import planning, showing
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from listkit.sync.plans.planning import Plan

NUMBERS = [f"+1202555{number:04}" for number in range(100, 120)]
HOSTILE = "<img src=x onerror=\"document.body.dataset.owned='yes'\">"


class Seen(HTMLParser):
    """What a browser would make of a page: its tags, its attributes and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def planned(name: str = "VIP", **asked: Any) -> Plan:
    """Plan with something of everything to show."""
    provider = Rehearsal()
    provider.operations = {**provider.operations, "remove_members": Operation("harmless", destroys=True)}
    provider.give(name, *(Contact(phone=phone, first_name="Ana") for phone in NUMBERS[:4]))
    frame = pd.DataFrame({"phone": [*NUMBERS[1:14], "12", "098765 43210"], "first_name": HOSTILE, HOSTILE: HOSTILE})
    asked = {"mode": "mirror", "max_remove": 1, "max_reject": 2, "allow_destroy": True, "suppress": NUMBERS[5]} | asked
    return planning.plan(frame, name, provider, **asked | {"suppress": [asked["suppress"]]})


def test_nothing_of_a_plan_can_run() -> None:
    """Cells, headers and names are shown as they are written; no tag or attribute comes of them."""
    seen = Seen(planned(HOSTILE)._repr_html_())
    assert seen.tags == {
        "div",
        "style",
        "p",
        "strong",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "small",
        "ul",
        "li",
    }
    assert seen.attributes == {"class"}
    assert seen.text.count(HOSTILE) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_only_shows_a_plan(browser: Browser, scheme: str) -> None:
    """Nothing runs in a real browser, and the page's own colours are kept, light or dark."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    own = "<style>:root { color-scheme: light dark } body { color: CanvasText }</style>"
    page.set_content(own + planned(HOSTILE)._repr_html_())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.body.dataset.owned") is None
    assert page.get_by_text(HOSTILE).count() > 0
    colours = [page.evaluate(f"getComputedStyle(document.querySelector('{place}')).color") for place in ("body", "td")]
    assert colours[0] == colours[1] == ("rgb(0, 0, 0)" if scheme == "light" else "rgb(255, 255, 255)")
    context.close()


def test_numbers_are_masked() -> None:
    """No number is shown whole, in a key, a field or a reason; the text view holds none at all."""
    plan = planned()
    assert not any(phone in plan._repr_html_() for phone in [*NUMBERS, "98765"])
    assert not any(phone[2:] in str(plan) for phone in NUMBERS)
    assert "+12•••••••01" in plan._repr_html_()


def test_the_view_says_how_much_and_what_first() -> None:
    """Counts, the first changes of each kind, the price of each way and the notes are there."""
    text = Seen(planned()._repr_html_()).text
    for part in (
        "Plan to mirror 15 rows to rehearsal:VIP, which holds 4",
        "(the first 5 of 9 lines)", "DESTROY", "batches", "swap", "not sent: ", "suppressed by the numbers given (1)",
    ):  # fmt: skip
        assert part in text
    assert "9 add" in str(planned())
    assert "1 DESTROY" in str(planned())
    assert "(a new list)" in showing.text(planning.plan(pd.DataFrame({"phone": NUMBERS[:1]}), "New", Rehearsal()))


def test_an_empty_plan_can_be_looked_at() -> None:
    """No rows and nothing to do have a view too."""
    plan = planning.plan(pd.DataFrame({"phone": []}), "VIP", Rehearsal())
    assert "no rows" in str(plan)
    assert "Plan to append 0 rows" in Seen(plan._repr_html_()).text


def test_plans_that_would_do_the_same_are_equal() -> None:
    """A plan is a value: what was asked, the rows and the list make it, and it can be kept in a set."""
    assert planned() == planned()
    assert len({planned(), planned()}) == 1
    assert planned() != planned(max_remove=2)
    assert planned() != planned(suppress=NUMBERS[6])
