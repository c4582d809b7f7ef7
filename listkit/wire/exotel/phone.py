"""Phone numbers as Exotel takes them."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_INDIAN = re.compile(r"91([0-9]{10})|([6-9][0-9]{9})|0([0-9]{10})")


def read_phone(text: str) -> str | None:
    """Return a number with its plus, or None where Exotel would refuse it.

    Without a plus it is taken to be Indian: with 91 before it, a mobile number of ten
    digits, or a landline with the 0 of its STD code. Nothing else is mended: a blank, a
    dash or a letter makes it invalid.

    >>> [read_phone(text) for text in ("+12025550123", "919876543210", "9876543210", "02212345678", "98765 43210")]
    ['+12025550123', '+919876543210', '+919876543210', '+912212345678', None]
    """
    if _E164.fullmatch(text):
        return text
    indian = _INDIAN.fullmatch(text)
    return f"+91{indian[indian.lastindex or 0]}" if indian else None
