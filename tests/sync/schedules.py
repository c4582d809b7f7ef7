"""Pushes by chance and what befalls them, and what must be true of each however it ends."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd
from hypothesis import strategies as st

from listkit.errors import IncompleteWarning, ListkitError
from listkit.server.faults import REFUSALS, Faults
from listkit.sync.plans import planning
from listkit.sync.runs import applying
from listkit.sync.runs.run import Interrupted

if TYPE_CHECKING:
    from listkit.providers.base import Provider
    from listkit.server.store.base import Api
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Run
    from tests.sync.served import Served

NUMBERS = [f"+1202555{number:04}" for number in range(100, 112)]
WANTED, HAD = "Asha", "Ben"
"""What everybody's first name is in the frame, and what it was at the provider."""


class Schedule(NamedTuple):
    """A push and what befalls it.

    `there` is who is in the list before, None for no list; `known` is in the address-book only.
    """

    api: Api
    mode: Literal["append", "upsert", "mirror"]
    picks: list[str]
    there: list[str] | None
    known: list[str]
    strategy: Literal["batches", "file"]
    faults: Faults
    stops: list[str | None]
    """Where it is stopped by hand: `before` or `after` a request that is applied."""


FAULTS = st.builds(
    Faults,
    st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0]),
    codes=st.lists(st.sampled_from(sorted(REFUSALS)), max_size=3, unique=True),
    cut_before_commit=st.booleans(),
    cut_after_commit=st.booleans(),
    malformed=st.booleans(),
    torn_pages=st.booleans(),
    late=st.sampled_from([0.0, 5.0, 90.0]),
    seed=st.integers(0, 1 << 32),
)
SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(["exotel", "textmagic"]),
    st.sampled_from(["append", "append", "upsert", "mirror"]),
    st.lists(st.sampled_from([*NUMBERS, "12", ""]), max_size=9),
    st.none() | st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True),
    st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True),
    st.sampled_from(["batches", "file"]),
    FAULTS,
    st.builds(
        lambda unharmed, stop: [None] * unharmed + [stop], st.integers(0, 9), st.sampled_from([None, "before", "after"])
    ),
)


def prove(served: Served, schedule: Schedule) -> Run | None:
    """Push by a schedule, judge every outcome by what the list then holds, and resume it to its end; return the run."""
    provider = served.open(schedule.api)
    if schedule.known:
        served.give("Others", schedule.known, HAD)
    if schedule.there is not None:
        served.give("VIP", [phone for phone in schedule.there if phone not in schedule.known], HAD)
    plan = make_plan(provider, schedule)
    if plan is None:
        return None
    before = served.people("VIP")
    run = push(served, plan, schedule)
    judge(run, schedule.picks, served.people("VIP"), before)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteWarning)
        ended = plan.apply() if run is None else run.resume()
    judge(ended, schedule.picks, served.people("VIP"), before)
    assert ended.complete, ended
    assert ended.verified in {"by count", "in full"} or ended.list_id is None, ended
    refused = {*ended.rejected.loc[ended.rejected["outcome"] == "rejected", "phone"]}
    assert not refused or schedule.faults.malformed, "a refusal whose reason cannot be read is a refusal all the same"
    assert sorted(served.people("VIP")) == sorted(intent(schedule, before, refused)), ended
    return run


def make_plan(provider: Provider, schedule: Schedule) -> Plan | None:
    """Plan a schedule's push; None where it is refused."""
    frame = pd.DataFrame({"phone": schedule.picks, "first_name": WANTED}, dtype="str")
    guards = {"max_remove": 1.0, "max_reject": 1.0, "allow_destroy": True}
    try:
        return planning.plan(frame, "VIP", provider, mode=schedule.mode, strategy=schedule.strategy, **guards)
    except ListkitError:
        return None


def push(served: Served, plan: Plan, schedule: Schedule) -> Run | None:
    """Apply under faults; None where it ended before anything was sent."""
    served.dial.faults, served.stops = schedule.faults, list(schedule.stops)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)
            return applying.apply(plan, is_fresh=True)
    except Interrupted as stopped:
        return stopped.run
    except (ListkitError, KeyboardInterrupt):
        return None
    finally:
        served.dial.faults, served.stops = Faults(), []


def judge(
    run: Run | None, picks: list[str], held: list[tuple[str, str | None]], before: list[tuple[str, str | None]]
) -> None:
    """Compare what was told of each row with the list as it was before and as it is."""
    people, had = dict(held), dict(before)
    assert len(held) == len(people), "somebody is in the list twice"
    if run is None:
        assert people == had
        return
    assert run.ledger.adds_up
    assert len(run.rows) == len(picks)
    told = dict(zip(reversed(picks), reversed(list(run.rows["outcome"])), strict=True))
    removed = dict(zip(run.removed["phone"], run.removed["outcome"], strict=True))
    for phone, outcome in zip(picks, run.rows["outcome"], strict=True):
        assert outcome not in {"added", "already", "unchanged", "updated"} or phone in people, (phone, outcome)
        assert outcome not in {"unsent", "rejected", "failed", "invalid"} or phone not in set(people) - set(had)
        assert outcome != "updated" or people[phone] == WANTED
    for phone, outcome in removed.items():
        assert outcome not in {"removed", "gone"} or phone not in people
        assert outcome not in {"stays", "failed"} or phone in people
    assert all(told.get(phone) in {"added", "unknown"} for phone in set(people) - set(had)), (
        "somebody is unaccounted for"
    )
    lost = [removed.get(phone) for phone in set(had) - set(people)]
    assert {*lost} <= {"removed", "gone", "unknown"}, "somebody is lost"


def intent(schedule: Schedule, before: list[tuple[str, str | None]], refused: set[str]) -> list[tuple[str, str | None]]:
    """Say who is to be in the list in the end, and under which first name."""
    wanted = [phone for phone in dict.fromkeys(schedule.picks) if phone in NUMBERS and phone not in refused]
    had, known = dict(before), {*schedule.known}
    if schedule.mode == "append":
        fresh = [phone for phone in wanted if phone not in had]
        return [*before, *((phone, HAD if phone in known else WANTED) for phone in fresh)]
    kept = [] if schedule.mode == "mirror" else [pair for pair in before if pair[0] not in wanted]
    return [*kept, *((phone, WANTED) for phone in wanted)]
