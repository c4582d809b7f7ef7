"""A number, an address or a name so that its owner knows it again, and nobody else learns it."""

from __future__ import annotations

import re

KEPT_BEFORE, KEPT_AFTER = 3, 2
"""How many characters of a number are shown: its plus and the country's first digits, and its end."""
DOT = "•"


def mask(text: str) -> str:
    """Hide the middle of a number, and what stands before the @ of an address, but for its first letter.

    >>> mask("+12025550101"), mask("asha@example.org"), mask("12")
    ('+12•••••••01', 'a•••@example.org', '••')
    """
    name, at, host = text.partition("@")
    if at:
        return f"{name[:1]}{DOT * 3}{at}{host}"
    if len(text) <= KEPT_BEFORE + KEPT_AFTER:
        return DOT * len(text)
    return f"{text[:KEPT_BEFORE]}{DOT * (len(text) - KEPT_BEFORE - KEPT_AFTER)}{text[-KEPT_AFTER:]}"


def mask_name(text: str) -> str:
    """Hide the words of a name but for the first letter of each; how long they are is hidden too.

    >>> mask_name("Asha Rao-Iyer"), mask_name("आशा")
    ('A••• R•••', 'आ•••')
    """
    return " ".join(f"{word[:1]}{DOT * 3}" for word in text.split())


def mask_within(text: str) -> str:
    """Hide the numbers and the addresses that stand in a text; dates stay.

    >>> mask_within("Asha: +1 202-555-0101, asha@example.org, since 2026-11-08")
    'Asha: +1 ••••••••••01, a•••@example.org, since 2026-11-08'
    """
    return _DIGITS.sub(_hide, _ADDRESS.sub(lambda found: mask(found[0]), text))


_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"']{1,64}@[^\s@,;:<>()\[\]\"']{1,255}")
_DIGITS = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){6,}")
_DATE = re.compile(r"(?:(?:19|20)\d\d-[01]\d-[0-3]\d|[0-3]?\d([./-])[01]?\d\1(?:19|20)\d\d)(?:\s[0-2]?\d)?")
"""A day, and the hour that may follow it."""


def _hide(found: re.Match[str]) -> str:
    return found[0] if _DATE.fullmatch(found[0]) else mask(found[0])
