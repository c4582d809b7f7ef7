"""Pull a list of 100,000 contacts to a frame, against what its users write today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import requests
from exotelpy.exotel import Exotel

from tests.bench import Row, at_least
from tests.bench.serving import SID, people, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.serving import Served

SIZE, PAGE = 100_000, 500
NAME = "Everyone"


def bench() -> Iterator[Row]:
    """Read the same list by listkit, by exotelpy, and by a plain session."""
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


def _by_exotelpy(server: Served, list_id: str) -> pd.DataFrame:
    client = Exotel(SID, server.key, server.token, baseurl=server.url)
    found: list[dict[str, object]] = []
    while True:
        page = client.get_list_contacts(list_id, limit=PAGE, offset=len(found))
        found += [item["data"] for item in page["response"]]
        if len(found) >= page["metadata"]["total"]:
            return pd.DataFrame(found)


def _by_session(server: Served, list_id: str) -> pd.DataFrame:
    found: list[dict[str, object]] = []
    with requests.Session() as session:
        session.auth = (server.key, server.token)
        url = f"{server.url}/v2/accounts/{SID}/lists/{list_id}/contacts"
        while True:
            page = session.get(url, params={"limit": PAGE, "offset": len(found)}, timeout=30).json()
            found += [item["data"] for item in page["response"]]
            if len(found) >= page["metadata"]["total"]:
                return pd.DataFrame(found)


def _same_numbers(ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    return list(ours["phone"]) == list(theirs["number"])
