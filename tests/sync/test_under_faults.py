"""Whatever a provider answers, a push tells the truth and a read is whole or says that it is not."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import IncompleteWarning, ListkitError, ProviderError
from listkit.providers.session import Timeouts
from listkit.server.clock import HandClock
from listkit.server.faults import REFUSALS, Faults
from listkit.server.store import credentials
from listkit.sync import planning, pulling, uploading
from listkit.sync.run import Interrupted
from tests.sync.served import Served, make_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.providers.base import Provider
    from listkit.server.store.base import Api
    from listkit.sync.run import Run

NUMBERS = [f"+1202555{number:04}" for number in range(100, 112)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one store to all of them, an account to each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        patch.setattr(uploading, "MOMENT", 0.0)
        opened = Served(tmp_path_factory.mktemp("served"))
        yield opened
        opened.close()


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


class Schedule(NamedTuple):
    """A push and what befalls it; `there` is who is in the list before, None for no list."""

    api: Api
    picks: list[str]
    there: list[str] | None
    strategy: Literal["batches", "file"]
    faults: Faults
    stops: list[str | None]
    """Where it is stopped by hand: `before` or `after` a request that is applied."""


SCHEDULES = st.builds(
    Schedule,
    st.sampled_from(["exotel", "textmagic"]),
    st.lists(st.sampled_from([*NUMBERS, "12", ""]), max_size=9),
    st.none() | st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True),
    st.sampled_from(["batches", "file"]),
    FAULTS,
    st.builds(
        lambda unharmed, stop: [None] * unharmed + [stop], st.integers(0, 9), st.sampled_from([None, "before", "after"])
    ),
)


@settings(max_examples=500)
@given(SCHEDULES)
def test_outcomes_are_true_under_faults(served: Served, schedule: Schedule) -> None:
    """In 500 schedules of faults the outcomes add up, `added` is there, `unsent` is not, nobody is there twice."""
    prove(served, schedule)


@pytest.mark.torture
@settings(max_examples=10_000)
@given(SCHEDULES)
def test_outcomes_are_true_under_many_faults(served: Served, schedule: Schedule) -> None:
    """In 10,000 schedules of faults the outcomes add up, `added` is there, `unsent` is not, nobody is there twice."""
    prove(served, schedule)


def prove(served: Served, schedule: Schedule) -> None:
    """Push by a schedule of faults, and judge every outcome by what the list then holds."""
    provider = served.open(schedule.api)
    if schedule.there is not None:
        served.give("VIP", schedule.there)
    run = push(served, provider, schedule)
    judge(run, schedule.picks, served.phones("VIP"), schedule.there or [])


def push(served: Served, provider: Provider, schedule: Schedule) -> Run | None:
    """Plan and apply under faults; None where nothing was to be sent."""
    frame = pd.DataFrame({"phone": schedule.picks}, dtype="str")
    served.dial.faults = schedule.faults
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)
            plan = planning.plan(frame, "VIP", provider, strategy=schedule.strategy)
            served.stops = list(schedule.stops)
            return plan.apply()
    except Interrupted as stopped:
        return stopped.run
    except (ListkitError, KeyboardInterrupt):
        return None
    finally:
        served.dial.faults, served.stops = Faults(), []


def judge(run: Run | None, picks: list[str], held: list[str], there: list[str]) -> None:
    """Compare what was told of each row with the list as it was before and as it is."""
    before = set(there)
    assert len(held) == len(set(held))
    assert before <= set(held)
    if run is None:
        assert set(held) == before
        return
    told = dict(zip(picks, run.rows["outcome"], strict=True))
    assert run.ledger.adds_up
    for phone, outcome in zip(picks, run.rows["outcome"], strict=True):
        assert outcome not in {"added", "already"} or phone in held
        assert outcome not in {"unsent", "rejected", "failed", "invalid"} or phone not in set(held) - before
    assert all(told.get(phone) in {"added", "unknown", "duplicate", "already"} for phone in set(held) - before)


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
def test_a_read_is_whole_or_says_that_it_is_not(api: Api, tmp_path: Path) -> None:
    """Of a list of many pages, torn, cut and refused, a read has each member once, or is marked as incomplete."""
    served = Served(tmp_path)
    provider = served.open(api)
    served.give("VIP", [f"+12025{number:06}" for number in range(550_100, 551_150)])
    truth = served.phones("VIP")
    list_id = pulling.find_list(provider, "VIP").list_id
    ends = Counter[str]()
    for seed in range(30):
        served.dial.faults = Faults(
            (0.03, 0.1, 0.3)[seed % 3], torn_pages=True, codes=[503], cut_after_commit=seed % 2 == 0, seed=seed
        )
        try:
            pulled = pulling.pull(provider, list_id)
        except ProviderError:
            ends["raised"] += 1
            continue
        finally:
            served.dial.faults = Faults()
        found = pulled.table["phone"].to_pylist()
        assert len(found) == len(set(found)), seed
        assert not pulled.complete or found == truth, seed
        ends["whole" if pulled.complete else "incomplete"] += 1
    served.close()
    assert ends["whole"]
    assert ends["incomplete"]


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@pytest.mark.parametrize("seed", range(3))
def test_outcomes_are_true_over_a_socket(api: Api, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a real server, also for writes that are applied only after the client has gone away."""
    monkeypatch.setattr(credentials, "COST", 2)
    with lk.sandbox(tmp_path / "store.sqlite") as box:
        box[api].create_list("VIP")
        provider = box[api].provider
        make_small(provider)
        provider._send._timeouts = Timeouts(read=0.1)
        provider._send._clock = HandClock(gait="hurries")
        plan = planning.plan(pd.DataFrame({"phone": NUMBERS}, dtype="str"), "VIP", provider)
        box.faults = Faults(0.5, late=0.5, cut_after_commit=True, malformed=True, codes=[429, 500], seed=seed)
        try:
            run = plan.apply()
        except ProviderError:  # the list could not be counted first: nothing was sent
            run = None
    assert set(box.requests["fault"]) - {""}
    with lk.sandbox(tmp_path / "store.sqlite") as box:
        held = list(box[api].contacts("VIP")["phone"])
    judge(run, NUMBERS, held, [])
