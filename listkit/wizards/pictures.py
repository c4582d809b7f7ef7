"""What a person sees of a flow, as HTML: every cell, name and sentence in it is escaped, and numbers line up."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from listkit.change import Outcome
from listkit.contact import FIELDS
from listkit.frame.vocabulary import MEANINGS
from listkit.wizards import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from listkit.frame.reading import Reading
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Run
    from listkit.wizards.flow import Flow

SHOWN_ROWS, SHOWN_CLUSTERS = 10, 10
GOOD = {Outcome.ADDED.value, Outcome.UPDATED.value, Outcome.UNCHANGED.value, Outcome.ALREADY.value}
BAD = {Outcome.INVALID.value, Outcome.REJECTED.value, Outcome.FAILED.value, Outcome.UNKNOWN.value}


def steps(flow: Flow) -> str:
    """Show the way: which steps were, which is, which are to come; one that can be gone to is a button."""
    names = [step.name for step in flow.STEPS]
    now = names.index(flow.at)
    items = []
    for at, step in enumerate(flow.STEPS):
        state = "now" if at == now else "done" if at < now else "later"
        closed = flow.why_not(step.name) if at != now else ""
        current = ' aria-current="step"' if at == now else ""
        shut = f' disabled title="{escape(closed)}"' if closed else ""
        button = f'<button type="button" data-act="go:{step.name}"{current}{shut}>{escape(step.title)}</button>'
        items.append(f'<li class="listkit-step listkit-{state}">{button}</li>')
    return f'<nav aria-label="{words.STEPS}"><ol class="listkit-steps">{"".join(items)}</ol></nav>'


def unfinished(runs: Sequence[Mapping[str, Any]]) -> str:
    """Offer to go on with pushes that are not over."""
    items = ""
    for run in runs:
        said = escape(words.unfinished(run["list_name"], format(run["started_at"], "%Y-%m-%d %H:%M")))
        button = f'<button type="button" data-act="resume:{escape(run["run_id"])}">{words.RESUME}</button>'
        items += f"<li>{said} {button}</li>"
    return f'<ul class="listkit-notes">{items}</ul>' if items else ""


def reading(found: Reading) -> str:
    """Show how a file was read, and its first rows."""
    told = {
        words.ENCODING: found.encoding,
        words.DELIMITER: {"\t": "tab", " ": "blank"}.get(found.delimiter or "", found.delimiter),
        words.SHEET: found.sheet,
        words.HEADER: f"{found.header_row:,}" if found.header_row else None,
        words.ROWS: f"{len(found.frame):,}",
    }
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in told.items() if value)
    return f'<dl class="listkit-facts">{facts}</dl>{_notes(found.problems)}{table(found.frame, SHOWN_ROWS)}'


def table(frame: pd.DataFrame, most: int) -> str:
    """Show the first rows of a frame."""
    heads = "".join(f'<th scope="col" dir="auto">{escape(str(name))}</th>' for name in frame.columns)
    rows = frame.head(most)
    lines = "".join(
        f'<tr><th scope="row">{escape(str(label))}</th>{"".join(_cell(cell) for cell in cells)}</tr>'
        for label, *cells in rows.itertuples(name=None)
    )
    more = f"<p class='listkit-soft'>{words.more_rows(len(frame) - most)}</p>" if len(frame) > most else ""
    return _framed(f'<tr><th scope="col">line</th>{heads}</tr>', lines) + more


def columns(proposal: pd.DataFrame, mapping: Mapping[str, str | None], samples: Mapping[str, Sequence[str]]) -> str:
    """Show what each column is taken for and why, with a choice of what else it could be."""
    lines = []
    for label, score, reasons in zip(proposal["column"], proposal["score"], proposal["reasons"], strict=True):
        meaning = mapping.get(str(label)) or ""
        options = "".join(
            f'<option value="{name}"{" selected" if name == meaning else ""}>{words.MEANINGS.get(name, name)}</option>'
            for name in ("", *MEANINGS)
        )
        why = f"{score:.0%} · {reasons}" if isinstance(reasons, str) and reasons else ""
        seen = ", ".join(escape(one) for one in samples.get(str(label), ()))
        name = escape(str(label))
        lines.append(
            f'<tr><th scope="row" dir="auto">{name}</th><td class="listkit-soft" dir="auto">{seen}</td>'
            f'<td><select data-act="mean:{name}" aria-label="{name} is">{options}</select></td>'
            f'<td class="listkit-soft" dir="auto">{escape(why)}</td></tr>'
        )
    heads = "".join(f'<th scope="col">{head}</th>' for head in words.COLUMN_HEADS)
    return _framed(f"<tr>{heads}</tr>", "".join(lines))


def groups(found: Sequence[Mapping[str, Any]], chosen: str) -> str:
    """Show the kinds of problem, how many of each, a few examples, and what can be done for all of them at once."""
    if not found:
        return f'<p class="listkit-good">{words.NO_PROBLEMS}</p>'
    items = []
    for one in found:
        code = one["code"]
        pressed = "true" if code == chosen else "false"
        examples = "; ".join(f"{each.get('value', '')} — {each.get('message', '')}" for each in one["examples"][:2])
        accept = (
            f'<button type="button" data-act="accept:{code}">{words.accept(one["suggested"])}</button>'
            if one["suggested"] and one["level"] == "error"
            else ""
        )
        items.append(
            f'<li class="listkit-group listkit-level-{one["level"]}">'
            f'<button type="button" data-act="only:{code}" aria-pressed="{pressed}"><b>{one["count"]:,}</b> '
            f"{escape(words.problem(code))} <small>{escape(one['column'])}</small></button>{accept}"
            f'<p class="listkit-soft" dir="auto">{escape(examples)}</p></li>'
        )
    return f'<ul class="listkit-groups" aria-label="{words.PROBLEMS}">{"".join(items)}</ul>'


def clusters(found: pd.DataFrame, frame: pd.DataFrame, page: int) -> str:
    """Show rows that are one person, a card for each, some cards at a time."""
    numbers = found["cluster"].unique()
    if not len(numbers):
        return f'<p class="listkit-good">{words.NO_DUPLICATES}</p>'
    first = page * SHOWN_CLUSTERS
    cards = [_card(found[found["cluster"] == number], frame) for number in numbers[first : first + SHOWN_CLUSTERS]]
    last = (len(numbers) - 1) // SHOWN_CLUSTERS
    turn = "".join(
        f'<button type="button" data-act="page:{to}"{"" if 0 <= to <= last else " disabled"}>{word}</button>'
        for to, word in ((page - 1, words.EARLIER), (page + 1, words.LATER))
    )
    said = words.clusters(len(numbers), first + 1, min(first + SHOWN_CLUSTERS, len(numbers)))
    return f"<p>{said} {turn if last else ''}</p>{''.join(cards)}"


def _card(cluster: pd.DataFrame, frame: pd.DataFrame) -> str:
    shown = [name for name in frame.columns if name in FIELDS]
    heads = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in ("", *shown, words.WHY))
    lines = []
    for row, why, decision in zip(cluster["row"], cluster["why"], cluster["decision"], strict=True):
        is_apart = decision == "not the same"
        cells = "".join(_cell(cell) for cell in frame[shown].iloc[row])
        checked = " checked" if is_apart else ""
        box = f'<label><input type="checkbox" data-act="apart:{row}"{checked}> {words.APART}</label>'
        lines.append(
            f"<tr{' class=listkit-out' if is_apart else ''}><td>{box}</td>{cells}"
            f'<td class="listkit-soft" dir="auto">{escape(str(why))}</td></tr>'
        )
    return f'<div class="listkit-card">{_framed(f"<tr>{heads}</tr>", "".join(lines))}</div>'


def plan(planned: Plan) -> str:
    """Show a plan, with what it would do and that nothing was written."""
    return f'<p class="listkit-soft">{words.NOTHING_WRITTEN}</p>{planned._repr_html_()}'


def report(run: Run) -> str:
    """Show what became of every row: the counts, their sum, a bar of them, and how to go on."""
    counts = {name: count for name, count in run.counts.items() if count}
    total = len(run.rows)
    bar = "".join(
        f'<span class="listkit-part listkit-{_colour(name)}" style="flex-grow:{count}" title="{count:,} {name}"></span>'
        for name, count in counts.items()
    )
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="listkit-number">{count:,}</td>'
        f'<td class="listkit-soft">{escape(words.OUTCOMES.get(name, ""))}</td></tr>'
        for name, count in counts.items()
    )
    head = words.NOBODY if not total else words.DONE if run.ok else words.NOT_DONE
    said = escape(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    told = [one for one in (run.stopped, *run.notes) if one]
    return (
        f'<h3 class="listkit-{"good" if run.ok and total else "care"}">{head}</h3>'
        f'<div class="listkit-bar" role="img" aria-label="{said}">{bar}</div>'
        f'<table class="listkit-table"><tbody>{lines}</tbody><tfoot><tr><th scope="row">{words.SUM}</th>'
        f'<td class="listkit-number">{sum(counts.values()):,}</td><td class="listkit-soft">{words.of_rows(total)}</td>'
        f"</tr></tfoot></table>{_notes(told)}"
    )


def code(lines: str) -> str:
    """Show the code, to be copied."""
    return (
        f'<div class="listkit-code"><button type="button" data-act="copy">{words.COPY}</button>'
        f'<pre tabindex="0"><code>{escape(lines)}</code></pre></div>'
    )


def sentence(text: str, *, is_bad: bool = False) -> str:
    """Show what is to be said now, read out as it comes."""
    kind = "alert" if is_bad else "status"
    return f'<p role="{kind}" class="listkit-said{" listkit-bad" if is_bad else ""}">{escape(text)}</p>'


def _framed(head: str, body: str) -> str:
    return (
        f'<div class="listkit-scroll" tabindex="0"><table class="listkit-table"><thead>{head}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _notes(notes: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="listkit-notes">{items}</ul>' if items else ""


def _cell(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return f'<td dir="auto">{escape(text[:200])}</td>'


def _colour(outcome: str) -> str:
    return "good" if outcome in GOOD else "bad" if outcome in BAD else "soft"
