"""Memory that threads give back to each other: few heaps, where the system would make many."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_MOST_HEAPS = 2
_M_ARENA_MAX = -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def share_heaps() -> None:
    """Let the threads of this process share two heaps; call it before they start.

    The C library of Linux otherwise makes up to eight heaps for each processor. What SQLite lets
    go of in one of them is of no use to the threads of another, so that a server which ran for
    long had twice the memory that it used. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library than GNU's
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _MOST_HEAPS)
