"""Numbers as TextMagic takes them, and what kind of number each is."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from listkit.wire.textmagic.countries import calling_code

_PHONE = re.compile(r"\+?([1-9][0-9]{6,14})")
_LOCAL = re.compile(r"[0-9 ()./-]{3,30}")
_NOT_TOLD = "-1"
_UNKNOWN = "10"
_LARGEST_KIND = 9
"""Of libphonenumber's kinds, which are TextMagic's too, up to this one."""


def read_phone(text: str) -> str | None:
    """Read a number as TextMagic takes it, 7 to 15 digits with or without a plus; None for anything else.

    No national number passes: none of the world's calling codes starts with 0.

    >>> read_phone("442079460018"), read_phone("+12025550123"), read_phone("020 7946 0018")
    ('+442079460018', '+12025550123', None)
    """
    found = _PHONE.fullmatch(text)
    return f"+{found[1]}" if found else None


def read_phones(column: pa.Array) -> pa.Array:
    """Read a column of numbers as `read_phone` reads one; null where TextMagic would refuse it."""
    read = pc.match_substring_regex(column, f"^{_PHONE.pattern}$")
    digits = pc.if_else(read, pc.utf8_ltrim(column, "+"), pa.scalar(None, pa.string()))
    return pc.binary_join_element_wise("+", digits, "")


def read_local(text: str, country: str) -> str | None:
    """Read a number as it is written in a country; None for what is none there.

    >>> read_local("020 7946 0018", "GB"), read_local("+12025550123", "GB"), read_local("12", "GB")
    ('+442079460018', '+12025550123', None)
    """
    import phonenumbers  # noqa: PLC0415 - a client that only reads never needs it

    if not _LOCAL.fullmatch(text):
        return read_phone(text)
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return read_phone(f"+{number.country_code}{phonenumbers.national_significant_number(number)}")


@lru_cache(maxsize=65_536)
def phone_type(phone: str) -> str:
    """Tell what kind of number an E.164 number is: 0 fixed line, 1 mobile, 2 either, and so on to 10, or -1.

    >>> phone_type("+447860021130"), phone_type("+442079460018"), phone_type("+12025550123"), phone_type("+999000000")
    ('1', '0', '2', '-1')
    """
    import phonenumbers  # noqa: PLC0415 - a client that only reads never needs it

    digits = phone.removeprefix("+")
    code = calling_code(digits)
    if code is None:
        return _NOT_TOLD
    # Reading E.164 takes longer than judging it, and there is nothing to find out but where its code ends.
    national = digits[len(str(code)) :]
    zeros = len(national) - len(national.lstrip("0"))
    number = phonenumbers.PhoneNumber(
        country_code=code,
        national_number=int(national),
        italian_leading_zero=True if zeros else None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )
    kind = phonenumbers.number_type(number)
    return str(kind) if kind <= _LARGEST_KIND else _UNKNOWN
