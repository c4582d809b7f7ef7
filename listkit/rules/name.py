"""Names of people and companies: whatever is written is a name, also *NA*, *None*, *Null* and *True*."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one

_TIDY = r"^[^\pZ\p{Cc}\p{Cf}]+(?: [^\pZ\p{Cc}\p{Cf}]+)*$"
"""Words with one space between them, and no mark that cannot be seen: nothing is to be done."""


def tidy(column: Column) -> Verdicts:
    """Trim names, make one space of many, and take invisible marks out; nothing else is touched.

    >>> from listkit.rules.verdict import column
    >>> tidy(column(["  Asha   Rao ", "NA"])).value.to_pylist()
    ['Asha Rao', 'NA']
    """
    texts = column_in_one(column)
    is_tidy = pc.fill_null(pc.match_substring_regex(texts, _TIDY), fill_value=False)
    rows = np.flatnonzero(pc.invert(is_tidy))
    return Verdicts.untold(texts).patched(rows, Verdicts.of(_tidy, texts.take(pa.array(rows))))


def _tidy(text: str | None) -> Verdict:
    if text is None:
        return Verdict()
    plain, marks = damage.tidy(text)
    value = " ".join(plain.split()) or None
    if marks and value:
        return Verdict(value, *damage.name("invisible_marks", what=marks))
    return Verdict(value)
