"""A plan for people to look at: as lines of text, and as a page in a notebook, where nothing of it runs."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from listkit.counting import counted
from listkit.rules.masking import mask
from listkit.sync.plans import costing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listkit.sync.plans.planning import Plan

SHOWN = 5
"""How many changes of each operation are shown."""
PERSONAL = {"phone", "email"}
"""The fields that are masked."""
NUMBER = re.compile(r"\+?[0-9]{6,}")
"""A number within a reason."""

STYLE = """
.listkit-plan {
  color: var(--jp-ui-font-color1, currentColor); font: 13px/1.5 var(--jp-ui-font-family, sans-serif); overflow-x: auto;
}
.listkit-plan table { border-collapse: collapse; margin: 0.4em 0 0.8em; }
.listkit-plan th, .listkit-plan td {
  border-bottom: 1px solid var(--jp-border-color2, #8884); padding: 0.2em 0.9em 0.2em 0; text-align: left;
  vertical-align: top;
}
.listkit-plan th { color: var(--jp-ui-font-color2, inherit); font-weight: 600; }
.listkit-plan .grave { color: var(--jp-error-color0, #c33); font-weight: 600; }
.listkit-plan ul { margin: 0.4em 0; padding-left: 1.4em; }
"""


def text(plan: Plan) -> str:
    """Say in a few lines what a plan would do."""
    told = [f"{count:,} {op}" for op, count in _counts(plan).items()]
    lines = [_headline(plan), f"  {' · '.join(told) or 'no rows'}", f"  {_way(plan)}"]
    return "\n".join([*lines, *(f"  note: {note}" for note in plan.notes)])


def html(plan: Plan) -> str:
    """Show what a plan would do: how much, the first changes of each kind, what it costs, and its notes.

    Numbers and addresses are masked. Every cell, name and note is escaped; the colours are those
    of JupyterLab's theme, light or dark.
    """
    return page(
        headline=_headline(plan),
        way=_way(plan),
        counts=_counts(plan),
        changes=plan.changes,
        cost=plan.cost,
        notes=plan.notes,
        key=plan.options.on,
    )


def page(
    *,
    headline: str,
    way: str,
    counts: Mapping[str, int],
    changes: pd.DataFrame,
    cost: pd.DataFrame,
    notes: Sequence[str],
    key: str,
) -> str:
    """Show any plan, by what it says of itself; `key` is what rows are told apart by."""
    parts = [
        f"<p><strong>{escape(headline)}</strong><br>{escape(way)}</p>",
        _table(["what", "how many"], [[op, f"{count:,}"] for op, count in counts.items()]),
        *_first_changes(changes, key),
        _table(["strategy", "requests", "time", "bound by", "cannot carry"], _costs(cost)),
        _list(notes),
    ]
    return f'<div class="listkit-plan"><style>{STYLE}</style>{"".join(parts)}</div>'


def _headline(plan: Plan) -> str:
    made = "" if plan.list_id else " (a new list)"
    where = f"{plan.provider.name}:{plan.list_name}{made}"
    more = f" and {counted(len(plan.targets) - 1, 'more part')}" if len(plan.targets) > 1 else ""
    return (
        f"Plan to {plan.mode} {counted(plan.decisions.num_rows, 'row')} to {where}{more}, which holds {plan.members:,}"
    )


def _way(plan: Plan) -> str:
    cost = plan.cost.iloc[0]
    pace = f", about {costing.duration(cost['seconds'])} at the provider's rate" if cost["seconds"] else ""
    return f"by {plan.strategy}: {counted(cost['requests'], 'request')}{pace}"


def _counts(plan: Plan) -> dict[str, int]:
    """Count what is done, rows and members alike; what is lost for good is written large."""
    fates = plan.leaving["fate"].to_pylist()
    found = plan.counts | {"leave": fates.count("leaves"), "park": fates.count("parked")}
    found["DESTROY"] = fates.count("destroyed")
    return {op: count for op, count in found.items() if count}


def _first_changes(changes: pd.DataFrame, key: str) -> Iterable[str]:
    for op, lines in changes.groupby("op", sort=False):
        first = lines.head(SHOWN)
        cells = [
            [_cell(line.row), _masked(key, line.key), *_change(line), NUMBER.sub(_hide, _cell(line.reason))]
            for line in first.itertuples()
        ]
        left = f" <small>(the first {SHOWN} of {len(lines):,} lines)</small>" if len(lines) > SHOWN else ""
        grave = ' class="grave"' if op == "destroy" else ""
        yield f"<div{grave}>{escape(str(op))}{left}</div>"
        yield _table(["row", key, "field", "before", "after", "reason"], cells)


def _change(line: Any) -> list[str]:
    return [_cell(line.field), *(_masked(line.field, value) for value in (line.before, line.after))]


def _masked(field: object, value: object) -> str:
    told = _cell(value)
    return mask(told) if field in PERSONAL else told


def _hide(number: re.Match[str]) -> str:
    return mask(number[0])


def _cell(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def _costs(cost: pd.DataFrame) -> list[list[str]]:
    return [
        [
            str(way.strategy),
            f"{way.requests:,}",
            costing.duration(float(str(way.seconds))),
            str(way.bound_by),
            str(getattr(way, "cannot_carry", "")),
        ]
        for way in cost.itertuples()
    ]


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if lines else ""


def _list(notes: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>" if notes else ""
