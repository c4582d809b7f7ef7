"""What digits that are no number lack to be one: some behind them, or the area code before them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from listkit.rules.numbers import walking
from listkit.rules.numbers.atlas import PAST, WIDTH
from listkit.rules.numbers.digits import ZERO

if TYPE_CHECKING:
    from listkit.rules.numbers.digits import Flags, Ints

_NEVER = 99
_ONE_OR_TWO, _FEW = range(1, 3), range(1, 4)
_BEGUN = 6
"""With fewer digits nearly every number begins."""

_AREA = 5
_LOCAL = range(5, 9)
"""A number without its area code has so many digits."""

_FIXED, _CARRIED = ("fixed_line", "fixed_line_or_mobile"), ("mobile", "fixed_line_or_mobile")


def national(bare: str, region: str | None) -> tuple[int, str]:
    """Return the country code and the national digits of a number that is none; 0 and nothing where it has no code.

    >>> national("098765432", "IN"), national("+1202555012", None), national("12345", None)
    ((91, '98765432'), (1, '202555012'), (0, ''))
    """
    reading = walking.read_digits(bare.removeprefix("+"), region, has_plus=bare.startswith("+"))
    code = reading.outcome.code
    return (code, reading.national.removeprefix(_trunk(code))) if code else (0, "")


def missing(code: int, digits: str, *, may_be_local: bool = False) -> int:
    """Count the digits that a national number is short of; 0 where none begins like this, or where more than three are.

    Digits that may be a fixed line without its area code are begun only if they begin a mobile number, and lack two.

    >>> missing(91, "98765432"), missing(1, "202555012"), missing(91, "26123415", may_be_local=True)
    (2, 1, 0)
    """
    if len(digits) < _BEGUN:
        return 0
    plans = walking.known()
    node = plans.walk(plans.walk(plans.international, str(code)), digits)
    short, of_mobile = (int(_distances(is_mobile=is_mobile)[node // WIDTH]) for is_mobile in (False, True))
    if of_mobile in _ONE_OR_TWO:
        return of_mobile
    return short if short in _FEW and not may_be_local else 0


def is_local(bare: str, region: str) -> bool:
    """Whether digits are a fixed line in a country, but for the area code that was left out before them.

    >>> is_local("26123415", "IN"), is_local("261234156", "IN"), is_local("26123415", "SG")
    (True, False, False)
    """
    if len(bare) not in _LOCAL or bare.startswith(("0", "+")):
        return False
    nodes = _behind_area_codes(region)
    for digit in bare.encode():
        nodes = walking.known().steps[nodes + digit - ZERO]
    return bool(_is_fixed_line(region)[walking.known().told[nodes // WIDTH]].any())


@cache
def _trunk(code: int) -> str:
    """Return what is dialled at home before a national number."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    region = phonenumbers.region_code_for_country_code(code)
    plan = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    return (plan and plan.national_prefix) or ""


@cache
def _distances(*, is_mobile: bool) -> Ints:
    """Say of each node how few digits lead from it to a number, or to one that is carried about; to three."""
    plans = walking.known()
    rows = plans.steps.reshape(-1, WIDTH)[:, :PAST] // WIDTH
    is_wanted = np.array([one.kind in _CARRIED if is_mobile else not one.told for one in plans.outcomes])
    steps = np.where(is_wanted[np.minimum(plans.told, len(is_wanted) - 1)], 0, _NEVER)
    for _ in _FEW:
        steps = np.minimum(steps, steps[rows].min(axis=1) + 1)
    return steps


@cache
def _behind_area_codes(region: str) -> Ints:
    """Return the nodes behind every area code of a country; none where there is no dialling without one."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    plans, plan = walking.known(), phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.general_desc is None or not plan.general_desc.possible_length_local_only:
        return np.zeros(0, np.int64)
    level = np.array([plans.walk(plans.international, str(plan.country_code))])
    found = []
    for _ in range(_AREA):
        level = np.unique(plans.steps[level[:, None] + np.arange(PAST)])
        found.append(level)
    return np.unique(np.concatenate(found))


@cache
def _is_fixed_line(region: str) -> Flags:
    return np.array([one.country == region and one.kind in _FIXED for one in walking.outcomes()])
