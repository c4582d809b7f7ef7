"""Likely duplicates are found by all that rows say, weighed by what the list itself teaches."""

from __future__ import annotations

import pandas as pd
import pytest

from listkit.errors import ListkitError
from listkit.frame.duplicates import blocking, fields
from listkit.frame.duplicates.finding import duplicates
from listkit.frame.duplicates.identities import Identities
from tests.bench.doubled import doubled, score

COLUMNS = ["first_name", "last_name", "phone", "email"]
CROWD = doubled(400, seed=3).frame


def beside(*rows: tuple[str | None, ...]) -> pd.DataFrame:
    """Put some rows on top of a crowd of others."""
    return pd.concat([pd.DataFrame(rows, columns=COLUMNS, dtype="str"), CROWD], ignore_index=True)


def clusters(found: pd.DataFrame) -> set[frozenset[int]]:
    """Take the rows of each cluster."""
    return {frozenset(rows) for _, rows in found.groupby("cluster")["row"]}


def fuzzy(frame: pd.DataFrame, **options: object) -> pd.DataFrame:
    """Find the likely duplicates."""
    return duplicates(frame, fuzzy=True, **options)


def test_a_person_is_found_whatever_was_mistyped() -> None:
    """A letter, a digit, an initial: the sentence says what is the same and what is only alike."""
    frame = beside(
        ("Jon", "Quisling", "+12025550123", "jon@example.com"),
        ("John", "Quisling", "+12025550123", None),
        ("Wilhelmina", "Zweig", "+12025550147", "wz@example.com"),
        ("W.", "Zweig", "+12025550148", "wz@example.com"),
    )
    found = fuzzy(frame).set_index("row")
    assert {frozenset({0, 1}), frozenset({2, 3})} <= clusters(fuzzy(frame))
    assert found.loc[0, "why"] == "like row 1: same last name; same phone; first name 'Jon' ~ 'John'"
    assert found.loc[3, "why"] == (
        "like row 2: same last name; same email; first name 'W.' ~ 'Wilhelmina'; phone '+12025550148' ~ '+12025550147'"
    )
    assert found["score"].between(0.8, 1).all()


def test_namesakes_are_two_people() -> None:
    """A name that many have tells little: another number and another address tell more."""
    frame = beside(
        ("Maria", "Smith", "+12025550123", "maria.smith@example.com"),
        ("Maria", "Smith", "+447946099123", "msmith7@example.org"),
    )
    assert not any({0, 1} <= rows for rows in clusters(fuzzy(frame)))


def test_rows_that_say_little_are_nobody() -> None:
    """Rows that hold nothing but a city are not one person; with the same number they are."""
    few = pd.DataFrame({"first_name": ["Asha", "Ben", *[None] * 4], "city": ["Pune"] * 6}, dtype="str")
    assert fuzzy(few).empty
    same = few.assign(phone=["+12025550123", None, "+12025550123", *[None] * 3])
    assert clusters(fuzzy(same)) == {frozenset({0, 2})}


def test_a_list_of_two_rows_is_enough() -> None:
    """Where there is nothing to learn from, what is known of people on the whole is used."""
    two = pd.DataFrame([("Jon", "Rao", "+12025550123"), ("John", "Rao", "+12025550123")], columns=COLUMNS[:3])
    assert clusters(fuzzy(two)) == {frozenset({0, 1})}
    assert fuzzy(two.iloc[:1]).empty
    assert fuzzy(two.iloc[:0]).empty
    assert fuzzy(pd.DataFrame({"first_name": [None, None]}, dtype="str")).empty


def test_most_are_found_and_few_are_wrong() -> None:
    """On made-up people it was not built on, precision and recall are good, and exact search finds far less."""
    made = doubled(1_500, seed=77)
    assert score(fuzzy(made.frame), made.person) > 0.85
    assert score(fuzzy(made.frame), made.person) > score(duplicates(made.frame), made.person) + 0.1


def test_the_order_of_the_rows_and_the_run_change_nothing() -> None:
    """Shuffled rows give the same clusters with the same scores, and a second run gives the same frame."""
    frame = doubled(300, seed=8).frame
    found = fuzzy(frame)
    pd.testing.assert_frame_equal(fuzzy(frame), found)
    shuffled = frame.sample(frac=1, random_state=1)
    again = fuzzy(shuffled.reset_index(drop=True))
    again["row"] = shuffled.index[again["row"]]
    assert clusters(again) == clusters(found)
    scores = [one.set_index("row")["score"].sort_index() for one in (found, again)]
    pd.testing.assert_series_equal(*scores)


def test_a_higher_threshold_finds_no_more() -> None:
    """Every score is at least the threshold; a threshold that is no probability is refused."""
    sizes = [len(fuzzy(CROWD, threshold=threshold)) for threshold in (0.5, 0.9, 0.999)]
    assert sizes == sorted(sizes, reverse=True)
    assert fuzzy(CROWD, threshold=0.9)["score"].min() >= 0.9
    with pytest.raises(ListkitError, match=r"threshold=85 is no probability between 0 and 1, such as 0.8"):
        fuzzy(CROWD, threshold=85)


def test_what_a_person_decides_is_obeyed_against_the_score() -> None:
    """Two who are surely alike are parted, two strangers are joined, and the reason of these says so."""
    frame = beside(
        ("Jon", "Quisling", "+12025550123", "jon@example.com"),
        ("John", "Quisling", "+12025550123", "jon@example.com"),
        ("Odile", "Vortigern", "+447946099123", "odile@example.org"),
    )
    edited = fuzzy(frame)
    edited.loc[edited["row"] == 1, "decision"] = "not the same"
    assert not any({0, 1} <= rows for rows in clusters(fuzzy(frame, decisions=edited)))
    joined = pd.DataFrame({"row": [1, 2], "cluster": 0, "decision": "same"})
    found = fuzzy(frame, decisions=joined).set_index("row")
    assert found.loc[1, "cluster"] == found.loc[2, "cluster"]
    assert found.loc[2, ["score", "why"]].tolist() == [1.0, "like row 1: decided to be the same"]


def test_the_columns_can_be_chosen() -> None:
    """`on` weighs those alone; a column of numbers of the rows, and what says nothing of a person, are left out."""
    frame = CROWD.assign(tag="x", number=[str(10_000 + row) for row in range(len(CROWD))])
    named = set(Identities(frame))
    records = fields.read(Identities(frame), None, [])
    assert records is not None
    assert {field.name for field in records.fields} == named - {"tag", "number"}
    found = fuzzy(frame, on=["email", "phone"])
    assert not found["why"].str.contains("name|company").any()


def test_a_crowd_that_is_all_alike_costs_no_more_than_its_rows() -> None:
    """The same row many times is one record, and of one huge block each record meets only a few."""
    same = pd.DataFrame({"first_name": "Asha", "phone": "+12025550123"}, index=range(20_000))
    assert len(fuzzy(same)) == 20_000
    block = pd.DataFrame({"last_name": "Rao", "first_name": [f"{row:05}x" for row in range(20_000)]}, dtype="str")
    records = fields.read(Identities(block), None, [])
    assert records is not None
    left, _ = blocking.pairs(records)
    assert len(left) <= 40 * len(block)
