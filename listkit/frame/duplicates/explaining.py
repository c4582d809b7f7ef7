"""Why two rows are likely one person, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame.duplicates.comparing import CLOSE, LIKE, OTHER, SAME, levels, plain

if TYPE_CHECKING:
    from listkit.frame.duplicates.comparing import Levels
    from listkit.frame.duplicates.fields import Field, Records
    from listkit.frame.duplicates.identities import Identities
    from listkit.rules.verdict import Column, Rows

_RARE, _FREQUENT = 0.001, 0.02
_LONG = 40
DECIDED = "decided to be the same"


def explain(
    identities: Identities, records: Records, rows: Rows, like: Rows, is_decided: np.ndarray[Any, np.dtype[np.bool_]]
) -> Column:
    """Tell for each row what it has in common with the row it is like, and then what it has not.

    A name that few have, or that many have, is told as such, for it weighs more or less.
    """
    one, other = records.of_rows[rows], records.of_rows[like]
    found = plain(levels(records.fields, one, other))
    told = [
        say(field, found[:, at], identities, records, rows, like)
        for say in (_same, _near, _another)
        for at, field in enumerate(records.fields)
    ]
    words = pc.binary_join_element_wise(*told, "; ", null_handling="skip")
    return pc.if_else(pa.array(is_decided), DECIDED, words)


def _same(field: Field, level: Levels, _: Identities, records: Records, rows: Rows, __: Rows) -> Column:
    share = np.append(field.shares, 0)[field.codes[records.of_rows[rows]]]
    is_told = field.kind in ("name", "words") and len(records) * _RARE >= 1
    which = np.where(share <= _RARE, 1, np.where(share >= _FREQUENT, 2, 0)) * is_told
    plain = f"same {_words(field)}"
    said = pa.array([plain, f"{plain}, which is rare", f"{plain}, which is frequent", None], pa.string())
    return said.take(pa.array(np.where(level == SAME, which, 3)))


def _near(field: Field, level: Levels, identities: Identities, _: Records, rows: Rows, like: Rows) -> Column:
    at = np.flatnonzero((level == LIKE) | (level == CLOSE))
    text = pc.utf8_trim_whitespace(identities.text(field.name))
    quoted = pc.binary_join_element_wise("'", pc.utf8_slice_codeunits(text, 0, _LONG), "'", "")
    one, other = (quoted.take(pa.array(which[at])) for which in (rows, like))
    said = pc.binary_join_element_wise(f"{_words(field)} ", pc.binary_join_element_wise(one, other, " ~ "), "")
    place = np.full(len(level), -1)
    place[at] = np.arange(len(at))
    return said.take(pa.array(place, mask=place < 0))


def _another(field: Field, level: Levels, *_: object) -> Column:
    said = pa.array([f"another {_words(field)}"], pa.string())
    return said.take(pa.array(np.zeros(len(level), np.int64), mask=level != OTHER))


def _words(field: Field) -> str:
    return field.name.replace("_", " ")
