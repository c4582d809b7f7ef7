"""Memory that a server does without, and memory that it keeps: heaps, what was large and is over, pandas, itself."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from contextlib import suppress
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import NoReturn

PAUSE = 60.0
"""Seconds."""
_MOST_HEAPS = 2
_LARGE, _UNUSED = 4 * 1024 * 1024, 16 * 1024 * 1024
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def spare_memory() -> None:
    """Let the threads of this process share two heaps, and give back at once what is large; call it before they start.

    The C library of Linux otherwise makes up to eight heaps for each processor, and what is let
    go of in one of them is of no use to the threads of another. It also learns from the first
    large thing, as the 16 MB of a slow hash, to keep the next ones in its heaps, where something
    small that comes to lie behind keeps the place from being given back; and pyarrow keeps a heap
    of its own. A server which ran for long had twice the memory that it used. What a bulk request
    uses is not large: taken from the system anew each time, it would cost a tenth of the request.
    What lies unused goes back once a minute. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library than GNU's
            library = ctypes.CDLL(None)
            library.mallopt(_M_ARENA_MAX, _MOST_HEAPS)
            library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
            library.mallopt(_M_TRIM_THRESHOLD, _UNUSED)
            pa.set_memory_pool(pa.system_memory_pool())
            threading.Thread(target=_give_back, args=(library.malloc_trim,), name="listkit-memory", daemon=True).start()


def _give_back(trim: Callable[[int], int]) -> NoReturn:
    """Give back, now and then, what lies unused between things that are used."""
    while True:
        time.sleep(PAUSE)
        trim(0)


def keep_for_good() -> None:
    """Have Python look for rubbish no longer among what is there now: a server uses all that it has loaded.

    While Python looks, every caller waits: for 20 to 100 ms where there are 80,000 things.
    """
    gc.collect()
    gc.freeze()


class _NoPandas(MetaPathFinder):
    """Finds that there is no pandas."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        """Say so, and nothing of any other module."""
        if name == "pandas":
            raise ModuleNotFoundError("A server needs no pandas.", name=name)


def leave_pandas_out() -> None:
    """Have nobody load pandas in this process, unless it is there already; call it where a server is all that runs.

    pyarrow loads it with the first list of values that it is given, for its own sake: a server
    would be a second late with some answer, and hold 40 MB more.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())
