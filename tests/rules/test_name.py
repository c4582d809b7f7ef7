"""Names are tidied and believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import name
from listkit.rules.verdict import column


@pytest.mark.parametrize("text", ["NA", "None", "Null", "True", "0", "-", "O'Neil", "आशा", "Zoë"])
def test_every_word_is_a_name(text: str) -> None:
    """Surnames that programs take for nothing stay as they are."""
    assert name.tidy(column([text])).value.to_pylist() == [text]


@pytest.mark.parametrize(("text", "value"), [("  Asha \n Rao ", "Asha Rao"), ("\u200eRao", "Rao"), (" ", None)])
def test_white_space_and_invisible_marks_go(text: str, value: str | None) -> None:
    """One space between words, none around them, and no mark that cannot be seen."""
    assert name.tidy(column([text])).value.to_pylist() == [value]


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    """A tidy name is not changed again, and has nothing to tell."""
    once = name.tidy(column([text.encode("utf-8", "replace").decode()]))
    twice = name.tidy(once.value)
    assert twice.value == once.value
    assert twice.code.to_pylist() == [""]


@given(st.lists(st.none() | st.text(" ab\u00e9\u200e\u2003\x1f\n", max_size=6) | st.text(max_size=4), max_size=20))
def test_a_column_is_tidied_as_its_names_are(texts: list[str | None]) -> None:
    """Names that are tidy already are not looked at one by one, and nothing else is said of them."""
    told = name.tidy(column(texts))
    rows = zip(*(getattr(told, field).to_pylist() for field in ("value", "code", "reason", "suggestion")), strict=True)
    assert [*rows] == [(one.value, one.code, one.reason, one.suggestion) for one in map(name._tidy, texts)]
