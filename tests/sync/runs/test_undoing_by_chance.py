"""Whatever small lists there are and whatever is pushed to one of them, its undoing gives everything back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from listkit.errors import PlanRefused, ProviderError
from listkit.server.faults import Faults
from listkit.sync.runs.run import Interrupted
from tests.sync.undone import PHONES, Accounts, without, without_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.server.store.base import Api
    from listkit.sync.runs.run import Run
    from tests.sync.undone import Person

MANY = 8

NAMES = st.none() | st.sampled_from(["Asha", "Zoë"])
FIELDS = {
    "first_name": NAMES,
    "company": NAMES,
    "email": st.none() | st.sampled_from(["a@example.org", "b@example.org"]),
    "custom.city": st.none() | st.sampled_from(["Pune", "Goa"]),
}


def people(numbers: st.SearchStrategy[str], most: int, least: int = 0) -> st.SearchStrategy[list[Person]]:
    """Describe some people, each number once."""
    one = st.fixed_dictionaries({"phone": numbers, **FIELDS})
    return st.lists(one, min_size=least, max_size=most, unique_by=lambda person: person["phone"])


LISTS = st.fixed_dictionaries(
    {"VIP": people(st.sampled_from(PHONES[:5]), 5), "Other": people(st.sampled_from(PHONES[2:7]), 4)}
)
WAYS = st.sampled_from(
    [
        {"mode": "append"},
        {"mode": "append", "strategy": "file"},
        {"mode": "upsert"},
        {"mode": "upsert", "blanks": "erase"},
        {"mode": "mirror"},
        {"mode": "mirror", "blanks": "erase"},
        {"mode": "mirror", "strategy": "swap"},
    ]
)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """Serve accounts."""
    opened = Accounts(tmp_path_factory.mktemp("accounts"))
    yield opened
    opened.close()


def check(
    accounts: Accounts, api: Api, lists: dict[str, list[Person]], pushed: list[Person], how: dict[str, Any]
) -> None:
    """Push and undo, and compare all that is there before and after."""
    seen = accounts.open(api, lists)
    before = seen.state()
    run = seen.push(
        pushed,
        strategy=how.get("strategy", "batches"),
        max_remove=1.0,
        allow_destroy=True,
        **{name: value for name, value in how.items() if name != "strategy"},
    )
    assert run.ok
    event("something was sent" if seen.state() != before else "nothing was sent")
    undone = run.undo(allow_destroy=True)
    assert undone.ok
    assert undone.complete
    destroyed = run.removed.loc[run.removed["fate"] == "destroyed", "phone"].tolist()
    unowned = {person["phone"] for person, made in zip(pushed, run.rows["contact_created"].isna(), strict=True) if made}
    after = seen.state()
    left_over = [phone for phone in after["address-book"] if phone not in before["address-book"]]
    assert unowned.issuperset(left_over)
    assert not left_over or api == "exotel"
    assert without_ids(without(after, left_over), destroyed) == without_ids(before, destroyed)


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(lists=LISTS, pushed=people(st.sampled_from(PHONES), 6, least=1), how=WAYS)
def test_undoing_gives_everything_back(
    accounts: Accounts, api: Api, lists: dict[str, list[Person]], pushed: list[Person], how: dict[str, Any]
) -> None:
    """Lists, members and every field of every contact are as before; ids too, but of those who were destroyed."""
    check(accounts, api, lists, pushed, how)


def check_stopped(accounts: Accounts, api: Api, how: dict[str, Any], stops: list[str | None], faults: Faults) -> None:
    """Undo a push while requests and answers are lost and hands stop it, go on, and compare all that is there."""
    served = accounts.served
    people: list[Person] = [{"phone": phone, "first_name": "Asha", "custom.city": "Pune"} for phone in PHONES[:5]]
    seen = accounts.open(api, {"VIP": people[:4], "Other": people[3:]})
    before = seen.state()
    pushed: list[Person] = [{"phone": phone, "first_name": "Zoë", "custom.city": "Goa"} for phone in PHONES[2:8]]
    pushing = seen.push(pushed, strategy="batches", max_remove=1.0, allow_destroy=True, **how)
    plan = pushing.undo_plan(allow_destroy=True)
    served.stops[:], served.dial.faults = [None, None, *stops], faults
    run: Run | None = None
    for _ in range(len(stops) + 3):
        try:
            run = plan.apply() if run is None else run.resume()
        except Interrupted as stopped:
            run = stopped.run
        except (KeyboardInterrupt, ProviderError, PlanRefused):
            continue
    served.stops[:], served.dial.faults = [], Faults()
    run = plan.apply() if run is None else run
    run = run if run.complete else run.resume()
    assert run.complete, str(run)
    assert run.ok, str(run)
    destroyed = [*PHONES[:3]] if how["mode"] == "mirror" and api == "textmagic" else []
    assert without_ids(seen.state(), destroyed) == without_ids(before, destroyed)


STOPS = st.lists(st.sampled_from(["before", "after", None, None]), max_size=14)
BROKEN = st.just(Faults()) | st.builds(
    Faults,
    st.just(0.2),
    codes=st.just([429, 500, 503]),
    cut_after_commit=st.booleans(),
    malformed=st.booleans(),
    seed=st.integers(0, 9_999),
)


@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(how=st.sampled_from([{"mode": "upsert"}, {"mode": "mirror"}]), stops=STOPS, faults=BROKEN)
def test_an_undo_that_is_stopped_is_gone_on_with(
    accounts: Accounts, api: Api, how: dict[str, Any], stops: list[str | None], faults: Faults
) -> None:
    """Stopped by hand and by faults at any request, an undo goes on and gives everything back."""
    check_stopped(accounts, api, how, stops, faults)


@pytest.mark.torture
@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(how=st.sampled_from([{"mode": "upsert"}, {"mode": "mirror"}]), stops=STOPS, faults=BROKEN)
def test_an_undo_that_is_stopped_is_gone_on_with_five_hundred_times(
    accounts: Accounts, api: Api, how: dict[str, Any], stops: list[str | None], faults: Faults
) -> None:
    """The same five hundred times."""
    check_stopped(accounts, api, how, stops, faults)


@pytest.mark.torture
@pytest.mark.parametrize("api", ["exotel", "textmagic"])
@settings(max_examples=1_000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(lists=LISTS, pushed=people(st.sampled_from(PHONES), 6, least=1), how=WAYS)
def test_undoing_gives_everything_back_a_thousand_times(
    accounts: Accounts, api: Api, lists: dict[str, list[Person]], pushed: list[Person], how: dict[str, Any]
) -> None:
    """The same a thousand times."""
    check(accounts, api, lists, pushed, how)
