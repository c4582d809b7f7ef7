"""A mask leaves enough to be known again, and not enough to be called."""

from __future__ import annotations

import pytest

from listkit.rules.masking import mask, mask_name, mask_within


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call +91 98765 43210 now", "call +91••••••••••10 now"),
        ("(020) 7946-0123", "(02••••••••••23"),
        ("9876543210/9876543211", "987••••••••••••••••11"),
        ("a.b+c@example.co.uk;x@example.com", "a•••@example.co.uk;x•••@example.com"),
        ("08/11/2026", "08/11/2026"),
        ("2026-11-08 12:30:00", "2026-11-08 12:30:00"),
        ("2026-11-08 9876543210", "202••••••••••••••••10"),
        ("Flat 12, 411001 Pune", "Flat 12, 411001 Pune"),
        ("", ""),
    ],
)
def test_numbers_and_addresses_in_a_text(text: str, shown: str) -> None:
    """What has the digits of a number is hidden, a day and a post code are shown."""
    assert mask_within(text) == shown


def test_a_name_shows_its_first_letters() -> None:
    """How long it is stays hidden, and nothing is nothing."""
    assert mask_name("  Dr. Asha  Rao") == "D••• A••• R•••"
    assert mask_name("") == ""


def test_a_short_number_is_hidden_whole() -> None:
    """Of five characters none is shown."""
    assert mask("12345") == "•••••"
