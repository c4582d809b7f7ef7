"""`listkit probe` asks first, prints a limits profile, and `connect` keeps to it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import listkit as lk
from listkit import cli
from listkit.contact import FIELDS
from tests.providers.scripted import FakeClock, Scripted, answer

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox

TAKEN = {"code": 409, "status": "failure", "data": {"sid": "a" * 32, "number": "+12025550123"}}


def test_a_probe_prints_a_profile_that_connect_takes(
    box: Sandbox, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output is JSON and nothing else; the account is as it was, and `connect(limits=)` shows its source."""
    assert cli.main(["probe", "exotel", "--yes"]) == cli.DONE
    told = capsys.readouterr()
    assert json.loads(told.out)["operations"]["add_members"]["repeat"] == "refused"
    assert "taking everything away again" in told.err
    assert box.exotel.lists().empty
    (here / "exotel.json").write_text(told.out)
    account = lk.connect("exotel", limits=here / "exotel.json")
    assert "seen by listkit probe" in account.limits.set_index("name").loc["members_per_page", "source"]


def test_a_probe_into_a_file_tells_what_it_found(box: Sandbox, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `-o` the profile is in the file, and the findings are told in words; Python has the same verb."""
    assert cli.main(["probe", "textmagic", "--yes", "-o", "tm.json"]) == cli.DONE
    assert "leaving the last list: a contact that leaves its last list is deleted" in capsys.readouterr().out
    assert lk.probe(box.textmagic).findings == json.loads((here / "tm.json").read_text())["findings"]


@pytest.mark.parametrize(("typed", "code"), [(None, cli.REFUSED), ("\n", cli.REFUSED), ("y\n", cli.DONE)])
def test_it_asks_before_anything_is_made(
    box: Sandbox, typed: str | None, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without `--yes` a person is asked, and who is not at a terminal is not taken to agree."""
    stdin = io.StringIO(typed or "y\n")
    stdin.isatty = lambda: typed is not None  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", stdin)
    assert cli.main(["probe", "exotel"]) == code
    assert "No message is sent to anyone." in capsys.readouterr().err
    assert box.requests.empty == (code == cli.REFUSED)


@pytest.mark.parametrize(("repeat", "tries"), [("unproven", 1), ("refused", 1), ("harmless", 2)])
def test_what_was_seen_decides_what_is_sent_again(here: Path, repeat: str, tries: int) -> None:
    """An answer that is lost is asked for again only where the profile says that this is harmless."""
    profile = {"provider": "exotel", "operations": {"create_contacts": {"repeat": repeat}}}
    (here / "exotel.json").write_text(json.dumps(profile))
    body = json.dumps({"http_code": 207, "response": [TAKEN]}).encode()
    with Scripted(answer(500), answer(207, body)) as server:
        account = lk.connect(
            "exotel", sid="acme1", key="k", token="t", base_url=server.url, limits="exotel.json", clock=FakeClock()
        )
        contacts = pa.table({name: pa.array(["+12025550123" if name == "phone" else None]) for name in FIELDS})
        try:
            receipts = account.provider.create_contacts(contacts, list_id="")
        except lk.ProviderError:
            receipts = []
    assert len(server.heard) == tries
    assert [receipt.status for receipt in receipts] == ["exists"] * (tries - 1)
