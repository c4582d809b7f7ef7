"""A server does without memory that it does not need: heaps of each thread, what was large and is over, pandas."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys

import pytest

ON_LINUX = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's C library is told so")
SPARE = "spare_memory()\n"
THREADS = f"""
import ctypes, threading
from listkit.server.memory import spare_memory
{SPARE}
together = threading.Barrier(12)
def work():
    held = bytearray(5_000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""
LARGE = f"""
from listkit.server.memory import spare_memory
{SPARE}
def held():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
behind = []
for _ in range(3):
    large = bytearray(b"x") * (16 * 1024 * 1024)
    behind.append(bytearray(b"x") * 50_000)
    del large
print(held())
"""


def run(script: str) -> tuple[str, str]:
    """Run a script in a process of its own; returns what it says, and what it complains of.

    What others have set for the C library's memory, as Dask does for its workers, is not handed on.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=own)
    return told.stdout, told.stderr


@ON_LINUX
@pytest.mark.parametrize(("script", "most"), [(THREADS, {1, 2}), (THREADS.replace(SPARE, ""), range(3, 99))])
def test_many_threads_have_few_heaps(script: str, most: set[int] | range) -> None:
    """Twelve threads share two heaps, and would have more if nobody had said so."""
    assert len(re.findall(r"^Arena \d+:", run(script)[1], re.MULTILINE)) in most


@ON_LINUX
def test_what_was_large_is_given_back() -> None:
    """What was large leaves nothing behind, although small things that stay were made after it."""
    spared = int(run(LARGE)[0])
    # Where things lie in memory is chance: now and then they lie well by themselves, but not five times.
    assert any(int(run(LARGE.replace(SPARE, ""))[0]) - spared > 10 * 1024 for _ in range(5))


@ON_LINUX
def test_what_lies_unused_is_given_back() -> None:
    """What was let go of below something that stays goes back to the system after a while."""
    script = """
import time
from listkit.server import memory
memory.PAUSE = 0.1
memory.spare_memory()
def held():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1])
things = [bytearray(1_000) for _ in range(50_000)]
most = held()
del things[:-1]
until = time.monotonic() + 30
while held() > most - 30_000 and time.monotonic() < until:
    time.sleep(0.05)
print(held() <= most - 30_000)
"""
    assert run(script) == ("True\n", "")


def test_what_is_loaded_is_not_looked_through_again() -> None:
    """What a server has loaded is no longer among what Python looks through for rubbish; new rubbish is found."""
    script = """
import gc, listkit.server.serving
from listkit.server.memory import keep_for_good
before = len(gc.get_objects())
keep_for_good()
circle = []
circle.append(circle)
del circle
print(before > 10_000, len(gc.get_objects()) < 1_000, gc.collect() > 0)
"""
    assert run(script) == ("True True True\n", "")


@pytest.mark.parametrize("module", ["serving", "workers"])
def test_a_server_loads_no_pandas(module: str) -> None:
    """Neither a server nor a worker loads pandas, nor lets pyarrow do so."""
    script = f"""
import sys, listkit.server.{module}
from listkit.server.memory import leave_pandas_out
from listkit.wire.rejects import write_stop
assert "pandas" not in sys.modules
leave_pandas_out()
print(write_stop(1, "a", "b").decode(), end="")
assert "pandas" not in sys.modules
"""
    assert run(script) == ('"1","","a","From here on nothing was taken in: b."\n', "")


def test_who_uses_pandas_keeps_it() -> None:
    """Where pandas is loaded, nothing changes."""
    script = """
import pandas as pd, pyarrow as pa
from listkit.server.memory import leave_pandas_out
leave_pandas_out()
print(pa.array(["1"]).to_pandas().tolist(), pd.api.types.is_list_like([]))
"""
    assert run(script) == ("['1'] True\n", "")
