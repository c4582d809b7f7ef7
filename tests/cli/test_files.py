"""`listkit check` and `listkit clean` say what is in a file, and leave it alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import listkit as lk
from listkit import cli

if TYPE_CHECKING:
    from pathlib import Path

GUESTS = "Name,Mobile No.,Land\nAsha,098765 43210,IN\nBo,(202) 555-0123,US\nCem,9.19877E+11,IN\n"


@pytest.fixture
def guests(here: Path) -> Path:
    """Write a small file, with a number of which six digits are gone."""
    path = here / "guests.csv"
    path.write_text(GUESTS, encoding="utf-8")
    return path


def test_check_names_each_problem_with_its_line(guests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem has the file's own line; a row that cannot be sent makes it exit code 4, and the file stays."""
    assert cli.main(["check", "guests.csv", "--region-from", "Land"]) == cli.REJECTED
    told = capsys.readouterr().out.splitlines()
    assert told[0].split()[:3] == ["line", "level", "code"]
    assert any(line.split()[:3] == ["4", "error", "scientific_notation"] for line in told)
    assert told[-1].startswith("3 rows; 1 of them cannot be sent as they are. Found: ")
    assert guests.read_text(encoding="utf-8") == GUESTS


def test_check_of_a_sound_file_is_done(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file with nothing to say of it is exit code 0 and one line."""
    (here / "fine.csv").write_text("phone\n+12025550123\n")
    assert cli.main(["check", "fine.csv"]) == cli.DONE
    assert capsys.readouterr().out == "1 row; 0 of them cannot be sent as they are.\n"


def test_check_speaks_json_and_files(guests: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` is one document on standard output; `-o` a file that reads back."""
    words = ["check", "guests.csv", "--region-from", "Land", "--json", "-o", "problems.csv"]
    assert cli.main(words) == cli.REJECTED
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["rows_with_errors"]) == (3, 1)
    assert [problem["code"] for problem in told["problems"] if problem["level"] == "error"] == ["scientific_notation"]
    assert lk.read_file(here / "problems.csv")["line"].tolist() == [str(one["line"]) for one in told["problems"]]


def test_clean_writes_the_mended_copy(guests: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy has the canonical columns; what cannot be mended keeps its text."""
    assert cli.main(["clean", "guests.csv", "-o", "clean.csv", "--region-from", "Land"]) == cli.DONE
    assert lk.read_file(here / "clean.csv")["phone"].tolist() == ["+919876543210", "+12025550123", "9.19877E+11"]
    told = capsys.readouterr()
    assert told.out == "3 rows are in clean.csv: 2 mended, 1 that cannot be sent.\n"
    assert "Mobile No. → phone" in told.err


def test_a_mapping_overrules_what_is_found(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--mapping` says what a column is, and what it is not; JSON tells how the columns were taken."""
    (here / "odd.csv").write_text("A=B,Phone\n+12025550123,+12025550124\n")
    words = ["clean", "odd.csv", "-o", "out.csv", "--json", "--mapping", "A=B=phone", "--mapping", "Phone="]
    assert cli.main(words) == cli.DONE
    assert json.loads(capsys.readouterr().out)["mapping"] == {"A=B": "phone"}
    assert lk.read_file(here / "out.csv")["phone"].tolist() == ["+12025550123"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["clean", "guests.csv", "-o", "clean.docx"], cli.FAILED, "clean.docx ends in '.docx'"),
        (["clean", "guests.csv", "-o", "nowhere/clean.csv"], cli.FAILED, "cannot be written"),
        (["check", "guests.csv", "--region-from", "Country"], cli.WRONG_USAGE, "--region-from 'Country' is no column"),
        (["check", "guests.csv", "--mapping", "Phone=phone"], cli.WRONG_USAGE, "--mapping names a column 'Phone'"),
        (["check", "guests.csv", "--region", "Atlantis"], cli.FAILED, "no country"),
        (["check", "gone.csv"], cli.FAILED, "gone.csv cannot be opened"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    guests: Path, words: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong name of a file, a column or a country: its exit code, a sentence, and no traceback."""
    assert cli.main(words) == code
    told = capsys.readouterr().err
    assert sentence in told
    assert "Traceback" not in told
