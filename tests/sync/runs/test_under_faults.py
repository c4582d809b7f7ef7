"""Whatever a provider answers, a push tells the truth and a read is whole or says that it is not."""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings

import listkit as lk
from listkit.errors import IncompleteWarning, ProviderError
from listkit.providers.session import Timeouts
from listkit.server.clock import HandClock
from listkit.server.faults import Faults
from listkit.server.store import credentials
from listkit.sync.pages import pulling
from listkit.sync.plans import planning
from listkit.sync.runs import dispatching, uploading
from tests.sync import straw
from tests.sync.schedules import NUMBERS, SCHEDULES, Schedule, judge, prove
from tests.sync.served import Served, make_small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.base import Api
    from tests.conftest import Figure


FAST = Path("/dev/shm")  # noqa: S108 - a disk in memory, where nobody waits for it
"""Where thousands of pushes are journaled; on other systems, where all tests write."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test an empty home that costs no time."""
    with tempfile.TemporaryDirectory(dir=FAST if FAST.is_dir() else tmp_path) as folder:
        monkeypatch.setenv("LISTKIT_HOME", folder)
        yield Path(folder)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one store to all of them, an account to each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        patch.setattr(uploading, "MOMENT", 0.0)
        patch.setattr(dispatching, "GRACE", 0.05)
        with tempfile.TemporaryDirectory(dir=FAST if FAST.is_dir() else tmp_path_factory.mktemp("served")) as folder:
            opened = Served(Path(folder))
            yield opened
            opened.close()


@settings(max_examples=500)
@given(SCHEDULES)
def test_outcomes_are_true_under_faults(served: Served, schedule: Schedule) -> None:
    """In 500 schedules of faults, each resumed, 0 lost, 0 doubled, 0 unaccounted, and the list is as meant."""
    prove(served, schedule)


@pytest.mark.torture
def test_outcomes_are_true_under_many_faults(served: Served, figure: Figure) -> None:
    """In 10,000 schedules of faults, each resumed, 0 lost, 0 doubled, 0 unaccounted, the list as meant."""
    ends = Counter[str]()

    @settings(max_examples=10_000, database=None)
    @given(SCHEDULES)
    def schedules(schedule: Schedule) -> None:
        run = prove(served, schedule)
        ends["cut short" if run is None or not run.complete else "whole at once"] += 1

    schedules()
    seen = f"{ends.total():,} schedules, {ends['cut short']:,} of them cut short: 0 lost, 0 doubled, 0 unaccounted"
    figure("schedules of faults", seen, promised="10,000: 0 lost, 0 doubled, 0 unaccounted")


@pytest.mark.torture
def test_the_schedules_bite(served: Served, figure: Figure) -> None:
    """A plain client that sends again what fails loses people under such faults, or does not know of them."""
    ends = Counter[str]()

    @settings(max_examples=1_000, database=None)
    @given(SCHEDULES)
    def schedules(schedule: Schedule) -> None:
        ends[knock(served, schedule)] += 1

    schedules()
    wrong = ends["lost"] + ends["unaccounted"]
    figure("a plain retry client", f"{ends['lost']:,} lost, {ends['unaccounted']:,} unaccounted, of {ends.total():,}")
    assert wrong > 0


def test_a_plain_client_fails(served: Served) -> None:
    """A plain retry client, under a few dozen of such faults, loses somebody, or does not know of somebody."""
    ends = Counter(knock(served, fixed(seed)) for seed in range(40))
    print(f"a plain retry client: {dict(ends)}")  # noqa: T201 - pytest shows it where it is asked to
    assert ends["lost"] + ends["unaccounted"] > 0


def fixed(seed: int) -> Schedule:
    """Make a schedule of a push that meets a fault now and then."""
    faults = Faults(0.15, codes=[500, 503], cut_after_commit=True, malformed=True, seed=seed)
    api = "exotel" if seed % 2 else "textmagic"
    return Schedule(api, "append", NUMBERS[:9], None, NUMBERS[:1], "batches", faults, [])


def knock(served: Served, schedule: Schedule) -> str:
    """Let the straw man push by a schedule, and say how that went."""
    provider = served.open(schedule.api)
    wanted = [phone for phone in dict.fromkeys(schedule.picks) if phone in NUMBERS]
    if schedule.known:
        served.give("Others", schedule.known, "Ben")
    served.dial.faults = schedule.faults
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)
            added = straw.push(provider, "VIP", wanted, "Asha")
    except ProviderError:
        added = set()
    finally:
        served.dial.faults = Faults()
    held = {*served.phones("VIP")}
    if added - held:
        return "lost"
    if held - added:
        return "unaccounted"
    return "whole" if held == set(wanted) else "known to lack somebody"


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
        held = [(phone, None) for phone in box[api].contacts("VIP")["phone"]]
    judge(run, NUMBERS, held, [])
