"""A PostgreSQL server of the tests' own, started when it is first asked for, and a fresh database at each call."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from listkit.server.store import open_store

STARTING_SECONDS = 30
_UNWATCHED = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=4GB")
"""Settings of a server whose files nobody needs tomorrow."""
_numbers = count(1)


class Cluster:
    """A server in a folder of its own, that only this machine's unix socket reaches."""

    def __init__(self, binaries: Path, *settings: str) -> None:
        """Make it and start it; `settings` are as in postgresql.conf, `name=value`."""
        self.folder = Path(tempfile.mkdtemp(prefix="listkit-pg-"))
        self._binaries = binaries
        self._settings = settings
        # PostgreSQL refuses to run as root; another user then owns the folder.
        self._owner: dict[str, Any] = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            self._owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "listkit", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://listkit@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [part for setting in self._settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, "-k", self.folder, "-h", "", *settings],
                cwd=self.folder, env=_plain_environment(), stdout=log, stderr=log, **self._owner,
            )  # fmt: skip
        until = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
                time.sleep(0.02)
            else:
                return

    def ask(self, *statements: str) -> None:
        """Run statements as the server's owner."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it without waiting until every client is gone; `start` starts it again."""
        self.process.send_signal(how)
        self.process.wait()

    def stop(self) -> None:
        """Stop it, and leave nothing behind."""
        self.halt()
        shutil.rmtree(self.folder)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, name: str, *arguments: object) -> None:
        command = [self._binaries / name, *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=_plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            **self._owner,
        )
        assert done.returncode == 0, done.stderr


def newest_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL on this machine, or None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    folders = [path.parent for path in found]
    if told := shutil.which("pg_config"):
        folders.insert(
            0, Path(subprocess.run([told, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        )
    whole = [folder for folder in folders if all((folder / name).exists() for name in ("initdb", "postgres"))]
    return whole[-1] if whole else None


def find_binaries() -> Path:
    """Return the folder of the newest PostgreSQL on this machine, or skip the test and say so."""
    found = newest_binaries()
    if found is None:
        pytest.skip("There is no PostgreSQL on this machine: nothing is tested on one.")
    return found


@cache
def shared_cluster() -> Cluster:
    """Return the one server of this run, which no test stops."""
    cluster = Cluster(find_binaries(), *_UNWATCHED)
    atexit.register(cluster.stop)
    cluster.ask("CREATE DATABASE template")
    open_store(cluster.url("template")).close()
    return cluster


def fresh_database() -> str:
    """Return the URL of a database that holds an empty store."""
    name = f"store_{next(_numbers)}"
    cluster = shared_cluster()
    cluster.ask(f"CREATE DATABASE {name} TEMPLATE template")
    return cluster.url(name)


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PYTHON": sys.executable}
