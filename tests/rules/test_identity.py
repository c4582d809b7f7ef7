"""Two cells that mean the same have the same identity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.rules import identity
from listkit.rules.verdict import column

CELLS = st.none() | st.text("0123456789+ ()-.xeEO", max_size=16) | st.text(max_size=8)


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("+1 (202) 555-0123", None, "+12025550123"),
        ("202 555 0123", "US", "+12025550123"),
        ("202 555 0123", None, "2025550123"),
        ("(202) 555-0123", None, "2025550123"),
        ("٢٠٢٥٥٥٠١٢٣", None, "2025550123"),
        ("2.02555E+09", None, None),
        ("call the desk", None, None),
        ("0000000000", None, None),
        (None, "US", None),
    ],
)
def test_a_number_is_the_same_however_it_is_written(text: str | None, region: str | None, value: str | None) -> None:
    """E.164 where the country is known, bare digits where only that is not known, nothing where the number is none."""
    assert identity.phones(column([text]), region=region).value.to_pylist() == [value]


def test_an_address_is_the_same_in_capitals() -> None:
    """Addresses are compared in small letters; what is no address is nobody's."""
    assert identity.emails(column(["Asha@EXAMPLE.com", "n/a", None])).value.to_pylist() == [
        "asha@example.com",
        None,
        None,
    ]


def test_words_are_the_same_in_capitals_and_with_more_space() -> None:
    """Letters are made small, compatible forms one, and spaces and invisible marks mean nothing."""
    told = identity.words(column(["  ASHA\u00a0 Rao", "Ａsha", "A\u200bsha", "\u200b ", None]))
    assert told.value.to_pylist() == ["asha rao", "asha", "asha", None, None]


@settings(max_examples=40)
@given(cells=st.lists(CELLS, max_size=30))
def test_a_column_is_read_like_its_cells(cells: list[str | None]) -> None:
    """Whatever stands beside a cell, its identity is the same."""
    for rule in (identity.phones, identity.emails, identity.words):
        alone = [rule(column([cell])).value[0].as_py() for cell in cells]
        assert rule(column(cells)).value.to_pylist() == alone
