"""A provider to try things on: both vendors' APIs on a free port of this computer.

The only place where the server and an Account meet.
"""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Self

import pandas as pd

from listkit.account import connect
from listkit.server.running import Running

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from listkit.account import Account
    from listkit.server.store.base import Api

NAME = "sandbox"


class Sandbox:
    """A running local server with one account, which both APIs reach; stops with its block."""

    def __init__(self, store: str | Path | None = None) -> None:
        """Start it; `store` is a file to keep, else everything is gone when it stops."""
        self._server = Running(store)
        token = secrets.token_urlsafe(24)
        known = {account.name: account for account in self._server.store.accounts()}
        logins: dict[Api, tuple[str, str]] = {
            "exotel": (f"{NAME}-{secrets.token_hex(4)}", token),
            "textmagic": (NAME, token),
        }
        if NAME in known:
            self._server.store.set_secrets(known[NAME], logins)
        else:
            self._server.store.create_account(NAME, sid=NAME, username=NAME, secrets=logins)
        key, _ = logins["exotel"]
        self.exotel = connect("exotel", sid=NAME, key=key, token=token, base_url=self.url, rate=math.inf)
        self.textmagic = connect("textmagic", username=NAME, key=token, base_url=self.url, rate=math.inf)

    @property
    def url(self) -> str:
        """Where it listens, on loopback only."""
        return self._server.url

    @property
    def requests(self) -> pd.DataFrame:
        """What was asked of it so far, oldest first: `at, method, path, status, bytes`."""
        frame = pd.DataFrame(list(self._server.requests), columns=["at", "method", "path", "status", "bytes"])
        return frame.assign(at=pd.to_datetime(frame["at"], unit="s", utc=True).astype("datetime64[us, UTC]"))

    def __getitem__(self, provider: str) -> Account:
        return {"exotel": self.exotel, "textmagic": self.textmagic}[provider]

    def close(self) -> None:
        """Stop the server and let go of its files."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox at {self.url}: .exotel, .textmagic>"


def sandbox(store: str | Path | None = None) -> Sandbox:
    """Start a local server that speaks both vendors' APIs, and connect to it.

    >>> import pandas as pd
    >>> with sandbox() as box:
    ...     run = pd.DataFrame({"phone": ["+12025550123"]}).listkit.push("VIP", to=box.textmagic)
    ...     box.exotel.contacts("VIP")["phone"].item()
    '+12025550123'
    """
    return Sandbox(store)
