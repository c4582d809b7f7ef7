"""The sample lists are damaged exactly as their notes say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listkit.frame.cleaning import cleaning
from listkit.frame.reading import read_file
from listkit.rules import damage

DATA = Path(__file__).parents[2] / "data"
LINE = re.compile(r"^\| (\d+) \| .* \| (?:`(\w+)`)? *\| (.*) \|$", re.MULTILINE)


def _notes(name: str) -> dict[int, str]:
    section = (DATA / "README.md").read_text("utf-8").partition(f"## {name}\n")[2].partition("\n## ")[0]
    return {int(row): code for row, code, _ in LINE.findall(section)}


@pytest.mark.parametrize("name", ["contacts_damaged.csv", "contacts_damaged.xlsx"])
def test_each_row_is_damaged_as_its_note_says(name: str) -> None:
    """The note names every row of the file, and `check` finds its code there and no other."""
    notes = _notes(name)
    frame = read_file(DATA / name)
    problems = cleaning(frame, region="IN").problems
    found = problems[problems["column"] == "phone"]["code"].to_dict()
    assert frame.index.tolist() == list(notes)
    assert {row: str(found.get(row, "")) for row in notes} == notes


def test_the_samples_hold_every_kind_of_damage_to_a_telephone() -> None:
    """What needs no other country than India to happen, happens in one of the two files."""
    held = {code for name in ("contacts_damaged.csv", "contacts_damaged.xlsx") for code in _notes(name).values()}
    elsewhere = {"leading_zero_lost", "ambiguous", "no_region", "also_foreign", "no_plus", "not_e164", "odd_marks",
                 "international_prefix", "too_short", "invalid_number", "area_code_missing", "several_refused",
                 "long_text", "email_for_number", "number_for_email", "invalid_email", "no_email",
                 "unknown_country", "several_addresses", "address_repeated", "beside_address", "marks_around",
                 "domain_slip", "disposable_address", "role_address", "wrong_encoding", "lost_letters", "honorific",
                 "letter_case", "name_order", "consent_missing", "consent_unread",
                 "prefix_gone", "digit_added"}  # fmt: skip
    assert damage.DAMAGES.keys() - held == elsewhere
