"""Names are written as their owners write them, and believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.rules import name
from listkit.rules.verdict import column

KEPT = [
    "NA", "None", "Null", "True", "0", "-", "O'Neil", "आशा", "Zoë", "JP", "AJ", "MS Dhoni", "DR Kaprekar", "Herr",
    "Mr. & Mrs. Rao", "Mr and Mrs Rao", "McDonald", "van der Berg", "DeShawn", "A.P.J.", "'t Hooft", "王小明", "محمد",
    "Сергей", "Γιώργος", "ანა", "김민수", "さくら",
]  # fmt: skip
WRITTEN = [
    ("ASHA RAO", "Asha Rao", "letter_case"),
    ("asha", "Asha", "letter_case"),
    ("VAN DER BERG", "van der Berg", "letter_case"),
    ("VAN MORRISON", "Van Morrison", "letter_case"),
    ("maria de la cruz", "Maria de la Cruz", "letter_case"),
    ("bin laden", "bin Laden", "letter_case"),
    ("MCDONALD", "McDonald", "letter_case"),
    ("O'NEIL", "O'Neil", "letter_case"),
    ("o\u2019brien", "O\u2019Brien", "letter_case"),
    ("'t hooft", "'t Hooft", "letter_case"),
    ("ANNE-MARIE", "Anne-Marie", "letter_case"),
    ("A.P.J. ABDUL KALAM", "A.P.J. Abdul Kalam", "letter_case"),
    ("a. r. rahman", "A. R. Rahman", "letter_case"),
    ("MK GANDHI", "MK Gandhi", "letter_case"),
    ("MS DHONI", "MS Dhoni", "letter_case"),
    ("LI WEI", "Li Wei", "letter_case"),
    ("JOHN SMITH JR.", "John Smith Jr.", "letter_case"),
    ("CARLOS III", "Carlos III", "letter_case"),
    ("L'ORÉAL", "L'Oréal", "letter_case"),
    ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς", "letter_case"),
    ("ИВАН ПЕТРОВ", "Иван Петров", "letter_case"),
    ("NULL", "Null", "letter_case"),
    ("Mr Rao", "Rao", "honorific"),
    ("Ms. Rao", "Rao", "honorific"),
    ("Prof. Dr. Anna Schmidt", "Anna Schmidt", "honorific"),
    ("Smt. Lata", "Lata", "honorific"),
    ("Shri Ram", "Ram", "honorific"),
    ("Herr Müller", "Müller", "honorific"),
    ("DR ASHA RAO", "Asha Rao", "honorific"),
    ("डॉ. आशा", "आशा", "honorific"),
    ("  Asha \n Rao ", "Asha Rao", ""),
    ("\u200eRao", "Rao", "invisible_marks"),
    ("ZOÃ‹ RAO", "Zoë Rao", "wrong_encoding"),
]
PIECES = ["A", "b", "é", "É", "ß", "İ", " ", "-", "'", ".", ",", "DR ", "Ms ", "mr. ", "van ", "DE ", "la", "mc", "O'",
          "Jr", "Ã©", "\u200e", "Σ", "ĳ", "\u0149", "Ⅷ", "ǅ", "NA", "& ", "王"]  # fmt: skip
NAMES = st.text(max_size=8) | st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


@pytest.mark.parametrize("text", KEPT)
def test_what_may_be_a_name_stays(text: str) -> None:
    """Surnames that programs take for nothing, initials, particles and every script stay as they are."""
    told = name.parse(column([text]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([text], [""])


@pytest.mark.parametrize(("text", "value", "code"), WRITTEN)
def test_a_name_is_written_as_people_do(text: str, value: str, code: str) -> None:
    """Capitals where names have them, and no title; what was done has its code."""
    told = name.parse(column([text]))
    assert (told.value.to_pylist(), told.code.to_pylist()) == ([value], [code])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Asha Rao", "Asha", "Rao"),
        ("Rao, Asha", "Asha", "Rao"),
        ("RAO, DR. ASHA", "Asha", "Rao"),
        ("Smith, John, Jr.", "John", "Smith Jr."),
        ("John Smith, MD", "John", "Smith MD"),
        ("Ludwig van der Rohe", "Ludwig", "van der Rohe"),
        ("A. P. J. Abdul Kalam", "A. P. J. Abdul", "Kalam"),
        ("王 小明", "小明", "王"),
        ("王小明", "王小明", None),
        ("Cher", "Cher", None),
        ("van Gogh", "van Gogh", None),
        ("Rao, Iyer, Das", "Rao, Iyer, Das", None),
        ("Null", "Null", None),
        (" ", "", None),
        (None, None, None),
    ],
)
def test_a_full_name_is_taken_apart(text: str | None, first: str | None, last: str | None) -> None:
    """First and last name, in either order; what cannot be told apart stays whole."""
    halves = name.split(column([text]))
    assert (halves.first.value.to_pylist(), halves.last.value.to_pylist()) == ([first], [last])
    assert (halves.first.code[0].as_py() == "name_order") == (text in {"Rao, Asha", "Smith, John, Jr."})


@given(NAMES)
def test_writing_twice_is_writing_once(text: str) -> None:
    """A name that is as it should be is not changed again, nor are the halves of one."""
    once = name.parse(column([text])).value
    assert name.parse(once).value == once
    for half in name.split(column([text])):
        assert name.parse(half.value).value == half.value


@given(st.lists(st.none() | NAMES, max_size=20))
def test_a_column_is_read_as_its_names_are(texts: list[str | None]) -> None:
    """Names that are as they should be are not looked at one by one, and nothing else is said of them."""
    told = name.parse(column(texts))
    rows = zip(*(getattr(told, field).to_pylist() for field in ("value", "code", "reason", "suggestion")), strict=True)
    assert [*rows] == [(one.value, one.code, one.reason, one.suggestion) for one in map(name._parse, texts)]
