"""`import listkit` costs hardly more than `import pandas`."""

from __future__ import annotations

import subprocess
import sys

from tests.bench import Row, at_most


def bench() -> Row:
    """Import each in a process of its own."""
    return Row(
        what="import listkit",
        peer="import pandas",
        goal=at_most(1.05),
        ours=lambda: _version_after("import listkit"),
        theirs=lambda: _version_after("import pandas"),
        rounds=21,
    )


def _version_after(statement: str) -> str:
    """Run a statement in a fresh Python, and return the version of the pandas that it loaded."""
    code = f"import sys; {statement}; print(sys.modules['pandas'].__version__)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
