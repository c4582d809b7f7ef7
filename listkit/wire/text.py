"""Text that others wrote, on both vendors' wires: addresses, dates, and what may stand in a sentence of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime

LONGEST_EMAIL = 254
LONGEST_QUOTE = 200
FORMULA = "'*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]"
"""How a cell begins that some spreadsheet takes for a formula, in Japan also by wide signs; with quote marks before."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
# Control characters steer a terminal, and those that turn the direction of writing show another text than there is.
_MARKUP = re.compile(r"<[^<>]*>|[<>\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def is_email(text: str) -> bool:
    """Whether a text looks like an email address; neither vendor says what it asks of one.

    >>> is_email("asha@example.org"), is_email("asha@example")
    (True, False)
    """
    return len(text) <= LONGEST_EMAIL and bool(_EMAIL.fullmatch(text))


def plain(text: str) -> str:
    """Make somebody else's text fit for a sentence: no markup, no control characters, one line, not long.

    >>> plain("<b>Oh</b> no <img src=x")
    'Oh no img src=x'
    """
    # What is cut off first bounds the work, and so it may cut a tag in two: no angle bracket stays at all.
    words = " ".join(_MARKUP.sub(" ", text[: 10 * LONGEST_QUOTE]).split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


def read_moment(text: object) -> datetime | None:
    """Read a date as a vendor writes it, with `Z`, an offset of any spelling or neither; None for anything else.

    >>> read_moment("2026-01-23T14:54:59+05:30")
    datetime.datetime(2026, 1, 23, 9, 24, 59, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
