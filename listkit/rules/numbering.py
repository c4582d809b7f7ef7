"""The numbering plans of the world: in which countries some digits are a national number."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from listkit.rules.numbers import walking

if TYPE_CHECKING:
    from collections.abc import Sequence

WELL_KNOWN = ("IN", "US", "GB", "DE", "ID", "BR", "NG", "PK", "BD", "PH", "MX", "FR", "IT", "ES", "ZA", "AE", "SG")
"""Named first where many countries hold the same digits; the order decides nothing else."""
_NAMED = 3


def holding(digits: str) -> tuple[str, ...]:
    """Name countries where digits without a plus are a valid national number, the well-known first, four at most.

    What can only be read there with a country code, or with a way to dial abroad, is no national number.

    >>> holding("2025550123")[:2]
    ('IN', 'US')
    """
    return walking.known().holding(digits)


def named(countries: Sequence[str]) -> str:
    """Name the first three of some countries.

    >>> named(("IN", "US", "DE", "CN"))
    'IN, US, DE and others'
    """
    return ", ".join(countries[:_NAMED]) + (" and others" if len(countries) > _NAMED else "")


@cache
def dials_own_code(region: str) -> bool:
    """Whether people there dial their own country code before a national number, as in 1-202-555-0123."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    return known is not None and known.national_prefix == str(known.country_code)
