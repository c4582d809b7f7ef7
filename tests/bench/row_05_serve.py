"""What the server takes for a request, against the least that must be done for the same bytes."""

from __future__ import annotations

import http.client
import random
from base64 import b64encode
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from listkit.contact import Contact, ContactList
from tests.bench import Row, at_most
from tests.bench.serving import SID, least, new_store, numbers, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.server.store.base import Account, Store
    from tests.bench.serving import Served

BATCH, PAGE, SHORT, MANY = 5_000, 500, 20, 1_200_000
PAGES, JUMPS, ROUNDS = 10, 20, 9
DEEP = MANY - 2 * PAGES * PAGE
BY_JOINING, BY_MAKING = "", "&sort_by=date_created:desc"

_ASKED = count()


def bench() -> Iterator[Row]:
    """Post full batches, and read pages of a list of 1.2 million anywhere."""
    with served(_fill) as server, new_store() as path, least(path) as url, _open(server) as ours, _open(url) as theirs:
        bodies = [_encoded(block) for block in range(ROUNDS + 1)]
        fresh, again = count(), count()
        contacts = f"/v2/accounts/{SID}/contacts"
        yield Row(
            what="POST of 5,000 contacts, 5,000 answers",
            peer="msgspec echo + bare executemany",
            goal=at_most(1.5),
            ours=lambda: ours.ask("POST", contacts, bodies[next(fresh)]),
            theirs=lambda: theirs.ask("POST", contacts, bodies[next(again)]),
            equal=_same_contacts,
            rounds=ROUNDS,
        )
        everyone = f"/v2/accounts/{SID}/lists/{_only_list(ours)}/contacts?limit={PAGE}"
        paths = [f"{everyone}&offset={at}" for at in range(DEEP, DEEP + PAGES * PAGE, PAGE)]
        kept = [f"/{at}" for at in range(PAGES)]
        for place, page in zip(kept, paths, strict=True):
            theirs.ask("PUT", place, ours.ask("GET", page))
        # What is read for the first time has no promised figure; the bound is there so that it does not grow.
        for how, goal, read in (("asked again", 3, _read), ("read for the first time", 12, _read_anew)):
            yield Row(
                what=f"{PAGES} pages of {PAGE}, {how}",
                peer="the same bytes from memory",
                goal=at_most(goal),
                ours=partial(read, ours, paths),
                theirs=lambda: _read(theirs, kept),
                equal=_same_things,
                rounds=ROUNDS,
            )
        front = [f"{everyone}&offset={at}" for at in range(0, PAGES * PAGE, PAGE)]
        yield _deep(f"{PAGES} pages that follow one another, deep in 1.2M", ours, paths, front)
        yield from _jumps(ours, everyone, MANY, "an arbitrary page of 1.2M")
        book = [f"{contacts}?limit={SHORT}&offset={at}" for at in range(MANY - JUMPS * SHORT, MANY, SHORT)]
        yield _deep("the last pages of the address-book", ours, book, [f"{contacts}?limit={SHORT}&offset=0"] * JUMPS)
        left = _remove_some(server)
        yield from _jumps(ours, everyone, left, "an arbitrary page, 100k removed")


def _jumps(ours: _Client, everyone: str, size: int, what: str) -> Iterator[Row]:
    """Jump to pages anywhere, in the order of joining and in that of making, backwards."""
    chosen = random.Random(f"{what} {size}")  # noqa: S311 - a benchmark keeps no secret
    for sort, name in ((BY_JOINING, "by joining"), (BY_MAKING, "newest first")):
        jumps = [f"{everyone}&offset={chosen.randrange(size - PAGE)}{sort}" for _ in range(JUMPS)]
        yield _deep(f"{what}, {name}", ours, jumps, [f"{everyone}&offset=0{sort}"] * JUMPS)


def _deep(what: str, ours: _Client, there: Sequence[str], front: Sequence[str]) -> Row:
    return Row(
        what=what,
        peer="the first",
        goal=at_most(2),
        ours=lambda: _read_anew(ours, there),
        theirs=lambda: _read_anew(ours, front),
        equal=lambda these, those: {_size(page) for page in these} == {_size(page) for page in those} <= {PAGE, SHORT},
        rounds=ROUNDS,
    )


def _read(client: _Client, paths: Sequence[str]) -> list[bytes]:
    return [client.ask("GET", path) for path in paths]


def _read_anew(client: _Client, paths: Sequence[str]) -> list[bytes]:
    """Read pages in words of which none was used before, so that no answer is given again."""
    return _read(client, [f"{path}&asked={next(_ASKED)}" for path in paths])


def _size(page: bytes) -> int:
    return len(msgspec.json.decode(page)["response"])


def _same_contacts(ours: bytes, theirs: bytes) -> bool:
    """Compare all that is said of each contact but the id, which either makes up."""
    told: list[Any] = [msgspec.json.decode(answer)["response"] for answer in (ours, theirs)]
    for item in told[0] + told[1]:
        for name in ("sid", "date_created", "date_updated"):
            item["data"].pop(name)
    return len(told[0]) == BATCH and bool(told[0] == told[1])


def _same_things(ours: Sequence[bytes], theirs: Sequence[bytes]) -> bool:
    return all(
        msgspec.json.decode(one)["response"] == msgspec.json.decode(other)["response"]
        for one, other in zip(ours, theirs, strict=True)
    )


def _encoded(block: int) -> bytes:
    return msgspec.json.encode(
        {"contacts": [{"number": number, "first_name": "Asha"} for number in numbers(BATCH, block=block)]}
    )


def _fill(store: Store, account: Account) -> None:
    """Make one list of 1.2 million."""
    made = store.create_lists(account, [ContactList(name="Everyone", type="dynamic")])[0]
    assert isinstance(made, ContactList)
    for start in range(0, MANY, BATCH):
        new = [Contact(phone=f"+9170{number:08}", first_name="Asha") for number in range(start, start + BATCH)]
        kept = store.create_contacts(account, new)
        store.add_members(account, made.list_id or "", [one.record.contact_id for one in kept])


def _remove_some(server: Served) -> int:
    """Take every twelfth member off the list of 1.2 million, and say how many are left."""
    with server.opened() as store:
        account = store.accounts()[0]
        (everyone,) = store.lists(account).items
        for start in range(1, MANY + 1, 12 * BATCH):
            going = [str(number) for number in range(start, min(start + 12 * BATCH, MANY + 1), 12)]
            store.remove_members(account, everyone.list_id or "", going)
        return store.list(account, everyone.list_id or "").members or 0


def _only_list(client: _Client) -> str:
    (found,) = msgspec.json.decode(client.ask("GET", f"/v2/accounts/{SID}/lists"))["response"]
    return str(found["data"]["sid"])


class _Client:
    """One connection that stays open."""

    def __init__(self, url: str, login: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        proof = b64encode(login.encode()).decode()
        self._headers = {"authorization": f"Basic {proof}", "content-type": "application/json"}

    def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Send a request and read its answer whole."""
        self._connection.request(method, path, body or None, self._headers)
        return self._connection.getresponse().read()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _open(server: Served | str) -> Iterator[_Client]:
    client = (
        _Client(server, "nobody:nothing")
        if isinstance(server, str)
        else _Client(server.url, f"{server.key}:{server.token}")
    )
    try:
        yield client
    finally:
        client.close()
