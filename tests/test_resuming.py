"""A push of earlier is looked at, gone on with, and forgotten, by its id alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import AccountMismatchError, CredentialsError, NotFoundError
from listkit.sync.runs import dispatching

if TYPE_CHECKING:
    from listkit.testing import Sandbox

NUMBERS = [f"+1202555{number:04}" for number in range(100, 112)]


def stopped(box: Sandbox, monkeypatch: pytest.MonkeyPatch, api: str = "exotel") -> lk.Run:
    """Push, and be stopped when the list is made and nobody is in it."""
    frame = pd.DataFrame({"phone": NUMBERS}, index=[f"row {number}" for number in range(12)])
    provider = box[api].provider
    monkeypatch.setattr(
        type(provider), "create_contacts", lambda *args, **named: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    monkeypatch.setattr(type(provider), "upload", lambda *args, **named: (_ for _ in ()).throw(KeyboardInterrupt))
    monkeypatch.setattr(dispatching, "GRACE", 0.0)
    with pytest.raises(lk.Interrupted) as caught:
        frame.listkit.push("VIP", to=box[api])
    monkeypatch.undo()
    return caught.value.run


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
def test_a_run_is_resumed_by_its_id(listkit_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, api: str) -> None:
    """`lk.resume(id)` connects the account again, and the list holds each number once; the frame's index is kept."""
    home = os.environ["LISTKIT_HOME"]
    with pytest.MonkeyPatch.context() as patch:
        first = stopped(listkit_sandbox, patch, api)
    assert os.environ["LISTKIT_HOME"] == home
    assert first.counts["unknown"] == len(NUMBERS)
    assert not first.complete
    run = lk.resume(first.run_id)
    assert sorted(listkit_sandbox[api].contacts("VIP")["phone"]) == NUMBERS
    assert run.run_id == first.run_id
    assert list(run.rows.index) == list(first.rows.index)
    assert run.counts["added"] == len(NUMBERS)
    assert lk.load_run(run.run_id).rows.equals(run.rows)
    assert lk.runs().loc[0, "counts"] == run.counts


def test_a_run_without_its_key_can_be_looked_at(listkit_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the key is gone the run is told all the same, and resuming it says what is missing."""
    with pytest.MonkeyPatch.context() as patch:
        first = stopped(listkit_sandbox, patch)
    monkeypatch.delenv("LISTKIT_EXOTEL_TOKEN")
    run = lk.load_run(first.run_id)
    assert run.rows.equals(first.rows)
    with pytest.raises(CredentialsError, match="LISTKIT_EXOTEL_TOKEN"):
        lk.resume(first.run_id)


def test_another_account_cannot_go_on(listkit_sandbox: Sandbox) -> None:
    """A push is resumed at the account that it went to, and at no other."""
    with pytest.MonkeyPatch.context() as patch:
        first = stopped(listkit_sandbox, patch)
    with pytest.raises(AccountMismatchError, match="textmagic"):
        lk.resume(first.run_id, to=listkit_sandbox.textmagic)
    with pytest.raises(NotFoundError):
        lk.resume("20260101-000000-00000000")
