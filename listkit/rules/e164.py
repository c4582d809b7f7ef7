"""Numbers that are E.164 already: their country and kind from the numbering plans, in one look.

libphonenumber takes a number apart, mends it and puts it together again. A plus and digits
from which no national prefix could be stripped have nothing to be mended: what is left of its
work is to find the country of the calling code whose patterns the digits match. Whatever is
written otherwise, or matches nothing, is not answered here; the library is asked.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

_WRITTEN = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_CODE = 3
_KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
"""The kinds in the order in which the library asks for them; fixed lines and mobiles come after."""


class Assigned(NamedTuple):
    """Where a number is from, and of what kind it is."""

    country: str
    kind: str


def read(text: str) -> Assigned | None:
    """Say what a number in E.164 is, or None where only the library can say.

    >>> read("+919876543210")
    Assigned(country='IN', kind='mobile')
    >>> read("+91 98765 43210") is None
    True
    """
    if not _WRITTEN.fullmatch(text):
        return None
    codes = _codes()
    for end in range(2, 2 + _LONGEST_CODE):
        if (code := text[1:end]) in codes:
            return _plan(code).read(text[end:])
    return None


class _Region(NamedTuple):
    """A country among those of a calling code: how its numbers begin, where that decides, and their kinds."""

    name: str
    beginning: re.Pattern[str] | None
    kinds: re.Pattern[str]


class _Plan(NamedTuple):
    """All that begins with one calling code; `prefix` is what the library might strip."""

    prefix: re.Pattern[str] | None
    regions: tuple[_Region, ...]

    def read(self, digits: str) -> Assigned | None:
        """Find the first country that takes the digits, as the library does."""
        stripped = self.prefix.match(digits) if self.prefix else None
        if stripped and (stripped.end() or stripped.lastindex):
            return None
        for region in self.regions:
            if region.beginning and not region.beginning.match(digits):
                continue
            found = region.kinds.match(digits)
            if found:
                return Assigned(region.name, str(found.lastgroup))
            if region.beginning:
                return None
        return None


@cache
def _codes() -> frozenset[str]:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    return frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@cache
def _plan(code: str) -> _Plan:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    names = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    known: list[Any] = [
        phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(code), name) for name in names
    ]
    alone = len(known) == 1
    regions = (
        _Region(
            name,
            # Where a code is one country's, the library does not look how the number begins.
            re.compile(one.leading_digits) if one.leading_digits and not alone else None,
            re.compile(_kinds(one)),
        )
        for name, one in zip(names, known, strict=True)
    )
    prefix = known[0].national_prefix_for_parsing
    return _Plan(re.compile(prefix) if prefix else None, tuple(regions))


def _kinds(known: Any) -> str:
    """Write the patterns of a country's kinds as one, whose group names the kind."""
    same = known.same_mobile_and_fixed_line_pattern
    fixed, mobile = _whole(known.fixed_line), _whole(known.mobile)
    both = fixed if same else f"(?={fixed}){mobile}"
    asked = {kind: _whole(getattr(known, kind)) for kind in _KINDS}
    asked |= {"fixed_line_or_mobile": both, "fixed_line": fixed} | ({} if same else {"mobile": mobile})
    either = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in asked.items())
    return f"(?={_whole(known.general_desc)})(?:{either})"


def _whole(known: Any) -> str:
    """Write one pattern, of the lengths that it may have, so that it takes all digits or none."""
    if known is None or not known.national_number_pattern:
        return "(?!)"
    lengths = "|".join(f"[0-9]{{{length}}}" for length in known.possible_length if length > 0)
    if known.possible_length and not lengths:
        return "(?!)"
    sized = rf"(?=(?:{lengths})\Z)" if lengths else ""
    return rf"{sized}(?:{known.national_number_pattern})\Z"
