"""TextMagic's own clients for Node, called from Python: a process with the client in it, and a line for each call."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

HERE = Path(__file__).parent
INSTALLED = Path(sys.prefix) / "node" / "node_modules"


class Refused(Exception):  # noqa: N818 - it says what happened
    """What a client makes of a refusal."""

    def __init__(self, sentence: str, status: int | None, body: Any) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


class Bridge(NamedTuple):
    """A client in a process of its own; `bridge("lists.get", 7)` is the client's call and what it returns."""

    process: Popen[str]

    def __call__(self, call: str, *given: Any) -> Any:
        """Call the client; Refused where it raises."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"call": call, "given": given}) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline())
        if "error" in told:
            raise Refused(told["error"], told["status"], told["body"])
        return told["returned"]


@contextmanager
def bridge(client: str, url: str, username: str, key: str) -> Iterator[Bridge]:
    """Start a client; skip the test, and say why, where it is not installed."""
    missing = _missing(client)
    if missing:
        # On CI this would hide that nobody runs the client any more.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    environment = {**os.environ, "NODE_PATH": str(INSTALLED)}
    command = ["node", str(HERE / "bridge.js"), client, url, username, key]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Bridge(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(20) == 0


def _missing(client: str) -> str | None:
    if not shutil.which("node"):
        return f"{client} needs Node, which is not on this machine; .ci/run installs it"
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"][client]
    installed = INSTALLED / client / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
        return f"{client} {wanted} is not installed; `make test` installs it where npm is"
    return None
