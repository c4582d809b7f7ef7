"""What libphonenumber makes of the digits of a number."""

from __future__ import annotations

from typing import NamedTuple

from listkit.rules.numbers.automaton import KEEP, Edit


class Outcome(NamedTuple):
    """What the library makes of some digits.

    `told` is empty for a valid number, else it names what is wrong. `code` is the country code,
    0 where there is none; `edit` makes the national number of the digits.
    """

    told: str
    code: int = 0
    edit: Edit = KEEP
    country: str = ""
    kind: str = ""


ASK = Outcome("ask")
"""Only the library itself knows: its metadata says something that is not understood here."""
