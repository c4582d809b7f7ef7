"""The words of headers stand in one file, and are found however a header is written."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.frame.vocabulary import MEANINGS, is_firm, is_other, read

LINES = [
    line.split("\t")
    for line in resources.files("listkit.frame").joinpath("vocabulary.tsv").read_text("utf-8").splitlines()[1:]
]
KINDS = {*MEANINGS, "filler", "place", "second", "someone", "person", "about", "other", "form"}
LANGUAGES = re.findall(r"\w+", "en hi ta bn mr te kn gu ur ar fr de es pt it nl pl ru tr id vi th zh ja ko")


def test_the_file_is_whole() -> None:
    """Each line has a kind, a weight of at most one, a language, and phrases that none repeats."""
    for line in LINES:
        kind, weight, language, phrases = line
        assert kind in KINDS
        assert 0 <= float(weight) <= 1
        assert language
        told = phrases.split("|")
        assert all(told)
        assert len(set(told)) == len(told), line


@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_language_has_a_word_for_it(meaning: str) -> None:
    """Twenty-five languages, each in its own script."""
    assert {language for kind, _, language, _ in LINES if kind == meaning} >= {*LANGUAGES}


@pytest.mark.parametrize(
    "label",
    ["Mobile No.", "MOBILE NO", "mobile_no", "mobile-no", "MobileNo", "mobileNo", "  Mobile   No ", "Mobile (No.)",
     "mobileno", "Mobile\u00a0No.", "Ｍｏｂｉｌｅ　Ｎｏ", "MOBİLE NO", "Móbile Nô"],
)  # fmt: skip
def test_a_header_is_the_same_however_it_is_written(label: str) -> None:
    """Case, accents, marks, wide letters and words that were joined make no difference."""
    assert read(label, "phone") == read("Mobile No.", "phone")


@pytest.mark.parametrize(
    ("label", "meaning", "word"),
    [
        ("Kundentelefon", "phone", "telefon"),
        ("Контактные телефоны", "phone", "телефон"),
        ("الواتساب", "phone", "واتساب"),
        ("お客様の電話番号（必須）", "phone", "電話番号"),
        ("โทรศัพท์ของลูกค้า", "phone", "โทรศัพท์"),
        ("고객휴대폰번호", "phone", "휴대폰번호"),
    ],
)  # fmt: skip
def test_words_are_found_inside_words(label: str, meaning: str, word: str) -> None:
    """In compounds, in other cases, behind an article, and in scripts that write no spaces."""
    assert word in label
    assert read(label, meaning).weight == read(word, meaning).weight


@pytest.mark.parametrize(
    ("surer", "less_sure"),
    [
        ("Mobile", "Phone"), ("Mobile", "WhatsApp"), ("Phone", "Landline"), ("Phone", "Phone 2"),
        ("Phone", "Home Phone"), ("Phone", "Alternate Phone"), ("Alternate Phone", "Father's Phone"),
        ("Phone", "Contact"), ("Mobile", "Mobile Bill"), ("Phone", "Phone Zebra"),
        ("Phone Zebra", "Phone Zebra Quagga"),
    ],
)  # fmt: skip
def test_what_stands_beside_it_makes_a_word_less_sure(surer: str, less_sure: str) -> None:
    """A mobile before a telephone, one's own before another's, the first before the second, known words before new."""
    assert read(surer, "phone").weight > read(less_sure, "phone").weight > 0


@given(label=st.text(max_size=40) | st.sampled_from(LINES).map(lambda line: line[3].replace("|", " ")))
def test_any_header_is_read(label: str) -> None:
    """Whatever is written there, it has a weight between none and one, and words where it has a weight."""
    is_other(label)
    is_firm(label)
    for meaning in MEANINGS:
        told = read(label, meaning)
        assert 0 <= told.weight <= 1
        assert bool(told.weight) == bool(told.word)
