"""Ask a server as curl would: plain HTTP on a socket, and none of our own code between."""

from __future__ import annotations

import base64
import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PATIENCE = 30
"""Seconds, after which a server that says nothing has failed the test."""


class Told(NamedTuple):
    """What came back, as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Curl(NamedTuple):
    """Somebody with a key at a server; `root` stands before each path."""

    url: str
    headers: Mapping[str, str]
    root: str = ""

    def __call__(self, method: str, path: str, body: Any = None, *, kind: str = "", **query: Any) -> Told:
        """Ask once, on a connection of its own; a body that is not bytes is sent as JSON."""
        headers = dict(self.headers)
        if body is not None and not isinstance(body, bytes):
            body, kind = json.dumps(body).encode(), kind or JSON
        if kind:
            headers["Content-Type"] = kind
        target = f"{self.root}{path}{'?' if query else ''}{urlencode(query)}"
        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        try:
            line.request(method, target, body, headers)
            told = line.getresponse()
            return Told(told.status, {name.lower(): value for name, value in told.getheaders()}, told.read())
        finally:
            line.close()

    def form(self, method: str, path: str, **fields: Any) -> Told:
        """Ask with the fields of a form."""
        return self(method, path, urlencode(fields).encode(), kind=FORM)


def exotel(url: str, sid: str, key: str, token: str) -> Curl:
    """Be a caller of Exotel's API; paths go on after the account."""
    basic = base64.b64encode(f"{key}:{token}".encode()).decode()
    return Curl(url, {"Authorization": f"Basic {basic}"}, f"/v2/accounts/{sid}")


def textmagic(url: str, username: str, key: str) -> Curl:
    """Be a caller of TextMagic's API; paths go on after the version."""
    return Curl(url, {"X-TM-Username": username, "X-TM-Key": key}, "/api/v2")
