"""What was chosen is undone and done again, and no way that was gone is forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from listkit.wizards.history import History


def test_another_choice_after_an_undo_is_another_branch() -> None:
    """Both ways can be gone again, the last one first."""
    history = History("")
    for choice in ("tea", "tea with milk"):
        history.choose(choice, choice)
    assert (history.undo(), history.undo(), history.undo()) == ("tea with milk", "tea", "")
    history.choose("coffee", "coffee")
    assert history.undoes == "coffee"
    history.undo()
    assert history.branches == ["tea", "coffee"]
    assert (history.redo(0), history.redo(), history.redo(), history.now) == (
        "tea",
        "tea with milk",
        "",
        "tea with milk",
    )


def test_the_way_that_was_come_is_the_one_that_is_gone_again() -> None:
    """Undoing an older branch makes it the one that redo takes."""
    history = History(0)
    for choice in (1, 2):
        history.choose(choice, str(choice))
        history.undo()
    history.redo(0)
    history.undo()
    assert (history.redo(), history.now) == ("1", 1)


def test_a_choice_that_was_made_before_is_no_new_branch() -> None:
    """It is taken up again, with all that followed it."""
    history = History(0)
    history.choose(1, "one")
    history.choose(2, "two")
    history.undo()
    history.undo()
    history.choose(1, "one")
    assert history.branches == ["two"]


@given(st.lists(st.one_of(st.integers(0, 4), st.just("undo"), st.just("redo")), max_size=40))
def test_everything_that_was_chosen_can_be_come_back_to(moves: list[int | str]) -> None:
    """Whatever is pressed: undoing all the way leads to the start, and every choice hangs below it."""
    history, chosen = History[int](-1), set[int]()
    for move in moves:
        if isinstance(move, int):
            history.choose(move, str(move))
            chosen.add(move)
        else:
            getattr(history, move)()
    while history.undo():
        pass
    assert history.now == -1
    seen = set[int]()

    def walk() -> None:
        for branch in range(len(history.branches)):
            history.redo(0)
            seen.add(history.now)
            walk()
            history.undo()
            del branch

    walk()
    assert seen == chosen
