"""Damaged telephone cells, made from rules: what was done to a number, in which country, and what is right to say.

Every number is the library's own example of a country and a kind, and every label follows from
how the cell was made. Where digits without a plus can be read in two ways, the library is asked
which ways there are; the rules of listkit are never asked.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers

from tests.bench.library import read

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("IN", "US", "GB", "DE", "IT", "BR", "MX", "AR", "SG", "FR", "AE", "KE")
KINDS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
OTHER_DIGITS = (0x0966, 0x0660, 0xFF10)
"""Where the digits of Devanagari, of Arabic and the wide ones begin."""

TOO_LONG = "12345678901234567"


class Cell(NamedTuple):
    """A cell and what is right to say of it: number, code, the other reading, and a part of the reason."""

    text: str | None
    region: str | None
    value: str | None
    code: str
    suggestion: str | None = None
    reason: str = ""


class Number(NamedTuple):
    """An example of a country's numbers, in the ways in which it is written."""

    region: str
    code: str
    nsn: str
    national: str
    international: str

    @property
    def e164(self) -> str:
        """The number as it is sent."""
        return f"+{self.code}{self.nsn}"


@cache
def numbers() -> tuple[Number, ...]:
    """Return a mobile and a fixed line of each country."""
    found = []
    for region in REGIONS:
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            assert number is not None
            nsn = phonenumbers.national_significant_number(number)
            written = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            found.append(
                Number(
                    region, str(number.country_code), nsn, *(phonenumbers.format_number(number, way) for way in written)
                )
            )
    return tuple(dict.fromkeys(found))


def cells() -> Iterator[Cell]:
    """Make all cells."""
    for make in (whole, mended, beside, without_plus, in_a_spreadsheet, with_letters, cut, several):
        for number in numbers():
            yield from make(number)
    yield from KNOWN


# ---- what can be accepted --------------------------------------------------------------


def whole(number: Number) -> Iterator[Cell]:
    """Do nothing to it: the number in the usual ways, and in the digits of other scripts."""
    abroad = read("+" + "".join(filter(str.isdigit, number.national)), None)
    here = (number.region, number.e164, "also_foreign" if abroad else "")
    yield Cell(number.international, None, number.e164, "")
    yield Cell(number.national, *here)
    yield Cell(f"({number.e164[:3]}) {number.e164[3:]}", number.region, number.e164, "")
    yield Cell(f"tel:{number.international.replace(' ', '-')}", number.region, number.e164, "")
    for zero in OTHER_DIGITS:
        yield Cell(number.national.translate({ord("0") + digit: zero + digit for digit in range(10)}), *here)


def mended(number: Number) -> Iterator[Cell]:
    """Put around a number what other programs do: it is taken off and told."""
    for text in (number.e164, number.international):
        yield Cell(f"'{text}", None, number.e164, "quote_mark")
        yield Cell(f'="{text}"', None, number.e164, "formula")
        yield Cell(f"\u200e{text}\u202c", None, number.e164, "invisible_marks", None, "U+200E, U+202C")
        yield Cell(text[:5] + "\u200b" + text[5:], None, number.e164, "invisible_marks")
    yield Cell(f"  {number.e164}\n", None, number.e164, "")
    yield Cell(f"00{number.e164[1:]}", None, number.e164, "international_prefix")


def beside(number: Number) -> Iterator[Cell]:
    """Write words and extensions beside a number: it is kept, they are told."""
    for text in (
        f"Mob: {number.national}",
        f"{number.national} (home)",
        f"Zoë Rao, {number.national}",
        f"Ph.{number.national}",
    ):
        yield Cell(text, number.region, number.e164, "text_beside")
    yield Cell(f"{number.international} - दुकान", None, number.e164, "text_beside", None, "दुकान")
    for extension in (
        " ext 12",
        " x12",
        " Extn. 12",
        ", Extension: 12",
        " (ext. 12)",
        "x12",
        " #12",
        " ramal 12",
        " доб. 12",
    ):
        yield Cell(f"{number.international}{extension}", None, number.e164, "extension", None, "extension 12:")


def without_plus(number: Number) -> Iterator[Cell]:
    """Lose the plus: such digits are read in a country as the library does, and in none only where one reading is."""
    digits = number.e164[1:]
    here = read(digits, number.region)
    if here == number.e164:
        yield Cell(digits, number.region, here, "" if number.code == "1" else "plus_lost")
        yield Cell(f"{digits}.0", number.region, here, "trailing_point_zero", None, "trailing .0")
        yield Cell(f"'{digits}", number.region, here, "quote_mark")
    held = [region for region in sorted(phonenumbers.SUPPORTED_REGIONS) if is_national(digits, region)]
    if held:
        yield Cell(digits, None, None, "ambiguous", number.e164, "two readings")
    else:
        yield Cell(digits, None, number.e164, "plus_lost")
    yield Cell(number.nsn, None, None, *no_region(number))
    for region in ("IN", "US", "SG"):
        if (
            region != number.region
            and len(digits) >= 11
            and not read(digits, region)
            and not read(f"0{digits}", region)
        ):
            yield Cell(digits, region, None, "foreign_plus_lost", number.e164)


def is_national(digits: str, region: str) -> bool:
    """Whether digits are a national number of a country, with nothing dialled abroad and no country code."""
    try:
        number = phonenumbers.parse(digits, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return False
    source = phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    return number.country_code_source == source and phonenumbers.is_valid_number_for_region(number, region)


def no_region(number: Number) -> tuple[str, str | None]:
    """Say what national digits are where nobody said in which country."""
    abroad = read(f"+{number.nsn}", None)
    return ("ambiguous", abroad) if abroad else ("no_region", None)


# ---- what cannot -----------------------------------------------------------------------


def in_a_spreadsheet(number: Number) -> Iterator[Cell]:
    """Take the number for a quantity, as spreadsheets do."""
    digits = number.e164[1:]
    power = len(digits) - 1
    for shown in (
        f"{digits[0]}.{digits[1:6]}E+{power}",
        f"{digits[0]},{digits[1:6]}e{power}",
        f"+{digits[0]}.{digits[1:6]}E{power}",
    ):
        yield Cell(shown, number.region, None, "scientific_notation", None, f"6 of {power + 1} digits left")
    if read(digits, number.region) == number.e164:
        exact = f"{digits[0]}.{digits[1:]}E+{power}"
        yield Cell(exact, number.region, number.e164, "scientific_exact", None, f"all {power + 1} digits")
    if len(digits) >= 11 and digits[5] != "0":
        rounded = digits[:6] + "0" * (len(digits) - 6)
        yield Cell(
            rounded, number.region, None, "rounded_tail", None, f"rounded: 6 digits, then {len(digits) - 6} zeros"
        )
    if number.nsn.startswith("0"):
        yield Cell(number.nsn[1:], number.region, None, "leading_zero_lost", number.e164)
    elif read(number.nsn, number.region) == number.e164:
        yield Cell(f"{number.nsn}.0", number.region, number.e164, "trailing_point_zero")


def with_letters(number: Number) -> Iterator[Cell]:
    """Write letters for digits: those that look alike are a suggestion, others are nothing."""
    text = number.international
    for digit, letter in (("0", "O"), ("0", "o"), ("1", "l"), ("1", "I"), ("0", "\u041e")):
        if digit in text[4:]:
            changed = text[:4] + text[4:].replace(digit, letter)
            yield Cell(changed, None, None, "letter_for_digit", number.e164, f"letter {letter} ")
    yield Cell(f"{text[:-2]}A{text[-1]}", None, None, "letters")
    yield Cell(f"{text[:-4]}:{text[-4:]}", None, None, "odd_marks", number.e164)


def cut(number: Number) -> Iterator[Cell]:
    """Cut the end off, or write too much."""
    text = number.e164[:-1]
    if number.region == "BR":  # what is left of a mobile number is one as before 2016
        return
    if not read(text, None):
        yield Cell(text, None, None, "cut_short", None, f"cut short: {len(number.nsn) - 1} of ")
    yield Cell(f"{number.e164}123456789", None, None, "too_long")


def several(number: Number) -> Iterator[Cell]:
    """Write two numbers in a cell, good ones and others."""
    last = str((int(number.nsn[-1]) + 1) % 10)
    other = number._replace(nsn=number.nsn[:-1] + last, national=number.national[:-1] + last)
    for between in (", ", " / ", ";", " or ", " & ", "\n", "|", "\\n", " and "):
        yield Cell(
            f"{number.national}{between}{other.national}",
            number.region,
            number.e164,
            "several_numbers",
            other.e164,
            "2 numbers in one cell, 2 good",
        )
    yield Cell(f"{number.e164} {other.e164}", None, number.e164, "several_numbers", other.e164, "2 good")
    yield Cell(f"{number.e164}, {TOO_LONG}", None, number.e164, "several_numbers", None, "1 good")
    yield Cell(f"{TOO_LONG}, {number.e164}", None, number.e164, "several_numbers", None, "1 good")
    yield Cell(
        f"+{number.code}{TOO_LONG}, {TOO_LONG}", None, None, "several_refused", None, "2 numbers in one cell, none"
    )
    yield Cell(f"{number.national}, {number.international}", number.region, number.e164, "repeated")
    yield Cell(f"{number.national}, 0", number.region, number.e164, "text_beside")


KNOWN = (
    # nothing to read
    Cell(None, "IN", None, "empty"),
    Cell(" \u200b", "IN", None, "empty"),
    *(
        Cell(text, region, None, "no_number")
        for text in ("0", "000", "-", "n/a", "None", "unknown", "xxx")
        for region in ("IN", None)
    ),
    *(Cell(text, "IN", None, "no_digits") for text in ("Nadia", "West Bengal", "दूरभाष", "call the desk", "+")),
    *(Cell(text, "US", None, "spreadsheet_error") for text in ("#N/A", "#REF!", "#NAME?", "####")),
    *(
        Cell(text, "GB", None, "email_for_number")
        for text in ("zoe@example.org", "zoe99@example.org", "mailto:zoe@example.org")
    ),
    Cell("9" * 20_000, "IN", None, "long_text", None, "20,000 characters"),
    # an area code that is missing, given once, put before a mobile number
    *(
        Cell(text, "IN", None, "area_code_missing")
        for text in ("26123415", "2612341", "261234", "0  26123415", "261 2341")
    ),
    *(Cell(text, "US", None, "area_code_missing") for text in ("555-0123", "5550123", "555 0123")),
    Cell("020 26123415, 26123416", "IN", "+912026123415", "several_numbers", "+912026123416"),
    Cell(
        "020    26123415, 26123416, 9876543210",
        "IN",
        "+912026123415",
        "several_numbers",
        "+912026123416, +919876543210",
    ),
    Cell("020 26123415/16", "IN", "+912026123415", "several_numbers", "+912026123416"),
    Cell("020 26123415  3416", "IN", "+912026123415", "several_numbers", "+912026123416"),
    Cell("020, 26123415, 26123416", "IN", "+912026123415", "several_numbers", "+912026123416"),
    Cell("020 26123415020 26123416", "IN", "+912026123415", "several_numbers", "+912026123416"),
    Cell("(202) 555-0101, 555-0102", "US", "+12025550101", "several_numbers", "+12025550102"),
    Cell("202-555-0101/02", "US", "+12025550101", "several_numbers", "+12025550102"),
    Cell("020 7946 0101, 7946 0102", "GB", "+442079460101", "several_numbers", "+442079460102"),
    Cell("(030) 12345678 / 12345679", "DE", "+493012345678", "several_numbers", "+493012345679"),
    Cell("(11) 2345-6789, 2345-6780", "BR", "+551123456789", "several_numbers", "+551123456780"),
    Cell("040 9876543210", "IN", "+919876543210", "text_beside"),
    Cell("26123415, 98765 43210", "IN", "+919876543210", "several_numbers", None, "its area code in IN is missing"),
    # what is dialled before a number
    Cell("098765 43210", "IN", "+919876543210", ""),
    Cell("0091 98765 43210", "US", "+919876543210", "international_prefix"),
    Cell("011 91 98765 43210", "US", "+919876543210", ""),
    Cell("011 91 98765 43210", None, None, "invalid_number", "+919876543210"),
    Cell("+44 (0)20 7946 0123", None, "+442079460123", ""),
    Cell("0011 44 20 7946 0123", "AU", "+442079460123", ""),
    Cell("8~10 44 20 7946 0123", "RU", "+442079460123", ""),
    Cell("(11) 98765-4321", "BR", "+5511987654321", ""),
    Cell("0 15 11 98765-4321", "BR", "+5511987654321", ""),
    Cell("+55 11 8765-4321", None, None, "digit_added", "+5511987654321"),
    Cell("011 15-2345-6789", "AR", "+5491123456789", ""),
    Cell("+54 9 11 2345-6789", None, "+5491123456789", ""),
    Cell("+54 11 15 2345-6789", None, "+5491123456789", ""),
    Cell("+52 55 1234 5678", None, "+525512345678", ""),
    Cell("+52 1 55 1234 5678", None, "+525512345678", "prefix_gone"),
    Cell("tel:03-331-6005;phone-context=+64", "NZ", "+6433316005", ""),
    # letters to be dialled
    Cell("1-800-FLOWERS", "US", None, "letters", "+18003569377"),
    Cell("+1 800 FLOWERS", None, None, "letters", "+18003569377"),
)
"""Cells whose outcome is that of a country's own habits."""
