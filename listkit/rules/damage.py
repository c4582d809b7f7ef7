"""What other programs did to a cell: named before anything in it is parsed, mended only where it is certain."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["error", "warning", "info"]


class Damage(NamedTuple):
    """One kind of damage: the sentence that tells it, how grave it is, whether it can be mended exactly.

    An *error* keeps a row from being sent, a *warning* was mended or is worth a look, an
    *info* is only to be known.
    """

    sentence: str
    level: Level
    repairable: bool = False


DAMAGES: dict[str, Damage] = {
    "empty": Damage("nothing in the cell", "info"),
    "no_number": Damage("no number: {what} stands for none", "info"),
    "no_digits": Damage("text where a number should be", "error"),
    "email_for_number": Damage("an email address where a number should be: {what}", "error"),
    "number_for_email": Damage("a telephone number where an email address should be: {what}", "warning"),
    "spreadsheet_error": Damage("a spreadsheet's error {what} where a number should be", "error"),
    "scientific_notation": Damage("scientific notation, {kept} of {total} digits left", "error"),
    "scientific_exact": Damage("scientific notation, all {total} digits are there", "warning", repairable=True),
    "rounded_tail": Damage("rounded: {kept} digits, then {zeros} zeros; the last digits are gone", "error"),
    "trailing_point_zero": Damage("trailing {what}", "warning", repairable=True),
    "quote_mark": Damage("a spreadsheet's quote mark before it", "warning", repairable=True),
    "formula": Damage("it stands inside a spreadsheet's formula", "warning", repairable=True),
    "invisible_marks": Damage("invisible marks ({what})", "warning", repairable=True),
    "letter_for_digit": Damage("letter {what} where a digit should be", "error"),
    "letters": Damage("letters among the digits", "error"),
    "text_beside": Damage("text beside the number: {what}", "warning", repairable=True),
    "extension": Damage("extension {what}: only the number before it is kept", "warning", repairable=True),
    "several_numbers": Damage(
        "{count} numbers in one cell, {good} good; only {kept} is kept: {what}", "warning", repairable=True
    ),
    "several_refused": Damage("{count} numbers in one cell, none of them good: {what}", "error"),
    "repeated": Damage("the same number {count} times in one cell", "info", repairable=True),
    "plus_lost": Damage("plus lost: the digits begin with {what}", "warning", repairable=True),
    "foreign_plus_lost": Damage("no number in {here}, and one in {abroad} if its plus was lost", "error"),
    "international_prefix": Damage("00 before the country code is read as +", "info", repairable=True),
    "leading_zero_lost": Damage("leading zero lost: with it this is a number in {what}", "error"),
    "prefix_gone": Damage("the {what} is left out, as it is since {year}", "warning", repairable=True),
    "digit_added": Damage("a number as before {year}: one more digit belongs into it since", "error"),
    "area_code_missing": Damage("a local number of {digits} digits: its area code in {what} is missing", "error"),
    "cut_short": Damage("cut short: {digits} of {total} digits of a number that begins like this in {what}", "error"),
    "odd_marks": Damage("marks among the digits that no telephone number has", "error"),
    "too_short": Damage("too short: {digits} digits", "error"),
    "too_long": Damage("too long: {digits} digits", "error"),
    "long_text": Damage("no number: a text of {size} characters", "error"),
    "invalid_number": Damage("no such number: {what}", "error"),
    "ambiguous": Damage("two readings: {abroad} with a plus, or a national number in {national}", "error"),
    "no_region": Damage("a national number, as in {what}: the country is not known", "error"),
    "also_foreign": Damage(
        "read as {here}; with a plus the same digits are a number in {abroad}", "info", repairable=True
    ),
    "no_plus": Damage("no plus and country code before it: not a number as it is sent", "error", repairable=True),
    "not_e164": Damage("not written as E.164: cleaning makes it {what}", "error", repairable=True),
    "invalid_email": Damage("not an email address: {what}", "warning"),
    "no_email": Damage("no address: {what} stands for none", "info"),
    "several_addresses": Damage("{count} addresses in one cell: {what}", "warning"),
    "address_repeated": Damage("the same address {count} times in one cell", "info", repairable=True),
    "beside_address": Damage("text beside the address: {what}", "warning", repairable=True),
    "marks_around": Damage("marks around the address: {what}", "info", repairable=True),
    "domain_slip": Damage("{what} is likely a slip for {meant}", "warning"),
    "disposable_address": Damage("a throw-away address: {what} gives one to anybody", "warning"),
    "role_address": Damage("an office's address, not a person's: {what}@", "info"),
    "wrong_encoding": Damage("letters read in a wrong encoding: {what}", "warning", repairable=True),
    "lost_letters": Damage("letters lost to a wrong encoding: {what}", "warning"),
    "honorific": Damage("a title before the name: {what}", "info", repairable=True),
    "letter_case": Damage("written all in {what} letters", "info", repairable=True),
    "name_order": Damage("the last name stands first: {what}", "info", repairable=True),
    "consent_missing": Damage("nothing is said: the consent is unknown", "info"),
    "consent_unread": Damage("a consent that cannot be read is unknown: {what}", "warning", repairable=True),
    "unknown_country": Damage("no country is known by this name", "warning"),
}
"""Every code a cell can have. The table is the whole of it: what is not here is never said."""

BESIDE = frozenset({"several_numbers", "several_addresses"})
"""Those whose suggestion is what else stands in the cell, and nothing to be put in its place."""

LEVELS: tuple[Level, ...] = ("error", "warning", "info")


class Finding(NamedTuple):
    """One damage, found in one cell."""

    code: str
    reason: str


class Examined(NamedTuple):
    """A cell after its damage was named: the text left to parse, what was mended, what cannot be."""

    text: str
    mended: tuple[Finding, ...] = ()
    blocked: Finding | None = None


def name(code: str, **facts: object) -> Finding:
    """Tell a damage in its own words.

    >>> name("scientific_notation", kept=6, total=12).reason
    'scientific notation, 6 of 12 digits left'
    """
    return Finding(code, DAMAGES[code].sentence.format(**facts))


def together(found: Sequence[Finding], own: Finding, *, is_good: bool) -> Finding:
    """Tell what was found on the way to a verdict with its own finding: the gravest code, and every reason.

    What is no good keeps its own code, and so does a cell of several numbers.

    >>> together([name("quote_mark")], name("also_foreign", here="IN", abroad="BE"), is_good=True).code
    'quote_mark'
    """
    told = [*found, own] if own.code else [*found]
    is_own = not is_good or own.code == "several_numbers"
    return Finding(own.code if is_own else gravest(told), "; ".join(one.reason for one in told))


def level(code: str) -> Level:
    """Say how grave a code is."""
    return DAMAGES[code].level


def gravest(found: Sequence[Finding]) -> str:
    """Return the code that names several findings: the gravest, and of those that are as grave the first."""
    return min((one.code for one in found), key=lambda code: LEVELS.index(level(code)), default="")


def tidy(text: str) -> tuple[str, str]:
    r"""Take invisible marks out of a text and white space off its ends; say which marks there were.

    >>> tidy("\u200eAsha\u00a0Rao ")
    ('Asha Rao', 'U+200E, U+00A0')
    """
    plain = text.strip(" \t\r\n")
    if plain.isascii() and plain.isprintable():
        return plain, ""
    marks = dict.fromkeys(mark for mark in plain if is_mark(mark))
    kept = "".join(_without_mark(mark) for mark in plain)
    return kept.strip(), ", ".join(f"U+{ord(mark):04X}" for mark in marks)


def is_mark(mark: str) -> bool:
    """Whether a mark cannot be seen: control and format marks, and every white space but the plain ones."""
    return mark not in " \t\r\n" and (mark.isspace() or unicodedata.category(mark) in {"Cc", "Cf"})


def in_ascii_digits(text: str) -> str:
    """Write the digits of every script, and the wide plus, as ASCII."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text.replace("＋", "+"))


def is_placeholder(text: str) -> bool:
    """Whether a text is one of the ways of writing *nothing*: 0, 000, -, n/a, none.

    >>> is_placeholder("N/A"), is_placeholder("000"), is_placeholder("Nadia")
    (True, True, False)
    """
    return bool(_PLACEHOLDER.fullmatch(text))


def examine(text: str | None) -> Examined:
    """Name what happened to a telephone cell, and mend what can be mended exactly.

    >>> examine("'919876543210.0").text
    '919876543210'
    >>> examine("9.19877E+11").blocked.reason
    'scientific notation, 6 of 12 digits left'
    """
    if text is None:
        return Examined("", blocked=name("empty"))
    if len(text) > _TEXT_MAXIMUM and text.strip():
        return Examined("", blocked=name("long_text", size=f"{len(text):,}"))
    rest, marks = tidy(text)
    rest = in_ascii_digits(rest)
    found = [name("invisible_marks", what=marks)] if marks else []
    if (bare := rest.lstrip("'`\u2018\u2019").lstrip()) != rest:
        rest = bare
        found.append(name("quote_mark"))
    if inner := _FORMULA.fullmatch(rest):
        rest = next(group for group in inner.groups() if group is not None).strip()
        found.append(name("formula"))
    if scheme := _SCHEME.match(rest):
        rest = rest[scheme.end() :]
    if blocked := _blocked(rest):
        return Examined(rest, tuple(found), blocked)
    if point := _POINT_ZERO.fullmatch(rest):
        rest = point[1]
        found.append(name("trailing_point_zero", what=point[2]))
    if notation := _SCIENTIFIC.fullmatch(rest):
        rest, finding = _unfold(notation)
        if finding.code == "scientific_notation":
            return Examined(rest, tuple(found), finding)
        found.append(finding)
    return Examined(rest, tuple(found))


def rounded(text: str) -> Finding | None:
    """Notice digits that a spreadsheet rounded: at most six that mean something, then zeros to the end."""
    tail = _ROUNDED.fullmatch(text)
    if not tail or len(text) < _ROUNDED_MINIMUM:
        return None
    return name("rounded_tail", kept=len(tail[1]), zeros=len(tail[2]))


def is_scientific(text: str) -> bool:
    """Whether a text is a number in scientific notation.

    >>> is_scientific("9.19877E+11"), is_scientific("E11")
    (True, False)
    """
    return bool(_SCIENTIFIC.fullmatch(text))


def letters(text: str) -> str:
    """Return the letters of a text, of any script."""
    return "" if text.isdecimal() else "".join(mark for mark in text if mark.isalpha())


def digits(text: str) -> str:
    """Return the digits of a text, in their order."""
    return _NOT_A_DIGIT.sub("", text)


def is_plain(text: str) -> bool:
    """Whether only the usual marks stand between the digits of a number: spaces, brackets, dots, dashes, slashes."""
    return bool(_PLAIN.fullmatch(text))


_TEXT_MAXIMUM = 10_000
_CELL_MAXIMUM = 400
_ROUNDED_MINIMUM = 11
_PLACEHOLDER = re.compile(
    r"[\s0\-–—.,_/*?]+|\(?(?:n\.?\s?/?\s?a\.?|nil|null|none|nan|no|unknown|tbd|tba|xx+|"
    r"not (?:available|known|applicable|given|provided)|no (?:number|phone|mobile|telephone|email))\)?",
    re.IGNORECASE,
)
_SPREADSHEET_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#*)", re.IGNORECASE)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@,;<>()]{1,64}@[^\s@,;<>()]{1,255}", re.IGNORECASE)
_FORMULA = re.compile(r'="\s*([^"]*)"|=\s*(\+?[0-9][0-9 ]*)')
_POINT_ZERO = re.compile(r"(\+?[0-9]{5,})([.,]0{1,2})")
_SCHEME = re.compile(r"(?:tel|callto|sms):\s*(?=[+(0-9])", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\+?([0-9]{1,15})(?:[.,]([0-9]{1,20}))?(?:\s?[eE]\s?|\s?[x\u00d7*]\s?10\^\s?)\+?([0-9]{1,3})")
_ROUNDED = re.compile(r"([1-9][0-9]{0,4}[1-9])(0{5,})")
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")
_NOT_A_DIGIT = re.compile(r"[^0-9]+")
_PLAIN = re.compile(r"[(\s]*\+*[0-9\s().\-/]*")


def _without_mark(mark: str) -> str:
    if not is_mark(mark):
        return mark
    return " " if mark.isspace() else ""


def _blocked(text: str) -> Finding | None:
    if not text:
        return name("empty")
    if is_placeholder(text):
        return name("no_number", what=repr(text))
    if error := _SPREADSHEET_ERROR.fullmatch(text):
        return name("spreadsheet_error", what=error[0])
    if _EMAIL.fullmatch(text):
        return name("email_for_number", what=text)
    if not (count := len(digits(text))):
        return name("no_digits")
    return name("too_long", digits=count) if len(text) > _CELL_MAXIMUM else None


def _unfold(notation: re.Match[str]) -> tuple[str, Finding]:
    """Write scientific notation out where every digit is there; else say how many are left."""
    whole, fraction = notation[1].lstrip("0"), notation[2] or ""
    mantissa = whole + fraction
    total = int(notation[3]) + len(whole)
    if len(mantissa) < total or mantissa[total:].strip("0"):
        return notation[0], name("scientific_notation", kept=min(len(mantissa), total), total=total)
    return mantissa[:total], name("scientific_exact", total=total)
