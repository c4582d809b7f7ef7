"""Push contacts with the journal on and every row accounted for, against clients that do neither."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from exotelpy.exotel import Exotel
from textmagic.rest import TextmagicRestClient

from tests.bench import Row, at_least
from tests.bench.serving import SID, USERNAME, numbers, people, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.serving import Served

MANY, SOME = 100_000, 2_000


def bench() -> Iterator[Row]:
    """Send numbers that nobody has sent before, each time to a new list; the lists are read back to be compared."""
    with served() as server:
        fresh = count()
        yield Row(
            what="push 100k contacts, journal on",
            peer="exotelpy",
            goal=at_least(4),
            ours=lambda: _ours(server, "exotel", MANY, next(fresh)),
            theirs=lambda: _by_exotelpy(server, next(fresh)),
            equal=lambda ours, theirs: _held(server, ours) == _held(server, theirs) == numbers(MANY),
        )
    with served() as server:
        fresh = count()
        yield Row(
            what=f"push {SOME // 1000}k contacts (the peer: one request each)",
            peer="textmagic",
            goal=at_least(100),
            ours=lambda: _ours(server, "textmagic", SOME, next(fresh)),
            theirs=lambda: _by_textmagic(server, next(fresh)),
            equal=lambda ours, theirs: _held(server, ours) == _held(server, theirs) == numbers(SOME),
        )


def _held(server: Served, name: str) -> list[str]:
    """Read a list back: its numbers as they would be in the first block."""
    return [f"+919800{phone[-6:]}" for phone in server.exotel.contacts(name)["phone"]]


def _ours(server: Served, provider: str, size: int, block: int) -> str:
    account = server.exotel if provider == "exotel" else server.textmagic
    run = people(size, block=block).listkit.push(f"List {block}", to=account)
    run.raise_for_status()
    return run.plan.list_name


def _by_exotelpy(server: Served, block: int) -> str:
    client = Exotel(SID, server.key, server.token, baseurl=server.url)
    client.create_list(f"List {block}", numbers=numbers(MANY, block=block))
    return f"List {block}"


def _by_textmagic(server: Served, block: int) -> str:
    client = TextmagicRestClient(USERNAME, server.token, base=f"{server.url}/api/v2")
    made = client.lists.create(name=f"List {block}")
    for number in numbers(SOME, block=block):
        client.contacts.create(phone=number, firstName="Asha", lists=str(made.id))
    return f"List {block}"
