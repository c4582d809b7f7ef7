"""What was decided once is obeyed in the lists to come, wherever the rows stand."""

from __future__ import annotations

import pandas as pd
import pytest

import listkit as lk
from listkit.errors import ListkitError
from listkit.frame.duplicates.finding import duplicates
from listkit.frame.duplicates.merging import merge_duplicates, merging
from listkit.frame.duplicates.remembering import decisions
from listkit.frame.recipe import replay
from tests.bench.doubled import doubled

PEOPLE = pd.DataFrame(
    {
        "phone": ["+12025550101", "+12025550101", "+12025550102", "+12025550102", "+12025550103"],
        "first_name": ["Asha", "Ravi", "Ben", "Benjamin", "Chen"],
    },
    dtype="str",
)


def edited() -> pd.DataFrame:
    """Decide that Asha and Ravi are two, and that Ben and Chen are one."""
    return pd.DataFrame(
        {"row": [0, 1, 2, 4], "cluster": [0, 0, 1, 1], "decision": [None, "not the same", "same", "same"]}
    )


def test_decisions_are_found_again_in_another_order() -> None:
    """They go by what a row says of a person; no number is to be read in them."""
    said = decisions(PEOPLE, edited())
    assert "2025550" not in repr(said)
    turned = PEOPLE.iloc[::-1].reset_index(drop=True)
    found = duplicates(turned, decisions=said)
    assert {frozenset(turned["first_name"].iloc[rows]) for _, rows in found.groupby("cluster")["row"]} == {
        frozenset({"Ben", "Benjamin", "Chen"})
    }
    assert duplicates(PEOPLE, decisions=said)["row"].tolist() == duplicates(PEOPLE, decisions=edited())["row"].tolist()


def test_decisions_about_others_change_nothing() -> None:
    """Rows that are not here are passed over, and so are decisions about nobody."""
    said = decisions(PEOPLE, edited())
    others = PEOPLE.assign(phone=PEOPLE["phone"].str.replace("+1202", "+1303"))
    pd.testing.assert_frame_equal(duplicates(others, decisions=said), duplicates(others))
    assert decisions(PEOPLE, duplicates(PEOPLE)) == []


def test_rows_that_say_the_same_can_be_two_people() -> None:
    """Each of them is then nobody's double."""
    twins = PEOPLE.iloc[[0, 0, 0]].reset_index(drop=True)
    apart = pd.DataFrame({"row": [0, 1, 2], "cluster": 0, "decision": "not the same"})
    assert duplicates(twins, decisions=decisions(twins, apart)).empty


def test_what_is_no_decision_is_refused() -> None:
    """The sentence says what is wrong."""
    with pytest.raises(ListkitError, match=r"decisions= holds what is no decision: .*unknown field `row`"):
        duplicates(PEOPLE, decisions=[{"row": ["1"]}])


def test_a_merging_tells_its_recipe() -> None:
    """Replayed it gives an equal frame, from a file too, and obeys the decisions in a list that has grown."""
    done = merging(PEOPLE, decisions=edited(), keep="last")
    pd.testing.assert_frame_equal(replay(PEOPLE, done.recipe), done.frame)
    grown = pd.concat([PEOPLE, PEOPLE.assign(phone="+12025550199")], ignore_index=True)
    assert len(replay(grown, done.recipe)) == len(done.frame) + 1
    assert replay(PEOPLE.iloc[:0], done.recipe).empty


def test_a_recipe_of_clusters_that_were_given_knows_those_people_alone() -> None:
    """It gives an equal frame here, and merges nobody else elsewhere."""
    made = doubled(120, seed=5).frame
    found = duplicates(made, fuzzy=True).query("cluster < 8")
    done = merging(made, found)
    pd.testing.assert_frame_equal(replay(made, done.recipe), done.frame)
    assert len(replay(PEOPLE, done.recipe)) == len(PEOPLE)


def test_a_saved_recipe_finds_the_likely_ones_again(tmp_path: object) -> None:
    """Rule, threshold and decisions are in the file, and the Python that it writes does the same."""
    made = doubled(120, seed=6).frame
    found = duplicates(made, fuzzy=True, threshold=0.9)
    found.loc[found.index[0], "decision"] = "not the same"
    done = merging(made, fuzzy=True, threshold=0.9, decisions=found)
    path = f"{tmp_path}/recipe.json"
    done.recipe.save(path)
    pd.testing.assert_frame_equal(replay(made, lk.load_recipe(path)), done.frame)
    pd.testing.assert_frame_equal(
        merge_duplicates(made, fuzzy=True, threshold=0.9, decisions=decisions(made, found)), done.frame
    )
    scope: dict[str, object] = {}
    exec(done.recipe.to_python(), scope)  # noqa: S102 - what the recipe writes is what is tried
    pd.testing.assert_frame_equal(scope["prepare"](made), done.frame)
