"""How much memory a pull adds, seen from a process of its own: its greatest size less the one before."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import listkit as lk

if TYPE_CHECKING:
    from tests.bench.serving import Served

SELF = Path("/proc/self")


def weigh_pull(server: Served, sid: str, name: str) -> int:
    """Return the bytes that a process grows by at most while it pulls a list, once it has pulled another."""
    command = [sys.executable, "-m", __name__, server.url, sid, server.key, server.token, name]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(url: str, sid: str, key: str, token: str, name: str) -> None:
    """Pull a list and print what that took."""
    account = lk.connect("exotel", sid=sid, key=key, token=token, base_url=url, rate=math.inf)
    account.contacts(account.lists().iloc[:0])
    before = _kilobytes("VmRSS")
    (SELF / "clear_refs").write_text("5")  # what was the greatest so far is forgotten
    frame = account.contacts(name)
    print(1024 * (_kilobytes("VmHWM") - before) if len(frame) else 0)


def _kilobytes(name: str) -> int:
    return int(re.findall(rf"{name}:\s+(\d+) kB", (SELF / "status").read_text())[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
