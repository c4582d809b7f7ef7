"""Which column is what is proposed with reasons, and decided by the user."""

from __future__ import annotations

import pandas as pd
import pytest

from listkit.errors import ColumnsError
from listkit.frame.columns import columns, resolve

NUMBERS = ["98765 43210", "98765 43211", "+919876543212"]


def _meanings(**cells: list[str]) -> dict[str, str]:
    proposal = columns(pd.DataFrame(cells)).dropna(subset=["meaning"])
    return dict(zip(proposal["column"], proposal["meaning"], strict=True))


@pytest.mark.parametrize(
    "label",
    ["Mobile No.", "PHONE", "phone_number", "PhoneNumber", "Telephone", "Contact No", "WhatsApp Number", "Téléphone",
     "Telefon", "Celular", "Handynummer", "मोबाइल नंबर", "电话", "手机号码", "телефон", "هاتف", "Cell Phone"],
)  # fmt: skip
def test_a_phone_in_many_languages(label: str) -> None:
    """A header that says phone is the phone."""
    assert _meanings(**{label: NUMBERS, "City": ["Pune"] * 3}) == {label: "phone"}


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("First Name", "first_name"), ("Vorname", "first_name"), ("Name", "first_name"), ("Surname", "last_name"),
        ("Apellidos", "last_name"), ("E-mail", "email"), ("Correo electrónico", "email"), ("Hospital_Name", "company"),
        ("Organisation", "company"), ("Firma", "company"), ("Tags", "tag"),
    ],
)  # fmt: skip
def test_the_other_fields(label: str, meaning: str) -> None:
    """Names, addresses, companies and tags are found by their words."""
    assert _meanings(**{label: ["x", "y", "z"]}) == {label: meaning}


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Pincode", ["411001", "411002", "411003"]),
        ("Sr_No", ["1", "2", "3"]),
        ("Order ID", ["9876543210", "9876543211", "9876543212"]),
        ("Amount", ["1234567.50", "7654321.25", "1111111.75"]),
        ("Aadhaar", ["123412341234"] * 3),
        ("Phone Type", ["mobile", "home", "work"]),
        ("Email Opt-In", ["yes", "no", "yes"]),
        ("Fax", NUMBERS),
        ("Date", ["2026-11-08", "2026-11-09", "2026-11-10"]),
        ("County Name", ["x", "y", "z"]),
    ],
)
def test_what_is_no_field_of_a_contact(label: str, cells: list[str]) -> None:
    """Ids, amounts, dates, post codes and facts about a phone are none of ours."""
    assert _meanings(**{label: cells}) == {}


def test_cells_speak_where_the_header_says_nothing() -> None:
    """A column of numbers under a strange name is the phone, and so with addresses."""
    assert _meanings(X1=NUMBERS, X2=["a@example.com", "b@example.com", "c@example.com"], X3=["a", "b", "c"]) == {
        "X1": "phone",
        "X2": "email",
    }


def test_a_canonical_name_always_wins() -> None:
    """A column that is called phone is the phone, whatever else looks like one."""
    frame = pd.DataFrame({"Mobile": NUMBERS, "phone": ["", "", ""]})
    assert resolve(frame) == {"phone": "phone"}


def test_one_meaning_goes_to_one_column_for_the_best_of_all() -> None:
    """A first column that fits two meanings leaves one to the column that fits only that."""
    assert _meanings(Name=["a"], Surname=["b"]) == {"Name": "first_name", "Surname": "last_name"}
    assert _meanings(Mobile=NUMBERS, Phone=NUMBERS) == {"Mobile": "phone"}


def test_the_proposal_has_score_and_reasons() -> None:
    """A person can see why: the word in the header, and how the cells read."""
    line = columns(pd.DataFrame({"Telephone": [*NUMBERS, "Nadia"]})).iloc[0]
    assert line["meaning"] == "phone"
    assert 0.5 < line["score"] < 1
    assert line["reasons"].startswith("header says 'telephone'; 75% of its cells read like phone numbers; ")


def test_two_columns_that_fit_alike_are_undecided() -> None:
    """Neither is taken, the reasons say so, and the error has the line to type."""
    frame = pd.DataFrame({"Home Phone": NUMBERS, "Work Phone": NUMBERS})
    assert columns(frame)["meaning"].isna().all()
    with pytest.raises(ColumnsError, match=r"'Home Phone' and 'Work Phone' could .*mapping=\{'Home Phone': 'phone'\}"):
        resolve(frame)
    assert resolve(frame, {"Work Phone": "phone"}) == {"Work Phone": "phone"}


def test_no_phone_lists_the_columns_and_the_best_guess() -> None:
    """The sentence names what is there and what to type."""
    with pytest.raises(ColumnsError, match=r"no 'phone' column among 'City', 'Kontakt'; did you mean 'Kontakt'\?"):
        resolve(pd.DataFrame({"City": ["Pune"], "Kontakt": ["no idea"]}))


def test_a_mapping_reads_as_rename_and_can_say_nothing() -> None:
    """What is named is obeyed, None takes a column out, and the rest is still proposed."""
    frame = pd.DataFrame({"A": NUMBERS, "Mobile": NUMBERS, "Email": ["a@example.com"] * 3, "B": ["x"] * 3})
    mapping = {"A": "phone", "Mobile": None, "B": "custom.size"}
    assert resolve(frame, mapping) == {"A": "phone", "Email": "email", "B": "custom.size"}


def test_an_edited_proposal_is_the_whole_truth() -> None:
    """The frame that was proposed can be given back; its empty lines mean nothing."""
    frame = pd.DataFrame({"Mobile": NUMBERS, "Email": ["a@example.com"] * 3, 7: ["x"] * 3})
    edited = columns(frame)
    edited.loc[edited["column"] == "Email", "meaning"] = None
    edited.loc[edited["column"] == "7", "meaning"] = "tag"
    assert resolve(frame, edited) == {"Mobile": "phone", 7: "tag"}


@pytest.mark.parametrize(
    ("labels", "mapping", "words"),
    [
        (["Mobile"], {"Mobil": "phone"}, "did you mean 'Mobile'"),
        (["Mobile"], {"Mobile": "mobile"}, "'mobile' is no meaning"),
        (["Mobile", "phone"], {"Mobile": "phone"}, "would both be 'phone'"),
        (["A", "B"], {"A": "phone", "B": "phone"}, "would both be 'phone'"),
        (["A", "A"], None, "Two columns are called 'A'"),
    ],
)
def test_a_mapping_that_cannot_be_is_one_sentence(labels: list[str], mapping: dict[str, str], words: str) -> None:
    """An unknown column or meaning, and two columns of one name."""
    with pytest.raises(ColumnsError, match=words):
        resolve(pd.DataFrame([["x"] * len(labels)], columns=labels), mapping)
