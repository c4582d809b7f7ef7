"""Made-up numbers as people write them: most Indian, in every habit, the others from forty countries, some rubbish.

One Indian number in ten is written oddly: with an extension, words beside it, letters, or
another script's digits.
"""

from __future__ import annotations

import random

import phonenumbers

COUNTRIES = 40
ODD = 0.1
RUBBISH = ("", "n/a", "not known", "12", "+999 12345", "call the desk", "9.87654E+11", "0000000000")
HABITS = (
    "+91{0}", "+91 {0}", "+91-{1}-{2}", "91{0}", "0{0}", "{0}", "{1} {2}", "0{1} {2}", "(+91) {1} {2}", "0091 {0}",
)  # fmt: skip
ODDITIES = (
    "tel:+91-{0}", "Mob: {1} {2}", "0{1} {2} ext 12", "+91 {0} x7", "{0} (office)", "+91\u00a0{1}\u201390{2}",
    "91 {1}/{2}", "{0}, 22", "Ph.0{0}",
)  # fmt: skip
_DEVANAGARI = {ord("0") + digit: 0x0966 + digit for digit in range(10)}
FORMATS = (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def numbers(count: int, *, seed: int) -> list[str]:
    """Make some texts: 60 % Indian numbers, 35 % others with a plus, 5 % that are no number."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark keeps no secret
    kinds = chance.choices((_indian, _foreign, _rubbish), (60, 35, 5), k=count)
    return [make(chance) for make in kinds]


def _indian(chance: random.Random) -> str:
    digits = f"{chance.randint(6, 9)}{chance.randrange(10**9):09}"
    is_odd = chance.random() < ODD
    written = chance.choice(ODDITIES if is_odd else HABITS).format(digits, digits[:5], digits[5:])
    return written.translate(_DEVANAGARI) if is_odd and chance.random() < ODD else written


def _foreign(chance: random.Random) -> str:
    example = chance.choice(_EXAMPLES)
    tail = f"{chance.randrange(10**4):04}"
    national = int(str(example.national_number)[:-4] + tail)
    number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=national)
    return phonenumbers.format_number(number, chance.choice(FORMATS))


def _rubbish(chance: random.Random) -> str:
    return chance.choice(RUBBISH)


def _examples() -> list[phonenumbers.PhoneNumber]:
    mobile = phonenumbers.PhoneNumberType.MOBILE
    found = (phonenumbers.example_number_for_type(region, mobile) for region in sorted(phonenumbers.SUPPORTED_REGIONS))
    whole = [number for number in found if number and not number.italian_leading_zero]
    return whole[:: len(whole) // COUNTRIES][:COUNTRIES]


_EXAMPLES = _examples()
