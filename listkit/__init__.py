"""Contact lists in pandas: read them, mend them, push them to a messaging provider and back.

>>> import pandas as pd, listkit as lk
>>> with lk.sandbox() as box:
...     people = lk.of(pd.DataFrame({"phone": ["98765 43210"]})).clean(region="IN")
...     run = people.listkit.push("Diwali", to=box.exotel)
>>> run.ledger.adds_up
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

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
    UncomparedWarning,
)
from listkit.registering import register_when_loaded

if TYPE_CHECKING:
    from listkit.accessor import of
    from listkit.account import Account, probe
    from listkit.connecting import connect
    from listkit.contact import CLEAR
    from listkit.frame.reading import read_file, reading
    from listkit.frame.recipe import Recipe, load_recipe
    from listkit.frame.report import report
    from listkit.pushing import load_plan
    from listkit.resuming import load_run, resume
    from listkit.server.faults import Faults
    from listkit.sync.forgetting import forget, purge
    from listkit.sync.journals.journal import runs
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Interrupted, Run
    from listkit.testing import Sandbox, sandbox
    from listkit.wizards.view.upload import UploadWizard

__version__ = "0.1.0"

__all__ = [
    "CLEAR",
    "Account",
    "AccountMismatchError",
    "AmbiguousListError",
    "ColumnsError",
    "CredentialsError",
    "DriftError",
    "Faults",
    "IncompleteWarning",
    "Interrupted",
    "JournalError",
    "ListkitError",
    "MissingExtraError",
    "Plan",
    "PlanRefused",
    "ProviderError",
    "ReadError",
    "Recipe",
    "Run",
    "Sandbox",
    "UncomparedWarning",
    "UploadWizard",
    "connect",
    "forget",
    "load_plan",
    "load_recipe",
    "load_run",
    "of",
    "probe",
    "purge",
    "read_file",
    "reading",
    "report",
    "resume",
    "runs",
    "sandbox",
]


_HOMES = {
    "CLEAR": "contact",
    "Account": "account",
    "Faults": "server.faults",
    "Interrupted": "sync.runs.run",
    "Plan": "sync.plans.planning",
    "Recipe": "frame.recipe",
    "Run": "sync.runs.run",
    "Sandbox": "testing",
    "UploadWizard": "wizards.view.upload",
    "connect": "connecting",
    "forget": "sync.forgetting",
    "load_plan": "pushing",
    "load_recipe": "frame.recipe",
    "load_run": "resuming",
    "of": "accessor",
    "probe": "account",
    "purge": "sync.forgetting",
    "read_file": "frame.reading",
    "reading": "frame.reading",
    "report": "frame.report",
    "resume": "resuming",
    "runs": "sync.journals.journal",
    "sandbox": "testing",
}
"""Where each name lives that is loaded when it is first typed, so that importing costs next to nothing."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'listkit' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"listkit.{_HOMES[name]}"), name)
    return found


def __dir__() -> list[str]:
    """Name what a user may type."""
    return sorted(__all__)


register_when_loaded()
