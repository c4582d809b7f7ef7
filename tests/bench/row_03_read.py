"""Read files to a frame of text, with encoding, delimiter and heading found, against pandas that is told them."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import listkit as lk
from tests.bench import Row, at_least, messy

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = int(os.environ.get("LISTKIT_ROWS", "300000"))
CELLS = 20_000
CITIES = ("Pune", "", "Köln, Süd", 'Fort "St. George"', "NA", "1.50")


def bench() -> Iterator[Row]:
    """Read a CSV file and a smaller workbook."""
    people = _people(LINES)
    with tempfile.TemporaryDirectory(prefix="listkit-bench-") as folder:
        delimited, workbook = Path(folder, "people.csv"), Path(folder, "people.xlsx")
        people.to_csv(delimited, index=False)
        people.head(CELLS).to_excel(workbook, index=False, engine="xlsxwriter")
        yield Row(
            what=f"read CSV, {LINES:,} rows",
            peer="pandas, C engine, dtype=str",
            goal=at_least(6),
            ours=lambda: lk.read_file(delimited),
            theirs=partial(pd.read_csv, delimited, dtype="str", keep_default_na=False),
            equal=_same_cells,
        )
        yield Row(
            what=f"read XLSX, {CELLS:,} rows",
            peer="pandas + openpyxl",
            goal=at_least(12),
            ours=lambda: lk.read_file(workbook),
            theirs=partial(pd.read_excel, workbook, dtype="str", keep_default_na=False, engine="openpyxl"),
            equal=_same_cells,
        )


def _people(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [f"Asha Rao {number}" for number in range(count)],
            "Mobile No.": messy.numbers(count, seed=3),
            "E-mail": [f"asha{number}@example.org" for number in range(count)],
            "City": [CITIES[number % len(CITIES)] for number in range(count)],
        }
    )


def _same_cells(ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    """Compare every cell; a blank one is missing to us, and empty text to pandas as it was told."""
    return bool(ours.fillna("").reset_index(drop=True).equals(theirs.fillna("")))
