"""A walk through an API that holds every answer against the API's own description."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jsonschema import Draft202012Validator

from listkit.server.answering import DIALECTS, Service
from listkit.server.openapi import describe
from listkit.server.store import open_store
from listkit.wire import multipart
from listkit.wire.message import Request
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from listkit.server.store.base import Api
    from listkit.server.visits import Visit

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DOCUMENTS = {dialect.NAME: describe(dialect) for dialect in DIALECTS}
LOGIN = ("acme", "a token")


class Tour:
    """One account's walk through one API; `walked` is every (method, template) with the statuses that it answered.

    `read` is every name that a route read from an address's query.
    """

    def __init__(self, folder: Path, api: Api, prefix: str) -> None:
        self.document = DOCUMENTS[api]
        self.walked: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.read: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.prefix = prefix
        self.store = open_store(folder / "store.sqlite")
        self.account = self.store.create_account(
            "acme", sid="acme1", username="acme", secrets={"exotel": LOGIN, "textmagic": LOGIN}
        )
        self._seen: list[Visit] = []
        self._service = Service(self.store, Shelf(self.store), watches=[self._seen.append])
        self._names: set[str] = set()

    def note_reading(self, patch: pytest.MonkeyPatch) -> None:
        """Note from now on which arguments are read."""
        argument, names = Request.argument, self._names

        def noted(request: Request, name: str) -> str | None:
            names.add(name)
            return argument(request, name)

        patch.setattr(Request, "argument", noted)

    def ask(
        self, method: str, path: str, body: object = None, *, kind: str = JSON, key: bool = True, **query: object
    ) -> Any:
        """Ask, hold the answer against the description, and return its status and its body, read where it is JSON."""
        headers = {"content-type": kind} if kind else {}
        if key:
            headers["authorization"] = f"Basic {base64.b64encode(':'.join(LOGIN).encode()).decode()}"
        self._names.clear()
        answer = self._service.answer(
            Request(
                method=method,
                path=f"{self.prefix}{path}",
                query=tuple((name, str(value)) for name, value in query.items()),
                headers=headers,
                body=_encoded(body, kind),
            )
        )
        said = b"".join([answer.body, *answer.blocks]).decode()
        told = json.loads(said) if said and answer.headers["content-type"].startswith(JSON) else said or None
        visit = self._seen[-1]
        if visit.route:
            self.walked[method, visit.route].add(answer.status)
            self.read[method, visit.route] |= self._names
            operation = self.document["paths"][visit.route][method.lower()]
            self._hold(operation["responses"][str(answer.status)], answer.headers["content-type"], told)
        return answer.status, told

    def upload(self, path: str, content: bytes, *, method: str = "POST", **fields: str) -> Any:
        """Send a file in a form."""
        name = "file" if self.prefix == "/api/v2/" else "file_name"
        part = multipart.FilePart(filename="contacts.csv", content=content, content_type="text/csv")
        kind, body = multipart.encode([*fields.items(), (name, part)])
        return self.ask(method, path, body, kind=kind)

    def _hold(self, described: dict[str, Any], kind: str, told: Any) -> None:
        if "$ref" in described:
            described = self.document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        if "content" not in described:
            assert told is None
            return
        self.validate(described["content"][kind.partition(";")[0]]["schema"], told)

    def validate(self, schema: dict[str, Any], told: Any) -> None:
        """Hold a value against a schema of the document."""
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(told)


def _encoded(body: object, kind: str) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    return urlencode(body).encode() if kind == FORM and isinstance(body, dict) else json.dumps(body).encode()
