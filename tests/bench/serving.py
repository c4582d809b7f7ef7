"""A server in a process of its own for benchmarks to talk to, as both sides would meet it in life."""

from __future__ import annotations

import math
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import listkit as lk
from listkit.server.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from listkit.account import Account
    from listkit.server.store.base import Account as StoreAccount
    from listkit.server.store.base import Api, Store

SID, USERNAME = "acme1", "acme"


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where the server is, what opens it, and listkit's own accounts there."""

    url: str
    key: str
    token: str
    exotel: Account
    textmagic: Account
    path: str

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """Open the store beside the server, for what a benchmark does before or between its rounds."""
        with closing(open_store(self.path)) as store:
            yield store


@contextmanager
def served(fill: Callable[[Store, StoreAccount], None] | None = None, *, store: str = "") -> Iterator[Served]:
    """Start `listkit serve` on a free port over a new store, filled where it is asked, and stop it afterwards.

    The store is a file of SQLite's, or the empty one at the URL `store`.
    """
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as folder:
        path = store or str(Path(folder) / "store.sqlite")
        key, token = secrets.token_urlsafe(8), secrets.token_urlsafe(24)
        logins: dict[Api, tuple[str, str]] = {"exotel": (key, token), "textmagic": (USERNAME, token)}
        with closing(open_store(path)) as opened:
            account = opened.create_account("bench", sid=SID, username=USERNAME, secrets=logins)
            if fill is not None:
                fill(opened, account)
        with _started("listkit.cli", "serve", "--quiet", "--store", path, "--port", is_ready="/health") as url:
            yield Served(
                url=url,
                key=key,
                token=token,
                exotel=lk.connect("exotel", sid=SID, key=key, token=token, base_url=url, rate=math.inf),
                textmagic=lk.connect("textmagic", username=USERNAME, key=token, base_url=url, rate=math.inf),
                path=path,
            )


@contextmanager
def least(path: Path) -> Iterator[str]:
    """Start the bare application of `tests.bench.least` over a store, and stop it afterwards."""
    with _started("tests.bench.least", str(path), is_ready="/") as url:
        yield url


@contextmanager
def _started(module: str, *words: str, is_ready: str) -> Iterator[str]:
    """Run a module that takes a port as its last word, from when it answers until the block ends."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", module, *words, str(port)], stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"{url}{is_ready}")
        yield url
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def new_store() -> Iterator[Path]:
    """Make an empty store with one account, for a peer that writes into it without a server."""
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as folder:
        path = Path(folder) / "store.sqlite"
        store = open_store(str(path))
        store.create_account("peer", sid=SID, username=USERNAME, secrets={})
        store.close()
        yield path


def numbers(count: int, *, block: int = 0) -> list[str]:
    """Make up numbers that are valid in India, others in each block."""
    return [f"+9198{block:02}{number:06}" for number in range(count)]


def people(count: int, *, block: int = 0) -> pd.DataFrame:
    """Make up contacts with a name each."""
    return pd.DataFrame(
        {"phone": numbers(count, block=block), "first_name": [f"Asha {n}" for n in range(count)]}, dtype="str"
    )


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} did not answer within 30 s")
