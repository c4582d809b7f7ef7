"""What a report counts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from listkit.frame.cleaning import cleaning, phones
from listkit.frame.duplicates.finding import duplicates
from listkit.frame.text import read_column
from listkit.rules import country, masking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region

MOST = 10
"""So many bars a plot has at most; what is more rare is one bar together."""
EXAMPLES = 8
LEVELS, REST = ("error", "warning", "info"), "rest"
"""What a bar is coloured for: how grave a problem is, and what is left over."""


class Bar(NamedTuple):
    """A bar of a plot: its name, how long it is, and what it is coloured for."""

    name: str
    many: int
    level: str = ""


class Example(NamedTuple):
    """One problem of a row, with its value masked."""

    row: str
    column: str
    level: str
    value: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """All that is drawn; `fit`, `mended` and `unfit` are rows, and are all of them together."""

    rows: int
    fit: int
    mended: int
    unfit: int
    repeated: int
    lands: int
    countries: list[Bar]
    kinds: list[Bar]
    problems: list[Bar]
    duplicates: list[Bar]
    domains: list[Bar]
    examples: list[Example]


def count(frame: pd.DataFrame, *, region: Region, region_from: str | None, mapping: Meanings) -> Counted:
    """Clean a copy of the frame, and count what came out."""
    done = cleaning(frame, region=region, region_from=region_from, mapping=mapping)
    unfit = set(done.problems.loc[done.problems["level"] == "error", "row"])
    mended = set(done.changes["row"]) - unfit
    told = phones(done.frame["phone"])
    lands = told["country"].replace("", pd.NA).dropna().value_counts()
    found = duplicates(done.frame, mapping={**dict.fromkeys(done.frame.columns), **_as_they_are(done.mapping)})
    return Counted(
        rows=len(frame),
        fit=len(frame) - len(mended) - len(unfit),
        mended=len(mended),
        unfit=len(unfit),
        repeated=len(found) - found["cluster"].nunique(),
        lands=len(lands),
        countries=_most(lands, country.names()),
        kinds=_most(told.loc[told["e164"].notna(), "kind"].replace("", pd.NA).dropna().value_counts(), {}),
        problems=_problems(done.problems),
        duplicates=_duplicates(found, len(frame)),
        domains=_domains(done.frame),
        examples=_examples(done.problems),
    )


def _as_they_are(mapping: Mapping[object, str]) -> dict[object, str]:
    """Say of a cleaned frame that its columns mean what they are called."""
    return {meaning: meaning for meaning in mapping.values()}


def _most(counts: pd.Series[int], names: Mapping[str, str]) -> list[Bar]:
    """Take the most frequent ones, equal ones by their names, and all others together."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    shown = [Bar(names.get(str(name), str(name).replace("_", " ")), int(many)) for name, many in ordered[:MOST]]
    left = sum(int(many) for _, many in ordered[MOST:])
    return [*shown, Bar("others", left, REST)] if left else shown


def _problems(problems: pd.DataFrame) -> list[Bar]:
    """Count the kinds of problems, the grave ones first."""
    counts = Counter(zip(problems["level"], problems["code"], strict=True))
    bars = [Bar(code.replace("_", " "), many, level) for (level, code), many in counts.items()]
    return sorted(bars, key=lambda bar: (LEVELS.index(bar.level), -bar.many, bar.name))


def _duplicates(found: pd.DataFrame, rows: int) -> list[Bar]:
    """Count the people by how many rows each has."""
    sizes = found["cluster"].value_counts()
    bars = [("once", rows - len(found)), ("twice", int((sizes == 2).sum())), ("three times", int((sizes == 3).sum()))]  # noqa: PLR2004 - as the words beside them say
    bars.append(("more often", int((sizes > 3).sum())))  # noqa: PLR2004 - the same
    return [Bar(name, many) for name, many in bars if many] if len(found) else []


def _domains(frame: pd.DataFrame) -> list[Bar]:
    """Count the hosts of addresses; one that a single person has would be that person's name, and is not shown."""
    if "email" not in frame:
        return []
    hosts = pc.utf8_lower(pc.struct_field(pc.extract_regex(read_column(frame["email"]), r"@(?P<host>[^@\s]+)$"), 0))
    counts: pd.Series[Any] = pa.chunked_array([hosts]).drop_null().to_pandas().value_counts()
    shared = counts[counts > 1]
    bars = _most(shared, {})
    alone = int((counts == 1).sum())
    rest = alone + sum(bar.many for bar in bars[MOST:])
    return [*bars[:MOST], Bar("others", rest, REST)] if rest else bars


def _examples(problems: pd.DataFrame) -> list[Example]:
    """Take one problem of each kind, the grave and the frequent kinds first; what it shows of a person is masked."""
    # A file's own number of a line says where; another index may name people.
    where = [f"line {line:,}" for line in problems.index] if problems.index.name == "line" else None
    rows = where or [f"row {row:,}" for row in problems["row"]]
    firsts: dict[tuple[str, str], Example] = {}
    told = (problems[name] for name in ("column", "level", "code", "value", "message"))
    for row, column, level, code, value, message in zip(rows, *told, strict=True):
        if (level, code) not in firsts:
            hidden = _hidden(column, value)
            firsts[level, code] = Example(row, masking.mask_within(column), level, hidden, _said(message))
    order = [(bar.level, bar.name.replace(" ", "_")) for bar in _problems(problems)]
    return [firsts[pair] for pair in order][:EXAMPLES]


def _said(message: str) -> str:
    """Hide what a sentence quotes of a number, short pieces of it too."""
    return re.sub(r"\d{4,}", lambda piece: masking.mask(piece[0]), masking.mask_within(message))


def _hidden(column: str, value: Any) -> str:
    if pd.isna(value):
        return ""
    return masking.mask(str(value)) if column in {"phone", "email"} else masking.mask_name(str(value))
