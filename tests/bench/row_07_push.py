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

MANY, SOME = 100_000, 1_000


def bench() -> Iterator[Row]:
    """Send numbers that nobody has sent before, each time to a new list."""
    with served() as server:
        fresh = count()
        yield Row(
            what="push 100k contacts, journal on",
            peer="exotelpy",
            goal=at_least(4),
            ours=lambda: _ours(server, "exotel", MANY, next(fresh)),
            theirs=lambda: _by_exotelpy(server, next(fresh)),
        )
    with served() as server:
        fresh = count()
        yield Row(
            what="push 1k contacts (the peer: one request each)",
            peer="textmagic",
            goal=at_least(100),
            ours=lambda: _ours(server, "textmagic", SOME, next(fresh)),
            theirs=lambda: _by_textmagic(server, next(fresh)),
        )


def _ours(server: Served, provider: str, size: int, block: int) -> int:
    account = server.exotel if provider == "exotel" else server.textmagic
    return people(size, block=block).listkit.push(f"List {block}", to=account).counts["added"]


def _by_exotelpy(server: Served, block: int) -> int:
    client = Exotel(SID, server.key, server.token, baseurl=server.url)
    made = client.create_list(f"List {block}", numbers=numbers(MANY, block=block))
    return int(made["metadata"]["success"])


def _by_textmagic(server: Served, block: int) -> int:
    client = TextmagicRestClient(USERNAME, server.token, base=f"{server.url}/api/v2")
    made = client.lists.create(name=f"List {block}")
    for number in numbers(SOME, block=block):
        client.contacts.create(phone=number, firstName="Asha", lists=str(made.id))
    return int(client.lists.get(made.id).membersCount)
