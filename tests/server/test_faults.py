"""Faults are a value: checked when they are made, read and written as in a shell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import listkit as lk
from listkit.errors import ListkitError
from listkit.server.faults import KINDS, LONGEST, REFUSALS, USUAL_CODES, Faults

FAULTS = st.builds(
    Faults,
    st.floats(min_value=0, max_value=1, exclude_min=True),
    codes=st.lists(st.sampled_from(sorted(REFUSALS)), unique=True),
    cut_before_commit=st.booleans(),
    cut_after_commit=st.booleans(),
    malformed=st.booleans(),
    torn_pages=st.booleans(),
    late=st.floats(min_value=0, max_value=LONGEST),
    retry_after=st.floats(min_value=0, max_value=LONGEST),
    seed=st.integers(),
)


def test_users_find_them_where_they_look() -> None:
    """`lk.Faults` is the dial, and without a rate nothing is switched on."""
    assert lk.Faults is Faults
    assert (Faults().rate, Faults().kinds, str(Faults())) == (0, [], "none")


def test_a_rate_alone_switches_on_all_but_lateness() -> None:
    """Who names no fault gets every kind, the usual refusals among them, and is not made to wait."""
    assert Faults(0.1).kinds == [kind for kind in KINDS if kind != "late"]
    assert Faults(0.1).codes == USUAL_CODES
    assert Faults(0.1, late=2).kinds == ["late"]


@given(FAULTS)
def test_what_is_written_is_read_back(faults: Faults) -> None:
    """Any faults, written as in a shell, read as the same."""
    assert Faults.parse(str(faults)) == faults


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "how often"),
        ("codes=429", "how often"),
        ("rate=0.05,tornado", "'tornado' is no fault; .* torn-pages"),
        ("rate", "'rate' is no fault"),
        ("rate=1,malformed=1", "'malformed=1' is no fault"),
        ("rate=much", "'rate=much' needs a number"),
        ("rate=1,codes=429+x", "'codes=429\\+x' needs a number"),
        ("rate=5", "from 0 to 1; 5.0 is not"),
        ("rate=nan", "nan is not"),
        ("rate=1,codes=429+404", "401, .*504; 404 would be about the request"),
        ("rate=1,late=-1", r"late= is in seconds, from 0 to 86,400; -1.0 is not"),
        ("rate=1,retry-after=inf", "retry_after= is in seconds"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(text: str, sentence: str) -> None:
    """A fault that there is none of, a number that is none or too large: refused with what there is."""
    with pytest.raises(ListkitError, match=sentence):
        Faults.parse(text)
