"""A push whose process is killed at any moment is gone on with, and the list holds each number once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pytest

import listkit as lk
from listkit.server.store import credentials
from listkit.sync.journals.journal import Journal
from tests.bench.serving import people, served
from tests.sync import pushers

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.account import Account
    from listkit.testing import Sandbox
    from tests.conftest import Figure

SETTLE = 0.1
SIZE = 12


class Clean(NamedTuple):
    """What a push of this size takes that nobody kills."""

    seconds: float
    writes: int


def numbers(turn: int) -> list[str]:
    """Make up numbers that no other turn has."""
    return [f"+91981{turn:03}{number:04}" for number in range(SIZE)]


def writes(box: Sandbox) -> int:
    """Count the requests that change something."""
    return sum(method != "GET" for _, method, *_ in list(box._server.requests))


def environment(box: Sandbox) -> dict[str, str]:
    """Return what leads another process to a sandbox, and to the same home."""
    return {**box.environment, "LISTKIT_HOME": os.environ["LISTKIT_HOME"]}


def run_clean(box: Sandbox, api: str) -> Clean:
    """Push once without harm."""
    process, pipe = pushers.begin(environment(box), api, "clean", numbers(999))
    assert pipe.recv() == "begins"
    before, began = writes(box), time.monotonic()
    pipe.send("go")
    assert pipe.recv()["added"] == SIZE
    clean = Clean(time.monotonic() - began, writes(box) - before)
    process.join()
    return clean


def kill_and_resume(box: Sandbox, account: Account, api: str, turn: int, after: float) -> int:
    """Kill a push so many seconds after it began, go on with it, and return how many writes it took in all."""
    name, phones = f"List {turn}", numbers(turn)
    before = writes(box)
    process, pipe = pushers.begin(environment(box), api, name, phones)
    assert pipe.recv() == "begins"
    pipe.send("go")
    time.sleep(after)
    process.kill()
    process.join()
    pipe.close()
    known = lk.runs()
    mine = known.loc[known["list_name"] == name, "run_id"]
    if len(mine):
        assert lk.resume(mine.iloc[0], to=account, settle=SETTLE, progress=False).ok
    else:
        assert people_of(phones).listkit.push(name, to=account, strategy="batches", progress=False).ok
    assert sorted(box[api].contacts(name)["phone"]) == phones
    return writes(box) - before


def people_of(phones: list[str]) -> pd.DataFrame:
    """Make a frame of numbers."""
    return pd.DataFrame({"phone": phones}, dtype="str")


def kill_often(box: Sandbox, monkeypatch: pytest.MonkeyPatch, api: str, times: int) -> str:
    """Kill pushes at moments by chance; return the figures."""
    for name, text in box.environment.items():
        monkeypatch.setenv(name, text)
    account = pushers.account_of(api)
    clean = run_clean(box, api)
    chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
    more = [
        kill_and_resume(box, account, api, turn, chance.uniform(0, clean.seconds)) - clean.writes
        for turn in range(times)
    ]
    assert max(more) <= account.provider.in_flight
    return f"{times} times on {api}: 0 lost, 0 doubled, at most {max(more)} writes more than {clean.writes}"


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
def test_a_killed_push_is_resumed(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """25 pushes of each API are killed and resumed: each number once, a write more for each batch in flight at most."""
    monkeypatch.setattr(credentials, "COST", 2)
    with lk.sandbox() as box:
        kill_often(box, monkeypatch, api, 25)


@pytest.mark.torture
@pytest.mark.parametrize("api", ["exotel", "textmagic"])
def test_killed_pushes_are_resumed(api: str, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    """300 killed pushes are resumed: each number once, a write more for each batch in flight at most."""
    monkeypatch.setattr(credentials, "COST", 2)
    with lk.sandbox() as box:
        seen = kill_often(box, monkeypatch, api, 150)
    figure(f"{api}: killed and resumed", seen, promised="150 times, 0 lost, 0 doubled, at most one write a batch more")


MANY = 100_000
WRITES = {"create_list", "create_contacts", "add_members"}
PUSH = """
import math, os, pandas as pd, listkit as lk
account = lk.connect("exotel", rate=math.inf)
pd.read_parquet(os.environ["FRAME"]).listkit.push("Many", to=account, progress=False)
"""


@pytest.mark.torture
def test_a_hundred_thousand_rows_are_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    """A process killed at 40 % of 100,000 rows is resumed: each number once, a write a batch in flight more."""
    frame = people(MANY)
    frame.to_parquet(tmp_path / "frame.parquet")
    with served() as server, server.opened() as store:
        (account,) = store.accounts()
        settings = {"SID": account.sid, "KEY": server.key, "TOKEN": server.token, "BASE_URL": server.url}
        for name, text in settings.items():
            monkeypatch.setenv(f"LISTKIT_EXOTEL_{name}", text)
        monkeypatch.setenv("FRAME", str(tmp_path / "frame.parquet"))
        process = subprocess.Popen([sys.executable, "-c", PUSH])
        while not any((kept.members or 0) >= 0.4 * MANY for kept in store.lists(account).items):
            time.sleep(0.005)
        process.kill()
        process.wait()
        (run_id,) = lk.runs()["run_id"]
        run = lk.resume(run_id, progress=False)
        held = server.exotel.contacts("Many")["phone"]
    with closing(Journal()) as journal:
        sent = sum(step.operation in WRITES for step in journal.steps(run_id))
    most = 1 + 2 * MANY // 5_000 + server.exotel.provider.in_flight
    figure("writes of a push killed at 40 % of 100,000 rows", sent, promised=f"at most {most}")
    assert run.ok
    assert sorted(held) == sorted(frame["phone"])
    assert sent <= most
