"""`listkit resume`, `undo`, `purge` and `forget`: pushes of earlier, gone on with, taken back, and forgotten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import cli

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox

ASHA, BO = "+12025550101", "+12025550102"


def push(box: Sandbox, *phones: str) -> lk.Run:
    """Push some numbers to the list VIP, as a command would."""
    return pd.DataFrame({"phone": list(phones)}).listkit.push("VIP", to=lk.connect("exotel"))


def break_off(box: Sandbox) -> str:
    """Begin a push that the provider stops, and mend the provider."""
    plan = pd.DataFrame({"phone": [ASHA, BO]}).listkit.plan("VIP", to=lk.connect("exotel"))
    box.faults = lk.Faults(1, codes=[429])
    run = plan.apply(verify="no")
    box.faults = lk.Faults()
    assert not run.complete
    return run.run_id


@pytest.mark.parametrize("by_id", [True, False])
def test_a_push_is_gone_on_with(box: Sandbox, by_id: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """By its id, or as the last one: the rows get in, each once, and then there is nothing to resume."""
    run_id = break_off(box)
    assert cli.main(["resume", run_id if by_id else "--last", "--json"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["run_id"], told["counts"]["added"], told["complete"]) == (run_id, 2, True)
    assert sorted(box.exotel.contacts("VIP")["phone"]) == [ASHA, BO]
    assert cli.main(["resume", "--last"]) == cli.DONE
    assert capsys.readouterr().out == "There is nothing to resume.\n"


def test_with_another_account_nothing_is_gone_on_with(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """`--to` is held against the account that the push went to."""
    run_id = break_off(box)
    assert cli.main(["resume", run_id, "--to", "textmagic"]) == cli.FAILED
    assert "textmagic" in capsys.readouterr().err
    assert cli.main(["resume", run_id, "--to", "exotel"]) == cli.DONE


def test_what_was_refused_is_not_gone_on_with(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan that its list drifted away from is exit code 3, and `resume --last` leaves it alone."""
    run = push(box, ASHA)
    people = pd.DataFrame({"phone": [ASHA], "first_name": ["Asha"]})
    people.listkit.plan("VIP", to=lk.connect("exotel"), mode="upsert").save("plan.json")
    box.exotel.provider.remove_members(run.list_id, [run.rows["contact_id"].iloc[0]])
    assert cli.main(["apply", "plan.json"]) == cli.REFUSED
    assert cli.main(["resume", "--last"]) == cli.DONE
    assert "nothing to resume" in capsys.readouterr().out
    assert box.exotel.contacts("VIP").empty


def test_a_push_is_taken_back(box: Sandbox, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """First as a plan that is kept, which does nothing yet, then for good; the members from before stay."""
    push(box, ASHA)
    run = push(box, ASHA, BO)
    assert cli.main(["undo", run.run_id, "--out", "undo.json"]) == cli.DONE
    assert "To do it: listkit apply undo.json" in capsys.readouterr().out
    assert len(box.exotel.contacts("VIP")) == 2
    assert cli.main(["apply", "undo.json"]) == cli.DONE
    assert box.exotel.contacts("VIP")["phone"].tolist() == [ASHA]


def test_the_last_push_is_taken_back(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """`undo --last`; where contacts would be destroyed for good, that has to be said."""
    assert cli.main(["undo", "--last"]) == cli.FAILED
    assert "No push was begun on this machine." in capsys.readouterr().err
    pd.DataFrame({"phone": [ASHA]}).listkit.push("VIP", to=lk.connect("textmagic"))
    assert cli.main(["undo", "--last"]) == cli.REFUSED
    assert cli.main(["undo", "--last", "--allow-destroy"]) == cli.DONE
    assert box.textmagic.lists().empty


@pytest.mark.parametrize("verb", ["resume", "undo"])
def test_one_push_is_meant(box: Sandbox, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """None, two ways at once, and one that nobody began."""
    for words, code in (([], cli.WRONG_USAGE), (["x", "--last"], cli.WRONG_USAGE), (["x"], cli.FAILED)):
        assert cli.main([verb, *words]) == code
        told = capsys.readouterr().err
        assert "listkit runs" in told or "lk.runs()" in told


def test_the_journal_forgets(box: Sandbox, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person out of every plan, pushes of long ago, and all of them; nothing changes at the provider."""
    push(box, ASHA, BO)
    assert cli.main(["forget", ASHA]) == cli.DONE
    assert capsys.readouterr().out == "Taken out of 1 row.\n"
    assert cli.main(["purge", "--older-than", "90d"]) == cli.DONE
    assert capsys.readouterr().out == "0 pushes are forgotten.\n"
    assert len(lk.runs()) == 1
    assert cli.main(["purge", "--all"]) == cli.DONE
    assert capsys.readouterr().out == "1 push is forgotten.\n"
    assert lk.runs().empty
    assert len(box.exotel.contacts("VIP")) == 2


@pytest.mark.parametrize("words", [["purge"], ["purge", "--all", "--older-than", "9d"], ["forget", "12"], ["forget"]])
def test_what_is_to_be_forgotten_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Neither all nor a number is assumed."""
    try:
        code = cli.main(words)
    except SystemExit as left:
        code = left.code
    assert code == cli.WRONG_USAGE


def test_an_age_that_is_none_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """`--older-than soon` forgets nothing."""
    assert cli.main(["purge", "--older-than", "soon"]) == cli.FAILED
    assert "'soon' is no length of time" in capsys.readouterr().err
