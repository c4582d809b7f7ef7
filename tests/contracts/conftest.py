"""An empty store on each engine, and an account of each provider."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from listkit.server.store import credentials, open_store
from tests.contracts.engines import ENGINES, make_account
from tests.contracts.homes import HOMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.providers.base import Provider
    from listkit.server.store.base import Account, Store
    from tests.contracts.homes import Home

collect_ignore = ["carillon"]  # it is another package, which homes.py puts on the path


@pytest.fixture(autouse=True)
def _cheap_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash secrets quickly: what is tested here is not how slow a guess is."""
    monkeypatch.setattr(credentials, "COST", 2)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Open an empty store on each engine."""
    store = open_store(ENGINES[request.param](tmp_path))
    yield store
    store.close()


@pytest.fixture
def acme(store: Store) -> Account:
    """Make an account."""
    return make_account(store, "acme")


@pytest.fixture(params=HOMES)
def home_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Make an account of each provider."""
    folder = tmp_path / "provider"
    folder.mkdir()
    with contextmanager(HOMES[request.param])(folder) as home:
        yield home


@pytest.fixture
def provider(home_of: Home) -> Provider:
    """Open the account."""
    return home_of.open()
