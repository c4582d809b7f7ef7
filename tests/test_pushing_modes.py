"""Whatever a plan is for, once it is applied through a real server there is nothing left of it to do."""

from __future__ import annotations

from copy import copy
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import listkit as lk
from listkit.account import Account
from listkit.providers.base import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.testing import Sandbox

BLOCKS = count()
"""Each case has numbers of its own, since both vendors' accounts of a sandbox share one address-book."""


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Run one server for all cases."""
    with lk.sandbox() as running:
        yield running


def people(block: int, rows: range, **columns: Any) -> pd.DataFrame:
    """Make up contacts with a few fields."""
    fields = {"phone": "+1202555{:04}", "first_name": "Asha {}", "email": "a{}@example.org", "custom.city": "Pune {}"}
    frame = pd.DataFrame({name: [form.format(block * 20 + at) for at in rows] for name, form in fields.items()})
    return frame.assign(**columns)


def numbers(block: int, first: int) -> pd.Series[Any]:
    """Make up the numbers of four others."""
    return people(block, range(first, first + 4))["phone"]


CHANGED = {"first_name": ["Birgit", "", None, "Dawit"], "custom.city": [lk.CLEAR, "Goa", "", "Pune"]}
CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "update": (lambda block: people(block, range(4), **CHANGED), {"mode": "upsert"}),
    "erase": (lambda block: people(block, range(4), **CHANGED), {"mode": "upsert", "blanks": "erase"}),
    "add and update": (lambda block: people(block, range(3, 9), first_name="New"), {"mode": "upsert"}),
    "mirror": (lambda block: people(block, range(2, 8)), {"mode": "mirror", "max_remove": 1.0}),
    "swap": (lambda block: people(block, range(2, 8)), {"mode": "mirror", "max_remove": 1.0, "strategy": "swap"}),
    "another key": (lambda block: people(block, range(4), phone=numbers(block, 10)), {"mode": "upsert", "on": "email"}),
    "several lists": (lambda block: people(block, range(10)), {"mode": "upsert", "split_over_cap": True}),
    "a file": (lambda block: people(block, range(8))[["phone", "first_name"]], {"strategy": "file"}),
}  # fmt: skip


@pytest.mark.parametrize("provider", ["exotel", "textmagic"])
@pytest.mark.parametrize("case", CASES)
def test_a_plan_that_was_applied_leaves_nothing_to_do(box: Sandbox, provider: str, case: str) -> None:
    """Every row is where it should be, the ledger says so, and the same plan finds nothing to send or to remove."""
    make, asked = CASES[case]
    block, to = next(BLOCKS), box[provider]
    name = f"{case} at {provider}"
    if case == "mirror":
        asked = asked | {"park": f"Parked by {provider}"}
    if case == "several lists":
        to = Account(copy(to.provider))
        to.provider.limits = {**to.provider.limits, "members_per_static_list": Limit(4, "contacts", "made up")}
    people(block, range(4)).listkit.push(name, to=to, strategy="batches")
    frame = make(block)
    run = frame.listkit.push(name, to=to, **asked)
    assert run.ok, run
    assert sum(run.counts.values()) == len(frame)
    again = frame.listkit.plan(name, to=to, **{key: value for key, value in asked.items() if key != "strategy"})
    assert set(again.decisions["op"].to_pylist()) == {"already" if case == "a file" else "unchanged"}
    assert again.leaving.num_rows == 0
    wanted = set(frame["phone"])
    held = to.contacts([target.name for target in again.targets])
    assert wanted <= set(held["phone"])
    if again.mode == "mirror":
        assert wanted == set(held["phone"])


def test_members_in_no_other_list_are_kept_in_a_holding_list(box: Sandbox) -> None:
    """TextMagic deletes who leaves the last list; parked, they are still there, and without a place it is refused."""
    block = next(BLOCKS)
    everybody, some = people(block, range(4)), people(block, range(2))
    everybody.listkit.push("Held", to=box.textmagic, strategy="batches")
    with pytest.raises(lk.PlanRefused, match=r"Of 2 members .* 2 are in no other list.* DESTROY"):
        some.listkit.plan("Held", to=box.textmagic, mode="mirror", max_remove=2)
    run = some.listkit.push("Held", to=box.textmagic, mode="mirror", max_remove=2, park="Holding")
    assert run.ok, run
    assert set(box.textmagic.contacts("Held")["phone"]) == set(some["phone"])
    assert set(box.textmagic.contacts("Holding")["phone"]) == set(everybody["phone"][2:])
