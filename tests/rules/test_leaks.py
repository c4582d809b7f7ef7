"""Numbers, addresses and keys are found in a text, and what is nobody's is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import leaks

FOUND = [
    ("call +91 98765 43210 today", "phone", "+919876543210"),
    ("(+91-98765-43210)", "phone", "+919876543210"),
    ("919876543210", "phone", "+919876543210"),
    ("phone  +919876543210\n0  +12025550123", "phone", "+919876543210"),
    ("<td>asha@hospital.in</td>", "email", "asha@hospital.in"),
    ("https://kk9:tt3x@api.exotel.com/v2", "secret", "tt3x"),
    ("api_key='abc123def456'", "secret", "abc123def456"),
    ('"token": "abc123def456"', "secret", "abc123def456"),
    ("Authorization: Basic YWJjOmRlZjEyMw==", "secret", "YWJjOmRlZjEyMw=="),
]
NOTHING = [
    *("+1 202 555 0123", "+44 20 7946 0123", "+447700900123", "+61 491", "asha@example.org", "x@mail.example"),
    *(
        "a•••@hospital.in",
        "+91•••••••10",
        "2026-11-25 10:20:30",
        "1,234,567 rows",
        "192.168.100.100",
        "3.14159265358979",
    ),
    *("https://key:token@host", "token='YOUR_TOKEN'", "key='secret-key'", "password='…'", 'key="<your key 1>"'),
    *("98765 43210", "1732520000", "sid 4930123456", "0x919876543210", "a919876543210b", "3.14159265358979", ""),
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_what_should_not_be_read_is_found(text: str, kind: str, value: str) -> None:
    """Each once, with what it is, and shown so that it tells nobody anything."""
    (leak,) = leaks.find(text)
    assert (leak.kind, leak.value) == (kind, value)
    assert value not in leak.shown


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    """Numbers for stories, masked ones, dates, amounts, ids, and places for a key."""
    assert [*leaks.find(text)] == []


def test_numbers_are_found_as_they_are_written_in_a_country() -> None:
    """With a region also without a plus, several in a line."""
    found = leaks.find("98765 43210 98765 43211 020 2612 3415", regions=["IN"])
    assert [leak.value for leak in found] == ["+919876543210", "+919876543211", "+912026123415"]


def test_a_known_key_is_found_wherever_it_stands() -> None:
    """Whatever stands before it; and it is no address besides."""
    text = "it was opensesame@hospital.in in the end"
    assert [leak.value for leak in leaks.find(text, secrets=["opensesame", "another"])] == ["opensesame"]


@given(st.text(), st.text())
def test_a_number_is_found_in_any_text(before: str, after: str) -> None:
    """Nothing that stands on other lines hides it, and no text is too odd."""
    found = [leak.value for leak in leaks.find(f"{before}\n+919876543210\n{after}", regions=["IN", "US"])]
    assert "+919876543210" in found
