"""What is shown of a list names nobody in it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import listkit as lk
from listkit.frame.redacting import redacted

NUMBERS = ["98765 43210", "+919876543211", "020 7946 0123"]


def test_phones_addresses_and_names_are_masked() -> None:
    """By whatever names the columns go; the same rows, index and columns, and the frame itself untouched."""
    people = pd.DataFrame(
        {
            "Mobile": NUMBERS,
            "Mail": ["asha@example.com"] * 3,
            "Vorname": ["Asha", None, "Ravi K"],
            "City": ["Pune"] * 3,
        },
        index=["a", "b", "b"],
    )
    before = people.copy()
    shown = lk.of(people).redacted()
    assert shown.columns.tolist() == people.columns.tolist()
    assert shown.index.tolist() == ["a", "b", "b"]
    assert shown["Mobile"].tolist() == ["987••••••10", "+91••••••••11", "020••••••••23"]
    assert shown["Mail"].tolist() == ["a•••@example.com"] * 3
    assert shown["Vorname"].tolist()[::2] == ["A•••", "R••• K•••"]
    assert shown["Vorname"].isna().tolist() == [False, True, False]
    assert shown["City"].tolist() == ["Pune"] * 3
    pd.testing.assert_frame_equal(people, before)


@pytest.mark.parametrize(
    "label",
    ["Name", "Full Name", "Customer Name", "Contact Person", "Father's Name", "Mother Name", "Middle Name", "Nickname",
     "Account Owner", "Manager's Name", "姓名", "フリガナ", "ФИО", "पिता का नाम", "Username", "Assistant"],
)  # fmt: skip
def test_everybody_s_name_is_masked(label: str) -> None:
    """That of the contact, whole or in parts, and those of the people around him."""
    shown = redacted(pd.DataFrame({label: ["Asha Rao", "Ravi Iyer", None]}))
    assert shown[label].tolist()[:2] == ["A••• R•••", "R••• I•••"]


@pytest.mark.parametrize("label", ["City", "City Name", "Company", "Product Name", "Bank Name", "X1"])
def test_what_names_no_person_is_shown(label: str) -> None:
    """Places, companies and things stay."""
    assert redacted(pd.DataFrame({label: ["New York", "Los Altos"]}))[label].tolist() == ["New York", "Los Altos"]


def test_what_could_be_a_phone_is_masked_too() -> None:
    """Where two columns fit alike and none is chosen, both are hidden; numbers that pandas made of them too."""
    shown = redacted(pd.DataFrame({"Phone 1": NUMBERS, "Phone 2": [9876543210, 9876543211, 9876543212]}))
    assert shown["Phone 1"].tolist()[0] == "987••••••10"
    assert shown["Phone 2"].tolist()[0] == "987•••••10"


def test_what_stands_in_other_text_is_masked() -> None:
    """Notes, and a header that is a row of data, are no way around it; dates and amounts are no numbers to hide."""
    shown = redacted(
        pd.DataFrame(
            {
                "Notes": ["call +91 98765 43210 after 6", "since 2026-11-08 10:30", "or asha@example.com"],
                "9876543210": ["x", "y", "z"],
                "Due": pd.to_datetime(["2026-11-08"] * 3),
                "Amount": [1234567.5, 1.0, 2.0],
            }
        )
    )
    assert shown["Notes"].tolist() == ["call +91••••••••••10 after 6", "since 2026-11-08 10:30", "or a•••@example.com"]
    assert shown.columns.tolist() == ["Notes", "987•••••10", "Due", "Amount"]
    assert shown.dtypes[["Due", "Amount"]].tolist() == ["datetime64[us]", "float64"]


@given(text=st.text(max_size=12), digits=st.text("0123456789", min_size=7, max_size=12))
def test_no_number_is_left_whole(text: str, digits: str) -> None:
    """Whatever stands around it, seven digits and more are never shown."""
    shown = redacted(pd.DataFrame({"Notes": [f"{text} {digits} {text[::-1]}"]}))["Notes"].item()
    assert digits not in shown


def test_nothing_is_redacted_of_nothing() -> None:
    """A frame without rows, or without columns, is shown as it is; two columns of one name stay two."""
    assert redacted(pd.DataFrame()).shape == (0, 0)
    assert redacted(pd.DataFrame(index=[1, 2])).shape == (2, 0)
    assert redacted(pd.DataFrame([["98765 43210", "x"]], columns=["phone", "phone"])).iloc[0, 0] == "987••••••10"
