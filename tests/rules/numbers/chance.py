"""Numbers by chance, of all regions and in every state: as the library would write them, and then hurt."""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
ODD_REGIONS = (None, None, "in", "ZZ", "001", "")
BUSY_REGIONS = ("IN", "US", "GB", "AR", "BR", "MX", "IT", "DE", "RU", "AU", "JP", "CN", "JE", "AG", "CI", "SM")
BEFORE = ("", "0", "1", "8", "00", "011", "0015", "90", "9", "14", "810", "06", "180020", "19", "16", "001", "0011")
MARKS = ("", "", "", "", " ", "-", "(", ")", ".", "/")
ODD = (
    " ext 12", " x12", "x3", ", 12", ",,5", "#44", "-503#", ";ext=7", "~3", " int 5", " anexo 9", " доб 3", "/ x4",
    "\\ x5", " (home)", " call", "ABC", "a", " \n", "\t", "!", "_", "#", ".0", "*", "[1]", " ٣", "\u200b", "\u200e",
    "\u00a0", "–5", "＋", "ｘ3", "²", "é", ";phone-context=+91", ";isub=12", "+", "++", "tel:", "\x00", "１", "०",
)  # fmt: skip
DIGITS = "0123456789"
ANY = "0123456789+ ()-./x;,#eotAZ٣~*[]_\n"
FORMATS = (
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
    phonenumbers.PhoneNumberFormat.E164,
)


class Example(NamedTuple):
    """A number that the library gives as an example of a region's."""

    region: str | None
    number: phonenumbers.PhoneNumber


@cache
def examples() -> tuple[Example, ...]:
    """Return every example of every region, kind and calling code."""
    kinds = phonenumbers.PhoneNumberType.values()
    found = [
        Example(region, number)
        for region in REGIONS
        for kind in kinds
        if (number := phonenumbers.example_number_for_type(region, kind))
    ]
    free = (phonenumbers.example_number_for_non_geo_entity(code) for code in CODES)
    return (*found, *(Example(None, number) for number in free if number))


def cells(count: int, seed: int) -> Iterator[tuple[str, str | None]]:
    """Make so many cells, each with the region that it is to be read in."""
    chance = random.Random(seed)  # noqa: S311 - a test keeps no secret
    for _ in range(count):
        yield _cell(chance)


def _cell(chance: random.Random) -> tuple[str, str | None]:
    regions = chance.choices((BUSY_REGIONS, REGIONS, ODD_REGIONS), (45, 45, 10))[0]
    region = chance.choice(regions)
    example = chance.choice(examples())
    if chance.random() < 1 / 3 and example.region:
        region = example.region
    make = chance.choices((_near, _written, _digits, _coded, _any), (40, 15, 15, 15, 15))[0]
    return _hurt(make(example.number, chance), chance), region


def _near(number: phonenumbers.PhoneNumber, chance: random.Random) -> str:
    """Change, lose or add some digits of an example, and put something before it."""
    national = [*phonenumbers.national_significant_number(number)]
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        national[chance.randrange(len(national))] = chance.choice(DIGITS)
    at = chance.randrange(len(national))
    national[at : at + chance.choice((0, 0, 0, 0, 1))] = chance.choice(("", "", "", chance.choice(DIGITS)))
    code = str(number.country_code)
    return chance.choice(("+" + code, "+" + code, code, "00" + code, *chance.choices(BEFORE, k=4))) + "".join(national)


def _written(number: phonenumbers.PhoneNumber, chance: random.Random) -> str:
    return phonenumbers.format_number(number, chance.choice(FORMATS))


def _digits(_: phonenumbers.PhoneNumber, chance: random.Random) -> str:
    return chance.choice(("", "+")) + "".join(chance.choices(DIGITS, k=chance.randint(1, 25)))


def _coded(_: phonenumbers.PhoneNumber, chance: random.Random) -> str:
    tail = "".join(chance.choices(DIGITS, k=chance.randint(1, 15)))
    return f"{chance.choice(('+', '+', '', '00'))}{chance.choice(CODES)}{chance.choice(BEFORE)}{tail}"


def _any(_: phonenumbers.PhoneNumber, chance: random.Random) -> str:
    return "".join(chance.choices(ANY, k=chance.randint(0, 24)))


def _hurt(text: str, chance: random.Random) -> str:
    """Leave half of the texts as they are; put marks among the digits of others, or something odd somewhere."""
    at = chance.randrange(len(text) + 1)
    way = chance.random()
    if way < 0.5:
        return text
    if way < 0.7:
        return "".join(mark + chance.choice(MARKS) for mark in text)
    at = chance.choice((at, 0, len(text)))
    return text[:at] + chance.choice(ODD) + text[at:]
