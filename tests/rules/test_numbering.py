"""The numbering plans know what the library knows, without asking it about every country."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.rules import numbering
from listkit.rules.numbers import layout


def _asking_all(digits: str) -> tuple[str, ...]:
    found = []
    for region in layout.order():
        try:
            number = phonenumbers.parse(digits, region, keep_raw_input=True)
        except phonenumbers.NumberParseException:
            continue
        national = number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
        if national and phonenumbers.is_valid_number_for_region(number, region):
            found.append(region)
    return tuple(found[: layout.NAMED])


@settings(max_examples=40)
@given(st.from_regex(r"[0-9]{5,14}", fullmatch=True))
def test_the_countries_are_those_found_by_asking_all(digits: str) -> None:
    """The first countries are named, in their order; none is missed and none is added."""
    assert numbering.holding(digits) == _asking_all(digits)


@pytest.mark.parametrize("region", ["IN", "US", "BR", "AR", "MX", "BS", "DE", "IT", "CI", "RU"])
def test_an_example_number_is_held_by_its_own_country(region: str) -> None:
    """National digits, with the prefixes that are dialled there, are a number there."""
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(filter(str.isdigit, written))
    assert numbering.holding(digits) == _asking_all(digits)


def test_where_the_own_country_code_is_dialled_at_home() -> None:
    """In North America 1 is both the country code and what is dialled first; in India 91 is not."""
    assert numbering.dials_own_code("US")
    assert not numbering.dials_own_code("IN")
