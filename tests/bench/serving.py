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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import listkit as lk
from listkit.server.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.account import Account

SID, USERNAME = "acme1", "acme"


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where the server is, what opens it, and listkit's own accounts there."""

    url: str
    key: str
    token: str
    exotel: Account
    textmagic: Account


@contextmanager
def served() -> Iterator[Served]:
    """Start `listkit serve` on a free port over a new store, and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as folder:
        path = Path(folder) / "store.sqlite"
        key, token = secrets.token_urlsafe(8), secrets.token_urlsafe(24)
        store = open_store(str(path))
        store.create_account(
            "bench", sid=SID, username=USERNAME, secrets={"exotel": (key, token), "textmagic": (USERNAME, token)}
        )
        store.close()
        port = _free_port()
        command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            yield Served(
                url=url,
                key=key,
                token=token,
                exotel=lk.connect("exotel", sid=SID, key=key, token=token, base_url=url, rate=math.inf),
                textmagic=lk.connect("textmagic", username=USERNAME, key=token, base_url=url, rate=math.inf),
            )
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
            urllib.request.urlopen(f"{url}/health", timeout=1).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"{url} did not answer within 30 s")
