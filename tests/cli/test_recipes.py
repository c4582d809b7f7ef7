"""What was done to one file is done to the next by `--recipe`, and what is new there is said first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import cli
from listkit.cli import planning
from listkit.frame.recipe import Recipe, Step

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox

OCTOBER = "Name,Mobile No.,Land\nAsha,098765 43210,IN\nBo,(202) 555-0123,US\n"
NOVEMBER = "Name,Mobile No.,Land,E-mail\nCem,098765 43211,IN,c@example.org\nDia,12,Atlantis,\n"


@pytest.fixture
def recipe(here: Path) -> Path:
    """Keep the recipe of one month, and have the file of the next."""
    (here / "october.csv").write_text(OCTOBER)
    (here / "november.csv").write_text(NOVEMBER)
    words = ["clean", "october.csv", "-o", "clean.csv", "--region-from", "Land", "--save-recipe", "monthly.json"]
    assert cli.main(words) == cli.DONE
    return here / "monthly.json"


def test_the_next_file_is_cleaned_alike(recipe: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new column is left as it is and a new country is named; the recipe is for its owner only."""
    capsys.readouterr()
    assert cli.main(["clean", "november.csv", "-o", "out.csv", "--recipe", "monthly.json"]) == cli.DONE
    told = capsys.readouterr()
    assert lk.read_file(here / "out.csv").columns.tolist() == ["first_name", "phone", "Land", "E-mail"]
    assert lk.read_file(here / "out.csv")["phone"].tolist() == ["+919876543211", "12"]
    assert "New to the recipe: 'Atlantis' is new in 'Land', and is no country that is known." in told.err
    assert "New to the recipe: 'E-mail', which reads like email, is new and is left as it is." in told.err
    assert told.out == "2 rows are in out.csv: 1 mended, 1 that cannot be sent.\n"
    assert recipe.stat().st_mode & 0o777 == 0o600


def test_check_follows_a_recipe(recipe: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The problems are those that following it would leave; a file that it does not fit is wrong usage."""
    assert cli.main(["check", "november.csv", "--recipe", "monthly.json"]) == cli.REJECTED
    assert "1 of them cannot be sent" in capsys.readouterr().out
    (here / "other.csv").write_text("Name,Telefon\nCem,098765 43211\n")
    assert cli.main(["check", "other.csv", "--recipe", "monthly.json"]) == cli.WRONG_USAGE
    assert capsys.readouterr().err == (
        "listkit: The recipe does not fit the file: there is no column 'Land', which was the country; "
        "there is no column 'Mobile No.', which was the phone.\n"
    )


@pytest.mark.parametrize("longest", [planning.LONG, 0])
def test_a_plan_follows_a_recipe(
    longest: int, box: Sandbox, recipe: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is planned is what the recipe makes of the file, whole or a piece at a time."""
    monkeypatch.setattr(planning, "LONG", longest)
    words = ["plan", "november.csv", "--recipe", "monthly.json", "--to", "exotel:VIP", "--out", "plan.json"]
    assert cli.main(words) == cli.DONE
    assert lk.load_plan("plan.json").changes["op"].tolist() == ["add", "invalid"]
    assert "New to the recipe: 'E-mail'" in capsys.readouterr().err


def test_the_sheet_is_part_of_what_was_done(here: Path) -> None:
    """A recipe kept of one sheet reads the sheet of that name from the next workbook."""
    lk.of(pd.DataFrame({"Mobile": ["98765 43210"]})).to_file(here / "book.xlsx")
    words = ["clean", "book.xlsx", "--sheet", "contacts", "-o", "a.csv", "--region", "IN", "--save-recipe", "r.json"]
    assert cli.main(words) == cli.DONE
    assert lk.load_recipe("r.json").reading == {"sheet": "contacts"}
    assert cli.main(["clean", "book.xlsx", "-o", "b.csv", "--recipe", "r.json"]) == cli.DONE
    assert lk.read_file(here / "b.csv")["phone"].tolist() == ["+919876543210"]
    Recipe((Step("read", {"sheet": "gone"}),)).save("gone.json")
    assert cli.main(["clean", "book.xlsx", "-o", "b.csv", "--recipe", "gone.json"]) == cli.FAILED


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--recipe", "monthly.json", "--region", "IN"], cli.WRONG_USAGE, "leave out --region"),
        (["--recipe", "october.csv"], cli.FAILED, "october.csv is no recipe"),
        (["--recipe", "gone.json"], cli.FAILED, "gone.json cannot be opened"),
    ],
)
def test_what_cannot_be_followed_is_one_sentence(
    recipe: Path, words: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A recipe and its contrary, a file that is none, and none at all; nothing is written."""
    assert cli.main(["clean", "november.csv", "-o", "out.csv", *words]) == code
    assert sentence in capsys.readouterr().err
    assert not (recipe.parent / "out.csv").exists()


def test_what_is_sent_as_it_is_follows_no_recipe(
    box: Sandbox, recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--as-is` and `--recipe` are contraries."""
    words = ["plan", "november.csv", "--to", "exotel:VIP", "--as-is", "--recipe", "monthly.json"]
    assert cli.main(words) == cli.WRONG_USAGE
    assert "--as-is cleans nothing" in capsys.readouterr().err
