"""Exotel's API over a real store, asked without a socket."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Self

from listkit.server.answering import Service
from listkit.server.store import open_store
from listkit.wire.message import Answer, Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

KEY, TOKEN = "key", "token"
AUTHORIZATION = f"Basic {base64.b64encode(f'{KEY}:{TOKEN}'.encode()).decode()}"


class Desk:
    """An account's Exotel API; every answer is checked for what all answers have."""

    def __init__(self, folder: Path) -> None:
        self.store = open_store(folder / "store.sqlite")
        self.account = self.store.create_account("acme", sid="acme1", username="acme", secrets={"exotel": (KEY, TOKEN)})
        self.shelf = Shelf(self.store)
        self.service = Service(self.store, self.shelf)

    def send(self, request: Request) -> Answer:
        """Answer a request that carries the key: a `Send`."""
        headers = {"authorization": AUTHORIZATION, **request.headers}
        return self.service.answer(
            Request(method=request.method, path=request.path, query=request.query, headers=headers, body=request.body)
        )

    def ask(self, method: str, below: str, body: object = None, **query: str) -> tuple[int, Any]:
        """Ask for something below the account and return the status and the body."""
        answer = self.send(
            Request(
                method=method,
                path=f"/v2/accounts/acme1/{below}",
                query=tuple(query.items()),
                headers={"content-type": "application/json"},
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        told = json.loads(answer.body)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert told["http_code"] == answer.status
        assert told["method"] == method
        assert len(told["request_id"]) == 32
        assert told["request_id"] == answer.headers["x-request-id"]
        return answer.status, told

    def lists(self, *names: str) -> list[str]:
        """Make lists and return their sids."""
        _, told = self.ask("POST", "lists", {"lists": [{"name": name} for name in names]})
        return [item["data"]["sid"] for item in told["response"]]

    def contacts(self, *numbers: str) -> list[str]:
        """Make contacts and return their sids."""
        _, told = self.ask("POST", "contacts", {"contacts": [{"number": number} for number in numbers]})
        return [item["data"]["sid"] for item in told["response"]]

    def join(self, list_id: str, *contact_ids: str) -> tuple[int, Any]:
        """Make contacts members of a list."""
        references = [{"contact_sid": contact_id} for contact_id in contact_ids]
        return self.ask("POST", f"lists/{list_id}/contacts", {"contact_references": references})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()


def codes(told: Any) -> list[tuple[int, int | None]]:
    """Return of each item its status and the number of its error."""
    return [(item["code"], item["error_data"] and item["error_data"]["code"]) for item in told["response"]]
