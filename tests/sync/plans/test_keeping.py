"""A plan that was saved is the same plan, belongs to its account, and is refused when it was touched."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest

from listkit.contact import CLEAR, Contact
from listkit.errors import AccountMismatchError, ListkitError, ReadError
from listkit.sync.plans import keeping, planning
from listkit.sync.plans.planning import Plan
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NUMBERS = [f"+1202555{number:04}" for number in range(100, 112)]


def planned(**asked: Any) -> Plan:
    """Plan on an awkward frame, with something of everything in it."""
    provider = Rehearsal()
    held = {"first_name": "Ana", "email": "a@example.org", "custom": {"city": "Pune"}}
    provider.give("VIP", Contact(phone=NUMBERS[0], **held), Contact(phone=NUMBERS[1], **held))
    frame = pd.DataFrame(
        {
            "phone": [NUMBERS[0], "12", NUMBERS[2], NUMBERS[2], None],
            "first_name": ["Asha", "NA", '<b onclick="x">', "", None],
            "email": pd.Series([CLEAR, None, "c@example.org", "", ""], dtype=object),
            "custom.city": ["Goa", "", "Puné", "\u202e", None],
            "balance": pd.array([1, None, 3, 4, 5], dtype="Int64"),
            "since": pd.to_datetime(["2026-01-02", None, None, None, None]),
            5: [1.5, float("nan"), 0, 0, 0],
        },
        index=pd.Index(["a", "b", "b", "d", "e"], name="line"),
    )
    asked = {"mode": "mirror", "max_remove": 1.0, "max_reject": 9, "suppress": [NUMBERS[2]]} | asked
    return planning.plan(frame, "VIP", provider, profile="north", **asked)


def same(plan: Plan, again: Plan) -> bool:
    """Compare two plans part by part."""
    pd.testing.assert_frame_equal(again.frame, plan.frame)
    return all(
        getattr(again, one.name).equals(getattr(plan, one.name))
        if isinstance(getattr(plan, one.name), pa.Table)
        else getattr(again, one.name) == getattr(plan, one.name)
        for one in dataclasses.fields(Plan)
        if one.name != "frame"
    )


@pytest.mark.parametrize("asked", [{}, {"strategy": "swap"}, {"mode": "append", "custom": ["balance"]}])
def test_a_plan_comes_back_whole(asked: dict[str, Any], tmp_path: Path) -> None:
    """From a file and from bytes, every part of it is equal, the frame's index and types included."""
    plan = planned(**asked)
    plan.save(tmp_path / "plan.json")
    header, make = keeping.read(tmp_path / "plan.json")
    assert (header.provider, header.account, header.profile) == ("rehearsal", "acme1", "north")
    assert same(plan, make(plan.provider))
    assert same(plan, keeping.unpack(keeping.pack(plan), plan.provider))
    pd.testing.assert_frame_equal(make(plan.provider).changes, plan.changes)


def test_a_file_is_json_that_stays_the_same(tmp_path: Path) -> None:
    """The same plan is written in the same bytes, a line a column, for its owner only, and leaves no other file."""
    plan = planned()
    for name in ("one", "two"):
        plan.save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    told = json.loads((tmp_path / "one").read_text(encoding="utf-8"))
    assert [*told] == ["listkit", "digest", "header", "tables"]
    assert told["tables"]["contacts"]["phone"]["values"] == [NUMBERS[0], "12", NUMBERS[2], NUMBERS[2], None]
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_plan_belongs_to_its_account(tmp_path: Path) -> None:
    """Another account, or the same at another host, is refused with both named."""
    planned().save(tmp_path / "plan.json")
    _, make = keeping.read(tmp_path / "plan.json")
    for name, value in (("account", "acme2"), ("host", "api.example.org"), ("name", "exotel")):
        other = Rehearsal()
        setattr(other, name, value)
        with pytest.raises(AccountMismatchError, match=rf"rehearsal account 'acme1' at 127.0.0.1, .*{value}"):
            make(other)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text[:-40], "is no plan that plan.save wrote, or it is damaged"),
        (lambda _: "phone\n+12025550101\n", "is no plan"),
        (lambda _: "{}", "is no plan"),
        (lambda text: text.replace("Asha", "Ashb"), "damaged, or was changed after it was saved"),
        (lambda text: text.replace('"max_remove":1.0', '"max_remove":0.5'), "was changed after it was saved"),
        (lambda text: text.replace('"update"', '"updates"'), "was changed"),
        (lambda text: re.sub(r'"arrow":"..', '"arrow":"AA', text, count=1), "was changed"),
        (lambda text: text.replace('"decisions"', '"decision"'), "was changed"),
        (lambda text: text.replace('"version":1', '"version":2'), r"later listkit \(version 2, this one reads 1\)"),
    ],
)
def test_a_file_that_was_touched_is_refused(damage: Callable[[str], str], sentence: str, tmp_path: Path) -> None:
    """Damage, an edit and a later version are one sentence each."""
    path = tmp_path / "plan.json"
    planned().save(path)
    text = path.read_text(encoding="utf-8")
    assert damage(text) != text
    path.write_text(damage(text), encoding="utf-8")
    with pytest.raises(ReadError, match=rf"plan\.json .*{sentence}"):
        keeping.read(path)


def test_a_file_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    """No file to read, and no place to write to, are told as such."""
    with pytest.raises(ReadError, match=r"none\.json cannot be opened"):
        keeping.read(tmp_path / "none.json")
    with pytest.raises(ListkitError, match="cannot be written"):
        planned().save(tmp_path / "no folder" / "plan.json")
