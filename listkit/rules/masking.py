"""A number or an address so that its owner knows it again, and nobody else learns it."""

from __future__ import annotations

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
