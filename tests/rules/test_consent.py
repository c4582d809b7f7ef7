"""A consent is yes, no or unknown, and what cannot be read is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import consent
from listkit.rules.verdict import column


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("Yes", "yes", ""),
        ("TRUE", "yes", ""),
        ("1.0", "yes", ""),
        ("Opted-in", "yes", ""),
        ("sí", "yes", ""),
        ("हाँ", "yes", ""),
        ("No", "no", ""),
        ("opt_out", "no", ""),
        ("Não", "no", ""),
        ("нет", "no", ""),
        ("unknown", "unknown", ""),
        ("yes?", "unknown", "consent_unread"),
        ("not yes", "unknown", "consent_unread"),
        ("2", "unknown", "consent_unread"),
        ("x", "unknown", "consent_unread"),
        ("2024-05-01", "unknown", "consent_unread"),
        (" ", "unknown", "consent_missing"),
        (None, "unknown", "consent_missing"),
    ],
)
def test_a_consent_is_read_or_unknown(cell: str | None, value: str, code: str) -> None:
    """Words of many languages; a date, a number or a doubt is no yes and no no."""
    told = consent.parse(column([cell]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([value], [code])


@given(st.text())
def test_reading_twice_is_reading_once(cell: str) -> None:
    """What was read is read again as the same."""
    once = consent.parse(column([cell.encode("utf-8", "replace").decode()])).value
    assert consent.parse(once).value == once
