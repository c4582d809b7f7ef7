"""What is written is harmless in a spreadsheet and reads back equal."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listkit.errors import ListkitError
from listkit.frame.reading import read_file
from listkit.frame.writing import to_file

if TYPE_CHECKING:
    from pathlib import Path

TRICKY = (
    "=1+1",
    "@x",
    "-5",
    "+1 2",
    "+919876543210",
    "'=x",
    "''+1",
    "'98",
    "a;b",
    'a"b',
    "a,b",
    "x\ny",
    " x ",
    "NA",
    "\n=1",
    "\t=1",
    "＝1",
    "'＋1",
    "－1",
    "＠x",
)
CELLS = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1, max_size=8
)
ROWS = st.lists(st.tuples(CELLS, CELLS | st.none(), CELLS | st.none()), max_size=5)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=ROWS)
def test_a_file_reads_back_equal(tmp_path: Path, ending: str, rows: list[tuple[str | None, ...]]) -> None:
    """Every cell comes back, formulas, quotes and line breaks included; none is doubled or lost."""
    frame = pd.DataFrame(rows, columns=["phone", "first name", "Note"], dtype="str")
    again = read_file(to_file(frame, tmp_path / f"list.{ending}"))
    pd.testing.assert_frame_equal(again.reset_index(drop=True), frame)


def test_no_cell_of_a_csv_can_run(tmp_path: Path) -> None:
    """What a spreadsheet would take for a formula begins with a quote mark; a number does not."""
    path = to_file(pd.DataFrame({"phone": ["+919876543210", "=1+1"], "=A1": ["-5", "@x"]}), tmp_path / "a.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["phone", "'=A1"], ["+919876543210", "'-5"], ["'=1+1", "'@x"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "'=", "''＝"])
def test_no_sign_that_starts_a_formula_stands_first(tmp_path: Path, sign: str) -> None:
    """Whatever a spreadsheet somewhere computes gets a quote mark, control characters and wide signs too."""
    cell = f"{sign}cmd|' /C calc'!A0"
    path = to_file(pd.DataFrame({"note": [cell]}), tmp_path / "a.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{cell}"]
    assert read_file(path)["note"].tolist() == [cell]


def test_numbers_are_written_as_text(tmp_path: Path) -> None:
    """A column that pandas made a float is written with the digits it holds."""
    frame = pd.DataFrame({"phone": [919876543210.0, None], "count": [1, 2]})
    assert read_file(to_file(frame, tmp_path / "a.xlsx")).to_numpy().tolist()[0] == ["919876543210", "1"]


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writing that fails leaves the old file as it was, and nothing beside it."""
    path = to_file(pd.DataFrame({"A": ["old"]}), tmp_path / "a.csv")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("listkit.frame.writing._write_csv", fail)
    with pytest.raises(ListkitError, match="No space left"):
        to_file(pd.DataFrame({"A": ["new"]}), path)
    assert read_file(path)["A"].tolist() == ["old"]
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".csv"] == ["a.csv"]


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [("a.xls", "x", "'.xls'"), ("none/a.csv", "x", "cannot be written"), ("a.xlsx", "x" * 40_000, "40,000 characters")],
)
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, name: str, cell: str, words: str) -> None:
    """Another ending, a folder that is not there, a cell that no sheet holds."""
    with pytest.raises(ListkitError, match=words):
        to_file(pd.DataFrame({"A": [cell]}), tmp_path / name)
