"""A plan for lists outlives its process, and is looked at where nothing of it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import AccountMismatchError, ReadError
from listkit.sync.lists import saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.sync.lists.listing import ListsPlan
    from listkit.testing import Sandbox

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Run a server whose account has a list."""
    with lk.sandbox() as running:
        running.exotel.create_list("Diwali", tag="silver")
        yield running


def planned(box: Sandbox) -> ListsPlan:
    """Plan to tag the list, and to make another."""
    frame = box.exotel.lists().assign(list_tag="gold")
    return pd.concat([frame, pd.DataFrame({"list_name": [HOSTILE]})]).listkit.plan_lists(to=box.exotel)


def test_a_plan_for_lists_comes_back_whole(box: Sandbox, tmp_path: Path) -> None:
    """From its file it is the plan that was saved: what it changes, its notes and its frame, and no key is in it."""
    plan, path = planned(box), tmp_path / "lists.json"
    plan.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert box.exotel.provider._send._key._Key__headers["authorization"] not in path.read_text(encoding="utf-8")
    again = lk.load_plan(path, to=box.exotel)
    pd.testing.assert_frame_equal(again.changes, plan.changes)
    pd.testing.assert_frame_equal(again.frame, plan.frame)
    assert (again.lines, again.notes, again.read_at) == (plan.lines, plan.notes, plan.read_at)


def test_a_plan_for_lists_is_applied_on_another_day(tmp_path: Path) -> None:
    """What was saved is done, unless a list is otherwise by then."""
    with lk.sandbox() as box:
        box.exotel.create_list("Diwali", tag="silver")
        planned(box).save(tmp_path / "lists.json")
        run = lk.load_plan(tmp_path / "lists.json", to=box.exotel).apply()
        assert run.counts["updated"] == run.counts["added"] == 1
        with pytest.raises(lk.DriftError, match="2 lists are otherwise now"):
            lk.load_plan(tmp_path / "lists.json", to=box.exotel).apply()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text.replace("gold", "lead"), "was changed after it was saved"),
        (lambda text: text[:-20], "is no plan"),
        (lambda text: text.replace('"version":1', '"version":2'), "by a later listkit"),
    ],
)
def test_a_file_that_was_touched_is_refused(
    box: Sandbox, tmp_path: Path, damage: Callable[[str], str], sentence: str
) -> None:
    """Damage, an edit and a later version are one sentence each."""
    path = tmp_path / "lists.json"
    planned(box).save(path)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ReadError, match=sentence):
        saving.read(path)
    with pytest.raises(ReadError, match=sentence):
        lk.load_plan(path, to=box.exotel)


def test_another_account_is_refused(box: Sandbox, tmp_path: Path) -> None:
    """A plan for one account's lists is none for another's."""
    planned(box).save(tmp_path / "lists.json")
    with pytest.raises(AccountMismatchError, match="plan again"):
        lk.load_plan(tmp_path / "lists.json", to=box.textmagic)


def test_the_view_of_a_plan_for_lists_harms_nobody(box: Sandbox) -> None:
    """A notebook shows what would be made and changed, what that costs, and every name as text."""
    shown = planned(box)._repr_html_()
    assert "<img" not in shown
    assert "&lt;img" in shown
    assert "Plan to push 2 lists to exotel" in shown
    assert "<td>silver</td><td>gold</td>" in shown
