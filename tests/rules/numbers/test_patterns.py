"""Patterns are read as `re` reads them: what they take, and where they end."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listkit.rules.numbers import patterns
from listkit.rules.numbers.automaton import Automaton

WRITTEN = st.recursive(
    st.sampled_from(["0", "7", r"\d", "[1-3]", "[24-68]", "[09]"]),
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("(?:{})?".format, inner),
        st.builds("(?:{}){{1,2}}".format, inner),
        st.builds("(?:{}){{2}}".format, inner),
    ),
    max_leaves=6,
)


@given(pattern=WRITTEN, digits=st.lists(st.text("0123456789", max_size=8), min_size=5, max_size=20))
def test_an_automaton_takes_what_a_pattern_takes(pattern: str, digits: list[str]) -> None:
    """Whole numbers, and beginnings of numbers."""
    store = Automaton()
    nothing = store.always(answer=False)
    end = store.node(True, [nothing] * 10)
    whole = patterns.language(store, patterns.read(pattern), end)
    begun = patterns.language(store, patterns.read(pattern), store.always(answer=True))
    for one in digits:
        assert store.answer(whole, one) == bool(re.fullmatch(pattern, one))
        assert store.answer(begun, one) == bool(re.match(pattern, one))


@example(pattern="(?:0(?:0){1,2}){1,2}", is_end=False, digits=["0000"])
@given(
    pattern=WRITTEN, is_end=st.booleans(), digits=st.lists(st.text("0123456789", max_size=8), min_size=5, max_size=20)
)
def test_the_first_way_that_fits_ends_where_a_match_ends(pattern: str, is_end: bool, digits: list[str]) -> None:
    """The ways through a pattern are tried in the order of `re`, with the same groups."""
    written = f"{pattern}$" if is_end else pattern
    ways = list(itertools.islice(patterns.ways(patterns.read(written)), 3_000))
    for one in digits:
        found = re.match(written, one)
        fitting = (
            way
            for way in ways
            if len(way.digits) <= len(one)
            and (not way.is_end or len(way.digits) == len(one))
            and all(int(digit) in among for digit, among in zip(one, way.digits, strict=False))
        )
        way = next(fitting, None)
        assert (found is None) == (way is None)
        if found and way:
            assert found.end() == len(way.digits)
            spans = {number: (first, last) for number, first, last in way.groups}
            for number in range(1, found.re.groups + 1):
                assert spans.get(number, (-1, -1)) == found.span(number)


@pytest.mark.parametrize("pattern", [r"\w", "a", "1*", "1+", "(?=1)", "(1", "1)", "[^1]", ".", "1{2", "^1", "[a-z]"])
def test_a_pattern_that_is_not_known_is_not_guessed(pattern: str) -> None:
    """What no numbering plan has used yet is refused, so that the library is asked."""
    with pytest.raises(patterns.UnreadablePatternError):
        patterns.read(pattern)
