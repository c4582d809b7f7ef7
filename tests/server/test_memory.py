"""Threads share the memory that they let go of."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, threading
from listkit.server.memory import share_heaps
share_heaps()
together = threading.Barrier(12)
def work():
    held = bytearray(5_000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's C library makes many heaps")
@pytest.mark.parametrize(("script", "most"), [(SCRIPT, {1, 2}), (SCRIPT.replace("share_heaps()\n", ""), range(3, 99))])
def test_many_threads_have_few_heaps(script: str, most: set[int] | range) -> None:
    """Twelve threads share two heaps, and would have more if nobody had said so."""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr
    assert len(re.findall(r"^Arena \d+:", told, re.MULTILINE)) in most
