"""Email addresses are normalised or refused with the reason."""

from __future__ import annotations

import pytest

from listkit.rules import email
from listkit.rules.verdict import column


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("Asha@Example.COM", "Asha@example.com", ""),
        ("  asha@example.com\u200b ", "asha@example.com", "invisible_marks"),
        ("mailto:asha@example.com", "asha@example.com", ""),
        ("asha(at)example.com", None, "invalid_email"),
        ("asha@example", None, "invalid_email"),
        ("n/a", None, "no_email"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_an_address_or_a_reason(text: str | None, value: str | None, code: str) -> None:
    """The domain is written small, the rest is the owner's; what is no address says why."""
    told = email.parse(column([text]))
    assert (told.value[0].as_py(), told.code[0].as_py()) == (value, code)
    assert bool(told.reason[0].as_py()) == bool(code)
