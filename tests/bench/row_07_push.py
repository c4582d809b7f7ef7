"""Push contacts with the journal on and every row accounted for, against clients that do neither."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from exotelpy.exotel import Exotel
from textmagic.rest import TextmagicRestClient

from tests.bench import ROUNDS, Row, at_least
from tests.bench.serving import SID, USERNAME, numbers, people, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from listkit.account import Account
    from tests.bench.serving import Served

MANY, SOME = 100_000, 2_000


def bench() -> Iterator[Row]:
    """Send numbers that nobody has sent before, each time to a new list; the lists are read back to be compared."""
    with served() as server:
        fresh, frames, sent = count(), _prepared(MANY, people), _prepared(MANY, numbers)
        yield Row(
            what="push 100k contacts, journal on",
            peer="exotelpy",
            goal=at_least(4),
            ours=lambda: _ours(server.exotel, frames, next(fresh)),
            theirs=lambda: _by_exotelpy(server, sent, next(fresh)),
            equal=lambda ours, theirs: _held(server, ours) == _held(server, theirs) == numbers(MANY),
        )
    with served() as server:
        fresh, frames, sent = count(), _prepared(SOME, people), _prepared(SOME, numbers)
        yield Row(
            what=f"push {SOME // 1000}k contacts (the peer: one request each)",
            peer="textmagic",
            goal=at_least(100),
            ours=lambda: _ours(server.textmagic, frames, next(fresh)),
            theirs=lambda: _by_textmagic(server, sent, next(fresh)),
            equal=lambda ours, theirs: _held(server, ours) == _held(server, theirs) == numbers(SOME),
        )


def _held(server: Served, name: str) -> list[str]:
    """Read a list back: its numbers as they would be in the first block."""
    return [f"+919800{phone[-6:]}" for phone in server.exotel.contacts(name)["phone"]]


def _prepared(size: int, make: Callable[..., Any]) -> list[Any]:
    """Make what is sent in each round before it begins: what it takes to make it up is nobody's time."""
    return [make(size, block=block) for block in range(2 * (ROUNDS + 1))]


def _ours(account: Account, frames: list[pd.DataFrame], block: int) -> str:
    run = frames[block].listkit.push(f"List {block}", to=account)
    run.raise_for_status()
    return run.plan.list_name


def _by_exotelpy(server: Served, sent: list[list[str]], block: int) -> str:
    client = Exotel(SID, server.key, server.token, baseurl=server.url)
    client.create_list(f"List {block}", numbers=sent[block])
    return f"List {block}"


def _by_textmagic(server: Served, sent: list[list[str]], block: int) -> str:
    client = TextmagicRestClient(USERNAME, server.token, base=f"{server.url}/api/v2")
    made = client.lists.create(name=f"List {block}")
    for number in sent[block]:
        client.contacts.create(phone=number, firstName="Asha", lists=str(made.id))
    return f"List {block}"
