"""Where listkit keeps what is the user's own: the journal of pushes, and files that a server takes in."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Return listkit's own folder: `LISTKIT_HOME`, else the one where this system keeps a program's state."""
    named = os.environ.get("LISTKIT_HOME")
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 - only who keeps something needs it

    return Path(platformdirs.user_state_dir("listkit"))
