"""Digits that are no number where they stand: what they would be elsewhere, or what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from listkit.rules import damage
from listkit.rules.numbers import completing, parsing, reforms
from listkit.rules.numbers.parsing import Phone, parse_one, told

if TYPE_CHECKING:
    from listkit.rules.numbers.parsing import Region
    from listkit.rules.verdict import Column

_UNEXPLAINED = {"too_short", "too_long", "invalid_number"}
_INTERNATIONAL_MINIMUM = 11


def read_elsewhere(bare: str, region: str, longer: Phone, abroad: Phone) -> Phone | None:
    """Say what digits would be with the zero before them that was lost, or with the plus of another country."""
    if longer.value:
        return told("leading_zero_lost", suggestion=longer.value, what=longer.country)
    if abroad.value and len(bare) >= _INTERNATIONAL_MINIMUM:
        return told("foreign_plus_lost", suggestion=abroad.value, here=region, abroad=abroad.country)
    return None


def explain(refused: Phone, text: str, bare: str, region: str | None) -> Phone:
    """Say of digits that are no number what they lack to be one, where that can be told."""
    if refused.code not in _UNEXPLAINED or not (region or bare.startswith("+")):
        return refused
    code, national = completing.national(bare, region)
    if old := reforms.since(code, national):
        now = parse_one(old.value, None)
        if now.value and old.reform.gone:
            found = damage.name("prefix_gone", what=old.reform.gone, year=old.reform.year)
            return Phone(now.value, *found, country=now.country, kind=now.kind)
        if now.value:
            return told("digit_added", suggestion=now.value, year=old.reform.year)
    alone = text[1:].lstrip() if text.startswith("0 ") else text
    if region and alone != text and completing.is_local(local := damage.digits(alone), region):
        return told("area_code_missing", digits=len(local), what=region)
    is_local = region is not None and completing.is_local(bare, region)
    if missing := completing.missing(code, national, may_be_local=is_local):
        total = len(national) + missing
        return told("cut_short", digits=len(national), total=total, what=f"+{code}")
    return told("area_code_missing", digits=len(bare), what=region) if is_local else refused


def read(numbers: Column, region: Region) -> list[Phone | None]:
    """Say of each of some digits what is wrong with them; None where they are a number, or nobody said where.

    >>> from listkit.rules.verdict import column
    >>> [one and one.code for one in read(column(["98765432", "+1202555012", "9876543210", "12"]), "IN")]
    ['cut_short', 'cut_short', None, 'too_short']
    """
    here = parsing.parse(numbers, region=region)
    abroad = parsing.parse(pc.binary_join_element_wise("+", numbers, ""))
    longer = parsing.parse(pc.binary_join_element_wise("0", numbers, ""), region=region)
    there = [region] * len(numbers) if region is None or isinstance(region, str) else region.to_pylist()
    cells = zip(
        numbers.to_pylist(), there, here.value.to_pylist(), here.code.to_pylist(), here.reason.to_pylist(), strict=True
    )
    ways = zip(_values(longer), _values(abroad), strict=True)
    phones: list[Phone | None] = []
    for (bare, where, value, code, reason), (with_zero, with_plus) in zip(cells, ways, strict=True):
        if value or bare.startswith("00") or not (where or bare.startswith("+")):
            phones.append(None)
            continue
        refused = Phone(None, code, reason)
        if not bare.startswith("+"):
            zeroed = Phone() if bare.startswith("0") else with_zero
            refused = read_elsewhere(bare, where or "", zeroed, with_plus) or refused
        phones.append(explain(refused, bare, bare, where))
    return phones


def _values(phones: parsing.Phones) -> list[Phone]:
    return [
        Phone(value, country=country)
        for value, country in zip(phones.value.to_pylist(), phones.country.to_pylist(), strict=True)
    ]
