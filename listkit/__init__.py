"""Contact lists in pandas: read them, mend them, push them to a messaging provider and back.

>>> import pandas as pd, listkit as lk
>>> with lk.sandbox() as box:
...     people = lk.of(pd.DataFrame({"phone": ["98765 43210"]})).clean(region="IN")
...     run = people.listkit.push("Diwali", to=box.exotel)
>>> run.ledger.adds_up
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.accessor import of
from listkit.account import Account, connect
from listkit.errors import (
    AccountMismatchError,
    AmbiguousListError,
    ColumnsError,
    CredentialsError,
    DriftError,
    IncompleteWarning,
    JournalError,
    ListkitError,
    MissingExtraError,
    PlanRefused,
    ProviderError,
    ReadError,
)
from listkit.frame.reading import read_file, reading
from listkit.sync.journal import runs
from listkit.sync.planning import Plan
from listkit.sync.run import Interrupted, Run

if TYPE_CHECKING:
    from listkit.testing import Sandbox, sandbox

__version__ = "0.1.0"

__all__ = [
    "Account",
    "AccountMismatchError",
    "AmbiguousListError",
    "ColumnsError",
    "CredentialsError",
    "DriftError",
    "IncompleteWarning",
    "Interrupted",
    "JournalError",
    "ListkitError",
    "MissingExtraError",
    "Plan",
    "PlanRefused",
    "ProviderError",
    "ReadError",
    "Run",
    "Sandbox",
    "connect",
    "of",
    "read_file",
    "reading",
    "runs",
    "sandbox",
]


def __getattr__(name: str) -> object:
    """Load the server only for those who ask for it."""
    if name in {"Sandbox", "sandbox"}:
        from listkit import testing  # noqa: PLC0415 - it brings the server, which few need

        return getattr(testing, name)
    raise AttributeError(f"module 'listkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what a user may type."""
    return sorted(__all__)
