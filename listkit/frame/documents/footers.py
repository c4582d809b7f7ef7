"""Rows at the end of a list that are nobody: totals, and what a program notes below its report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.documents.header import Row

LOOKED_AT = 5
"""How many of the last rows are looked at."""
_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub|overall)[\s-]*)?(?:totals?|sum|count|summe|gesamt(?:summe)?|insgesamt|suma|totales|somme|"
    r"totale|totaal|итого|всего|कुल|合计|总计|合計|합계|المجموع)\b(?:\s+(?:of\s+)?(?:records?|rows?|contacts?|customers?|"
    r"members?|numbers?))?[\s:=\d.,()-]*",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\W*(?:(?:generated|exported|printed|created|downloaded|report|page|source|note|end of|confidential|copyright|"
    r"©|powered by|records?:|rows?:|\d+ (?:records?|rows?|contacts?)\b|erstellt|exportiert|généré|generado)\b.*|"
    r"[-=_*]{3,})\W*",
    re.IGNORECASE,
)
_WIDE = 3


def find(rows: Sequence[tuple[int, Row]]) -> list[tuple[int, str]]:
    """Find the rows at the end of some that are totals or notes; the number of each, and what it says.

    A total is told by its first word; a note by its words and by being alone where others have three cells and more.

    >>> find([(7, ["Asha", "+12025550123", "Pune"]), (8, ["Total", "1", None])])
    [(8, 'Total')]
    """
    found: list[tuple[int, str]] = []
    for number, row in reversed(rows):
        said = [cell.strip() for cell in row if cell and cell.strip()]
        if not said:
            continue
        is_total = bool(_TOTAL.fullmatch(said[0])) and len(said) < max(_WIDE, len(row))
        is_note = len(said) == 1 and len(row) >= _WIDE and bool(_NOTE.fullmatch(said[0]))
        if not (is_total or is_note):
            break
        found.append((number, said[0]))
    # A list of which every row looks so is one of other things.
    return found[::-1] if len(found) < len(rows) else []
