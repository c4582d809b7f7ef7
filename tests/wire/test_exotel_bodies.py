"""Answers are read by several threads at once."""

from __future__ import annotations

import subprocess
import sys

MANY_AT_ONCE = """
import sys, threading, msgspec
from listkit.wire.exotel import bodies
sys.setswitchinterval(1e-6)

def read(shape, gate):
    gate.wait()
    bodies._decoder(shape).decode(b'{"one": {}, "many": [{}]}')

for turn in range(100):
    inner = msgspec.defstruct(f"Inner{turn}", [(f"field{number}", "int | None", None) for number in range(30)])
    outer = msgspec.defstruct(f"Outer{turn}", [("one", inner), ("many", list[inner])])
    gate = threading.Barrier(4)
    threads = [threading.Thread(target=read, args=(outer, gate)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_several_threads_read_the_first_answer_of_a_kind() -> None:
    """Four threads that read the first answer of a kind at once all read it; msgspec alone would crash the process."""
    assert subprocess.run([sys.executable, "-c", MANY_AT_ONCE], check=False).returncode == 0
