"""The pages as bytes: what they show, to whom, and that nothing in them is more than text."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING

import pytest

from listkit.errors import ServerFailedError, UnavailableError
from listkit.server.answering import Service
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf
from tests.server.pages.shelves import EMPTY_KEY, HOSTILE, KEY, NAMES, fill, start_upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.store.base import Account, Store

PAGES = ["/", "/openapi", "/openapi/exotel", "/openapi/textmagic"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Open a store whose keys are cheap to prove."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def account(store: Store) -> Account:
    """Fill the store, and return the account that has something."""
    return fill(store)


def get(store: Store, path: str, login: tuple[str, str] = KEY, *, host: str = "here:1", **query: str) -> Answer:
    """Ask for a page."""
    key = f"Basic {base64.b64encode(':'.join(login).encode()).decode()}"
    headers = {"authorization": key, "host": host}
    return Service(store, Shelf(store)).answer(
        Request(method="GET", path=path, query=tuple(query.items()), headers=headers)
    )


def text(answer: Answer) -> str:
    """Return what a page shows, without its marks and its style."""
    bare = re.sub(rb"<style>.*?</style>|<[^>]*>", b" ", answer.body, flags=re.DOTALL)
    return " ".join(html.unescape(bare.decode()).split())


@pytest.mark.usefixtures("account")
def test_the_page_shows_what_the_account_has(store: Store) -> None:
    """Lists with their sizes, all contacts, the uploads and what became of their rows, and how to connect."""
    shown = text(get(store, "/"))
    for told in ("lists 60", "contacts 40", "uploads running 0", "VIP", "failed 1,200 4 30", "north", "Page 1 of 2"):
        assert told in shown, told
    (rejects,) = set(re.findall(rb'href="(/v2/[^"]*/rejects)"', get(store, "/").body)[:1])
    assert get(store, rejects.decode()).status == 200
    for told in ("LISTKIT_EXOTEL_SID=north1", "LISTKIT_TEXTMAGIC_USERNAME=north.user", "BASE_URL=http://here:1"):
        assert told in shown, told


@pytest.mark.usefixtures("account")
def test_nothing_of_another_account_is_shown_and_no_secret(store: Store) -> None:
    """An account without anything sees only that, with a line that makes its first list."""
    shown = text(get(store, "/", EMPTY_KEY))
    assert "lists 0 contacts 0 uploads running 0" in shown
    assert "There is no list yet" in shown
    assert "/v2/accounts/south1/lists" in shown
    for foreign in ("north", "Ward", "1,200", "token"):
        assert foreign not in shown, foreign


def test_every_name_is_only_text(store: Store) -> None:
    """A name or tag of marks, a script, a template's braces: all stand there as they were typed."""
    fill(store, lists=20)
    answer = get(store, "/")
    assert HOSTILE.encode() not in answer.body
    assert b"<script" not in answer.body
    shown = text(answer)
    for name in NAMES:
        assert name in shown
    answer = get(store, "/", name=HOSTILE, host=f"{HOSTILE}")
    assert HOSTILE.encode() not in answer.body
    assert "http://localhost" in text(answer)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_may_do_nothing(store: Store, path: str) -> None:
    """No script, no frame and no other host is allowed, the one style is named by its digest, and nothing is kept."""
    answer = get(store, path)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(rb'(?:src|href|action)="(?!/|#|data:,")', answer.body)
    assert not re.search(rb"<[^>]*\son\w+=|<iframe|<object|@import|url\(", answer.body)


@pytest.mark.usefixtures("account")
def test_lists_are_paged_and_searched(store: Store) -> None:
    """50 a page in the order of names; a search narrows them; odd wishes are the first page, or an empty one."""
    first, second = (get(store, "/", page=page).body.decode() for page in "12")
    assert first.count('<td class="number">') - 3 * 2 == 50
    assert ("Ward 053" in first, "Ward 053" in second) == (False, True)
    assert 'href="/?page=2"' in first
    assert 'href="/?page=1"' in second
    assert "Ward 007" in text(get(store, "/", name="ward 007"))
    assert "No list has “nobody” in its name" in text(get(store, "/", name="nobody"))
    assert "There is no page 9" in text(get(store, "/", page="9"))
    for odd in ("0", "-1", "x", "1" * 400, "٣"):
        assert "VIP" in text(get(store, "/", page=odd))
    for odd in ("\0", "x" * 5000, "%", "\ud7ff"):
        assert get(store, "/", name=odd).status == 200


def test_a_page_asks_again_only_while_an_upload_runs(store: Store, account: Account) -> None:
    """A running upload shows its share of the file, and the page refreshes by itself until it is done."""
    assert b"http-equiv" not in get(store, "/").body
    start_upload(store, account)
    answer = get(store, "/")
    assert b'<meta http-equiv="refresh" content="3">' in answer.body
    assert "running 50 %" in text(answer)
    assert b"http-equiv" not in get(store, "/", EMPTY_KEY).body


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (UnavailableError("The store is busy.", retry_after=2), 503, b'content="2"'),
        (ServerFailedError("The store failed."), 500, b"<h1>Internal Server Error"),
        (ZeroDivisionError("sentinel"), 500, b"its log says more"),
    ],
)
def test_a_failing_store_is_a_page_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, again: bytes
) -> None:
    """Busy, failed and broken are drawn as pages, the first of which tries again by itself."""

    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(store, "lists", fail)
    answer = get(store, "/")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert again in answer.body
    assert b"sentinel" not in answer.body


@pytest.mark.usefixtures("account")
def test_a_person_without_a_key_gets_a_page(store: Store) -> None:
    """The refusal is a page with the browser's own question for a key, and it does not name any account."""
    answer = get(store, "/", ("key", "wrong"))
    assert (answer.status, answer.headers["www-authenticate"][:5]) == (401, "Basic")
    assert "The key was refused" in text(answer)
    assert "north" not in text(answer)


@pytest.mark.usefixtures("account")
def test_every_call_can_be_read_and_tried(store: Store) -> None:
    """The contents name every call, the API's page has its line for curl, its fields and its answers."""
    contents = text(get(store, "/openapi"))
    assert "PUT /v2/accounts/{account}/lists/{list_id} Change a list's name or tag" in contents
    shown = text(get(store, "/openapi/exotel"))
    assert '"$LISTKIT_EXOTEL_BASE_URL/v2/accounts/$LISTKIT_EXOTEL_SID/lists"' in shown
    assert "lists[].name text, 255 characters at most" in shown
    assert "Rate limit exceeded" in shown


@pytest.mark.usefixtures("account")
def test_a_sub_account_sees_what_its_user_sees(store: Store) -> None:
    """Another user of the account sees shared lists and his own, no upload into others' and no others' figures."""
    account = store.accounts()[0]
    user = store.create_user(account, "sub.user", secret="a sub-account's key")
    store.update_lists(account, [("3", {"shared": True})])
    shown = text(get(store, "/", ("sub.user", "a sub-account's key")))
    assert user.user_id > 1
    assert "list 1 contacts 0" in shown
    assert "LISTKIT_TEXTMAGIC_USERNAME=sub.user" in shown
    for foreign in ("Ward", "VIP", "1,200"):
        assert foreign not in shown
    assert b"listkit_lists 1.0" in get(store, "/metrics", ("sub.user", "a sub-account's key")).body
