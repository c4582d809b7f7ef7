"""A run as a person reads it: its ledger, why it stopped and how to go on, as text and as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from listkit.change import Outcome
from listkit.rules.masking import mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.sync.runs.run import Run

MOST = 10
"""How many rows that need a look a view shows."""


def lines(run: Run) -> Iterator[str]:
    """Tell a run, a line a fact."""
    yield f"Push {run.run_id} to {run.plan.provider.name}:{run.plan.list_name}: {run.ledger}"
    if len(run.removed):
        counts = run.removed["outcome"].value_counts(sort=False)
        yield f"  members that were to leave: {', '.join(f'{count:,} {outcome}' for outcome, count in counts.items())}"
    if run.stopped:
        yield f"  stopped: {run.stopped}"
    if not run.complete:
        yield f"  to go on: run.resume(), or later lk.resume({run.run_id!r})"
    if run.verified != "no":
        yield f"  checked {run.verified}"
    for note in (*run.plan.notes, *run.notes):
        yield f"  note: {note}"


def html(run: Run) -> str:
    """Show a run in a notebook: the ledger, and the first rows that need a look, their numbers masked."""
    title, *told = lines(run)
    counts = "".join(f"<td>{count:,} <b>{escape(outcome)}</b></td>" for outcome, count in run.counts.items() if count)
    facts = "".join(f"<li>{escape(fact.strip())}</li>" for fact in told)
    return (
        f"<div><p>{escape(title.partition(': ')[0])}</p><table><tr>{counts}</tr></table><ul>{facts}</ul>"
        f"{_rows_to_look_at(run)}</div>"
    )


def _rows_to_look_at(run: Run) -> str:
    fine = [outcome.value for outcome in (Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ALREADY)]
    odd = (~run.rows["outcome"].isin(fine)).to_numpy().nonzero()[0]
    if not len(odd):
        return ""
    phones = run.plan.contacts["phone"]
    cells = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(text)}</td>"
            for text in (str(row), mask(phones[row].as_py() or ""), *run.rows.iloc[row, :3].astype(str))
        )
        + "</tr>"
        for row in odd[:MOST].tolist()
    )
    more = f"<p>and {len(odd) - MOST:,} more, in <code>run.rows</code></p>" if len(odd) > MOST else ""
    head = "".join(f"<th>{name}</th>" for name in ("row", "phone", "outcome", "code", "reason"))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{more}"
