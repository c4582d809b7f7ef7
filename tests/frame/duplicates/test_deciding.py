"""What a person decides about rows is obeyed, whatever their cells say."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.errors import ColumnsError, ListkitError
from listkit.frame.duplicates import deciding
from listkit.frame.duplicates.finding import duplicates

PHONES = ["+12025550101", "+12025550101", "+12025550101", "+12025550102", "+12025550102", "+12025550103"]
PEOPLE = pd.DataFrame({"phone": PHONES}, dtype="str")


def clusters(found: pd.DataFrame) -> list[list[int]]:
    """Take the rows of each cluster."""
    return [rows.tolist() for _, rows in found.groupby("cluster")["row"]]


def decided(**decisions: str) -> pd.DataFrame:
    """Write decisions about rows, as row_1="same", into what was found."""
    found = duplicates(PEOPLE)
    for row, said in decisions.items():
        found.loc[found["row"] == int(row.removeprefix("row_")), "decision"] = said
    return found


def test_a_row_that_is_not_the_same_leaves_its_cluster() -> None:
    """The others stay together; where only one is left there is no cluster."""
    assert clusters(duplicates(PEOPLE)) == [[0, 1, 2], [3, 4]]
    assert clusters(duplicates(PEOPLE, decisions=decided(row_1="not the same"))) == [[0, 2], [3, 4]]
    assert clusters(duplicates(PEOPLE, decisions=decided(row_3="not the same"))) == [[0, 1, 2]]


def test_rows_that_are_the_same_are_brought_together() -> None:
    """Rows of different numbers are one cluster when a person says so, and the reason says that."""
    edited = decided()
    edited["cluster"] = 0
    edited.loc[edited["row"].isin([2, 4]), "decision"] = "same"
    found = duplicates(PEOPLE, decisions=edited)
    assert clusters(found) == [[0, 1, 2, 3, 4]]
    assert found.loc[found["row"] == 3, "why"].item() == "like row 4: same phone"
    lone = pd.DataFrame({"row": [0, 5], "cluster": [0, 0], "decision": ["same", "same"]})
    found = duplicates(PEOPLE, decisions=lone)
    assert clusters(found) == [[0, 1, 2, 5], [3, 4]]
    assert found.loc[found["row"] == 5, "why"].item() == "like row 0: decided to be the same"


def test_what_is_decided_is_still_there() -> None:
    """The rows that are found carry what was decided about them."""
    found = duplicates(PEOPLE, decisions=decided(row_0="same", row_2="same", row_4="not the same"))
    assert found.set_index("row")["decision"].fillna("").to_dict() == {0: "same", 1: "", 2: "same"}


@pytest.mark.parametrize(
    ("edited", "error", "sentence"),
    [
        (pd.DataFrame({"row": [0]}), ColumnsError, "There is no 'cluster' column"),
        (pd.DataFrame({"row": [9], "cluster": [0], "decision": [None]}), ListkitError, "no row 9 among the 6"),
        (
            pd.DataFrame({"row": [1, 1], "cluster": [0, 1], "decision": [None] * 2}),
            ListkitError,
            "Row 1 is there twice",
        ),
        (pd.DataFrame({"row": [1], "cluster": [0], "decision": ["yes"]}), ListkitError, "'yes' is no decision; 'same'"),
    ],
)
def test_a_frame_that_decides_nothing_is_refused(
    edited: pd.DataFrame, error: type[ListkitError], sentence: str
) -> None:
    """The error names the column, the row or the word."""
    with pytest.raises(error, match=sentence):
        duplicates(PEOPLE, decisions=edited)


def test_the_same_and_not_the_same_is_refused() -> None:
    """Two rows cannot be decided both ways."""
    parts = deciding.Parts([{1: 1, 2: 2}])
    with pytest.raises(ListkitError, match="Rows 3 and 2 are decided to be the same and not the same"):
        parts.join_all([[1, 3], [3, 2]])


SAID = st.sampled_from([None, "same", "not the same"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), SAID), min_size=6, max_size=6))
def test_every_decision_is_obeyed(lines: list[tuple[int, str | None]]) -> None:
    """Whatever is decided: those who are the same are in one cluster, and whoever is not is apart from the others."""
    edited = pd.DataFrame(lines, columns=["cluster", "decision"]).assign(row=range(6))
    found = duplicates(PEOPLE, decisions=edited).set_index("row")["cluster"]
    label = [found.get(row, -1 - row) for row in range(6)]
    for row, (case, said) in enumerate(lines):
        for other, (other_case, other_said) in enumerate(lines):
            if row == other or case != other_case:
                continue
            assert said != "not the same" or label[row] != label[other]
            assert {said, other_said} != {"same"} or label[row] == label[other]
