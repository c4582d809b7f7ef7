"""Automata answer as the rules they are made of, and edits of digits add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from listkit.rules.numbers.automaton import KEEP, Automaton, Edit

DIGITS = st.text("0123456789", min_size=12, max_size=14)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Keep some digits in their order, put others among them, and skip to the rest."""
    kept = sorted(draw(st.sets(st.integers(0, 3))))
    first: list[int | str] = [*kept]
    for digit in draw(st.text("0123456789", max_size=2)):
        first.insert(draw(st.integers(0, len(first))), digit)
    return Edit.of(first, draw(st.integers(kept[-1] + 1 if kept else 0, 5)))


def counting(store: Automaton) -> int:
    """Make an automaton that answers with the digits that it was given, up to three of them."""

    def after(begun: str) -> int:
        if len(begun) == 3:
            return store.always(begun)
        return store.node(begun, [after(f"{begun}{digit}") for digit in range(10)])

    return after("")


@given(DIGITS, edits(), edits())
def test_two_edits_are_one(digits: str, first: Edit, second: Edit) -> None:
    """An edit after another is the edit of what the other made."""
    assert second.after(first).on(digits) == second.on(first.on(digits))
    assert KEEP.after(first) == first == first.after(KEEP)


@given(DIGITS, edits())
def test_an_automaton_after_an_edit_answers_about_what_it_made(digits: str, edit: Edit) -> None:
    """Editing digits and asking is asking the edited automaton."""
    store = Automaton()
    node = counting(store)
    assert store.answer(store.after(edit, node, None), digits) == store.answer(node, edit.on(digits))


@given(DIGITS, st.sampled_from("0123456789"), edits())
def test_an_edit_can_hang_on_the_digits(digits: str, first: str, edit: Edit) -> None:
    """Only where one automaton says so are the digits edited before the other is asked."""
    store = Automaton()
    node = counting(store)
    always, never = store.always(edit), store.always(KEEP)
    choosing = store.node(KEEP, [always if str(digit) == first else never for digit in range(10)])
    wanted = edit if digits.startswith(first) else KEEP
    assert store.answer(store.through(choosing, node, None), digits) == (wanted, store.answer(node, wanted.on(digits)))


def test_what_looks_alike_is_one_node() -> None:
    """Nodes are shared, so that an automaton is as small as it can be."""
    store = Automaton()
    yes, no = store.always(answer=True), store.always(answer=False)
    assert store.always(answer=True) == yes
    assert store.node(True, [yes] * 10) == yes
    assert store.combine(lambda *both: all(both), yes, no) == no
    assert store.combine(lambda one: not one, store.node(True, [no] * 10)) == store.node(False, [yes] * 10)
    assert len(list(store.below([yes, no]))) == 2
