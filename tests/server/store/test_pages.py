"""Pages of members start near by, and show what counting from the front would show."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from listkit.server.store import credentials, schema, stretches
from listkit.server.store.jobs import Job
from listkit.server.store.people import FIRST_USER
from listkit.server.store.sql import SqlStore
from tests.contracts.engines import make_account, make_list, make_members, phones, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.base import Account, Direction

Sort = Literal["joined", "id", "created", "first_name"]
SIZE = 12


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """Open a store of this module's own; secrets are hashed quickly, and stretches are short."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(credentials, "COST", 2)
        patched.setattr(stretches, "SIZE", 3)
        store = SqlStore(tmp_path_factory.mktemp("pages") / "store.sqlite")
        yield store
        store.close()


@pytest.fixture(scope="module")
def account(store: SqlStore) -> Account:
    """Make an account with contacts, whose first list holds them all in the order of their ids."""
    account = make_account(store, "acme")
    make_members(store, account, make_list(store, account, "everyone"), *range(SIZE))
    return account


def show(store: SqlStore, account: Account, list_id: str, part: slice, order: tuple[Sort, Direction]) -> list[str]:
    """Return the ids on one page."""
    limit = part.stop - part.start
    found = store.members(account, list_id, offset=part.start, limit=limit, sort=order[0], direction=order[1])
    return [record.contact_id for record in found.items]


def _place(statement: str, word: str) -> int:
    """Say which of a statement's values stands behind a word."""
    return statement[: statement.index(f"{word} ?")].count("?")


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    sort=st.sampled_from(["joined", "id", "created", "first_name"]),
    way=st.sampled_from(["asc", "desc"]),
)
def test_a_page_is_a_part_of_the_whole(
    store: SqlStore, account: Account, data: st.DataObject, sort: Sort, way: Direction
) -> None:
    """Whoever joins or leaves between two pages, each page is cut from the list as it is then."""
    list_id = make_list(store, account, f"list {store.lists(account).total}")
    offset = 0
    for _ in range(data.draw(st.integers(1, 6))):
        moving = data.draw(st.lists(st.sampled_from([str(number + 1) for number in range(SIZE)]), unique=True))
        if data.draw(st.booleans()):
            store.add_members(account, list_id, moving)
        else:
            store.remove_members(account, list_id, moving)
        for _ in range(data.draw(st.integers(1, 3))):
            limit = data.draw(st.integers(1, 4))
            part = slice(offset, offset + limit)
            whole = show(store, account, list_id, slice(0, SIZE), (sort, way))
            assert show(store, account, list_id, part, (sort, way)) == whole[part]
            offset = data.draw(st.sampled_from([0, offset + limit]))


@pytest.mark.parametrize("way", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["joined", "id"])
def test_a_page_far_away_does_not_count_from_the_front(
    store: SqlStore, account: Account, sort: Sort, way: Direction
) -> None:
    """A page more than a stretch away starts at a place, and skips less than a stretch, also where somebody left."""
    list_id = make_list(store, account, f"list {store.lists(account).total}")
    store.add_members(account, list_id, [str(number) for number in range(SIZE, 0, -1)])
    store.remove_members(account, list_id, ["5"])
    asked: list[tuple[str, tuple[int, ...]]] = []
    event.listen(store._reader, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    pages = [show(store, account, list_id, slice(offset, offset + 4), (sort, way)) for offset in (0, 4, 8)]
    assert len({number for page in pages for number in page}) == SIZE - 1
    starts = [bool(re.search(r"[<>]= \?", statement)) for statement, _ in asked if "AS page" in statement]
    assert starts == [False, True, True]
    skipped = [given[_place(statement, "OFFSET")] for statement, given in asked if "AS page" in statement]
    assert all(offset <= stretches.SIZE for offset in skipped)


def show_book(store: SqlStore, account: Account, part: slice, way: Direction) -> list[str]:
    """Return the ids on one page of the address-book."""
    limit = part.stop - part.start
    found = store.contacts(account, offset=part.start, limit=limit, direction=way)
    return [record.contact_id for record in found.items]


@settings(max_examples=20, deadline=None)
@given(data=st.data(), way=st.sampled_from(["asc", "desc"]))
def test_a_page_of_the_address_book_is_a_part_of_the_whole(
    store: SqlStore, data: st.DataObject, way: Direction
) -> None:
    """Whoever is made or deleted between two pages, by whichever way, each page is cut from the book as it is then."""
    book = make_account(store, f"book {len(store.accounts())}")
    list_id = make_list(store, book)
    job = store.create_job(
        Job(upload_id="", account_id=book.account_id, api="exotel", list_id=list_id, path="", layout={}, cap=None)
    )
    for step in range(data.draw(st.integers(2, 5))):
        numbers = data.draw(st.lists(st.integers(0, 30), min_size=1, max_size=9, unique=True))
        ids = [record.contact_id for record in store.contacts(book, limit=100).items]
        match data.draw(st.sampled_from(["make", "make", "load", "delete", "delete list", "delete all"])):
            case "make":
                store.create_contacts(book, phones(*numbers))
            case "load":
                store.load_rows(msgspec.structs.replace(job, at=step), rows_of(phones(*numbers)))
            case "delete":
                store.delete_contacts(book, ids[:: data.draw(st.integers(1, 3))])
            case "delete list":
                store.delete_list(book, make_full(store, book, ids[::2]), destroy_orphans=True)
            case "delete all" if data.draw(st.booleans()):
                store.delete_every_contact(book, owner=FIRST_USER)
        whole = show_book(store, book, slice(0, 100), way)
        assert store.contacts(book).total == len(whole)
        for offset in range(0, len(whole) + 4, 3):
            part = slice(offset, offset + 2)
            assert show_book(store, book, part, way) == whole[part]


def make_full(store: SqlStore, account: Account, contact_ids: list[str]) -> str:
    """Make a list with these members."""
    list_id = make_list(store, account, f"full {store.lists(account).total}")
    store.add_members(account, list_id, contact_ids)
    return list_id


@pytest.mark.parametrize("way", ["asc", "desc"])
def test_a_page_deep_in_the_address_book_starts_near_by(store: SqlStore, account: Account, way: Direction) -> None:
    """Where more than a stretch would be passed over, the page starts at a place and skips less than a stretch."""
    asked: list[tuple[str, tuple[int, ...]]] = []
    event.listen(store._reader, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    assert show_book(store, account, slice(7, 9), way) == (["8", "9"] if way == "asc" else ["5", "4"])
    (page,) = [told for told in asked if "ORDER BY contacts.contact_id" in told[0]]
    assert re.search(r"contact_id [<>]= \?", page[0])
    assert page[1][_place(page[0], "OFFSET")] < stretches.SIZE


def test_counts_are_those_of_the_members(store: SqlStore, account: Account) -> None:
    """Whatever was filled, emptied or deleted, a stretch has the count of who stands there, and none is empty."""
    going = make_list(store, account, f"list {store.lists(account).total}")
    store.add_members(account, going, ["3", "9"])
    store.delete_list(account, going)
    staying = make_list(store, account, f"list {store.lists(account).total}")
    store.add_members(account, staying, ["12", "2", "7"])
    store.remove_members(account, staying, ["7"])
    with store._reading() as connection:
        counted = connection.execute(select(schema.stretches)).all()
        rows = connection.execute(select(schema.members)).all()
        people = connection.execute(select(schema.contacts)).all()
    standing = Counter(
        (row.account_id, row.list_id, place, getattr(row, place) // stretches.SIZE)
        for row in rows
        for place in stretches.PLACES
    )
    standing += Counter((row.account_id, 0, "contact_id", row.contact_id // stretches.SIZE) for row in people)
    assert {tuple(row[:-1]): row.members for row in counted} == standing
