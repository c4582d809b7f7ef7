"""What may be said of a list or a contact: how Exotel spells it, and what it has to be."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Meta

from listkit.errors import InvalidError, MissingFieldError
from listkit.wire.text import is_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgspec import UnsetType

SPELLED = {"phone": "number", "company": "company_name", "custom": "custom_field"}
"""How Exotel spells the fields that have another name here."""

LONGEST_NAME = LONGEST_TAG = 255
DEEPEST_CUSTOM = 32

# What the structs of this wire say of their fields: it is told to readers, and the reading below checks it.
Sid = Annotated[
    str, Meta(examples=["e46c2fe202904d579ae592d108cf87a0"], extra_json_schema={"pattern": "^[0-9a-f]{32}$"})
]
AccountSid = Annotated[str, Meta(description="The account, as in the path.", examples=["acme1"])]
Name = Annotated[
    str,
    Meta(
        description=f"1 to {LONGEST_NAME} characters, unique in the account, upper and lower case apart.",
        examples=["list123"],
        extra_json_schema={"minLength": 1, "maxLength": LONGEST_NAME, "pattern": r"^[^\x00]*[^\s\x00][^\x00]*$"},
    ),
]
Tag = Annotated[str, Meta(examples=["demo"], extra_json_schema={"maxLength": LONGEST_TAG})]
Number = Annotated[
    str,
    Meta(
        description="E.164 with its plus; an Indian number also with 91, with 0, or as ten digits.",
        examples=["+919876543210"],
        extra_json_schema={"pattern": r"^(\+[1-9][0-9]{7,14}|91[0-9]{10}|[6-9][0-9]{9}|0[0-9]{10})$"},
    ),
]
FirstName = Annotated[str, Meta(examples=["captain"])]
LastName = Annotated[str, Meta(examples=["exotel"])]
Company = Annotated[str, Meta(examples=["Exotel"])]
Email = Annotated[str, Meta(examples=["captain@email.com"], extra_json_schema={"format": "email"})]
# What is kept may have come in by another door, whose limits are others.
KeptTag = Annotated[str, Meta(examples=["demo"])]
KeptNumber = Annotated[str, Meta(description="E.164 with its plus.", examples=["+919876543210"])]
KeptEmail = Annotated[str, Meta(examples=["captain@email.com"])]
Custom = Annotated[
    Any,
    Meta(
        description=f"Any JSON object, {DEEPEST_CUSTOM} levels deep at most.",
        examples=[{"key": {"key1": "values1"}}],
        extra_json_schema={"type": ["object", "null"]},
    ),
]
Moment = Annotated[
    Any,
    Meta(
        description="UTC, whole seconds.",
        examples=["2026-01-23T09:24:59Z"],
        extra_json_schema={"type": ["string", "null"], "format": "date-time"},
    ),
]

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_BORDER = "\n"
_ALL_E164 = re.compile(rf"(?:{_E164.pattern}{_BORDER})+")
_INDIAN = re.compile(r"91([0-9]{10})|([6-9][0-9]{9})|0([0-9]{10})")


def read_sid(text: str | None, field: str = "sid") -> str:
    """Read which thing is meant."""
    if not text:
        raise MissingFieldError(f"{field.capitalize()} is mandatory", field=field)
    return text


def read_name(text: str | UnsetType | None, field: str = "name") -> str:
    """Read a list's name: 1 to 255 characters once the blanks around it are gone."""
    name = text.strip() if isinstance(text, str) else ""
    if not name:
        raise MissingFieldError(f"{field.capitalize()} is mandatory", field="name")
    if len(name) > LONGEST_NAME or "\x00" in name:
        raise InvalidError(f"Invalid {field.capitalize()}", field="name", limit=LONGEST_NAME)
    return name


def read_tag(text: str | UnsetType | None) -> str | None:
    """Read a tag of 255 characters at most; an empty one is none."""
    tag = text if isinstance(text, str) and text else None
    if tag and len(tag) > LONGEST_TAG:
        raise InvalidError("Invalid Tag", field="tag", limit=LONGEST_TAG)
    return tag


def read_number(text: str | None) -> str:
    """Read the number of a contact, or raise what is wrong with it."""
    if text and _E164.fullmatch(text):
        return text
    phone = read_phone(text) if text else None
    if phone is None:
        if not (text and text.strip()):
            raise MissingFieldError("Number is mandatory", field="phone")
        raise InvalidError("Invalid Number", field="phone")
    return phone


def are_e164(texts: Sequence[str | None]) -> bool:
    """Say whether all of these are numbers with their plus: of many, that is told quicker than of each.

    >>> are_e164(["+12025550123", "+919876543210"]), are_e164(["+12025550123", "919876543210"])
    (True, False)
    """
    whole = _BORDER.join([text or "" for text in texts])
    # A text that is two of them, with a border between, is none.
    return bool(_ALL_E164.fullmatch(whole + _BORDER)) and whole.count(_BORDER) == len(texts) - 1


def read_phone(text: str) -> str | None:
    """Return a number with its plus, or None where Exotel would refuse it.

    Without a plus it is taken to be Indian: with 91 before it, a mobile number of ten
    digits, or a landline with the 0 of its STD code. Nothing else is mended: a blank, a
    dash or a letter makes it invalid.

    >>> [read_phone(text) for text in ("+12025550123", "919876543210", "9876543210", "02212345678", "98765 43210")]
    ['+12025550123', '+919876543210', '+919876543210', '+912212345678', None]
    """
    if _E164.fullmatch(text):
        return text
    indian = _INDIAN.fullmatch(text)
    return f"+91{indian[indian.lastindex or 0]}" if indian else None


def read_phones(column: pa.Array) -> pa.Array:
    """Read a column of numbers as `read_phone` reads one; null where Exotel would refuse it."""
    indian = pc.if_else(pc.match_substring_regex(column, _wholly(_INDIAN)), column, pa.scalar(None, pa.string()))
    national = pc.binary_join_element_wise("+91", pc.utf8_slice_codeunits(indian, -10), "")
    return pc.if_else(pc.match_substring_regex(column, _wholly(_E164)), column, national)


def _wholly(pattern: re.Pattern[str]) -> str:
    return f"^(?:{pattern.pattern})$"


def read_email(text: str | None) -> str | None:
    """Read an email address; an empty one is none."""
    if text and not is_email(text):
        raise InvalidError("Invalid Email", field="email")
    return text or None


def read_custom(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """Read custom fields, which may nest 32 levels deep."""
    if value is not None and _nests_deeper(value, DEEPEST_CUSTOM):
        raise InvalidError("Invalid Custom_field", field="custom", limit=DEEPEST_CUSTOM)
    return value


@lru_cache(maxsize=4096)
def whole_seconds(moment: datetime | None) -> datetime | None:
    """Return a moment as Exotel shows it: UTC, without fractions of a second; whole pages share one."""
    return moment and moment.astimezone(UTC).replace(microsecond=0)


def _nests_deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_nests_deeper(each, levels - 1) for each in inner)
