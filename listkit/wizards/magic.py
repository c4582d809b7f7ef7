"""`%listkit code`: the lines of the wizard that was last drawn, written into the cell."""

from __future__ import annotations

import sys
import weakref
from typing import Any

from listkit.errors import ListkitError

_last: list[weakref.ref[Any]] = []


def remember(wizard: Any) -> None:
    """Take a wizard for the one that is meant from now on, and give the notebook its command."""
    _last[:] = [weakref.ref(wizard)]
    shell = _shell()
    if shell is not None:
        shell.register_magic_function(listkit, "line", "listkit")


def listkit(line: str) -> None:
    """Write into this cell what the wizard's clicks did: `%listkit code`.

    Raises ListkitError where there is no wizard, or something else than `code` is asked for.
    """
    if line.strip() != "code":
        raise ListkitError(f"%listkit code writes the wizard's lines into a cell; {line.strip()!r} is nothing to it.")
    wizard = _last[0]() if _last else None
    if wizard is None:
        raise ListkitError("There is no wizard whose lines could be written.")
    _shell().set_next_input(wizard.code, replace=True)


def _shell() -> Any:
    """Return the notebook's shell, None where there is none."""
    kernel = sys.modules.get("IPython")
    return kernel.get_ipython() if kernel else None
