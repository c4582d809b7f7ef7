"""`listkit plan` says what a push would do, of a file or of a query's answer, and writes nothing at the provider."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import cli
from listkit.cli import planning

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.testing import Sandbox

QUERY = "SELECT '+' || mobile AS phone, name AS first_name FROM people WHERE opted_in = 1"
GUESTS = "Name,Mobile\nAsha,098765 43210\nBo,98765 43211\nCem,9.19877E+11\n"


@pytest.fixture
def guests(box: Sandbox, here: Path) -> Path:
    """Write a file that has to be cleaned."""
    path = here / "guests.csv"
    path.write_text(GUESTS, encoding="utf-8")
    return path


@pytest.fixture
def audience(box: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a database whose address is in a variable, and a query of it."""
    with sqlite3.connect(here / "crm.sqlite") as database:
        database.execute("CREATE TABLE people (mobile INTEGER, name TEXT, opted_in INTEGER)")
        people = [(919876543210 + n, f"Guest {n}", n % 2) for n in range(10)]
        database.executemany("INSERT INTO people VALUES (?, ?, ?)", people)
    database.close()
    monkeypatch.setenv("AUDIENCE", f"sqlite:///{here / 'crm.sqlite'}")
    (here / "audience.sql").write_text(QUERY)
    return here / "crm.sqlite"


PLAN = ["plan", "guests.csv", "--region", "IN", "--to", "exotel:VIP"]
ASKED = ["plan", "--sql", "AUDIENCE", "--query", "audience.sql", "--to", "exotel:VIP"]


def test_a_file_is_cleaned_and_planned(
    box: Sandbox, guests: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan is shown and kept, for its owner only; nothing was written at the provider."""
    assert cli.main([*PLAN, "--out", "plan.json"]) == cli.DONE
    told = capsys.readouterr().out
    assert told.startswith("Plan to append 3 rows to exotel:VIP (a new list), which holds 0\n  2 add · 1 invalid\n")
    assert told.endswith("To do it: listkit apply plan.json\n")
    assert (here / "plan.json").stat().st_mode & 0o777 == 0o600
    assert lk.load_plan("plan.json").changes["reason"].tolist()[2] == "scientific notation, 6 of 12 digits left"
    assert set(box.requests["method"]) == {"GET"}


def test_a_plan_is_json_for_a_program(guests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers, cost and notes, and no row."""
    assert cli.main([*PLAN, "--json"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["counts"]["add"], told["counts"]["invalid"]) == (3, 2, 1)
    assert told["cost"][0]["strategy"] == "batches"
    assert "9876543210" not in json.dumps(told)


def test_the_keywords_of_a_plan_are_options(
    box: Sandbox, guests: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mode, stop lists, guards and matching reach the plan as they are written."""
    pd.DataFrame({"phone": ["+919876543210", "+919876543219"]}).listkit.push("VIP", to=box.exotel)
    (here / "stop.csv").write_text("phone\n+919876543211\n")
    words = [*PLAN, "--mode", "mirror", "--suppress", "stop.csv", "--json", "--max-reject", "1"]
    assert cli.main([*words, "--max-remove", "50%"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["mode"], told["leaving"], told["counts"]["suppressed"]) == ("mirror", 1, 1)
    assert cli.main([*words, "--max-remove", "1"]) == cli.DONE
    assert cli.main([*PLAN, "--mode", "mirror", "--max-reject", "1"]) == cli.REFUSED
    assert "(50%), and --max-remove 0.05 allows" in capsys.readouterr().err
    assert cli.main([*PLAN, "--no-create", "--list-id", "0" * 32]) == cli.FAILED


def test_as_it_is_nothing_is_cleaned(guests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without cleaning, a column of another name is wrong usage, with the line to type."""
    assert cli.main([*PLAN, "--as-is"]) == cli.WRONG_USAGE
    assert "There is no 'phone' column" in capsys.readouterr().err


def test_a_long_file_is_planned_in_pieces(
    guests: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the first piece's columns are taken for holds for all, and every row keeps its line."""
    lines = [f"Guest {n},098765 4{n:04}" for n in range(25)]
    guests.write_text("Name,Mobile\n" + "\n".join([*lines, "again,0987654 0000", "Zoë,x"]), encoding="utf-8")
    assert cli.main([*PLAN, "--json"]) == cli.DONE
    whole = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(planning, "LONG", 10)
    monkeypatch.setattr(planning, "PIECE", 4)
    assert cli.main([*PLAN, "--json", "--out", "plan.json"]) == cli.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == whole["counts"]
    assert told["counts"]["duplicate"] == 1
    assert lk.load_plan("plan.json").frame.index.tolist() == list(range(2, 29))


def test_a_querys_answer_is_planned(
    box: Sandbox, audience: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rows come from the database in pieces, and nothing is changed there."""
    monkeypatch.setattr(planning, "PIECE", 2)
    before = audience.read_bytes()
    assert cli.main([*ASKED, "--json", "--out", "plan.json"]) == cli.DONE
    assert json.loads(capsys.readouterr().out)["counts"]["add"] == 5
    assert lk.load_plan("plan.json").frame["first_name"].tolist() == [f"Guest {n}" for n in range(1, 10, 2)]
    assert audience.read_bytes() == before


def test_a_database_is_only_read(audience: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A query that would change something is refused by the connection itself."""
    for text in ("DELETE FROM people", "DELETE FROM people RETURNING mobile AS phone"):
        (here / "audience.sql").write_text(text)
        assert cli.main(ASKED) == cli.FAILED
        assert "readonly" in capsys.readouterr().err
    with sqlite3.connect(audience) as database:
        assert database.execute("SELECT count(*) FROM people").fetchone() == (10,)
    database.close()


WRONG_URLS = {
    "postgresql://asha:s3cret@127.0.0.1:1/crm": "would not answer",
    "postgresql+psycopg://asha:s3cret@127.0.0.1:1/crm": "would not answer",
    "oracle://asha:s3cret@127.0.0.1/crm": "driver of oracle is not installed",
    "nonsense://asha:s3cret@127.0.0.1/crm": "would not answer: NoSuchModuleError",
    "://asha:s3cret@": "cannot be read",
    "sqlite:///s3cret-less.sqlite": "There is no database at",
    "NOT_SET": "this is neither",
}


@pytest.mark.usefixtures("audience")
def test_an_address_of_a_database_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is wrong with it, the sentence does not hold its password, and no traceback does."""
    for url, sentence in WRONG_URLS.items():
        assert cli.main([*ASKED[:2], url, *ASKED[3:]]) == cli.FAILED
        told = capsys.readouterr()
        assert sentence in told.err
        assert told.err.count("\n") == 1
        assert "s3cret@" not in told.out + told.err


WRONG_WORDS = [
    (["--to", "exotel:VIP"], "Give a file, or both --sql and --query."),
    (["guests.csv", "--sql", "AUDIENCE", "--query", "a.sql", "--to", "exotel:VIP"], "Give a file, or both"),
    (["--sql", "AUDIENCE", "--to", "exotel:VIP"], "Give a file, or both --sql and --query."),
    (["guests.csv", "--to", "exotel:VIP", "--max-remove", "some"], "'some' is no amount"),
    (["guests.csv", "--to", "exotel:VIP", "--max-remove", "120%"], "'120%' is no amount"),
    (["guests.csv"], "--to"),
]


def test_what_does_not_go_together_is_wrong_usage(box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A file and a query, a query without a database, an amount that is none."""
    for words, sentence in WRONG_WORDS:
        try:
            code = cli.main(["plan", *words])
        except SystemExit as left:
            code = left.code
        assert code == cli.WRONG_USAGE
        assert sentence in capsys.readouterr().err
    assert box.requests.empty


def test_a_query_that_cannot_be_read_is_one_sentence(
    audience: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, and a query that the database does not understand."""
    (here / "audience.sql").write_text("SELECT phone FROM nobody")
    assert cli.main(ASKED) == cli.FAILED
    assert capsys.readouterr().err == "listkit: The database would not answer: no such table: nobody.\n"
    (here / "audience.sql").unlink()
    assert cli.main(ASKED) == cli.FAILED
    assert "audience.sql cannot be read" in capsys.readouterr().err
