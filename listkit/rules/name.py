"""Names of people and companies: whatever is written is a name, also *NA*, *None*, *Null* and *True*."""

from __future__ import annotations

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts


def tidy(column: Column) -> Verdicts:
    """Trim names, make one space of many, and take invisible marks out; nothing else is touched.

    >>> from listkit.rules.verdict import column
    >>> tidy(column(["  Asha   Rao ", "NA"])).value.to_pylist()
    ['Asha Rao', 'NA']
    """
    return Verdicts.of(_tidy, column)


def _tidy(text: str | None) -> Verdict:
    if text is None:
        return Verdict()
    plain, marks = damage.tidy(text)
    value = " ".join(plain.split()) or None
    if marks and value:
        return Verdict(value, *damage.name("invisible_marks", what=marks))
    return Verdict(value)
