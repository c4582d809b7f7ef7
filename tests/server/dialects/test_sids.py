"""Sids are made and undone by arithmetic, and no two things have one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.errors import NotFoundError
from listkit.server.dialects.exotel import sids
from listkit.server.store.base import Account

ACCOUNTS = st.builds(
    Account,
    account_id=st.just(1),
    name=st.just("a"),
    sid=st.just("a"),
    username=st.just("a"),
    salt=st.integers(0, 2**127 - 1),
)
KINDS = st.sampled_from(["list", "contact", "upload"])
NUMBERS = st.integers(1, 2**62)


@given(ACCOUNTS, KINDS, NUMBERS)
def test_a_sid_is_undone(account: Account, kind: sids.Kind, number: int) -> None:
    """A sid has 32 lower-case hex digits and gives back its id."""
    sid = sids.encode(account, kind, str(number))
    assert re.fullmatch(r"[0-9a-f]{32}", sid)
    assert sids.decode(account, kind, sid) == str(number)


@given(ACCOUNTS, KINDS, st.lists(NUMBERS, max_size=20))
def test_many_are_made_as_one_is(account: Account, kind: sids.Kind, numbers: list[int]) -> None:
    """The sids of many are those of each, in their order."""
    texts = [*map(str, numbers)]
    assert sids.encode_all(account, kind, texts) == [sids.encode(account, kind, text) for text in texts]


@given(ACCOUNTS, st.sets(st.tuples(KINDS, NUMBERS), min_size=2, max_size=20))
def test_no_two_things_of_an_account_have_one_sid(account: Account, things: set[tuple[sids.Kind, int]]) -> None:
    """Sids differ by id and by kind."""
    assert len({sids.encode(account, kind, str(number)) for kind, number in things}) == len(things)


@given(ACCOUNTS, ACCOUNTS, KINDS, KINDS, NUMBERS)
def test_a_sid_means_nothing_elsewhere(
    one: Account, other: Account, kind: sids.Kind, another: sids.Kind, number: int
) -> None:
    """In another account, or as another kind, a sid is not found."""
    if (one.salt, kind) == (other.salt, another):
        return
    with pytest.raises(NotFoundError):
        sids.decode(other, another, sids.encode(one, kind, str(number)))


@pytest.mark.parametrize("sid", ["", "7", "0" * 32, "f" * 32, "G" * 32, "0" * 31, "\u0660" * 32])
@given(account=ACCOUNTS)
def test_what_is_no_sid_is_not_found(account: Account, sid: str) -> None:
    """Anything else is not found, never an error of another kind."""
    with pytest.raises(NotFoundError, match="not found"):
        sids.decode(account, "list", sid)
