"""The rows of a file that were not taken in, as a file of their own: what we add to both vendors' APIs."""

from __future__ import annotations

import io
from enum import IntEnum
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from listkit.wire.message import Answer
from listkit.wire.text import FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterable

Numbers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]

HEADING = b'"line","number","code","reason"\n'
_WRITING = csv.WriteOptions(include_header=False, quoting_style="all_valid")


class Why(IntEnum):
    """Why a row was not taken in; 0 is a row that was."""

    MISSING = 1
    INVALID = 2
    NUL = 3
    REPEATED = 4
    MEMBER = 5
    FULL = 6


_CODES = ("", "missing_number", "invalid_number", "nul_character", "duplicate", "duplicate", "list_full")
_REASONS = (
    "",
    "The row has no number.",
    "The number cannot be taken; write it with a plus and its country code.",
    "The row holds a NUL character, which cannot be kept.",
    "The number stands further up in the file.",
    "The number is in the list already.",
    "The list holds as many members as it may; use another list.",
)
EXAMPLE = f'{HEADING.decode()}"3","12345","{_CODES[Why.INVALID]}","{_REASONS[Why.INVALID]}"\n'
"""A file with one row, as a document shows it."""


class Rejects(NamedTuple):
    """Rows that were not taken in: the line where each begins (the first is 1), its number as it stood, and why."""

    lines: Numbers
    numbers: pa.Array
    why: Numbers

    def write(self) -> bytes:
        """Write them as CSV without the heading, in the order of the file.

        A number that a spreadsheet could take for a formula gets a quote mark before it, as in the
        files that `df.listkit.to_file` writes; a NUL is shown as its sign.
        """
        order = np.argsort(self.lines)
        numbers = pc.replace_substring(self.numbers.take(pa.array(order)), "\0", "\u2400")
        is_plain = pc.match_substring_regex(numbers, "^[+]?[0-9]+$")
        is_formula = pc.and_not(pc.match_substring_regex(numbers, f"^{FORMULA}"), is_plain)
        guarded = pc.if_else(is_formula, pc.binary_join_element_wise("'", numbers, ""), numbers)
        why = pa.array(self.why[order])
        return _write(self.lines[order], guarded, pa.array(_CODES).take(why), pa.array(_REASONS).take(why))


def write_stop(line: int, code: str, trouble: str) -> bytes:
    """Write that nothing was taken in from a line on, in one row for all that follow."""
    sentence = f"From here on nothing was taken in: {trouble}."
    return _write(np.array([line]), pa.array([""]), pa.array([code]), pa.array([sentence]))


def encode_rejects(name: str, blocks: Iterable[bytes]) -> Answer:
    """Answer with written rejects as a CSV file, block by block."""
    headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}.csv"',
        "x-content-type-options": "nosniff",
    }
    return Answer(status=200, headers=headers, blocks=chain([HEADING], blocks))


def _write(lines: Numbers, numbers: pa.Array, codes: pa.Array, reasons: pa.Array) -> bytes:
    table = pa.table({"line": lines, "number": numbers, "code": codes, "reason": reasons})
    written = io.BytesIO()
    csv.write_csv(table, written, _WRITING)
    return written.getvalue()
