"""Phones: libphonenumber's answers, and the rules for what may be sent."""

from __future__ import annotations

import random
import time
from dataclasses import fields

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listkit.rules import damage, phone
from listkit.rules.numbers.parsing import FEW, each
from listkit.rules.verdict import column
from tests.bench import messy
from tests.rules.numbers import chance

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
)
ODD_TEXT = st.text("0123456789+ ()-./x;,#eotAZ٣", max_size=24)
LIKELY_TEXT = st.from_regex(r"(\+|00|0|011)?[1-9][0-9 .\-()/]{5,14}[0-9]( ?(x|ext) ?[0-9]{1,5})?", fullmatch=True)


def _library(text: str, region: str | None) -> tuple[str | None, str | None, str | None]:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None, None, None
    if not phonenumbers.is_valid_number(number):
        return None, None, None
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, phonenumbers.region_code_for_number(number), kind


def _parsed(text: str, region: str | None) -> tuple[str | None, str | None, str | None]:
    told = phone.parse(column([text]), region=region)
    return told.value[0].as_py(), told.country[0].as_py(), told.kind[0].as_py()


NAMES = ("value", "code", "reason", "suggestion", "country", "kind")


def _one(text: str | None, region: str | None = "IN") -> phone.Phone:
    told = phone.judge(column([text]), region=region)
    return phone.Phone(**{name: getattr(told, name)[0].as_py() for name in NAMES})


def test_parse_equals_the_library_on_example_numbers_of_all_regions() -> None:
    """Every example number of every kind, written in four ways, in its region and in none."""
    texts: list[str] = []
    regions: list[str | None] = []
    for region in REGIONS:
        for kind in phonenumbers.PhoneNumberType.values():
            number = phonenumbers.example_number_for_type(region, kind)
            written = {phonenumbers.format_number(number, way) for way in FORMATS} if number else set()
            texts += [*written, *written]
            regions += [region] * len(written) + [None] * len(written)
    told = phone.parse(column(texts), region=column(regions))
    found = zip(told.value.to_pylist(), told.country.to_pylist(), told.kind.to_pylist(), strict=True)
    assert len(texts) > 5_000
    assert [*found] == [_library(text, region) for text, region in zip(texts, regions, strict=True)]


@settings(max_examples=400)
@given(text=ODD_TEXT | LIKELY_TEXT, region=st.none() | st.sampled_from(REGIONS))
@example(text="919876543210.0", region="IN")
@example(text="1-800-FLOWERS", region="US")
@example(text="tel:03-331-6005;phone-context=+64", region="NZ")
def test_parse_equals_the_library_on_any_text(text: str, region: str | None) -> None:
    """Number, country and kind are the library's, and a reason is told exactly where there is no number."""
    assert _parsed(text, region) == _library(text, region)
    told = phone.parse(column([text]), region=region)
    assert bool(told.code[0].as_py()) == bool(told.reason[0].as_py()) == (told.value[0].as_py() is None)


@pytest.mark.parametrize("region", ["IN", "US", "GB", "DE", "IT", "SG", None])
@settings(max_examples=100)
@given(text=LIKELY_TEXT)
def test_judging_gives_the_library_s_number_or_names_a_reason(text: str, region: str | None) -> None:
    """Where `judge` accepts without a word it is what the library reads; else it has a code and a reason."""
    judged = _one(text, region)
    if judged.value and not judged.code:
        assert judged.value == _library(text, region)[0]
    assert bool(judged.code) == bool(judged.reason)
    assert judged.value or judged.code


@given(st.text() | ODD_TEXT)
def test_no_digit_is_invented_and_none_lost_in_silence(text: str) -> None:
    """The national digits of an accepted number stand in the cell, in order; digits left over are told."""
    judged = _one(text, "IN")
    if judged.value is None:
        return
    national = str(phonenumbers.parse(judged.value).national_number)
    there = iter(damage.examine(text).text)
    assert all(digit in there for digit in national)
    if not judged.code:
        left = damage.digits(damage.examine(text).text).removesuffix(national)
        assert left.lstrip("0") in {"", "91", str(phonenumbers.parse(judged.value).country_code)} or "+" in text


@given(st.text() | ODD_TEXT | LIKELY_TEXT, st.sampled_from(["IN", "US", "DE", None]))
def test_an_accepted_number_is_judged_as_itself(text: str, region: str | None) -> None:
    """Judging what was accepted gives it back without a word, whatever the region."""
    value = _one(text, region).value
    if value:
        assert _one(value, region) == phone.Phone(
            value, country=_library(value, None)[1], kind=_library(value, None)[2]
        )


ACCEPTED = [
    ("98765 43210", "IN", "+919876543210", ""),
    ("098765 43210", "IN", "+919876543210", ""),
    ("0091 98765 43210", "IN", "+919876543210", ""),
    ("919876543210", "IN", "+919876543210", "plus_lost"),
    ("919,876,543,210", "IN", "+919876543210", "plus_lost"),
    ("1 202 555 0123", "US", "+12025550123", ""),
    ("4794743401", "US", "+14794743401", "also_foreign"),
    ("020 26123415 ext 12", "IN", "+912026123415", "extension"),
    ("Mob: 98765 43210 (home)", "IN", "+919876543210", "text_beside"),
    ("Ramesh, 98765 43210", "IN", "+919876543210", "text_beside"),
    ("98765 43210, 0", "IN", "+919876543210", "text_beside"),
    ("98765 43210 / 9876543210", "IN", "+919876543210", "repeated"),
    ("020 26123415, 26123415,", "IN", "+912026123415", "repeated"),
    ("030/12345678", "DE", "+493012345678", ""),
    ("+91 98765/43210", "IN", "+919876543210", ""),
    ("91 98765/43210", "IN", "+919876543210", "plus_lost"),
    ("tel:+91-98765-43210", "IN", "+919876543210", ""),
    ("tel:03-331-6005;phone-context=+64", "NZ", "+6433316005", ""),
    ("tel:+91-98765-43210;ext=12", "IN", "+919876543210", "extension"),
    ("0091 98765 43210", "US", "+919876543210", "international_prefix"),
    ("+52 1 55 1234 5678", None, "+525512345678", "prefix_gone"),
    ("9.19876543210 E+11", "IN", "+919876543210", "scientific_exact"),
    ("011 15-2345-6789", "AR", "+5491123456789", ""),
    ("0 15 11 98765-4321", "BR", "+5511987654321", ""),
    ("08562 250762  0", "IN", "+918562250762", "text_beside"),
    ("040 9876543210", "IN", "+919876543210", "text_beside"),
    ("+44 (0)20 7946 0123", None, "+442079460123", ""),
    ("0091 98765 43210", None, "+919876543210", "international_prefix"),
]
REFUSED = [
    ("9.19877E+11", "IN", "scientific_notation", None),
    ("919877000000", "IN", "rounded_tail", None),
    ("98765 432lO", "IN", "letter_for_digit", "+919876543210"),
    ("9876A 43210", "IN", "letters", None),
    ("1-800-FLOWERS", "US", "letters", "+18003569377"),
    ("98765:43210", "IN", "odd_marks", "+919876543210"),
    ("236618300", "IT", "leading_zero_lost", "+390236618300"),
    ("12025550123", "IN", "foreign_plus_lost", "+12025550123"),
    ("2612341", "IN", "area_code_missing", None),
    ("26123", "IN", "area_code_missing", None),
    ("261", "IN", "too_short", None),
    ("98765 43210 98", "IN", "foreign_plus_lost", "+987654321098"),
    ("98765 432", "IN", "cut_short", None),
    ("123456789012345678", "IN", "too_long", None),
    ("Nadia", "IN", "no_digits", None),
    ("0", "IN", "no_number", None),
    (None, "IN", "empty", None),
    ("asha99@example.org", "IN", "email_for_number", None),
    ("26123415, 26123416", "IN", "several_refused", None),
    ("2345678/76543", "IN", "several_refused", None),
    ("9.19877×10^11", "IN", "scientific_notation", None),
    ("98765 432lО", "IN", "letter_for_digit", "+919876543210"),
    ("+55 11 8765-4321", None, "digit_added", "+5511987654321"),
    ("011 91 98765 43210", None, "invalid_number", "+919876543210"),
    ("0  26123415", "IN", "area_code_missing", None),
    ("5550123", "US", "area_code_missing", None),
    ("+1 202 555 012", None, "cut_short", None),
    ("9 " * 6_000, "IN", "long_text", None),
    ("2025550123", None, "no_region", None),
    ("919876543210", None, "ambiguous", "+919876543210"),
    ("999", None, "invalid_number", None),
]


SALVAGED = [
    ("98765 43210 / 98765 43211", "IN", 2, "+919876543210", "+919876543211"),
    ("98765 43210 98765 43211", "IN", 2, "+919876543210", "+919876543211"),
    ("+919876543210 +919876543211", None, 2, "+919876543210", "+919876543211"),
    ("98765 43210 or 98765 43211", "IN", 2, "+919876543210", "+919876543211"),
    ("98765 43210\\n98765 43211", "IN", 2, "+919876543210", "+919876543211"),
    ("020 26123415, 26123416", "IN", 2, "+912026123415", "+912026123416"),
    ("020 26123415/16", "IN", 2, "+912026123415", "+912026123416"),
    ("020 26123415  16", "IN", 2, "+912026123415", "+912026123416"),
    ("020 26123415 26123416", "IN", 2, "+912026123415", "+912026123416"),
    ("020 26123415020 26123416", "IN", 2, "+912026123415", "+912026123416"),
    ("020, 26123415, 26123416", "IN", 2, "+912026123415", "+912026123416"),
    ("03222 2253405, 296444", "IN", 2, "+913222296444", None),
    ("26123415, 98765 43210", "IN", 2, "+919876543210", None),
    ("020 26123415, 9876543210, 26123416", "IN", 3, "+912026123415", "+919876543210, +912026123416"),
    ("3482  9876543210", "IN", 2, "+919876543210", None),
    ("98765 43210, 12", "IN", 2, "+919876543210", "+919876543212"),
]


@pytest.mark.parametrize(("text", "region", "count", "value", "others"), SALVAGED)
def test_the_first_good_number_of_several_is_kept(
    text: str, region: str | None, count: int, value: str | None, others: str | None
) -> None:
    """Of several numbers the first good one may be sent; how many there are is told, and the other good ones."""
    judged = _one(text, region)
    assert (judged.value, judged.suggestion) == (value, others)
    if value:
        assert judged.code == "several_numbers"
        assert f"{count} numbers in one cell" in judged.reason


@pytest.mark.parametrize(("text", "region", "value", "code"), ACCEPTED)
def test_what_may_be_sent(text: str, region: str | None, value: str, code: str) -> None:
    """A number that can be mended exactly is accepted, with the name of what happened to it."""
    judged = _one(text, region)
    assert (judged.value, judged.code) == (value, code)
    assert not code or damage.level(code) != "error"


@pytest.mark.parametrize(("text", "region", "code", "suggestion"), REFUSED)
def test_what_may_not_be_sent(text: str | None, region: str | None, code: str, suggestion: str | None) -> None:
    """A number that only a person may decide on is not accepted; the likely reading is a suggestion."""
    judged = _one(text, region)
    assert (judged.value, judged.code, judged.suggestion) == (None, code, suggestion)
    assert damage.level(code) in {"error", "info"}


def test_a_column_is_judged_as_its_values_are() -> None:
    """Whatever is in the cells, and with whatever regions, the verdicts on a column are those on its values alone."""
    seed = random.getrandbits(32)
    chosen = random.Random(seed)  # noqa: S311 - a test keeps no secret
    plain = ("".join(chosen.choices("0123456789  -().+0", k=chosen.randint(1, 16))) for _ in range(6_000))
    digits = ("".join(chosen.choices("0123456789", k=chosen.randint(5, 15))) for _ in range(6_000))
    cells = [(text, chosen.choice(["IN", "US", "DE", "GB", "SG", "", None])) for text in (*plain, *digits, None)]
    cells += [*chance.cells(6_000, seed)]
    cells += [(text, region) for region in ("IN", "US", None) for text in messy.numbers(2_000, seed=seed)]
    told = phone.judge(column(text for text, _ in cells), region=column(region for _, region in cells))
    rows = zip(*(getattr(told, name).to_pylist() for name in NAMES), strict=True)
    assert [phone._judge(*cell) for cell in cells] == [phone.Phone(*row) for row in rows], f"seed {seed}"


@pytest.mark.parametrize(
    ("text", "region"),
    [("080 080 002", "BR"), ("((00", None), ("((005-9030", None), ("2 00865617412+", ""), ("2 00865617412+", None)],
)
def test_a_cell_in_a_column_is_judged_as_it_is_alone(text: str, region: str | None) -> None:
    """An area code that stands twice, what is dialled abroad behind brackets, a plus behind the digits."""
    many = [text] * FEW
    told = phone.judge(column(many), region=column([region] * len(many)))
    assert phone.Phone(*(getattr(told, name)[0].as_py() for name in NAMES)) == phone._judge(text, region)


def test_a_column_may_be_all_good() -> None:
    """Numbers as they are sent, in a column of any length, and no row at all."""
    numbers = [f"+1202555{number:04}" for number in range(100, 200)]
    assert phone.judge(column(numbers)).value.to_pylist() == numbers
    assert phone.judge(column(numbers), region="US").value.to_pylist() == numbers
    assert len(phone.judge(column([]))) == 0


def test_each_number_of_a_cell_is_named_with_its_own_verdict() -> None:
    """The area code given once is read for the later numbers, told."""
    judged = _one("020    26123415, 26123416, 9876543210, 23456")
    assert judged.code == "several_numbers"
    assert judged.reason == (
        "4 numbers in one cell, 3 good; only +912026123415 is kept: 020    26123415 → +912026123415; "
        "26123416 with area code 020 → +912026123416; 9876543210 → +919876543210; "
        "23456 with area code 020 → cut short: 7 of 10 digits of a number that begins like this in +91"
    )


def test_without_a_region_the_countries_are_named() -> None:
    """A national number says where it would be one; a double reading says both."""
    assert "as in IN, US, DE and others" in _one("2025550123", None).reason
    assert _one("12025550147", None).reason == "two readings: US with a plus, or a national number in AT"


def test_the_region_can_differ_from_row_to_row() -> None:
    """A column of regions is obeyed row by row; a row without one is read in none."""
    told = phone.judge(column(["2025550123"] * 3), region=column(["US", "IN", None]))
    assert told.value.to_pylist() == ["+12025550123", "+912025550123", None]
    assert told.code.to_pylist()[2] == "no_region"


def test_several_things_are_told_in_one_reason() -> None:
    """The gravest names the verdict, and nothing that was mended is left out."""
    judged = _one("'919876543210.0")
    assert judged.code == "quote_mark"
    assert judged.reason.split("; ")[1:] == ["trailing .0", "plus lost: the digits begin with 91, a country code"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("+919876543210", ""),
        ("+91 98765 43210", "not_e164"),
        ("98765 43210", "no_plus"),
        ("98765 43210 / 98765 43211", "several_refused"),
        ("919877000000", "rounded_tail"),
        ("+9198765", "too_short"),
        ("0", "no_number"),
        ("+919876543210 / +919876543211", "several_numbers"),
        (None, "empty"),
    ],
)
def test_confirming_accepts_only_what_is_e164_already(text: str | None, code: str) -> None:
    """What is sent is the text itself, so anything but E.164 has a reason."""
    told = phone.confirm(column([text]))
    assert (told.code[0].as_py(), told.value[0].as_py()) == (code, None if code else text)


def test_confirming_a_column_is_confirming_each() -> None:
    """Among many, each has the verdict that it has alone, in all its parts."""
    texts = column([*messy.numbers(3_000, seed=7), "+919876543210", None, ""])
    told, alone = phone.confirm(texts), each(phone._confirm, texts, None)
    assert [getattr(told, part.name).to_pylist() for part in fields(phone.Phones)] == [
        getattr(alone, part.name).to_pylist() for part in fields(phone.Phones)
    ]


@pytest.mark.parametrize("text", ["9876543210, " * 33, "1 2 3 4 5 6 7 8", "020 26123415" + "/16" * 100, "2025550123"])
@pytest.mark.parametrize("region", ["IN", None])
def test_no_cell_takes_long(text: str, region: str | None) -> None:
    """A cell full of numbers is judged in a blink, with a region or without."""
    _one(text, region)
    start = time.process_time()
    _one(text + "1", region)
    assert time.process_time() - start < 0.5
