"""A nightly sync: the README's two lines of cron, run as cron runs them, against `listkit serve`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import listkit as lk
from listkit import cli
from listkit.providers.base import Limit
from listkit.providers.limits import LimitsProfile
from listkit.server.running import Running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
SMALL = LimitsProfile(
    provider="exotel",
    limits={
        "contacts_per_request": Limit(50, "contacts", "small, so that a push takes a while"),
        "members_per_request": Limit(50, "contacts", "the same"),
        "requests_per_second": Limit(30, "requests", "quick, so that it does not take long"),
    },
)
QUERY = "SELECT phone, name AS first_name FROM guests WHERE wants"
FIELDS = re.compile(r"^(?:[\d*]+ ){4}[\d*]+ +(?P<command>.+)$", re.MULTILINE)
SYNC, RESUME = FIELDS.findall((ROOT / "README.md").read_text(encoding="utf-8"))


class Night:
    """A machine with cron's short environment, a database of guests, and the account of a server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        command = folder / "bin" / "listkit"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m listkit.cli "$@"\n')
        command.chmod(0o755)
        self.environment = {
            "HOME": str(folder),
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "LISTKIT_HOME": str(folder / "state"),
            "AUDIENCE": f"sqlite:///{folder / 'crm.sqlite'}",
            "LISTKIT_EXOTEL_LIMITS": str(SMALL.save(folder / "limits.json")),
        }
        (folder / "audience.sql").write_text(QUERY)
        self.write("CREATE TABLE guests (phone TEXT, name TEXT, wants INTEGER)")

    def write(self, statement: str, rows: list[tuple[str, str, int]] | None = None) -> None:
        """Change the database of guests."""
        database = sqlite3.connect(self.folder / "crm.sqlite")
        with database:
            database.executemany(statement, rows) if rows else database.execute(statement)
        database.close()

    def start(self, line: str) -> subprocess.Popen[str]:
        """Run a line as cron does: by `sh`, in the user's folder, with nobody at a terminal."""
        return subprocess.Popen(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, line: str) -> tuple[int, str]:
        """Run a line to its end; return the exit code, and what cron would send by mail."""
        with self.start(line) as process:
            out, err = process.communicate()
        assert "Traceback" not in out + err
        return process.returncode, out + err


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """Make the machine."""
    made = Night(tmp_path)
    yield made
    shutil.rmtree(tmp_path / "state", ignore_errors=True)


def guests(*numbers: int) -> list[tuple[str, str, int]]:
    """Make rows of guests."""
    return [(f"+9198765{number:05}", f"Guest {number}", 1) for number in numbers]


@contextmanager
def serving(night: Night) -> Iterator[lk.Account]:
    """Serve an account of its own as an operator does, put it into cron's environment, and open it."""
    added = night.run("listkit accounts add acme --store lists.sqlite")[1]
    night.environment |= dict(re.findall(r"(LISTKIT_\w+)=(\S+)", added))
    with night.start("exec listkit serve --store lists.sqlite --port 0 --quiet") as server:
        try:
            url = server.stdout.readline().split()[3]
            night.environment["LISTKIT_EXOTEL_BASE_URL"] = url
            settings = {name: night.environment[f"LISTKIT_EXOTEL_{name.upper()}"] for name in ("sid", "key", "token")}
            yield lk.connect("exotel", base_url=url, **settings)
        finally:
            server.terminate()


INSERT = "INSERT INTO guests VALUES (?, ?, ?)"


def test_two_lines_of_cron_keep_a_list_in_step(night: Night) -> None:
    """Night after night the list is the query's answer; too many who left, and a broken row, are refused."""
    with serving(night) as account:
        night.write(INSERT, guests(*range(30)))
        assert night.run(SYNC)[0] == cli.DONE
        assert len(account.contacts("VIP")) == 30
        night.write("DELETE FROM guests WHERE phone LIKE '%00000'")
        night.write(INSERT, guests(30, 31))
        assert night.run(SYNC)[0] == cli.DONE
        assert sorted(account.contacts("VIP")["phone"]) == [row[0] for row in guests(*range(1, 32))]
        night.write("UPDATE guests SET wants = 0 WHERE phone LIKE '%1'")
        code, mail = night.run(SYNC)
        assert code == cli.REFUSED
        assert "would remove 4 of 31 members" in mail
        assert len(account.contacts("VIP")) == 31


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, cli.INTERRUPTED)])
def test_a_night_that_was_cut_short_is_gone_on_with(night: Night, sent: signal.Signals, code: int) -> None:
    """The push is killed, or stopped by Ctrl-C, while it goes on; the second line brings the rest in, each once."""
    plan, apply = SYNC.split(" && ")
    with Running(night.folder / "lists.sqlite") as server:
        logins = {"exotel": ("a-login", "a-secret"), "textmagic": ("acme", "a-secret")}
        account = server.store.create_account("acme", sid="acme", username="acme", secrets=logins)
        told = {"BASE_URL": server.url, "SID": "acme", "KEY": "a-login", "TOKEN": "a-secret"}
        night.environment |= {f"LISTKIT_EXOTEL_{name}": text for name, text in told.items()}
        night.write(INSERT, guests(*range(600)))
        assert night.run(plan)[0] == cli.DONE
        with night.start(f"exec {apply}") as process:
            while sum(asked.method == "POST" for asked in list(server.requests)) < 3 and process.poll() is None:
                time.sleep(0.005)
            process.send_signal(sent)
            out, err = process.communicate()
        assert (process.returncode, out) == (code, "")
        (kept,) = server.store.lists(account).items
        assert kept.members < 600
        if sent == signal.SIGINT:
            assert re.fullmatch(r"\nStopped by hand: .+ = 600 rows\. To go on: listkit resume \S+\n", err)
        ended, mail = night.run(RESUME)
        assert (ended, "600 added" in mail) == (cli.DONE, True)
        assert night.run(RESUME) == (cli.DONE, "There is nothing to resume.\n")
        members = server.store.members(account, str(kept.list_id), limit=1_000).items
    assert sorted(record.phone for record in members) == [row[0] for row in guests(*range(600))]
