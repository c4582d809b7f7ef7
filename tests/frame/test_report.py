"""A page about a list shows its sums and nobody in it, and nothing in a list can make it do anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ColumnsError, ListkitError
from listkit.frame.report import counting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>\'"&\u202e'
DRAWN = {"div", "style", "h1", "h2", "span", "dl", "dt", "dd", "svg", "rect", "text", "g", "title"}
DRAWN |= {"ul", "li", "i", "b", "p", "section", "table", "thead", "tbody", "tr", "th", "td"}


class Elements(HTMLParser):
    """Which elements and attributes a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def people() -> pd.DataFrame:
    """Make a list with somebody twice, with damage, and with addresses."""
    return pd.DataFrame(
        {
            "Mobile": ["98765 43210", "+919876543210", "9.19877E+11", "+12025550123", None],
            "E-mail": ["asha@example.com", "asha.rao@example.com", "x", "cem@rare.example.org", None],
            "Name": ["Asha", "Asha", "Bo", "Cem", "Dia"],
        }
    )


def counted(frame: pd.DataFrame, **how: Any) -> counting.Counted:
    """Count what a report counts."""
    return counting.count(frame, **{"region": "IN", "region_from": None, "mapping": None, **how})


def test_the_sums_are_those_of_the_list() -> None:
    """Every row is fit, mended or unfit; countries, kinds, duplicates and domains are counted."""
    told = counted(people())
    assert (told.rows, told.fit, told.mended, told.unfit, told.repeated, told.lands) == (5, 3, 1, 1, 1, 2)
    assert [(bar.name, bar.many) for bar in told.countries] == [("India", 2), ("United States", 1)]
    assert ("mobile", 2) in [(bar.name, bar.many) for bar in told.kinds]
    assert [(bar.name, bar.many) for bar in told.duplicates] == [("once", 3), ("twice", 1)]
    assert [(bar.name, bar.many) for bar in told.domains] == [("example.com", 2), ("others", 1)]
    assert told.problems[0].level == "error"


@settings(max_examples=15)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["98765 43210", "1", None, "+12025550123", HOSTILE]), st.text(max_size=12)),
        max_size=8,
    )
)
def test_every_row_is_counted_once_and_drawn_as_text(rows: list[tuple[str | None, str]]) -> None:
    """Whatever is in the cells, the sums add up, and the page has the elements that are drawn and no others."""
    frame = pd.DataFrame(rows, columns=["phone", "email"], dtype="str")
    told = counted(frame)
    assert told.fit + told.mended + told.unfit == told.rows == len(rows)
    page = lk.report(frame, region="IN")
    assert Elements(page._repr_html_()).tags <= DRAWN


def test_nobody_in_it_is_shown() -> None:
    """Numbers, addresses, names and the index stay hidden, and so does a domain that one person has alone."""
    frame = people().set_axis([f"Person {number}" for number in range(5)])
    page = lk.report(frame, region="IN").html
    for personal in ("98765", "43210", "9876543210", "asha", "Asha", "rare.example", "Person"):
        assert personal not in page
    assert "9.1••••••11" in page


def test_what_a_list_says_is_text() -> None:
    """Names of columns, cells, hosts and titles are escaped; no element or attribute of theirs is in the page."""
    frame = pd.DataFrame({"Mobile": [HOSTILE, "1"], HOSTILE: ["x", "y"], "E-mail": [f"a@{HOSTILE}", f"b@{HOSTILE}"]})
    page = lk.report(frame, mapping={"Mobile": "phone", "E-mail": "email", HOSTILE: "first_name"}, title=HOSTILE).html
    seen = Elements(page)
    assert seen.tags <= DRAWN | {"html", "head", "meta", "body"}
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert "\u202e" not in page
    assert not re.search(r"https?:|url\(|@import", page)


def test_a_browser_opens_it_and_nothing_happens(browser: Browser, tmp_path: Path) -> None:
    """No script of a cell's runs, and no host is asked for anything, in light and in dark."""
    frame = pd.DataFrame(
        {"phone": [HOSTILE, "+12025550123"], "email": [f"a@{HOSTILE}", HOSTILE], "first_name": HOSTILE}
    )
    where = lk.report(frame, title=HOSTILE).save(tmp_path / "report.html")
    assert where.stat().st_mode & 0o777 == 0o600
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))  # noqa: B023 - each page is closed in its turn
        page.goto(where.as_uri())
        assert page.evaluate("() => window.hurt") is None
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        assert page.locator("svg").count() > 3
        assert asked == [where.as_uri()]
        page.close()


def test_an_empty_list_has_a_page() -> None:
    """No row, and no plot that would say so at length."""
    page = lk.report(pd.DataFrame({"phone": pd.Series([], dtype="str")}))
    assert ">0</dd>" in page._repr_html_()
    assert "<section>" not in page._repr_html_()


def test_what_is_no_list_is_said() -> None:
    """A frame without a number, a Dask frame, a file that cannot be written."""
    with pytest.raises(ColumnsError):
        lk.report(pd.DataFrame({"City": ["Pune"]}))
    with pytest.raises(TypeError, match="A report is drawn of a frame, not of a list"):
        lk.report([1])  # type: ignore[arg-type]
    with pytest.raises(ListkitError, match="cannot be written"):
        lk.report(people(), region="IN").save("nowhere/report.html")
