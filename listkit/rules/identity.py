"""What a person is told apart by, written in one way: two cells that mean the same have the same identity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage, email, phone
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one

UNSETTLED = pa.array(["no_region", "ambiguous"], pa.string())
"""Codes of numbers that are known only by their digits, because nobody has said where they are from."""


def phones(column: Column, *, region: phone.Region = None) -> Verdicts:
    """Write telephone numbers as E.164; null where there is none to be sure of, with the reason.

    A number whose country is not known is its bare digits: what was written twice is the
    same number twice, wherever it is.

    >>> from listkit.rules.verdict import column
    >>> phones(column(["+91 98765-43210", "98765 43210", "9.87654E+11"])).value.to_pylist()
    ['+919876543210', '9876543210', None]
    """
    texts = column_in_one(column)
    judged = phone.judge(texts, region=region)
    rows = np.flatnonzero(pc.is_in(judged.code, UNSETTLED).to_numpy(zero_copy_only=False))
    told = Verdicts(judged.value, judged.code, judged.reason, judged.suggestion)
    if not len(rows):
        return told
    bare = Verdicts.of(_digits, texts.take(pa.array(rows))).value
    mask = np.zeros(len(texts), np.bool_)
    mask[rows] = True
    return replace(told, value=pc.replace_with_mask(told.value, pa.array(mask), bare))


def emails(column: Column) -> Verdicts:
    """Write email addresses in small letters, for they reach the same box in capitals; null where it is none.

    >>> from listkit.rules.verdict import column
    >>> emails(column(["Asha@Example.COM", "nobody"])).value.to_pylist()
    ['asha@example.com', None]
    """
    told = email.parse(column)
    return replace(told, value=pc.utf8_lower(told.value))


def words(column: Column) -> Verdicts:
    r"""Write names and other words in small letters, with one space between them; null where nothing is left.

    >>> from listkit.rules.verdict import column
    >>> words(column([" O’Neil  &  Sons", "ACME\u3000", "  "])).value.to_pylist()
    ['o’neil & sons', 'acme', None]
    """
    plain = pc.replace_substring_regex(pc.utf8_normalize(column_in_one(column), "NFKC"), r"\p{Cf}+", "")
    tidy = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(plain), r"[\pZ\s]+", " "))
    return Verdicts.untold(pc.if_else(pc.equal(tidy, ""), pa.scalar(None, pa.string()), tidy))


def _digits(text: str | None) -> Verdict:
    return Verdict(damage.digits(damage.examine(text).text) or None)
