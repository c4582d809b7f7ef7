"""STEPS: the name of each cleaning step, its rule, and the column it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc

from listkit.contact import CUSTOM_PREFIX, FIELDS
from listkit.errors import ColumnsError, ListkitError
from listkit.frame import columns, regions
from listkit.frame.text import is_text, read_column, write_column
from listkit.rules import consent, email, name, phone, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region
    from listkit.rules.phone import Region as Regions
    from listkit.rules.verdict import Column, Verdicts


class Judged(NamedTuple):
    """A column of a frame and what its rule says of each cell; `field` is None where nothing is to be cleaned.

    Where it `is_half`, the value is the whole of the new cell: the text was that of a full name.
    """

    label: object
    field: str | None
    text: Column
    verdicts: Verdicts
    is_half: bool = False

    @property
    def value(self) -> Column:
        """The column as it is after cleaning: what cannot be mended keeps its text."""
        return self.verdicts.value if self.is_half else pc.coalesce(self.verdicts.value, self.text)


def _phones(column: Column, region: Regions) -> Verdicts:
    return phone.judge(column, region=region)


def _emails(column: Column, _: Regions) -> Verdicts:
    return email.parse(column)


def _names(column: Column, _: Regions) -> Verdicts:
    return name.parse(column)


def _texts(column: Column, _: Regions) -> Verdicts:
    return text.tidy(column)


def _consents(column: Column, _: Regions) -> Verdicts:
    return consent.parse(column)


STEPS: Mapping[str, Callable[[Column, Regions], Verdicts]] = {
    "phone": _phones,
    "email": _emails,
    "first_name": _names,
    "last_name": _names,
    "company": _texts,
    "tag": _texts,
    "custom": _texts,
    "consent": _consents,
}
"""A step is called like the field it judges, `custom` for all of a user's own; a new one is a rule and a line here."""


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
    resolved = _resolved(frame, mapping, need=("phone",) if "phone" in chosen else ())
    labels = {field: label for label, field in resolved.items()}
    said_in = labels.get("country") if region_from is None else region_from
    country = regions.choose(frame, region, said_in)
    judged: list[Judged] = []
    for field in _ordered(labels):
        series, step = frame[labels[field]], "custom" if field.startswith(CUSTOM_PREFIX) else field
        if step in chosen and (step != "custom" or is_text(series)):
            cells = read_column(series)
            judged.append(Judged(labels[field], field, cells, STEPS[step](cells, country.regions)))
        elif step == "full_name" and "first_name" in chosen and "first_name" not in labels:
            judged += _halves(labels[field], read_column(series))
    if country.told is not None:
        judged.append(Judged(said_in, None, read_column(frame[said_in]), country.told))
    return judged, resolved


def mended(frame: pd.DataFrame, judged: Sequence[Judged], resolved: Mapping[object, str]) -> pd.DataFrame:
    """Make the cleaned copy of a frame: its columns in their order by their canonical names, two for a full name."""
    cleaned = frame.rename(columns=resolved)
    if any(one.is_half for one in judged):
        cleaned.insert(cleaned.columns.tolist().index("full_name") + 1, "last_name", None)
        cleaned = cleaned.rename(columns={"full_name": "first_name"})
    for one in judged:
        if one.field is not None:
            cleaned[one.field] = write_column(one.value, frame.index)
    return cleaned


def _resolved(frame: pd.DataFrame, mapping: Meanings, *, need: Sequence[str]) -> dict[object, str]:
    """Decide what each column is; one that is called `custom.…` is a field of the user's own.

    A full name is taken apart where the mapping says so. Else it is called the first name, where
    no column is that: whole names are sent as such.
    """
    said = columns.said(mapping)
    resolved = columns.resolve(frame, mapping, need=need)
    taken = {str(label) for label in (*said, *resolved)}
    own = {label: str(label) for label in frame.columns if str(label).startswith(CUSTOM_PREFIX)}
    resolved |= {label: field for label, field in own.items() if field not in taken and field not in resolved.values()}
    whole = next((label for label, meaning in resolved.items() if meaning == "full_name"), None)
    names = {resolved.get(label, str(label)) for label in frame.columns}
    if whole is None or "first_name" in names:
        return resolved
    if str(whole) not in {str(label) for label, meaning in said.items() if meaning == "full_name"}:
        return {**resolved, whole: "first_name"}
    if "last_name" in names:
        raise ColumnsError(
            f"{str(whole)!r} cannot be taken apart as a full name, for there is a last name beside it: "
            f"mapping={{{str(whole)!r}: 'first_name'}} leaves it whole.",
            columns=[str(label) for label in frame.columns],
        )
    return resolved


def _ordered(labels: Mapping[str, object]) -> list[str]:
    """Return the fields that there are in the order in which they are told of."""
    known = [field for field in (*FIELDS, "full_name", "consent") if field in labels]
    return [*known, *(field for field in labels if field.startswith(CUSTOM_PREFIX))]


def _halves(label: object, cells: Column) -> list[Judged]:
    """Judge a full name as the first name and the last name that it holds."""
    first, last = name.split(cells)
    return [Judged(label, "first_name", cells, first), Judged(label, "last_name", cells, last, is_half=True)]
