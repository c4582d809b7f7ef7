"""The server as an operator starts it: `listkit serve`, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from listkit.server.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.base import Store


class Served(NamedTuple):
    """Where the server answers, and the store it serves, for tests to set a scene in."""

    url: str
    store: Store


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run `listkit serve` on a free port over a new store, and stop it politely."""
    path = tmp_path_factory.mktemp("served") / "lists.sqlite"
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        store = open_store(path)
        try:
            yield Served(url, store)
        finally:
            store.close()
            process.terminate()
        assert process.wait(20) == 0
