"""The numbering plans of the world: in which countries some digits are a national number."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_WELL_KNOWN = ("IN", "US", "GB", "DE", "ID", "BR", "NG", "PK", "BD", "PH", "MX", "FR", "IT", "ES", "ZA", "AE", "SG")
"""Named first where many countries would take the same digits; the order decides nothing else."""


class _Plan(NamedTuple):
    """One region's numbers: all it may assign, and what is dialled before a national number."""

    region: str
    numbers: re.Pattern[str]
    prefix: re.Pattern[str] | None
    rewrite: str | None

    def may_hold(self, digits: str) -> bool:
        """Whether the digits could be a national number here: quick, and never a wrong *no*."""
        if self.numbers.fullmatch(digits):
            return True
        dialled = self.prefix.match(digits) if self.prefix else None
        if not dialled:
            return False
        rest = digits[dialled.end() :]
        if self.rewrite and dialled.lastindex and self.numbers.fullmatch(dialled.expand(self.rewrite) + rest):
            return True
        return bool(self.numbers.fullmatch(rest))


def holding(digits: str) -> Iterator[str]:
    """Name the countries where digits without a plus are a valid national number, the well-known first.

    What can only be read there with a country code, or with a way to dial abroad, is no national number.

    >>> "US" in holding("2025550123")
    True
    """
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    for plan in _plans():
        if not plan.may_hold(digits):
            continue
        try:
            number = phonenumbers.parse(digits, plan.region, keep_raw_input=True)
        except phonenumbers.NumberParseException:
            continue
        national = number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
        if national and phonenumbers.is_valid_number_for_region(number, plan.region):
            yield plan.region


def dials_own_code(region: str) -> bool:
    """Whether people there dial their own country code before a national number, as in 1-202-555-0123."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return known is not None and known.national_prefix == str(known.country_code)


@cache
def _plans() -> tuple[_Plan, ...]:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    order = sorted(phonenumbers.SUPPORTED_REGIONS - set(_WELL_KNOWN))
    return tuple(_plan(region) for region in (*_WELL_KNOWN, *order))


def _plan(region: str) -> _Plan:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return _Plan(
        region,
        re.compile(known.general_desc.national_number_pattern),
        _pattern(known.national_prefix_for_parsing),
        known.national_prefix_transform_rule,
    )


def _pattern(written: str | None) -> re.Pattern[str] | None:
    return re.compile(written) if written else None
