"""`listkit apply` does what a plan says, and its exit code says how that went."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import cli
from listkit.contact import Receipt
from listkit.providers.exotel import Exotel

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox


def plan(box: Sandbox, *phones: str, name: str = "VIP", **how: object) -> None:
    """Keep a plan in plan.json."""
    people = pd.DataFrame({"phone": list(phones)}).rename_axis("line")
    people.listkit.plan(name, to=lk.connect("exotel"), **how).save("plan.json")


def test_a_plan_is_applied(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row got in: exit code 0, the ledger on standard output, and no file of rejects."""
    plan(box, "+12025550101", "+12025550102")
    assert cli.main(["apply", "plan.json", "--rejects", "rejects.xlsx"]) == cli.DONE
    told = capsys.readouterr()
    assert "2 added = 2 rows" in told.out
    assert told.err == ""
    assert sorted(box.exotel.contacts("VIP")["phone"]) == ["+12025550101", "+12025550102"]


def test_rows_that_did_not_get_in_are_written(box: Sandbox, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some rows rejected: exit code 4, and a file of them with their lines; a later run without any takes it away."""
    plan(box, "+12025550101", "x")
    assert cli.main(["apply", "plan.json", "--rejects", "rejects.csv", "--json"]) == cli.REJECTED
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"]["added"], told["counts"]["invalid"], told["complete"]) == (1, 1, True)
    kept = lk.read_file(here / "rejects.csv")
    assert (kept["line"].tolist(), kept["phone"].tolist(), kept["outcome"].tolist()) == (["1"], ["x"], ["invalid"])
    plan(box, "+12025550101")
    assert cli.main(["apply", "plan.json", "--rejects", "rejects.csv"]) == cli.DONE
    assert not (here / "rejects.csv").exists()


def test_who_could_not_be_taken_off_is_exit_code_4(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mirror whose removal the provider refuses is told, and is not simply done."""
    pd.DataFrame({"phone": ["+12025550101", "+12025550102"]}).listkit.push("VIP", to=box.exotel)
    plan(box, "+12025550101", mode="mirror", max_remove=1)
    refused = Receipt(status="refused", code="forbidden", reason="is needed elsewhere")
    monkeypatch.setattr(Exotel, "remove_members", lambda *_: [refused])
    assert cli.main(["apply", "plan.json", "--verify", "no"]) == cli.REJECTED
    assert "1 failed" in capsys.readouterr().out


def test_a_push_that_stops_is_incomplete(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A provider that is out of order half-way: exit code 5, and how to go on."""
    plan(box, "+12025550101")
    box.faults = lk.Faults(1, codes=[503])
    assert cli.main(["apply", "plan.json", "--verify", "no"]) == cli.INCOMPLETE
    told = capsys.readouterr()
    assert "to go on: listkit resume 2" in told.err


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [(None, cli.FAILED, "gone.json cannot be opened"), ("{}", cli.FAILED, "is no plan that plan.save wrote")],
)
@pytest.mark.usefixtures("box")
def test_what_is_no_plan_is_one_sentence(
    here: Path, text: str | None, code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, and another kind of file."""
    if text is not None:
        (here / "gone.json").write_text(text)
    assert cli.main(["apply", "gone.json"]) == code
    assert sentence in capsys.readouterr().err


def test_runs_are_listed(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest first, with its ledger; JSON for a program, and an empty list where there was none."""
    assert cli.main(["runs", "--json"]) == cli.DONE
    assert json.loads(capsys.readouterr().out) == []
    for name in ("VIP", "Guests"):
        plan(box, "+12025550101", name=name)
        assert cli.main(["apply", "plan.json"]) == cli.DONE
    capsys.readouterr()
    assert cli.main(["runs"]) == cli.DONE
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split()[:2] == ["run_id", "started_at"]
    assert all("exotel:sandbox" in line and line.endswith("1 added") for line in lines)
    assert {"VIP", "Guests"} < {word for line in lines for word in line.split()}
