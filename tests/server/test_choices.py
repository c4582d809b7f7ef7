"""What an operator chooses on the command line is what the server then does."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from listkit.contact import ContactList
from listkit.server.store import credentials, open_store
from tests.contracts.engines import make_account, make_members
from tests.server import curl

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_a_vendor_leaves_open_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--empty-unassign` makes a 204 of TextMagic's unassigning, and so on for each choice."""
    monkeypatch.setattr(credentials, "COST", 2)
    path = tmp_path / "lists.sqlite"
    names = ["Spring", "VIP", "Diwali sale"]
    with closing(open_store(path)) as store:
        account = make_account(store, "acme")
        store.create_lists(account, [ContactList(name=name) for name in names])
        make_members(store, account, "2", 100, 101)
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0", "--quiet"]
    choices = ["--repeats-fine", "--empty-unassign", "--campaign-list", "Spring", "--campaign-list", "Diwali sale"]
    with subprocess.Popen([*command, *choices], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
            textmagic = curl.textmagic(url, "acme", "acme-api-key")
            exotel = curl.exotel(url, account.sid, "acme-key", "acme-token")
            told = textmagic("DELETE", "/lists/2/contacts", {"contacts": "1"})
            assert (told.status, told.body) == (204, b"")
            again = exotel("POST", "/contacts", {"contacts": [{"number": "+12025550101"}]}).json["response"]
            assert [item["code"] for item in again] == [200]
            sids = {item["data"]["name"]: item["data"]["sid"] for item in exotel("GET", "/lists").json["response"]}
            deleted = [exotel("DELETE", f"/lists/{sids[name]}").status for name in names]
        finally:
            process.terminate()
    assert deleted == [409, 200, 409]
