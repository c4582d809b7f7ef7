"""`listkit scan` tells what was found, masked, and by its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from listkit import cli

if TYPE_CHECKING:
    import pytest

MADE_UP = ("+919876543201", "asha.rao@gmial.com", "zoe@yopmail.com")
SAVED = {"cells": [{"source": "lk.connect(token='abc123def456')\n'+919876543210'\n'+919876543211'"}]}


def test_what_was_found_is_shown_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, alike ones together, and what to do."""
    (tmp_path / "a.ipynb").write_text(json.dumps(SAVED))
    assert cli.main(["scan", str(tmp_path)]) == cli.REJECTED
    told = capsys.readouterr()
    assert [line.partition("ipynb: ")[2] for line in told.out.splitlines()] == [
        "cell 1: secret ••••••••",
        "cell 1: phone +91••••••••10",
        "cell 1: phone +91••••••••11",
    ]
    assert told.err.startswith("listkit: 3 found, in 1 of the notebooks. Clear their outputs")


def test_what_was_found_is_json_for_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same, and what may stand there is let by."""
    (tmp_path / "a.ipynb").write_text(json.dumps(SAVED))
    allowed = ["--allow", "abc123def456", "--allow", "+919876543210"]
    assert cli.main(["scan", str(tmp_path), "--json", *allowed]) == cli.REJECTED
    (found,) = json.loads(capsys.readouterr().out)
    assert found == {"path": str(tmp_path / "a.ipynb"), "place": "cell 1", "kind": "phone", "shown": "+91••••••••11"}


def test_the_project_s_own_notebooks_tell_nothing() -> None:
    """Not a number, an address or a key but those made up for the story; a region's way of writing them included."""
    allowed = [word for one in MADE_UP for word in ("--allow", one)]
    assert cli.main(["scan", str(Path(__file__).parents[2] / "notebooks"), "--region", "US", *allowed]) == cli.DONE
