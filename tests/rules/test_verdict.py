"""One verdict a value, whatever the shape of the column."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules.verdict import Verdict, Verdicts, column

TEXTS = st.lists(st.tuples(st.none() | st.text("ab", max_size=2), st.none() | st.sampled_from(["IN", "US"])))


def _joined(text: str | None, region: str | None) -> Verdict:
    return Verdict(f"{text}/{region}", "code", "reason", text)


@given(TEXTS)
def test_a_rule_over_two_columns_answers_row_by_row(rows: list[tuple[str | None, str | None]]) -> None:
    """Spreading the verdicts on distinct rows gives the same as asking about each row."""
    told = Verdicts.of(_joined, column(text for text, _ in rows), column(region for _, region in rows))
    assert told.value.to_pylist() == [f"{text}/{region}" for text, region in rows]
    assert told.suggestion.to_pylist() == [text for text, _ in rows]
    assert len(told) == len(rows)


def test_a_distinct_value_is_asked_about_once() -> None:
    """A column that repeats itself costs one question a value."""
    asked: list[str] = []

    def rule(text: str) -> Verdict:
        asked.append(text)
        return Verdict(text)

    Verdicts.of(rule, column(["a", "b"] * 500))
    assert sorted(asked) == ["a", "b"]


@pytest.mark.parametrize("chunks", [[], [[]], [["a"], ["b", "a"]]])
def test_a_column_in_pieces_is_a_column(chunks: list[list[str]]) -> None:
    """What a table hands over in chunks is judged like one array."""
    pieces = pa.chunked_array(chunks, pa.string())
    assert Verdicts.of(Verdict, pieces).value.to_pylist() == pieces.to_pylist()
