"""`import listkit` beside pandas costs hardly more than `import pandas`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests.bench import Row, at_most

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def bench() -> Iterator[Row]:
    """Import each in a process of its own, compiled as installed packages are."""
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as compiled:
        # A variable that is set to nothing is not set, for Python.
        settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        yield Row(
            what="import listkit, pandas",
            peer="import pandas",
            goal=at_most(1.05),
            ours=lambda: _version_after("import listkit, pandas", settings),
            theirs=lambda: _version_after("import pandas", settings),
            rounds=31,
        )


def _version_after(statement: str, settings: Mapping[str, str]) -> str:
    """Run a statement in a fresh Python, and return the version of the pandas that it loaded."""
    code = f"import sys; {statement}; print(sys.modules['pandas'].__version__)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=settings, text=True)
    return told.stdout
