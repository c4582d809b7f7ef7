"""STEPS: the name of each cleaning step, its rule, and the column it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from listkit.contact import FIELDS
from listkit.errors import ListkitError
from listkit.frame import columns, regions
from listkit.frame.text import read_column
from listkit.rules import email, name, phone, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region
    from listkit.rules.phone import Region as Regions
    from listkit.rules.verdict import Column, Verdicts


class Judged(NamedTuple):
    """A column of a frame and what its rule says of each cell; `field` is None where nothing is to be cleaned."""

    label: object
    field: str | None
    text: Column
    verdicts: Verdicts


def _phones(column: Column, region: Regions) -> Verdicts:
    return phone.judge(column, region=region)


def _emails(column: Column, _: Regions) -> Verdicts:
    return email.parse(column)


def _names(column: Column, _: Regions) -> Verdicts:
    return name.parse(column)


def _texts(column: Column, _: Regions) -> Verdicts:
    return text.tidy(column)


STEPS: Mapping[str, Callable[[Column, Regions], Verdicts]] = {
    "phone": _phones,
    "email": _emails,
    "first_name": _names,
    "last_name": _names,
    "company": _texts,
    "tag": _texts,
}
"""A step is called like the field it judges; a new one is a rule and a line here."""


def judge(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    steps: Sequence[str] | None = None,
) -> tuple[list[Judged], dict[object, str]]:
    """Ask the rule of each step about its column; also return which column was taken for what.

    Raises ColumnsError where the phone column is missing or undecided and the phone step is asked for.
    """
    chosen = list(STEPS) if steps is None else list(steps)
    if unknown := [step for step in chosen if step not in STEPS]:
        raise ListkitError(f"There is no step {unknown[0]!r}; there are {', '.join(STEPS)}.")
    resolved = _renamed(columns.resolve(frame, mapping, need=("phone",) if "phone" in chosen else ()))
    labels = {field: label for label, field in resolved.items()}
    said_in = labels.get("country") if region_from is None else region_from
    country = regions.choose(frame, region, said_in)
    judged = []
    for field in FIELDS:
        if field in chosen and field in labels:
            cells = read_column(frame[labels[field]])
            judged.append(Judged(labels[field], field, cells, STEPS[field](cells, country.regions)))
    if country.told is not None:
        judged.append(Judged(said_in, None, read_column(frame[said_in]), country.told))
    return judged, resolved


def _renamed(resolved: dict[object, str]) -> dict[object, str]:
    """Call a full name the first name, where no column is that: whole names are sent as such."""
    if "first_name" in resolved.values():
        return resolved
    return {label: "first_name" if meaning == "full_name" else meaning for label, meaning in resolved.items()}
