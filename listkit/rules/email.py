"""Email addresses, as the standards write them; nothing is looked up on the network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one


def parse(column: Column) -> Verdicts:
    """Read email addresses: the normalised address, or the reason why it is none.

    The domain is written in lower case, the part before the @ as its owner writes it.

    >>> from listkit.rules.verdict import column
    >>> parse(column(["mailto:Asha@Gmail.COM", None])).value.to_pylist()
    ['Asha@gmail.com', None]
    """
    texts = column_in_one(column)
    is_plain = pc.and_(pc.match_substring_regex(texts, _PLAIN), pc.less_equal(pc.binary_length(texts), _SHORT))
    is_plain = pc.fill_null(is_plain, fill_value=False)
    rows, left = np.flatnonzero(is_plain), np.flatnonzero(pc.invert(is_plain))
    told = Verdicts.untold(texts).patched(left, Verdicts.of(_parse, texts.take(pa.array(left))))
    return told.patched(rows, _by_domain(texts.take(pa.array(rows))))


def _by_domain(addresses: Column) -> Verdicts:
    """Read plain addresses: what is to be said of them is what is to be said of their domain, asked about once."""
    parts = pc.split_pattern(addresses, "@").flatten()
    own, domains = (parts.take(pa.array(np.arange(first, len(parts), 2))) for first in (0, 1))
    small = pc.ascii_lower(own)
    own = pc.if_else(pc.is_in(small, _offices()), small, own)
    told = Verdicts.of(lambda domain: _parse(f"{_ANYBODY}{domain}"), domains)
    domain = pc.utf8_slice_codeunits(told.value, len(_ANYBODY))
    return replace(told, value=pc.binary_join_element_wise(own, domain, "@"))


def _offices() -> pa.Array:
    """Return the names before an @ that are one whether written small or large: info, postmaster and their like."""
    from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES  # noqa: PLC0415 - heavy, and only needed here

    return pa.array(CASE_INSENSITIVE_MAILBOX_NAMES, pa.string())


_SHORT = 200
_ANYBODY = "anybody@"
_PLAIN = r"^(?:[A-Za-z0-9_+\-]+[.])*[A-Za-z0-9_+\-]+@[A-Za-z0-9.\-]+$"
"""An address before whose @ nothing can be wrong."""


def _parse(text: str | None) -> Verdict:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - heavy, and only needed here

    plain, marks = damage.tidy(text or "")
    if not plain:
        return Verdict()
    if damage.is_placeholder(plain):
        return Verdict(None, *damage.name("no_email", what=repr(plain)))
    address = plain[7:].lstrip() if plain.lower().startswith("mailto:") else plain
    try:
        value = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as refused:
        return Verdict(None, *damage.name("invalid_email", what=str(refused).rstrip(".")))
    return Verdict(value, *damage.name("invisible_marks", what=marks)) if marks else Verdict(value)
