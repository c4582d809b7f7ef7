"""Numbers that cells of several are made of, read as one column before the cells are judged one by one."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from listkit.rules import plain, refusals, several
from listkit.rules.numbers import parsing
from listkit.rules.numbers.parsing import Phone
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from listkit.rules.numbers.parsing import Region
    from listkit.rules.verdict import Column

Asked: TypeAlias = "tuple[str, str | None]"
"""The text of a number, and the region that it is to be read in."""

_PLAIN = re.compile(r"(?:\+[0-9]|[1-9]|0[1-9])[0-9 /]*")
"""Digits and spaces, of which nothing but their number is to be told."""


def read(cells: Column, region: Region) -> dict[Asked, Phone]:
    """Read what the numbers of some cells may be, each in its region; what is not here has to be read by itself.

    >>> read(column(["020 26123415, 16"]), "IN")["020 26123416", "IN"].value
    '+912026123416'
    """
    there = [region] * len(cells) if region is None or isinstance(region, str) else region.to_pylist()
    distinct = dict.fromkeys(zip(cells.to_pylist(), there, strict=True))
    asked = dict.fromkeys((text, where) for cell, where in distinct for text in several.wanted(cell or ""))
    wanted = [(text, where) for text, where in asked if _PLAIN.fullmatch(text) and not text.endswith("000")]
    if not wanted:
        return {}
    numbers = column(text.replace(" ", "").replace("/", "") for text, _ in wanted)
    regions = region if region is None or isinstance(region, str) else column(where for _, where in wanted)
    phones, left = plain.judge(numbers, regions)
    rows = zip(*(getattr(phones, field.name).to_pylist() for field in fields(Phone)), strict=True)
    found = [Phone(*row) for row in rows]
    others = refusals.read(*parsing.of_rows(numbers, regions, left)) if len(left) else []
    is_read = np.ones(len(wanted), np.bool_)
    for row, refused in zip(left.tolist(), others, strict=True):
        found[row], is_read[row] = refused or found[row], refused is not None
    return {one: phone for one, phone, is_known in zip(wanted, found, is_read.tolist(), strict=True) if is_known}
