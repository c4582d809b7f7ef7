"""A provider to try things on: both vendors' APIs on a free port of this computer.

The only place where the server and an Account meet.
"""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from listkit.connecting import connect
from listkit.server.clock import HandClock
from listkit.server.limits import Limits
from listkit.server.running import Running

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from listkit.account import Account
    from listkit.server.faults import Faults
    from listkit.server.store.base import Api

NAME = "sandbox"


class Sandbox:
    """A running local server with one account, which both APIs reach; stops with its block.

    `exotel` and `textmagic` are its accounts. `clock` is the time of everything in it: how late
    answers are, how long a limit holds, and how long its accounts wait before they ask again.
    It runs as the system's does until it is turned, frozen or hurried: see `HandClock`.
    """

    def __init__(
        self,
        store: str | Path | None = None,
        *,
        faults: Faults | None = None,
        limits: bool | Mapping[str, int] = False,
    ) -> None:
        """Start it; see `sandbox`."""
        counted = Limits(**({} if limits is True else limits)) if limits else None
        self.clock = HandClock(gait="runs")
        self._server = Running(store, faults=faults, limits=counted, clock=self.clock)
        self._token = secrets.token_urlsafe(24)
        self._key = f"{NAME}-{secrets.token_hex(4)}"
        logins: dict[Api, tuple[str, str]] = {"exotel": (self._key, self._token), "textmagic": (NAME, self._token)}
        known = {account.name: account for account in self._server.store.accounts()}
        if NAME in known:
            self._server.store.set_secrets(known[NAME], logins)
        else:
            self._server.store.create_account(NAME, sid=NAME, username=NAME, secrets=logins)
        rate = None if counted else math.inf
        settings: dict[str, Any] = {"base_url": self.url, "rate": rate, "clock": self.clock}
        self.exotel = connect("exotel", sid=NAME, key=self._key, token=self._token, **settings)
        self.textmagic = connect("textmagic", username=NAME, key=self._token, **settings)

    @property
    def url(self) -> str:
        """Where it listens, on loopback only."""
        return self._server.url

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which `lk.connect("exotel")` and `lk.connect("textmagic")` reach it, secrets included."""
        return {
            "LISTKIT_EXOTEL_BASE_URL": self.url,
            "LISTKIT_EXOTEL_SID": NAME,
            "LISTKIT_EXOTEL_KEY": self._key,
            "LISTKIT_EXOTEL_TOKEN": self._token,
            "LISTKIT_TEXTMAGIC_BASE_URL": self.url,
            "LISTKIT_TEXTMAGIC_USERNAME": NAME,
            "LISTKIT_TEXTMAGIC_KEY": self._token,
        }

    @property
    def faults(self) -> Faults:
        """How it answers badly; set it, and from the next request on it does so otherwise."""
        return self._server.dial.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._server.dial.faults = faults

    @property
    def requests(self) -> pd.DataFrame:
        """What was asked of it so far, oldest first: `at, method, path, status, bytes, fault`.

        `status` is missing where the connection was cut; `fault` is the name of the argument of
        `Faults` that a request met, else empty.
        """
        columns = ["at", "method", "path", "status", "bytes", "fault"]
        frame = pd.DataFrame(list(self._server.requests), columns=columns)
        at = pd.to_datetime(frame["at"], unit="s", utc=True).astype("datetime64[us, UTC]")
        return frame.assign(at=at).astype({"status": "Int64", "fault": "str"})

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


def sandbox(
    store: str | Path | None = None, *, faults: Faults | None = None, limits: bool | Mapping[str, int] = False
) -> Sandbox:
    """Start a local server that speaks both vendors' APIs, and connect to it.

    `store` is where it keeps everything: a file, or a `postgresql://` URL, else a temporary
    file that goes with it. `faults` says how often it answers badly, and in which ways. With
    `limits=True` it refuses whoever asks more often than the vendors document, and its accounts
    keep their pace; a mapping gives other figures, as `{"exotel": 30}` requests a minute or
    `{"textmagic": 5}` a second.

    >>> import pandas as pd
    >>> with sandbox() as box:
    ...     run = pd.DataFrame({"phone": ["+12025550123"]}).listkit.push("VIP", to=box.textmagic)
    ...     box.exotel.contacts("VIP")["phone"].item()
    '+12025550123'

    What a push makes of a provider that is down:

    >>> from listkit.server.faults import Faults
    >>> with sandbox() as box:
    ...     plan = pd.DataFrame({"phone": ["+12025550123"]}).listkit.plan("VIP", to=box.exotel)
    ...     box.faults = Faults(1, codes=[429])
    ...     box.clock.hurry()  # nobody really waits
    ...     plan.apply().counts["unsent"]
    1
    """
    return Sandbox(store, faults=faults, limits=limits)
