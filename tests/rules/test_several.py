"""Numbers in one cell are told apart."""

from __future__ import annotations

import pytest

from listkit.rules import several


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1111111, 2222222", ["1111111", "2222222"]),
        ("1111111 / 2222222 /3333333", ["1111111", "2222222", "3333333"]),
        ("1111111;2222222|3333333&4444444", ["1111111", "2222222", "3333333", "4444444"]),
        ("1111111\n2222222", ["1111111", "2222222"]),
        (r"1111111\n2222222\n", ["1111111", "2222222"]),
        ("1111111 or 2222222 and 3333333", ["1111111", "2222222", "3333333"]),
        ("+911111111 +912222222", ["+911111111", "+912222222"]),
        ("98765-43210", ["98765-43210"]),
        ("9,87,65,43,210", ["9876543210"]),
        ("Nadia", ["Nadia"]),
    ],
)
def test_the_marks_between_numbers(text: str, parts: list[str]) -> None:
    """Commas, slashes, semicolons, bars, line breaks (also written out), words and a new plus part numbers."""
    assert several.parts(text) == parts
