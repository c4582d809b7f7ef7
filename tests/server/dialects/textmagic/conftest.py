"""One store for a file of tests, an account for each test."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.server.dialects.textmagic.caller import ASHA, BINA, CARL, Caller, Trusting, new_caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.sql import SqlStore


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """Open one store for all tests; each of them has an account of its own."""
    with closing(Trusting(tmp_path_factory.mktemp("textmagic") / "store.db")) as opened:
        yield opened


@pytest.fixture
def tm(store: SqlStore) -> Caller:
    """Be a client of an empty account."""
    return new_caller(store)


@pytest.fixture
def three(tm: Caller) -> tuple[int, list[int]]:
    """Keep three contacts in one list, and return its id and theirs."""
    list_id = tm.make_list("Everybody")
    return list_id, [tm.make(phone, list_id) for phone in (ASHA, BINA, CARL)]
