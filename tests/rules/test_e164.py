"""What is E.164 already is read as libphonenumber reads it, without asking it."""

from __future__ import annotations

import phonenumbers
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.rules import e164

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def examples() -> list[str]:
    """Every example number that the library has, of all regions, kinds and calling codes."""
    kinds = phonenumbers.PhoneNumberType.values()
    regions = phonenumbers.SUPPORTED_REGIONS
    found = [phonenumbers.example_number_for_type(region, kind) for region in sorted(regions) for kind in kinds]
    found += [phonenumbers.example_number_for_non_geo_entity(code) for code in CODES]
    made = [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in found if number]
    return sorted(set(made))


EXAMPLES = examples()


def library(text: str) -> tuple[str, str] | None:
    """Ask the library, and answer only where it leaves the text as it is."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    same = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == text
    country = phonenumbers.region_code_for_number(number)
    return (country, kind) if same and country and phonenumbers.is_valid_number(number) else None


@st.composite
def near_examples(draw: st.DrawFn) -> str:
    """Change, lose or add some digits of an example."""
    text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(2, len(text) - 1))
        text = text[:at] + draw(st.text("0123456789", max_size=2)) + text[at + draw(st.integers(0, 1)) :]
    return text


def test_examples_of_all_regions_and_kinds_are_read_as_the_library_reads_them() -> None:
    """No example differs, and hardly one has to be asked for."""
    told = {text: e164.read(text) for text in EXAMPLES}
    assert len(told) > 1_000
    assert {text: library(text) for text, answer in told.items() if answer} == {
        text: answer for text, answer in told.items() if answer
    }
    assert sum(answer is None for answer in told.values()) < len(told) / 50


@settings(max_examples=1_000, deadline=None)
@given(
    near_examples() | st.builds("+{}{}".format, st.sampled_from(CODES), st.text("0123456789", min_size=2, max_size=13))
)
def test_an_answer_is_the_library_s(text: str) -> None:
    """Whatever digits follow a calling code, an answer is the library's own."""
    answer = e164.read(text)
    assert answer is None or answer == library(text)


@given(st.text("0123456789+٣ -\n", max_size=18))
def test_only_a_plus_and_digits_are_answered(text: str) -> None:
    """What is written otherwise is left to the library."""
    if e164.read(text):
        assert text[0] == "+"
        assert text[1:].isascii()
        assert text[1:].isdigit()
