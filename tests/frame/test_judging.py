"""Rules of the user's own tell beside ours, of the cleaned column, in the same table."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from listkit.errors import ListkitError
from listkit.frame.checking import PROBLEMS, check
from listkit.frame.cleaning import clean, cleaning

PEOPLE = pd.DataFrame(
    {"Mobile": ["98765 43210", "+1 202 555 0123", None], "Loan No.": ["L-1", "x", None], "Age": [41, 17, 30]},
    index=["a", "a", "c"],
)
OURS = ["empty"]


def is_indian(phone: pd.Series[Any]) -> pd.Series[bool]:
    """Only Indian numbers.

    The card works nowhere else.
    """
    return phone.isna() | phone.str.startswith("+91")


def _told(rules: Any) -> list[list[Any]]:
    found = check(PEOPLE, region="IN", rules=rules)
    return found.loc[~found["code"].isin(OURS), ["row", "column", "code", "message"]].to_numpy().tolist()


def test_a_function_is_given_the_column_that_its_argument_is_called_like() -> None:
    """It sees what cleaning makes of the column; its first line says what is wrong; the index is the frame's."""
    found = check(PEOPLE, region="IN", rules=[is_indian])
    assert tuple(found.columns) == PROBLEMS
    assert found.index.tolist() == ["a", "c"]
    assert found.iloc[0].tolist()[:6] == [
        1,
        "Mobile",
        "warning",
        "is_indian",
        "+1 202 555 0123",
        "Only Indian numbers.",
    ]


def test_a_column_can_be_said_beside_a_function() -> None:
    """By its name in the frame where it has no other; several rules can be told of one column."""
    starts = lambda one: one.isna() | one.str.startswith("L-")  # noqa: E731 - as a user writes it
    rules = {"Loan No.": [starts, lambda one: one.map({"x": "no loan"})], "Age": _is_old}
    assert _told(rules) == [
        [1, "Loan No.", "rule", "your rule says no"],
        [1, "Loan No.", "rule", "no loan"],
        [1, "Age", "_is_old", "your _is_old says no"],
    ]


def _is_old(age: pd.Series[int]) -> list[bool]:
    return [one >= 18 for one in age]


def test_cleaning_tells_the_same_by_canonical_names_and_changes_nothing_by_it() -> None:
    """The rules are no part of the frame that comes out, nor of the recipe."""
    done = cleaning(PEOPLE, region="IN", rules=is_indian)
    assert done.problems[["row", "column", "code"]].to_numpy().tolist() == [
        [1, "phone", "is_indian"],
        [2, "phone", "empty"],
    ]
    pd.testing.assert_frame_equal(done.frame, clean(PEOPLE, region="IN"))
    assert done.recipe == cleaning(PEOPLE, region="IN").recipe


@pytest.mark.parametrize(
    "answer",
    [[True, None, False], np.array([True, True, False]), pd.array([True, pd.NA, False], dtype="boolean"),
     ["", None, "bad"], pd.Series(["", np.nan, "bad"], index=PEOPLE.index)],
)  # fmt: skip
def test_trues_and_falses_or_messages_in_any_shape(answer: Any) -> None:
    """False is a problem, missing is none; so are a message and an empty one."""
    assert [row for row, *_ in _told(lambda phone: answer)] == [2]


def test_a_pandera_schema_is_a_rule() -> None:
    """Of the whole frame, by canonical names, or of one column; every failing cell is a problem."""
    schema = pa.DataFrameSchema(
        {
            "phone": pa.Column(str, pa.Check.str_startswith("+91"), nullable=True),
            "Age": pa.Column(int, pa.Check.ge(18), coerce=True),
        }
    )
    expected = [
        [1, "Mobile", "str_startswith", "str_startswith('+91') is not so"],
        [1, "Age", "greater_than_or_equal_to", "greater_than_or_equal_to(18) is not so"],
    ]
    assert _told(schema) == expected
    assert _told([schema]) == expected
    assert _told({"Age": pa.SeriesSchema(int, pa.Check.ge(18))}) == expected[1:]


def test_a_pandera_model_is_a_rule() -> None:
    """The class is given as it is; what is missing where it may not be is told too."""

    class People(pa.DataFrameModel):
        phone: str = pa.Field(nullable=False)

    assert _told(People) == [[2, "Mobile", "not_nullable", "not_nullable is not so"]]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("phone", "'phone' is no rule"),
        ([7], "7 is no rule"),
        (lambda fax: fax, r"asks for 'fax', and there are 'phone', 'Loan No.', 'Age': say rules="),
        (lambda one, two: one, "does not name one column"),
        ({"Fax": is_indian}, "asks for 'Fax'"),
        (lambda phone: phone.fax, "failed on the column 'phone': AttributeError"),
        (lambda phone: [True], "answered 1 values to a column of 3"),
        (lambda phone: True, "answered True to a column of 3"),
        (lambda phone: phone.reset_index(drop=True).notna(), "the same index"),
        (lambda phone: [1, 2, 3], "neither trues and falses nor messages, but 1"),
        (pa.DataFrameSchema({"fax": pa.Column(str)}), "The schema does not fit the frame: .*fax"),
    ],
)
def test_a_rule_that_cannot_be_asked_is_one_sentence(rules: Any, words: str) -> None:
    """What is no rule, asks for no column, fails, or answers something else."""
    with pytest.raises(ListkitError, match=words):
        check(PEOPLE, region="IN", rules=rules)


def test_pandera_is_loaded_only_by_who_uses_it() -> None:
    """Checking with a function in a fresh process loads no pandera."""
    program = (
        "import sys, pandas as pd, listkit as lk;"
        "lk.of(pd.DataFrame({'phone': ['1']})).check(rules=lambda phone: phone.notna());"
        "print(any(name.startswith('pandera') for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "False"
