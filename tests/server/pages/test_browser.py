"""The pages in a real browser, light and dark: they fit, nothing in them runs, and nobody else is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit.server.running import Running
from listkit.server.store import credentials
from tests.server.pages.shelves import EMPTY_KEY, HOSTILE, KEY, fill, start_upload

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = ["/", "/?page=2", "/?name=nobody", "/openapi", "/openapi/exotel", "/openapi/exotel#update_list"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_only_show(browser: Browser, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """Hostile names set no flag, the console is silent, no other host is asked, and 900 pixels are wide enough."""
    monkeypatch.setattr(credentials, "COST", 2)
    with Running() as server:
        account = fill(server.store)
        start_upload(server.store, account)
        told: list[str] = []
        for login in (KEY, EMPTY_KEY):
            held = {"username": login[0], "password": login[1]}
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": 900, "height": 900}, http_credentials=held
            )
            page = context.new_page()
            page.on("console", lambda message: told.append(message.text))
            page.on("pageerror", lambda error: told.append(str(error)))
            page.on("request", lambda request: None if request.url.startswith(server.url) else told.append(request.url))
            for path in PAGES:
                page.goto(f"{server.url}{path}")
                assert page.evaluate("window.flag") is None
                assert page.evaluate("document.documentElement.scrollWidth") <= 900
                for card in page.locator(".card").all()[:4]:
                    assert card.evaluate("card => card.scrollWidth - card.clientWidth") <= 0, path
            assert page.locator("#update_list").is_visible()
            page.goto(f"{server.url}/")
            is_dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"
            assert is_dark is (scheme == "dark")
            assert (page.get_by_text(HOSTILE).count() > 0) is (login == KEY)
            context.close()
        assert [each for each in told if not each.startswith("data:")] == []
