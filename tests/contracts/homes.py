"""The providers that every provider's test runs on, each over a server of its own in this process.

A new provider is one more row of `HOMES`: how to make its `Home` in an empty folder.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from listkit import providers
from listkit.server.answering import Service
from listkit.server.store import open_store
from tests.contracts.carillon.desk import KEY, Desk
from tests.providers.scripted import authorized
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.providers.base import Provider, Vendor
    from listkit.server.store.base import Api
    from listkit.wire.message import Answer, Request, Send

PACKAGE = Path(__file__).parent / "carillon" / "listkit_carillon"


@dataclass
class Home:
    """An account of a provider's: the vendor, what the account is given, and the server that answers."""

    vendor: Vendor
    settings: dict[str, str]
    answer: Send

    def open(self, bend: Callable[[Request, Send], Answer] | None = None, **other: str) -> Provider:
        """Return the account's provider; `bend` is put between, `other` are wrong settings."""
        settings = {**self.settings, **other}
        send = self.answer if bend is None else lambda request: bend(request, self.answer)
        made = authorized(send, self.vendor.headers(settings))
        return self.vendor.make(made, account=settings[self.vendor.settings[0]], host="127.0.0.1")


def install(site: Path) -> None:
    """Put Carillon's package into a folder as an installer would: its modules, and what it says of itself."""
    shutil.copytree(PACKAGE, site / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    told = site / "listkit_carillon-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: listkit-carillon\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[{providers.GROUP}]\ncarillon = listkit_carillon:VENDOR\n")


def carillon(folder: Path) -> Iterator[Home]:
    """Make an account of a provider that another package brings."""
    install(folder)
    sys.path.insert(0, str(folder))
    try:
        yield Home(providers.vendor("carillon"), {"team": "acme", "key": KEY}, Desk().answer)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE.name]:
            del sys.modules[name]


def served(api: Api) -> Callable[[Path], Iterator[Home]]:
    """Make an account of one of listkit's own server's APIs."""

    def make(folder: Path) -> Iterator[Home]:
        store = open_store(folder / "store.sqlite")
        secrets = {"exotel": ("a-login", "a secret"), "textmagic": ("acme", "a secret")}
        store.create_account("acme", sid="acme", username="acme", secrets=secrets)
        settings = {
            "exotel": {"sid": "acme", "key": "a-login", "token": "a secret"},
            "textmagic": {"username": "acme", "key": "a secret"},
        }
        yield Home(providers.vendor(api), settings[api], Service(store, Shelf(store)).answer)
        store.close()

    return make


HOMES: dict[str, Callable[[Path], Iterator[Home]]] = {
    "exotel": served("exotel"),
    "textmagic": served("textmagic"),
    "carillon": carillon,
}
