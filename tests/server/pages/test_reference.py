"""The lines for curl on the pages at /openapi do, as they stand there, what they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from listkit.server.pages.reference import curl, operations_of
from listkit.server.running import Running
from listkit.server.store import credentials
from tests.server.tour import DOCUMENTS

if TYPE_CHECKING:
    from pathlib import Path


def line(api: str, name: str) -> str:
    """Return the line of one call."""
    document = DOCUMENTS[api]
    return next(curl(api, document, *call) for call in operations_of(document) if call[2]["operationId"] == name)


def test_a_line_can_be_copied_into_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variables of the page at / each line asks its API: JSON, a form with a file, a search, for one's own."""
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    monkeypatch.setattr(credentials, "COST", 2)
    (tmp_path / "contacts.csv").write_text("number\n+12025550123\n")
    logins = {"exotel": ("key", "token"), "textmagic": ("acme", "token")}
    with Running() as server:
        server.store.create_account("acme", sid="acme1", username="acme", secrets=logins)  # type: ignore[arg-type]
        variables = {
            "LISTKIT_EXOTEL_BASE_URL": server.url,
            "LISTKIT_EXOTEL_SID": "acme1",
            "LISTKIT_EXOTEL_KEY": "key",
            "LISTKIT_EXOTEL_TOKEN": "token",
            "LISTKIT_TEXTMAGIC_BASE_URL": server.url,
            "LISTKIT_TEXTMAGIC_USERNAME": "acme",
            "LISTKIT_TEXTMAGIC_KEY": "token",
        }
        told = {}
        for api, name in (
            ("exotel", "create_lists"),
            ("exotel", "create_contacts"),
            ("exotel", "upload"),
            ("exotel", "get_lists"),
            ("textmagic", "get_lists"),
            ("textmagic", "ping"),
        ):
            done = subprocess.run(
                ["sh", "-c", line(api, name)],
                cwd=tmp_path,
                env={**os.environ, **variables},
                capture_output=True,
                check=True,
            )
            told[api, name] = json.loads(done.stdout)
    assert told["exotel", "create_lists"]["response"][0]["data"]["name"] == "list123"
    assert told["exotel", "create_contacts"]["metadata"] == {"total": 1, "success": 1, "failed": 0}
    assert told["exotel", "upload"]["response"]["status"] == "success"
    assert told["exotel", "get_lists"]["metadata"]["total"] == 1
    assert told["textmagic", "get_lists"]["resources"][0]["name"] == "list123"
    assert told["textmagic", "ping"]["ping"] == "pong"
