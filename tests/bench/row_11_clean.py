"""Clean a list, list its problems and find its exact duplicates, against the same written by hand, row by row."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from email_validator import EmailNotValidError, validate_email

from listkit.frame.cleaning import cleaning
from tests.bench import Row, at_least, library, messy

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 200_000
REGION = "IN"
NAMES = ("Asha Rao", "  Ravi  Kumar", "O'Neil", "Zoë", "NA", "महेश", "Mary Ann ")
DOMAINS = (*["example.com", "Example.ORG", "mail.example.net", "example.co.in"] * 5, "example", "example,com")


class Cleaned(NamedTuple):
    """A cleaned list, the rows of whose number something is to be told, and the rows whose number is there already."""

    frame: pd.DataFrame
    told: pd.Series
    repeated: pd.Series


def bench() -> Iterator[Row]:
    """Clean numbers, names and addresses; on our side every problem and change is told beside."""
    frame = people(SIZE)
    yield Row(
        what=f"clean, check, exact duplicates: {SIZE:,} rows",
        peer="pandas + phonenumbers + email-validator",
        goal=at_least(20),
        ours=lambda: by_listkit(frame),
        theirs=lambda: by_hand(frame),
        equal=is_as_good,
    )


def people(size: int) -> pd.DataFrame:
    """Make a list up: the number of every tenth row is that of another row too."""
    chance = random.Random(13)  # noqa: S311 - a benchmark keeps no secret
    numbers = messy.numbers(size - size // 10, seed=13)
    written = {
        "phone": numbers + chance.choices(numbers, k=size // 10),
        "first_name": chance.choices(NAMES, k=size),
        "email": [f"Person.{row}@{chance.choice(DOMAINS)}" for row in range(size)],
    }
    return pd.DataFrame(written, dtype="str")


def by_listkit(frame: pd.DataFrame) -> Cleaned:
    """Clean by the verb; its problems say which numbers are none, or were hurt."""
    done = cleaning(frame, region=REGION)
    problems = done.problems[done.problems["column"] == "phone"]
    told = pd.Series(data=False, index=frame.index)
    told.iloc[problems[~problems["code"].isin(["plus_lost", "also_foreign"])]["row"]] = True
    return Cleaned(done.frame, told, done.frame["phone"].duplicated())


def by_hand(frame: pd.DataFrame) -> Cleaned:
    """Clean as a notebook does that asks the libraries about each cell."""
    numbers = library.read_each(frame["phone"], REGION)
    cleaned = frame.assign(
        phone=numbers.fillna(frame["phone"]),
        first_name=frame["first_name"].str.split().str.join(" ").astype("str"),
        email=frame["email"].map(_address).fillna(frame["email"]),
    )
    return Cleaned(cleaned, numbers.isna(), cleaned["phone"].duplicated())


def _address(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def is_as_good(ours: Cleaned, theirs: Cleaned) -> bool:
    """Whether all is the same, but for numbers of which listkit tells what happened to them."""
    same, untold = ["first_name", "email"], ~ours.told
    return (
        ours.frame[same].equals(theirs.frame[same])
        and ours.frame["phone"][untold].equals(theirs.frame["phone"][untold])
        and ours.repeated[untold].equals(theirs.repeated[untold])
        and not theirs.told[untold].any()
        and ours.told.mean() < 2 * messy.ODD
    )
