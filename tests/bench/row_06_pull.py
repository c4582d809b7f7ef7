"""Pull a list of 100,000 contacts to a frame, against what its users write today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import requests
from exotelpy.exotel import Exotel
from textmagic.rest import TextmagicRestClient

from tests.bench import Row, at_least, at_most
from tests.bench.serving import SID, USERNAME, people, served
from tests.bench.weighing import weigh_pull

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.serving import Served

SIZE, PAGE = 100_000, 500
FEW, FEW_PAGE = 10_000, 100
ROOM = 50 * 10**6
"""Bytes beside those received, which a pull may add."""
NAME = "Everyone"


def bench() -> Iterator[Row]:
    """Read the same list by listkit, by exotelpy, by a plain session, and through the other API."""
    with served() as server:
        list_id = people(SIZE).listkit.push(NAME, to=server.exotel).list_id or ""
        yield Row(
            what="pull 100k contacts to a frame",
            peer="exotelpy + DataFrame",
            goal=at_least(4),
            ours=lambda: server.exotel.contacts(NAME),
            theirs=lambda: _by_exotelpy(server, list_id),
            equal=_same_numbers,
        )
        yield Row(
            what="pull 100k contacts to a frame",
            peer="requests.Session + DataFrame",
            goal=at_least(2.5),
            ours=lambda: server.exotel.contacts(NAME),
            theirs=lambda: _by_session(server, list_id),
            equal=_same_numbers,
        )
        yield Row(
            what="memory that a pull of 100k contacts adds",
            peer=f"bytes received + {ROOM // 10**6} MB",
            goal=at_most(1),
            ours=lambda: weigh_pull(server, SID, NAME),
            theirs=lambda: ROOM + sum(len(page.content) for page in _pages(server, list_id)),
            is_weighed=True,
        )
        few = people(FEW, block=1).listkit.push("Few", to=server.textmagic).list_id or ""
        yield Row(
            what="pull 10k contacts to a frame, 100 a page",
            peer="textmagic + DataFrame",
            goal=at_least(4),
            ours=lambda: server.textmagic.contacts("Few"),
            theirs=lambda: _by_textmagic(server, few),
            equal=lambda ours, theirs: list(ours["phone"]) == [f"+{phone}" for phone in theirs["phone"]],
        )


def _by_exotelpy(server: Served, list_id: str) -> pd.DataFrame:
    client = Exotel(SID, server.key, server.token, baseurl=server.url)
    found: list[dict[str, object]] = []
    while True:
        page = client.get_list_contacts(list_id, limit=PAGE, offset=len(found))
        found += [item["data"] for item in page["response"]]
        if len(found) >= page["metadata"]["total"]:
            return pd.DataFrame(found)


def _by_session(server: Served, list_id: str) -> pd.DataFrame:
    return pd.DataFrame([item["data"] for page in _pages(server, list_id) for item in page.json()["response"]])


def _pages(server: Served, list_id: str) -> Iterator[requests.Response]:
    with requests.Session() as session:
        session.auth = (server.key, server.token)
        url = f"{server.url}/v2/accounts/{SID}/lists/{list_id}/contacts"
        for offset in range(0, SIZE, PAGE):
            yield session.get(url, params={"limit": PAGE, "offset": offset}, timeout=30)


def _by_textmagic(server: Served, list_id: str) -> pd.DataFrame:
    client = TextmagicRestClient(USERNAME, server.token, base=f"{server.url}/api/v2")
    found: list[dict[str, object]] = []
    for number in range(1, FEW // FEW_PAGE + 1):
        people, _ = client.lists.contacts(list_id, page=number, limit=FEW_PAGE, orderBy="id", direction="asc")
        found += [vars(person) for person in people]
    return pd.DataFrame(found)


def _same_numbers(ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    return list(ours["phone"]) == list(theirs["number"])
