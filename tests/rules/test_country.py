"""Countries are read however an office writes them."""

from __future__ import annotations

import phonenumbers
import pytest

from listkit.rules import country
from listkit.rules.verdict import column


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IN", "IN"), ("in ", "IN"), ("IND", "IN"), ("India", "IN"), ("+91", "IN"), ("91", "IN"), ("0091", "IN"),
        ("USA", "US"), ("United States of America", "US"), ("1", "US"), ("UK", "GB"), ("Great Britain", "GB"),
        ("Cote d’Ivoire", "CI"), ("Bosnia & Herzegovina", "BA"), ("U.A.E.", None), ("UAE", "AE"),
        ("The Netherlands", "NL"), ("AND", "AD"), ("?", None), ("Atlantis", None), ("999", None), ("0", None),
    ],
)  # fmt: skip
def test_a_country_by_any_of_its_names(text: str, code: str | None) -> None:
    """Two letters, three, an English name or a dialling code; what is none of them says so."""
    told = country.parse(column([text]))
    assert told.value.to_pylist() == [code]
    assert (told.code[0].as_py() == "") == (code is not None)


def test_every_region_of_the_library_has_a_name() -> None:
    """The table holds each region that numbers are read in, once, under its own code."""
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    assert country.parse(column(regions)).value.to_pylist() == regions


def test_nothing_is_no_country() -> None:
    """An empty cell says nothing, and is no mistake."""
    told = country.parse(column([None, " "]))
    assert (told.value.null_count, told.code.to_pylist()) == (2, ["", ""])
