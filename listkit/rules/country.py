"""Countries, however they are written: two letters, three letters, an English name, a dialling code."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts


def parse(column: Column) -> Verdicts:
    """Read countries: the ISO code of two letters, or a reason.

    A dialling code that several countries share is read as the main one of them.

    >>> from listkit.rules.verdict import column
    >>> parse(column(["India", "ind", "+91", "0044", "Atlantis"])).value.to_pylist()
    ['IN', 'IN', 'IN', 'GB', None]
    """
    return Verdicts.of(_parse, column)


def _parse(text: str | None) -> Verdict:
    if text is None or not (plain := damage.tidy(text)[0]):
        return Verdict()
    code = _by_dialling(plain) if re.fullmatch(r"[+0-9\s().-]+", plain) else _by_name().get(_folded(plain))
    return Verdict(code) if code else Verdict(None, *damage.name("unknown_country"))


def _by_dialling(text: str) -> str | None:
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed for dialling codes

    code = re.sub(r"\.0$", "", text)
    found = str(phonenumbers.region_code_for_country_code(int(damage.digits(code) or 0)))
    return None if found in {"ZZ", "001"} else found


@cache
def names() -> dict[str, str]:
    """Return the English name of each country, by its two letters.

    >>> names()["IN"]
    'India'
    """
    return {iso2: written[0] for iso2, _, written in _lines()}


@cache
def _by_name() -> dict[str, str]:
    return {_folded(name): iso2 for iso2, iso3, written in _lines() for name in (iso2, iso3, *written) if name}


def _lines() -> list[tuple[str, str, list[str]]]:
    lines = resources.files("listkit.rules").joinpath("countries.tsv").read_text("utf-8").splitlines()[1:]
    return [(iso2, iso3, written.split("|")) for iso2, iso3, written in (line.split("\t") for line in lines)]


def _folded(name: str) -> str:
    """Write a name without case, accents, marks and the words that only join."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = "".join(mark if mark.isalnum() else " " for mark in plain if not unicodedata.combining(mark)).split()
    meant = [word for word in words if word not in {"and", "the", "of"}]
    return " ".join(meant or words)  # AND alone is Andorra
