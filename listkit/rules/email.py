"""Email addresses, as the standards write them; nothing is looked up on the network."""

from __future__ import annotations

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts


def parse(column: Column) -> Verdicts:
    """Read email addresses: the normalised address, or the reason why it is none.

    The domain is written in lower case, the part before the @ as its owner writes it.

    >>> from listkit.rules.verdict import column
    >>> parse(column(["mailto:Asha@Gmail.COM", None])).value.to_pylist()
    ['Asha@gmail.com', None]
    """
    return Verdicts.of(_parse, column)


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
