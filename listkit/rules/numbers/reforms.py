"""Numbers as they were written before a country changed its plan: what is dialled in their place since."""

from __future__ import annotations

import re
from typing import NamedTuple


class Reform(NamedTuple):
    """One change of a plan: which numbers it was about, what is dialled in their place, and what went away if so."""

    code: int
    before: re.Pattern[str]
    since: str
    year: int
    gone: str = ""


class Reformed(NamedTuple):
    """A number in E.164 as it is since a reform."""

    value: str
    reform: Reform


REFORMS = (
    Reform(52, re.compile(r"1(\d{10})"), r"\1", 2019, gone="1 after +52"),
    Reform(55, re.compile(r"(\d{2})([6-9]\d{7})"), r"\g<1>9\2", 2016),
)
"""Mexico's 1 before a mobile number went away, and Brazil's mobile numbers have got a 9 after the area code."""


def since(code: int, national: str) -> Reformed | None:
    """Write a national number as it is dialled since a reform; None where there was none.

    >>> since(52, "15512345678").value, since(55, "1187654321").value, since(91, "9876543210")
    ('+525512345678', '+5511987654321', None)
    """
    for reform in REFORMS:
        if reform.code == code and (old := reform.before.fullmatch(national)):
            return Reformed(f"+{code}{old.expand(reform.since)}", reform)
    return None
