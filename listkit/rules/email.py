"""Email addresses, as the standards write them; nothing is looked up on the network."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listkit.rules import damage, domain, text
from listkit.rules.verdict import Column, Verdict, Verdicts, column_in_one, truths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.rules.verdict import Rows


def parse(column: Column) -> Verdicts:
    """Read email addresses: the normalised address, or the reason why it is none.

    What email-validator takes is taken as it writes it: the domain in small letters, the part
    before the @ as its owner writes it. A `mailto:`, angle brackets and a point at the end come
    off. A likely slip in the domain is only suggested.

    >>> from listkit.rules.verdict import column
    >>> told = parse(column(["mailto:Asha@Example.COM", "Asha Rao <asha@example.com>.", "asha@gmial.com"]))
    >>> told.value.to_pylist()
    ['Asha@example.com', 'asha@example.com', 'asha@gmial.com']
    >>> told.suggestion[2].as_py()
    'asha@gmail.com'
    """
    texts = column_in_one(column)
    is_short = pc.less_equal(pc.binary_length(texts), _SHORT)
    is_plain = truths(pc.and_(pc.match_substring_regex(texts, _PLAIN), is_short))
    rows, left = np.flatnonzero(is_plain), np.flatnonzero(~is_plain)
    told = Verdicts.untold(texts).patched(left, Verdicts.of(_parse, texts.take(pa.array(left))))
    return told.patched(*_by_domain(texts, rows))


def _by_domain(texts: Column, rows: Rows) -> tuple[Rows, Verdicts]:
    """Judge plain addresses, and return those of which there is something to say.

    What is to be said of one is what is to be said of its domain, which is asked about once, and
    of an office that stands before it.
    """
    parts = pc.split_pattern(texts.take(pa.array(rows)), "@").flatten()
    own, domains = (parts.take(pa.array(np.arange(first, len(parts), 2))) for first in (0, 1))
    encoded = pc.dictionary_encode(domains)
    hosts = pc.binary_join_element_wise(_ANYBODY, encoded.dictionary, "")
    told = Verdicts.of(_parse, hosts)
    is_said = truths(
        pc.or_(pc.not_equal(told.code, ""), pc.fill_null(pc.not_equal(told.value, hosts), fill_value=True))
    )
    small = pc.ascii_lower(own)
    is_said = is_said[encoded.indices.to_numpy()] | truths(pc.is_in(small, _mailboxes()))
    said = np.flatnonzero(is_said)
    places = pa.array(said)
    verdicts = told.taken(encoded.indices.take(places).to_numpy())
    return rows[said], _with_own(verdicts, own.take(places), small.take(places))


def _with_own(told: Verdicts, own: Column, small: Column) -> Verdicts:
    """Put what stands before the @ into the verdicts on domains, and tell of offices as `_told` does."""
    own = pc.if_else(pc.is_in(small, _caseless()), small, own)
    value, suggestion = (
        pc.binary_join_element_wise(own, pc.utf8_slice_codeunits(column, len(_ANYBODY)), "@")
        for column in (told.value, told.suggestion)
    )
    told = replace(told, value=value, suggestion=suggestion)
    rows = np.flatnonzero(truths(pc.and_(pc.is_in(small, pa.array(_OFFICES, pa.string())), told.value.is_valid())))
    some = told.taken(rows)
    offices = Verdicts.of(lambda mailbox: Verdict(None, *_office(mailbox or "")), own.take(pa.array(rows)))
    is_all = pc.equal(some.code, "")
    reason = pc.if_else(is_all, offices.reason, pc.binary_join_element_wise(some.reason, offices.reason, "; "))
    return told.patched(rows, replace(some, code=pc.if_else(is_all, offices.code, some.code), reason=reason))


@cache
def _mailboxes() -> pa.Array:
    """Return what may stand before an @ that is to be told of, or written otherwise."""
    return pa.array(sorted({*_OFFICES, *_caseless().to_pylist()}), pa.string())


@cache
def _caseless() -> pa.Array:
    """Return the names before an @ that are one whether written small or large: info, postmaster and their like."""
    from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES  # noqa: PLC0415 - heavy, and only needed here

    return pa.array(CASE_INSENSITIVE_MAILBOX_NAMES, pa.string())


_SHORT = 200
_ANYBODY = "anybody@"
_PLAIN = r"^(?:[A-Za-z0-9_+\-]+[.])*[A-Za-z0-9_+\-]+@[^@]+$"
"""An address before whose @ nothing can be wrong."""


# ---- one address -----------------------------------------------------------------------


def _parse(cell: str | None) -> Verdict:
    plain, marks = damage.tidy(cell or "")
    if not plain or damage.is_placeholder(plain):
        return Verdict(None, *damage.name("no_email", what=repr(plain))) if plain else Verdict()
    if len(plain) > _LONGEST:
        return Verdict(None, *damage.name("invalid_email", what=f"{len(plain):,} characters are too many"))
    link = _LINK.fullmatch(plain)
    bare = text.Seen(link[1], (damage.name("formula"),)) if link else text.unwrap(plain)
    found = [*([damage.name("invisible_marks", what=marks)] if marks else []), *bare.found]
    value, refused = _validated(bare.text)
    if value:
        return _told(value, found)
    if len(parts := [part for part in _BETWEEN.split(bare.text) if "@" in part]) > 1:
        return _told_apart([_bare(part) for part in parts], found)
    if (within := _within(bare.text)) and (value := _validated(within)[0]):
        return _told(value, [*found, *_beside(bare.text, within)])
    is_number = len(damage.digits(bare.text)) >= _NUMBER and damage.is_plain(bare.text)
    named = ("number_for_email", bare.text) if is_number else ("invalid_email", refused)
    return Verdict(None, *damage.name(named[0], what=named[1]), _likely(bare.text))


def _within(written: str) -> str | None:
    """Find the address in a text, where it is certain which part of it is one."""
    shaped = next(filter(None, (shape.fullmatch(written) for shape in _SHAPES)), None)
    return _bare(shaped["address"]) if shaped else None


def _validated(address: str) -> tuple[str | None, str]:
    """Return an address as email-validator writes it, or why it is none."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - heavy, and only needed here

    try:
        return validate_email(address, check_deliverability=False).normalized, ""
    except EmailNotValidError as refused:
        return None, str(refused).rstrip(".")


def _told(value: str, found: Sequence[damage.Finding]) -> Verdict:
    """Say what is to be told of a good address: what was mended, its domain, and whether it is an office's."""
    own, _, host = value.rpartition("@")
    about = domain.judge(host)
    office = [_office(own)] if own.lower() in _OFFICES else []
    return text.verdict(value, [*found, *about.found, *office], f"{own}@{about.meant}" if about.meant else None)


def _office(mailbox: str) -> damage.Finding:
    return damage.name("role_address", what=mailbox.lower())


def _told_apart(parts: Sequence[str], found: Sequence[damage.Finding]) -> Verdict:
    """Judge several addresses in a cell: they are one only if all are the same."""
    values = [_validated(part)[0] for part in parts]
    different = list({value.lower(): value for value in reversed(values) if value}.values())[::-1]
    if len(different) == 1 and all(values):
        return _told(different[0], [*found, damage.name("address_repeated", count=len(parts))])
    named = "; ".join(value or f"{part} is none" for part, value in zip(parts, values, strict=True))
    several = damage.name("several_addresses", count=len(parts), what=named)
    return Verdict(None, *several, ", ".join(different) or None)


def _beside(whole: str, address: str) -> list[damage.Finding]:
    """Name what stands around an address; a `mailto:` belongs to it."""
    before, _, after = whole.partition(address)
    sides = (_MAILTO.sub("", before), after)
    if words := ", ".join(filter(None, (side.strip(f"{_AROUND}.-") for side in sides))):
        return [damage.name("beside_address", what=words)]
    marks = "".join(dict.fromkeys(mark for mark in "".join(sides) if not mark.isspace()))
    return [damage.name("marks_around", what=marks)] if marks else []


def _bare(part: str) -> str:
    """Take the marks off that people put around an address, and the point of a sentence."""
    return _MAILTO.sub("", part.lstrip(_AROUND)).rstrip(f"{_AROUND}.")


def _likely(written: str) -> str | None:
    """Say which address was likely meant by what is none; only a person may choose it."""
    spelled = _DOT.sub(".", _AT.sub("@", written))
    own, at, host = _SPACED.sub(r"\1", _bare(spelled)).partition("@")
    host = re.sub(r"[.,]+", ".", host.lstrip("@"))
    address = _validated(f"{own}{at}{domain.meant(host) or host}")[0]
    return address if address != written else None


_LONGEST = 2000
_NUMBER = 7
"""So many digits are a telephone number."""

_AROUND = " \t\r\n<>()[]{}\"'`,;:|\u201c\u201d\u2018\u2019\u00ab\u00bb"
_OFFICES = frozenset((
    "abuse", "accounts", "accounting", "admin", "administrator", "billing", "booking", "bookings", "careers", "contact",
    "customercare", "customerservice", "desk", "enquiries", "enquiry", "feedback", "finance", "hello", "help",
    "helpdesk", "hostmaster", "hr", "info", "inquiries", "inquiry", "invoices", "jobs", "kontakt", "mail", "marketing",
    "media", "news", "newsletter", "no-reply", "noc", "noreply", "office", "orders", "payments", "postmaster", "press",
    "privacy", "reception", "recruitment", "reservations", "root", "sales", "security", "service", "support", "team",
    "webmaster", "contato", "contacto", "ventas", "vendas", "verkauf", "buero", "bureau",
))  # fmt: skip
_MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)
_LINK = re.compile(r'=\s*HYPERLINK\(\s*"([^"]*)".*', re.IGNORECASE | re.DOTALL)
_AT = re.compile(r"\s*[\[({<]\s*(?:at|@|a)\s*[\])}>]\s*|\s+at\s+|\uff20", re.IGNORECASE)
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|\.|punkt)\s*[\])}>]\s*|\s+dot\s+", re.IGNORECASE)
_SPACED = re.compile(r"\s*([@.,])\s*")
_BETWEEN = re.compile(r"[,;|/\s]+")
_SHAPES = (
    re.compile(r"[^@<>]*<\s*(?:mailto:\s*)?(?P<address>[^<>\s@]+@[^<>\s@]+)\s*>[^@<>]*", re.IGNORECASE),
    re.compile(r"(?=[^@:]*[^\W\d_])[^@:]*:\s*(?P<address>[^\s:@?]+@[^\s@?]+)(?:\?[^@]*)?"),
    re.compile(r"(?P<address>[^\s@(\[]+@[^\s@(\[]+)\s*[(\[][^@]*"),
    re.compile(r"(?P<address>\S+@\S+)"),
)
"""Where an address is for certain: in angle brackets, behind a colon, before brackets, or with marks around it."""
