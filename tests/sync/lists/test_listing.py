"""Lists pushed back in bulk: made, renamed and tagged as a frame says, each row with an outcome, and taken back."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listkit import resuming
from listkit.accessor import of
from listkit.account import Account
from listkit.contact import ContactList
from listkit.errors import (
    AccountMismatchError,
    ColumnsError,
    DriftError,
    ListkitError,
    PlanRefused,
    ProviderError,
)
from listkit.server.faults import Faults
from listkit.sync import forgetting
from listkit.sync.journals import journal
from listkit.sync.lists import relisted, relisting
from listkit.sync.runs.run import Interrupted
from tests.sync.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from listkit.server.store.base import Api
    from listkit.sync.lists.relisted import ListsRun

APIS: list[Api] = ["exotel", "textmagic"]
EXTRA: dict[str, str] = {"exotel": "list_tag", "textmagic": "description"}
"""What each provider keeps of a list beside its name."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve accounts."""
    opened = Served(tmp_path_factory.mktemp("served"))
    yield opened
    opened.close()


@pytest.fixture(params=APIS)
def account(request: pytest.FixtureRequest, served: Served) -> Account:
    """Make an account with the lists A, B and C."""
    return with_lists(served, request.param, "A", "B", "C")


def with_lists(served: Served, api: Api, *names: str) -> Account:
    """Make an account with some lists."""
    made = Account(served.open(api))
    made.provider.create_lists([ContactList(name=name) for name in names])
    return made


def names(account: Account) -> list[str]:
    """Return the names of an account's lists, in order of their age."""
    return account.lists()["list_name"].to_list()


def plain(account: Account) -> list[dict[str, Any]]:
    """Return what an account's lists are, but for when they were changed."""
    frame = account.lists().drop(columns=["updated_at", "created_at"])
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def push(frame: pd.DataFrame, account: Account) -> ListsRun:
    """Push lists."""
    return of(frame).push_lists(to=account)


def test_lists_as_they_are_send_nothing(account: Account) -> None:
    """A frame of lists that was not edited has nothing to do."""
    plan = of(account.lists()).plan_lists(to=account)
    assert plan.counts["unchanged"] == 3
    assert plan.cost["requests"].to_list() == [0]
    assert set(plan.apply().rows["outcome"]) == {"unchanged"}


def test_lists_are_made_renamed_and_marked(account: Account) -> None:
    """New rows are made, edited ones changed, absent lists left alone; then it is all taken back."""
    extra = EXTRA[account.provider.name]
    before = plain(account)
    frame = account.lists().iloc[:2]
    frame.loc[0, "list_name"] = "A2"
    frame.loc[1, extra] = "gold"
    frame = pd.concat([frame, pd.DataFrame({"list_name": [" New ", "New"], extra: ["x", None]})])
    plan = of(frame).plan_lists(to=account)
    assert plan.changes[["op", "key", "field", "before", "after"]].astype(object).fillna("").to_numpy().tolist() == [
        ["update", "A", "name", "A", "A2"],
        ["update", "B", {"list_tag": "tag"}.get(extra, extra), "", "gold"],
        ["add", "New", "name", "", "New"],
        ["add", "New", {"list_tag": "tag"}.get(extra, extra), "", "x"],
        ["duplicate", "New", "", "", ""],
    ]
    assert names(account) == ["A", "B", "C"]
    run = plan.apply()
    assert (run.ok, run.complete, run.rows["outcome"].to_list()) == (
        True,
        True,
        ["updated", "updated", "added", "duplicate"],
    )
    assert run.rows.index.equals(frame.index)
    assert str(run.ledger) == "1 added + 2 updated + 1 duplicate = 4 rows"
    after = account.lists().set_index("list_name")
    assert [*after.index] == ["A2", "B", "C", "New"]
    assert after.loc[["B", "New"], extra].to_list() == ["gold", "x"]
    undone = run.undo()
    assert undone.ok
    assert undone.removed["outcome"].to_list() == ["deleted"]
    assert plain(account) == before


def test_the_same_push_again_sends_nothing(account: Account) -> None:
    """A cell that is run twice makes no second list."""
    frame = pd.DataFrame({"list_name": ["New", "A"]})
    assert push(frame, account).rows["outcome"].to_list() == ["added", "already"]
    again = push(frame, account)
    assert again.rows["outcome"].to_list() == ["already", "already"]
    assert again.rows["list_id"].notna().all()
    assert names(account) == ["A", "B", "C", "New"]


def test_names_move_on_in_an_order_that_does(account: Account) -> None:
    """A name that another list gives away can be taken in the same push, and the undo gives each its own back."""
    frame = account.lists()
    frame["list_name"] = ["B", "C", "D"]
    run = push(frame, account)
    assert (run.ok, names(account)) == (True, ["B", "C", "D"])
    assert run.undo().ok
    assert names(account) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("wanted", "outcomes"),
    [
        (["B", "A", "C"], ["invalid", "invalid", "unchanged"]),
        (["C", "B2", "C"], ["invalid", "updated", "unchanged"]),
        (["X", "X", "C"], ["updated", "invalid", "unchanged"]),
        (["X", "A", "B"], ["updated", "updated", "updated"]),
        (["", "B", "x" * 256], ["invalid", "unchanged", "invalid"]),
        (["C", "A", "C"], ["invalid", "invalid", "unchanged"]),
    ],
)
def test_names_that_cannot_be(account: Account, wanted: list[str], outcomes: list[str]) -> None:
    """Names that are taken, wanted twice, missing or go round in a circle are refused row by row."""
    frame = account.lists()
    frame["list_name"] = wanted
    run = push(frame, account)
    assert run.rows["outcome"].to_list() == outcomes
    assert run.rows.loc[run.rows["outcome"] == "invalid", "reason"].str.len().gt(0).all()
    assert run.complete


def test_ids_that_are_none(account: Account) -> None:
    """An id that no list has, and one that two rows have, are told."""
    frame = account.lists().iloc[[0, 0]]
    frame = pd.concat([frame, pd.DataFrame({"list_id": ["0" * 32], "list_name": ["Z"]})])
    run = push(frame, account)
    assert run.rows[["outcome", "code"]].to_numpy().tolist() == [
        ["unchanged", ""],
        ["duplicate", "duplicate"],
        ["invalid", "not_found"],
    ]


def test_what_a_provider_does_not_keep_is_told(account: Account) -> None:
    """A column that the provider has no place for is left behind with a note, and not in silence."""
    foreign = "description" if account.provider.name == "exotel" else "list_tag"
    plan = of(account.lists().assign(**{foreign: "x"})).plan_lists(to=account)
    assert plan.counts["unchanged"] == 3
    assert plan.notes == (
        f"{account.provider.name} keeps no {foreign.removeprefix('list_')} of a list: left behind (3 rows)",
    )


def test_frames_that_are_not_these_lists(account: Account) -> None:
    """A frame of something else, or of another provider's lists, is refused before anything is asked."""
    with pytest.raises(ColumnsError, match="list_name"):
        push(pd.DataFrame({"phone": ["+12025550123"]}), account)
    with pytest.raises(AccountMismatchError, match="is kept by another"):
        push(account.lists().assign(provider="another"), account)
    with pytest.raises(TypeError, match="to= takes an account"):
        of(account.lists()).plan_lists(to="exotel")  # type: ignore[arg-type]


def test_lists_that_drift_refuse_the_plan(account: Account) -> None:
    """A list that was renamed since, or made under a name of the plan, is drift; other lists are not."""
    frame = pd.concat([account.lists().assign(list_name=["A2", "B", "C"]), pd.DataFrame({"list_name": ["New"]})])
    plan = of(frame).plan_lists(to=account)
    account.rename_list("B", "B2")
    assert plan.drift() == []
    account.rename_list("A", "A3")
    account.create_list("New")
    with pytest.raises(DriftError) as caught:
        plan.apply()
    assert caught.value.keys == ["A", "New"]


def test_what_cannot_be_taken_back_is_told(account: Account) -> None:
    """A new list with somebody in it stays, and so does a name that somebody else has given since."""
    frame = pd.concat([account.lists().assign(list_name=["A2", "B2", "C"]), pd.DataFrame({"list_name": ["New"]})])
    run = push(frame, account)
    of(pd.DataFrame({"phone": ["+12025550123"]})).push("New", to=account)
    account.rename_list("A2", "A3")
    undone = run.undo()
    assert undone.ok
    assert undone.plan.notes == (
        "others changed name of the list 'A3' since: that stays as it is",
        "the list 'New' stays, because it holds 1 contact",
    )
    assert names(account) == ["A3", "B", "C", "New"]
    with pytest.raises(PlanRefused, match="push the lists again"):
        undone.undo()


def test_a_push_of_lists_is_in_the_journal(account: Account) -> None:
    """What the journal holds is enough to tell how it stands and to take it back."""
    run = push(account.lists().assign(list_name=["A2", "B", "C"]), account)
    assert journal.runs().iloc[0][["run_id", "list_name", "mode"]].to_list() == [run.run_id, "3 lists", "lists"]
    with closing(journal.Journal()) as kept:
        plan = relisted.unpack(kept.plan(run.run_id), account.provider)
    loaded = relisting.load(plan, run.run_id)
    assert loaded.rows.equals(run.rows)
    assert loaded.undo().ok
    assert names(account) == ["A", "B", "C"]


STOPS = st.lists(st.sampled_from(["before", "after", None]), max_size=12)
BROKEN = st.just(Faults()) | st.builds(
    Faults, st.just(0.3), codes=st.just([429, 500]), cut_after_commit=st.booleans(), seed=st.integers(0, 9_999)
)


@pytest.mark.parametrize("api", APIS)
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@example(stops=[], faults=Faults(0.3, codes=[429, 500], seed=3989))  # a rename waits for a name that is not free yet
@given(stops=STOPS, faults=BROKEN)
def test_lists_that_are_interrupted_are_gone_on_with(
    served: Served, api: Api, stops: Sequence[str | None], faults: Faults
) -> None:
    """Stopped by hand and by faults anywhere, a push of lists goes on: each list is there once, as it is wanted."""
    account = with_lists(served, api, "A", "B", "C")
    frame = account.lists()
    frame["list_name"] = ["B", "C", "D"]
    frame = pd.concat([frame, pd.DataFrame({"list_name": [f"New {n}" for n in range(3)]})])
    plan = of(frame).plan_lists(to=account)
    served.stops[:], served.dial.faults = [None, None, *stops], faults
    run: ListsRun | None = None
    for _ in range(len(stops) + 2):
        try:
            run = plan.apply() if run is None else run.resume()
        except Interrupted as stopped:
            run = stopped.run  # type: ignore[assignment]
        except (KeyboardInterrupt, ProviderError):
            continue
    served.stops[:], served.dial.faults = [], Faults()
    run = plan.apply() if run is None else run
    run = run if run.complete else run.resume()
    assert (run.complete, sum(run.counts.values())) == (True, 6)
    assert run.ok, str(run)
    assert sorted(names(account)) == ["B", "C", "D", "New 0", "New 1", "New 2"]
    assert run.undo().ok
    assert names(account) == ["A", "B", "C"]


def test_lists_are_read_back_where_that_is_wanted(account: Account) -> None:
    """With `verify="full"` the lists are compared afterwards, and progress is told in lists."""
    told: list[tuple[int, int]] = []
    frame = pd.DataFrame({"list_name": ["X", "Y"]})
    run = of(frame).plan_lists(to=account).apply(verify="full", progress=lambda done, total: told.append((done, total)))
    assert (run.verified, run.ok, told[-1]) == ("in full", True, (2, 2))


def test_a_list_that_is_not_as_it_was_to_be_is_unknown(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A yes of the provider's that the lists do not bear out is no success."""
    promised = [ContactList(name="X", list_id="1" * 18), ContactList(name="Y", list_id="2" * 18)]
    monkeypatch.setattr(account.provider, "limits", {})
    monkeypatch.setattr(account.provider, "create_lists", lambda _new: promised)
    run = of(pd.DataFrame({"list_name": ["X", "Y"]})).plan_lists(to=account).apply(verify="full")
    assert run.rows["code"].to_list() == ["not_found_after"] * 2
    assert (run.verified, run.complete, run.ok) == ("no", False, False)
    with pytest.raises(ListkitError, match="2 unknown = 2 rows"):
        run.raise_for_status()


def test_a_push_of_lists_is_gone_on_with_by_its_id(account: Account) -> None:
    """`lk.load_run` and `lk.resume` know a push of lists by its id, and the shell takes it back."""
    run = push(pd.DataFrame({"list_name": ["X"]}), account)
    assert resuming.resume(run.run_id, account).rows.equals(run.rows)
    assert forgetting.forget("+12025550123") == 0
    assert run.undo(allow_destroy=True).ok
