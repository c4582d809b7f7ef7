"""A request that is refused as a whole is halved until the rows to blame stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.providers.base import Limit
from listkit.sync.plans import planning
from listkit.sync.runs.halving import MOST_REFUSALS, Parts
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from listkit.sync.runs.run import Run

MANY = 5_000


def send(rows: list[int], *, bad: set[int], most: int | None = None) -> tuple[list[int], list[list[int]], int]:
    """Send rows to somebody who refuses a request with a bad row in it: accepted rows, refused parts, requests."""
    accepted: list[int] = []
    refused: list[list[int]] = []
    parts = Parts(rows, most)
    requests = 0
    for part in parts:
        requests += 1
        if bad.isdisjoint(part):
            parts.accept()
            accepted += part
        elif not parts.halve():
            refused.append(list(part))
    return accepted, refused, requests


@given(size=st.integers(0, 200), bad=st.sets(st.integers(0, 199), max_size=8), most=st.none() | st.integers(1, 50))
def test_every_good_row_goes_once_and_in_order_and_every_bad_one_stands_alone(
    size: int, bad: set[int], most: int | None
) -> None:
    """Whatever rows are bad and however many go at first."""
    accepted, refused, _ = send(list(range(size)), bad=bad, most=most)
    assert accepted == [row for row in range(size) if row not in bad]
    assert refused == [[row] for row in range(size) if row in bad]


@pytest.mark.parametrize("bad", [0, 1, 2499, 2500, MANY - 1])
def test_one_bad_row_in_a_full_batch_costs_26_requests_at_most(bad: int) -> None:
    """4,999 go in, and the one is named."""
    accepted, refused, requests = send(list(range(MANY)), bad={bad})
    assert len(accepted) == MANY - 1
    assert refused == [[bad]]
    assert requests <= 26


def test_who_refuses_everything_is_not_asked_for_ever() -> None:
    """After a hundred refusals what is left is not halved any more, and every row is in one part that was refused."""
    accepted, refused, requests = send(list(range(MANY)), bad=set(range(MANY)))
    assert accepted == []
    assert sorted(row for part in refused for row in part) == list(range(MANY))
    assert requests < 2 * MOST_REFUSALS


def push(provider: Rehearsal, count: int, *, most: int = MANY) -> Run:
    """Push so many numbers in batches of up to `most`."""
    provider.most = most
    provider.limits["contacts_per_request"] = provider.limits["members_per_request"] = Limit(most, "rows", "made up")
    frame = pd.DataFrame({"phone": phones(count)}, dtype="str")
    run = planning.plan(frame, "VIP", provider).apply()
    assert run.ledger.adds_up
    return run


def phones(count: int) -> list[str]:
    """Make up numbers in order."""
    return [f"+120255{number:05}" for number in range(count)]


def test_a_poisoned_row_is_named_and_the_others_go_in() -> None:
    """A provider that refuses a whole batch for one row gets the 4,999 others in 26 requests."""
    provider = Rehearsal()
    provider.poisoned = {phones(MANY)[1234]}
    run = push(provider, MANY)
    assert run.counts["added"] == MANY - 1
    assert run.rejected.index.tolist() == [1234]
    assert provider.asked.count("create_contacts") <= 26


def test_what_is_too_large_is_sent_in_smaller_requests_from_then_on() -> None:
    """A provider that takes 60 at a time is found out once: every later request fits."""
    provider = Rehearsal()
    provider.too_large = 60
    run = push(provider, 1000, most=500)
    assert run.counts["added"] == 1000
    assert provider.phones("VIP") == phones(1000)
    assert provider.refused == {"create_contacts": 4, "add_members": 4}  # 500, 250, 125 and 62; 31 fit


def test_only_what_was_too_large_makes_later_requests_smaller() -> None:
    """A small batch says nothing of how much may go at a time; one that was too large does."""
    parts = Parts([1, 2])
    assert [list(part) for part in parts] == [[1, 2]]
    assert parts.most is None
    parts = Parts(range(8))
    sent = []
    for part in parts:
        sent.append(len(part))
        if len(part) > 3:
            parts.shrink()
    assert sent == [8, 4, 2, 2, 2, 2]
    assert parts.most == 2


def test_one_row_that_is_too_large_is_rejected() -> None:
    """Where even one row is too much, that row is told, and nothing goes round in circles."""
    provider = Rehearsal()
    provider.too_large = 0
    run = push(provider, 3)
    assert run.counts["rejected"] == 3
