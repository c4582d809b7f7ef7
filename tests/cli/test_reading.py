"""`listkit lists` and `listkit pull` bring home what an account holds."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import account, cli

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox

PEOPLE = pd.DataFrame({"phone": ["+12025550123", "+12025550124"], "first_name": ["Asha", "=1+1"]})


def test_lists_are_a_table(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The lists stand in columns, and what could steer a terminal is taken out of a name."""
    PEOPLE.listkit.push("VIP", to=box.exotel)
    box.exotel.create_list("Red\x1b[31m", tag="x")
    assert cli.main(["lists", "exotel"]) == cli.DONE
    heading, first, second = capsys.readouterr().out.splitlines()
    assert heading.split()[:2] == ["list_name", "list_id"]
    assert first.split()[0] == "VIP"
    assert first.split()[-3] == "2"
    assert second.startswith("Red [31m  ")


def test_lists_are_json_for_a_program(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` has every column, ids as text."""
    box.textmagic.create_list("VIP")
    assert cli.main(["lists", "textmagic", "--json"]) == cli.DONE
    (kept,) = json.loads(capsys.readouterr().out)
    assert kept["list_id"] == box.textmagic.lists()["list_id"].item()
    assert (kept["list_name"], kept["members"], kept["provider"]) == ("VIP", 0, "textmagic")


@pytest.mark.parametrize("name", ["vip.xlsx", "vip.csv"])
def test_a_list_is_pulled_into_a_file(box: Sandbox, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The file reads back as what was pushed."""
    PEOPLE.listkit.push("VIP", to=box.exotel)
    assert cli.main(["pull", "exotel:VIP", "-o", name]) == cli.DONE
    assert capsys.readouterr().out == f"'VIP' is in {name}: 2 contacts.\n"
    assert lk.read_file(name)[["phone", "first_name"]].to_numpy().tolist() == PEOPLE.to_numpy().tolist()


def test_without_a_file_it_is_csv_on_standard_output(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe gets csv and nothing else, with no live formula in it."""
    PEOPLE.listkit.push("VIP", to=box.exotel)
    assert cli.main(["pull", "exotel:VIP"]) == cli.DONE
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["first_name"] for row in rows] == ["Asha", "'=1+1"]


def test_a_pull_that_is_not_whole_is_exit_code_5(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that would not hold still is written, told, and incomplete."""
    PEOPLE.listkit.push("VIP", to=box.exotel)
    whole = account.Account.pulling
    torn = lambda *given, **named: account.Pulling(whole(*given, **named).frame, False, 3, pd.Timestamp.now("UTC"))  # noqa: E731
    monkeypatch.setattr(account.Account, "pulling", torn)
    assert cli.main(["pull", "exotel:VIP", "--json"]) == cli.INCOMPLETE
    told = capsys.readouterr()
    assert json.loads(told.out)["complete"] is False
    assert "pull it again" in told.err


WRONG = [
    (["pull", "exotel:Vip"], cli.FAILED, "no list named 'Vip'. Did you mean 'VIP'?"),
    (["pull", "exotel/north:VIP"], cli.FAILED, "No sid and no key and no token for exotel/north"),
    (["pull", "exotel"], cli.WRONG_USAGE, "'exotel' is no list: write PROVIDER[/PROFILE]:LIST"),
    (["pull", "exotle:VIP"], cli.WRONG_USAGE, "Did you mean 'exotel'?"),
    (["lists", "exotel/"], cli.WRONG_USAGE, "'exotel/' is no account"),
    (["lists", "exotel:VIP"], cli.WRONG_USAGE, "no provider 'exotel:VIP'"),
]


def test_a_wrong_address_is_one_sentence(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A list, a profile or a provider that is not there is named, with what is close."""
    box.exotel.create_list("VIP")
    for words, code, sentence in WRONG:
        try:
            ended = cli.main(words)
        except SystemExit as left:
            ended = left.code
        assert ended == code, words
        assert sentence in capsys.readouterr().err


def test_a_reader_that_has_enough_ends_it(box: Sandbox, here: Path) -> None:
    """`listkit pull … | head -1` ends without a word of complaint."""
    PEOPLE.listkit.push("VIP", to=box.exotel)
    ended = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m listkit.cli pull exotel:VIP | head -c 1; echo; sleep 0.2"],
        capture_output=True,
        check=False,
        env=dict(os.environ),
        text=True,
    )
    assert (ended.stdout, ended.stderr) == ('"\n', "")


def test_a_fault_of_our_own_shows_no_text_of_others(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error that nobody foresaw is its kind and place, and nothing of what it says."""

    def broken(*_: object) -> None:
        raise KeyError("s3ntinel")

    monkeypatch.setattr(account.Account, "lists", broken)
    assert cli.main(["lists", "exotel"]) == cli.FAILED
    told = capsys.readouterr().err
    assert told.startswith("listkit: this is a fault of listkit, please tell us: KeyError at reading.py, line ")
    assert "s3ntinel" not in told
