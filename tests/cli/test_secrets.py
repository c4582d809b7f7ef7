"""No command shows a key: not in what it prints, and not in a file that it leaves behind, however it ends."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from listkit import cli

if TYPE_CHECKING:
    from listkit.testing import Sandbox

PASSWORD = "s3ntinel-password"
COMMANDS = [
    ["check", "guests.csv"],
    ["clean", "guests.csv", "-o", "clean.csv"],
    ["lists", "exotel", "--json"],
    ["lists", "textmagic"],
    ["plan", "guests.csv", "--to", "exotel:VIP", "-o", "plan.json", "--json"],
    ["plan", "--sql", "AUDIENCE", "--query", "audience.sql", "--to", "textmagic:VIP"],
    ["apply", "plan.json", "--rejects", "rejects.csv"],
    ["pull", "exotel:VIP", "-o", "vip.csv"],
    ["runs"],
    ["resume", "--last"],
    ["undo", "--last", "-o", "undo.json"],
    ["undo", "--last", "--json"],
    ["probe", "exotel", "--yes", "-o", "limits.json"],
    ["probe", "textmagic", "--yes"],
    ["login", "exotel/north"],
    ["logout", "exotel/north"],
    ["forget", "+12025550101"],
    ["purge", "--older-than", "1d"],
]


def go_wrong(how: str, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every request refused, unreached, or ended by a fault of our own that holds a password."""
    if how == "refused":
        for name in ("LISTKIT_EXOTEL_TOKEN", "LISTKIT_TEXTMAGIC_KEY"):
            monkeypatch.setenv(name, f"{box.environment[name]}-wrong")
    elif how == "unreached":
        box.close()
    elif how == "broken":
        monkeypatch.setattr("listkit.wire.exotel.lists_request", _break)
        monkeypatch.setattr("listkit.wire.textmagic.lists_request", _break)


@pytest.mark.parametrize("how", ["well", "refused", "unreached", "broken"])
@pytest.mark.usefixtures("ring")
def test_no_command_shows_a_key(
    box: Sandbox, here: Path, how: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command: when all is well, the key is refused, nobody answers, and when a fault of ours ends it."""
    settings = [box.environment[f"LISTKIT_EXOTEL_{name}"] for name in ("SID", "KEY", "TOKEN")]
    basic = base64.b64encode(":".join(settings[1:]).encode()).decode()
    secrets = [*settings[1:], basic, box.environment["LISTKIT_TEXTMAGIC_KEY"], PASSWORD]
    (here / "guests.csv").write_text("phone\n+12025550101\nx\n")
    (here / "audience.sql").write_text("SELECT 1 AS phone")
    monkeypatch.setenv("AUDIENCE", f"postgresql://asha:{PASSWORD}@127.0.0.1:1/crm")
    assert cli.main(["plan", "guests.csv", "--to", "exotel:VIP", "-o", "plan.json"]) == cli.DONE
    go_wrong(how, box, monkeypatch)
    codes = set()
    for words in COMMANDS:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(settings)))
        codes.add(cli.main([*words, *(["--base-url", box.url] if words[0] == "login" else [])]))
    told = capsys.readouterr()
    assert codes >= {cli.DONE, cli.FAILED}
    assert "Traceback" not in told.err
    folders = (here, Path(os.environ["LISTKIT_HOME"]))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert {"plan.json", "journal.sqlite"} <= {path.name for path in files}
    texts = [told.out.encode(), told.err.encode(), *(path.read_bytes() for path in files)]
    assert not [text for text in texts for secret in secrets if secret.encode() in text]


def _break(*given: object, **named: object) -> None:
    raise RuntimeError(f"{given} {named} {PASSWORD}")
