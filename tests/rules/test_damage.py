"""What happened to a cell is named, and mended only where it is certain."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import beside, damage

MENDED = [
    ("'9876543210", "9876543210", ["quote_mark"]),
    ("919876543210.0", "919876543210", ["trailing_point_zero"]),
    ("919876543210,00", "919876543210", ["trailing_point_zero"]),
    ("\u200f+919876543210\u202c", "+919876543210", ["invisible_marks"]),
    ("98765\u00a043210", "98765 43210", ["invisible_marks"]),
    ('="+919876543210"', "+919876543210", ["formula"]),
    ("=919876543210", "919876543210", ["formula"]),
    ("9.1987654321E+10", "91987654321", ["scientific_exact"]),
    ("9,19876543210e11", "919876543210", ["scientific_exact"]),
    ("'\u200b919876543210.0", "919876543210", ["invisible_marks", "quote_mark", "trailing_point_zero"]),
    ("٩٨٧٦٥٤٣٢١٠", "9876543210", []),
    ("＋919876543210", "+919876543210", []),
    ("011 4760.0555", "011 4760.0555", []),
]
BLOCKED = [
    (None, "empty"),
    ("", "empty"),
    ("\u200b ", "empty"),
    ("0", "no_number"),
    ("000 ", "no_number"),
    ("-", "no_number"),
    ("N/A", "no_number"),
    ("None", "no_number"),
    ("Nadia", "no_digits"),
    ("दूरभाष", "no_digits"),
    ("#NAME?", "spreadsheet_error"),
    ("9.19877E+11", "scientific_notation"),
    ("1" * 500, "too_long"),
]


@pytest.mark.parametrize(("text", "left", "codes"), MENDED)
def test_what_is_certain_is_mended(text: str, left: str, codes: list[str]) -> None:
    """Each exact repair leaves the number and says what was done, in order."""
    seen = damage.examine(text)
    assert (seen.text, [found.code for found in seen.mended], seen.blocked) == (left, codes, None)


@pytest.mark.parametrize(("text", "code"), BLOCKED)
def test_what_cannot_be_mended_is_named(text: str | None, code: str) -> None:
    """A cell without a number to read has one code, and it is in the table."""
    blocked = damage.examine(text).blocked
    assert blocked is not None
    assert blocked.code == code
    assert not damage.DAMAGES[code].repairable


@given(digits=st.from_regex(r"[1-9][0-9]{1,14}", fullmatch=True), kept=st.integers(1, 15))
def test_scientific_notation_is_exact_or_lost(digits: str, kept: int) -> None:
    """With all its digits a number comes back as it was; with fewer it is blocked, and both are counted."""
    shown = digits[:kept]
    seen = damage.examine(f"{shown[0]}.{shown[1:] or '0'}E+{len(digits) - 1:02}")
    if len(shown) >= len(digits):
        assert seen.text == digits
    else:
        assert seen.blocked is not None or seen.text == digits[: len(shown)].ljust(len(digits), "0")
        if seen.blocked and len(shown) > 1:
            assert f"{len(shown)} of {len(digits)} digits left" in seen.blocked.reason


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("+912026123415 ext 12", "+912026123415", "12"),
        ("020 26123415 x12", "020 26123415", "12"),
        ("020 26123415x12", "020 26123415", "12"),
        ("020 26123415 Extn. 12", "020 26123415", "12"),
        ("020 26123415, Extension: 127, 311", "020 26123415", "127, 311"),
        ("020 26123415 (Extension. 201)", "020 26123415", "201"),
        ("020 26123415 #12", "020 26123415", "12"),
    ],
)
def test_an_extension_is_cut_off_and_told(text: str, number: str, extension: str) -> None:
    """The number before an extension is whole, and no digit of the extension is lost in silence."""
    left, told = beside.cut_extension(text)
    assert left == number
    assert told is not None
    assert told.reason.startswith(f"extension {extension}:")


@pytest.mark.parametrize("text", ["98765 43210", "Max 9876543210", "ext 12", "Tax office 98765"])
def test_a_word_that_only_looks_like_an_extension_is_none(text: str) -> None:
    """An extension follows a number and stands alone as a word."""
    assert beside.cut_extension(text) == (text, None)


@pytest.mark.parametrize(("text", "is_rounded"), [("919877000000", True), ("91987600000", True), ("9876500000", False)])
def test_a_rounded_number_is_noticed(text: str, is_rounded: bool) -> None:
    """Six digits and then zeros to the end, in a number of eleven digits or more, were rounded."""
    assert (damage.rounded(text) is not None) == is_rounded


@pytest.mark.parametrize("seed", ["9", "+", "(", "x1", "ext ", ", ", "1,", "0 ", "é", "O1", "- "])
def test_a_cell_twice_as_long_does_not_take_three_times_as_long(seed: str) -> None:
    """No pattern runs away on a long cell: tens of thousands of marks take milliseconds."""
    start = time.process_time()
    text = seed * (40_000 // len(seed))
    damage.examine(text)
    beside.cut_extension(text[:400])
    beside.words_beside(text[:400])
    assert time.process_time() - start < 0.5


@given(st.text())
def test_naming_never_fails_and_never_adds_a_digit(text: str) -> None:
    """Whatever is in a cell, what is left has no more digits than it had."""
    seen = damage.examine(text)
    if not any(found.code == "scientific_exact" for found in seen.mended):
        assert len(damage.digits(seen.text)) <= sum(mark.isdecimal() for mark in text)
    assert {found.code for found in (*seen.mended, *filter(None, [seen.blocked]))} <= damage.DAMAGES.keys()
